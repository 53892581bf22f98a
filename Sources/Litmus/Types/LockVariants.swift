// Forms of locks whose waiting can be given up, that lockdep tells apart, or that are tried with
// something disabled.
extension PrimitiveFunction {
  /// What a wait gives that a signal has ended.
  private static let interrupted: Int64 = -4

  static func addLockVariants(to table: inout Table) {
    let rwsem = ObjectKind.readWriteLock(sleeps: true)
    func add(
      _ name: String, _ primitive: Primitive, on kind: ObjectKind, _ more: [Argument] = [],
      _ result: Result = .nothing
    ) {
      table[name] = PrimitiveFunction(
        arguments: [.object([kind])] + more, result: result, meaning: .primitive(primitive))
    }
    for (name, operation, kind) in [
      ("mutex_lock", .lock, .mutex), ("down_read", .readLock, rwsem),
      ("down_write", .writeLock, rwsem),
    ] as [(String, Primitive.LockOperation, ObjectKind)] {
      for form in ["interruptible", "killable"] where form == "killable" || operation != .writeLock
      {
        let primitive = Primitive.lockOrGiveUp(operation, Self.interrupted)
        add("\(name)_\(form)", primitive, on: kind, [], .int)
        if operation != .readLock {
          add("\(name)_\(form)_nested", primitive, on: kind, [.unevaluated], .int)
        }
      }
      add("\(name)_nested", .lock(operation, in: .none), on: kind, [.unevaluated])
    }
    add("mutex_lock_io", .lock(.lock, in: .none), on: .mutex)
    add("mutex_lock_nest_lock", .lock(.lock, in: .none), on: .mutex, [.unevaluated])
    for prefix in ["spin", "raw_spin"] {
      add("\(prefix)_lock_nested", .lock(.lock, in: .none), on: .spinlock, [.unevaluated])
      add(
        "\(prefix)_lock_irqsave_nested", .lock(.lock, in: .savedInterrupts), on: .spinlock,
        [.kept, .unevaluated])
      for (suffix, context) in [("irq", Primitive.LockContext.interrupts), ("bh", .bottomHalves)] {
        add(
          "\(prefix)_trylock_\(suffix)", .lock(.tryLock, in: context), on: .spinlock, [], .bool)
      }
    }
    let kinds = [ObjectKind.spinlock, .mutex, .readWriteLock(sleeps: false), rwsem]
    table["lockdep_is_held"] = PrimitiveFunction(
      arguments: [.object(kinds)], result: .bool, meaning: .primitive(.isHeld))
    table["lockdep_assert_not_held"] = PrimitiveFunction(
      arguments: [.object(kinds)], result: .nothing, meaning: .primitive(.assertNotHeld))
  }
}
