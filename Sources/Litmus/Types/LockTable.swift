// Locks and sequence counters.
extension PrimitiveFunction {
  static func addLocks(to table: inout Table) {
    func add(_ name: String, _ operation: Primitive.LockOperation, on kind: ObjectKind) {
      let isTry = [.tryLock, .readTryLock, .writeTryLock].contains(operation)
      table[name] = PrimitiveFunction(
        arguments: [.object([kind])], result: isTry ? .bool : .nothing,
        meaning: .primitive(.lock(operation, in: .none)))
    }
    for prefix in ["spin", "raw_spin"] {
      add("\(prefix)_lock", .lock, on: .spinlock)
      add("\(prefix)_unlock", .unlock, on: .spinlock)
      add("\(prefix)_trylock", .tryLock, on: .spinlock)
      table["\(prefix)_is_locked"] = PrimitiveFunction(
        arguments: [.object([.spinlock])], result: .bool, meaning: .primitive(.isLocked))
      table["\(prefix)_lock_init"] = initializer(.spinlock)
    }
    add("mutex_lock", .lock, on: .mutex)
    add("mutex_unlock", .unlock, on: .mutex)
    add("mutex_trylock", .tryLock, on: .mutex)
    table["mutex_is_locked"] = PrimitiveFunction(
      arguments: [.object([.mutex])], result: .bool, meaning: .primitive(.isLocked))
    table["mutex_init"] = initializer(.mutex)
    let rwlock = ObjectKind.readWriteLock(sleeps: false)
    let rwsem = ObjectKind.readWriteLock(sleeps: true)
    add("read_lock", .readLock, on: rwlock)
    add("read_unlock", .readUnlock, on: rwlock)
    add("read_trylock", .readTryLock, on: rwlock)
    add("write_lock", .writeLock, on: rwlock)
    add("write_unlock", .writeUnlock, on: rwlock)
    add("write_trylock", .writeTryLock, on: rwlock)
    add("down_read", .readLock, on: rwsem)
    add("up_read", .readUnlock, on: rwsem)
    add("down_read_trylock", .readTryLock, on: rwsem)
    add("down_write", .writeLock, on: rwsem)
    add("up_write", .writeUnlock, on: rwsem)
    add("down_write_trylock", .writeTryLock, on: rwsem)
    add("downgrade_write", .downgrade, on: rwsem)
    table["rwlock_init"] = initializer(rwlock)
    table["init_rwsem"] = initializer(rwsem)
    for (name, kinds, mode) in [
      ("lockdep_assert_held", [.spinlock, .mutex, rwlock, rwsem], .any),
      ("lockdep_assert_held_write", [.spinlock, .mutex, rwlock, rwsem], .write),
      ("lockdep_assert_held_read", [rwlock, rwsem], .read),
    ] as [(String, [ObjectKind], Primitive.LockMode)] {
      table[name] = PrimitiveFunction(
        arguments: [.object(kinds)], result: .nothing, meaning: .primitive(.assertHeld(mode)))
    }
    addContexts(to: &table)
    let sequences: [(String, Primitive.SequenceOperation, Result, [Argument])] = [
      ("write_seqcount_begin", .writeBegin, .nothing, [.object([.seqcount])]),
      ("write_seqcount_end", .writeEnd, .nothing, [.object([.seqcount])]),
      ("read_seqcount_begin", .readBegin, .int, [.object([.seqcount])]),
      ("read_seqcount_retry", .readRetry, .int, [.object([.seqcount]), .value]),
    ]
    for (name, operation, result, arguments) in sequences {
      for prefix in ["", "raw_"] {
        table[prefix + name] = PrimitiveFunction(
          arguments: arguments, result: result, meaning: .primitive(.sequence(operation)))
      }
    }
    table["seqcount_init"] = initializer(.seqcount)
    for kind in ["spinlock", "mutex"] {
      table["seqcount_\(kind)_init"] = PrimitiveFunction(
        arguments: [.object([.seqcount]), .unevaluated], result: .nothing,
        meaning: .primitive(.initialize))
    }
  }

  /// Locks that are taken with something disabled.
  private static func addContexts(to table: inout Table) {
    let rwlock = ObjectKind.readWriteLock(sleeps: false)
    for (prefix, kind, lock, unlock) in [
      ("spin", .spinlock, .lock, .unlock), ("raw_spin", .spinlock, .lock, .unlock),
      ("read", rwlock, .readLock, .readUnlock), ("write", rwlock, .writeLock, .writeUnlock),
    ] as [(String, ObjectKind, Primitive.LockOperation, Primitive.LockOperation)] {
      for (suffix, context) in [("irq", Primitive.LockContext.interrupts), ("bh", .bottomHalves)] {
        for (name, operation) in [("lock", lock), ("unlock", unlock)] {
          table["\(prefix)_\(name)_\(suffix)"] = PrimitiveFunction(
            arguments: [.object([kind])], result: .nothing,
            meaning: .primitive(.lock(operation, in: context)))
        }
      }
      table["\(prefix)_lock_irqsave"] = PrimitiveFunction(
        arguments: [.object([kind]), .kept], result: .nothing,
        meaning: .primitive(.lock(lock, in: .savedInterrupts)))
      table["\(prefix)_unlock_irqrestore"] = PrimitiveFunction(
        arguments: [.object([kind]), .value], result: .nothing,
        meaning: .primitive(.lock(unlock, in: .savedInterrupts)))
    }
  }

  static func initializer(_ kind: ObjectKind) -> PrimitiveFunction {
    PrimitiveFunction(
      arguments: [.object([kind])], result: .nothing, meaning: .primitive(.initialize))
  }
}
