extension PrimitiveFunction {
  /// The functions by name.
  static let table: [String: PrimitiveFunction] = {
    var table: [String: PrimitiveFunction] = [:]
    addAccesses(to: &table)
    addAtomics(to: &table)
    addBits(to: &table)
    addLocks(to: &table)
    addReaders(to: &table)
    addWords(to: &table)
    return table
  }()

  private typealias Table = [String: PrimitiveFunction]
  private static let orderings: [(suffix: String, ordering: Ordering)] = [
    ("", .full), ("_relaxed", .relaxed), ("_acquire", .acquire), ("_release", .release),
  ]

  private static func addAccesses(to table: inout Table) {
    for name in ["READ_ONCE", "rcu_dereference", "rcu_access_pointer", "data_race"] {
      table[name] = PrimitiveFunction(arguments: [.place], result: .value, meaning: .load)
    }
    for name in ["rcu_dereference_protected", "rcu_dereference_check"] {
      table[name] = PrimitiveFunction(
        arguments: [.place, .ignored], result: .value, meaning: .load)
    }
    table["smp_load_acquire"] = PrimitiveFunction(
      arguments: [.pointer], result: .value, meaning: .load, ordering: .acquire)
    for (name, ordering) in [
      ("WRITE_ONCE", Ordering.relaxed), ("rcu_assign_pointer", .release), ("smp_store_mb", .full),
      ("RCU_INIT_POINTER", .relaxed),
    ] {
      table[name] = PrimitiveFunction(
        arguments: [.place, .value], result: .nothing, meaning: .store, ordering: ordering)
    }
    table["smp_store_release"] = PrimitiveFunction(
      arguments: [.pointer, .value], result: .nothing, meaning: .store, ordering: .release)
    let fences: [(String, Primitive.Fence)] = [
      ("smp_mb", .full), ("smp_rmb", .read), ("smp_wmb", .write), ("mb", .full), ("rmb", .read),
      ("wmb", .write), ("smp_mb__before_atomic", .beforeAtomic),
      ("smp_mb__after_atomic", .afterAtomic), ("smp_mb__after_spinlock", .afterSpinlock),
      ("smp_mb__after_unlock_lock", .afterUnlockLock), ("barrier", .compiler),
    ]
    for (name, fence) in fences {
      table[name] = PrimitiveFunction(
        arguments: [], result: .nothing, meaning: .primitive(.fence(fence)))
    }
  }

  private static func addAtomics(to table: inout Table) {
    for (suffix, ordering) in orderings {
      for prefix in ["", "atomic_", "atomic64_", "atomic_long_"] {
        table["\(prefix)xchg\(suffix)"] = PrimitiveFunction(
          arguments: [.pointer, .value], result: .value, meaning: .primitive(.exchange),
          ordering: ordering)
        table["\(prefix)cmpxchg\(suffix)"] = PrimitiveFunction(
          arguments: [.pointer, .value, .value], result: .value,
          meaning: .primitive(.compareExchange), ordering: ordering)
      }
      for prefix in ["atomic_", "atomic64_", "atomic_long_"] {
        for (name, operation, constants) in [
          ("add", BinaryOperator.add, []), ("sub", .subtract, []), ("inc", .add, [1]),
          ("dec", .subtract, [1]),
        ] as [(String, BinaryOperator, [Int64])] {
          for (form, returned) in [
            ("\(name)_return", Primitive.Returned.new), ("fetch_\(name)", .old),
          ] {
            table["\(prefix)\(form)\(suffix)"] = arithmetic(
              operation, returned, .value, ordering, constants)
          }
        }
        for (name, operation) in [("and", BinaryOperator.and), ("or", .or), ("xor", .xor)] {
          table["\(prefix)fetch_\(name)\(suffix)"] = arithmetic(
            operation, .old, .value, ordering, [])
        }
      }
    }
    for prefix in ["atomic_", "atomic64_", "atomic_long_"] {
      table["\(prefix)read"] = PrimitiveFunction(
        arguments: [.pointer], result: .value, meaning: .load)
      table["\(prefix)read_acquire"] = PrimitiveFunction(
        arguments: [.pointer], result: .value, meaning: .load, ordering: .acquire)
      table["\(prefix)set"] = PrimitiveFunction(
        arguments: [.pointer, .value], result: .nothing, meaning: .store)
      table["\(prefix)set_release"] = PrimitiveFunction(
        arguments: [.pointer, .value], result: .nothing, meaning: .store, ordering: .release)
      for (name, operation, constants) in [
        ("add", BinaryOperator.add, []), ("sub", .subtract, []), ("inc", .add, [1]),
        ("dec", .subtract, [1]), ("and", .and, []), ("or", .or, []), ("xor", .xor, []),
      ] as [(String, BinaryOperator, [Int64])] {
        table["\(prefix)\(name)"] = arithmetic(
          operation, .nothing, .nothing, .relaxed, constants)
      }
      for (name, operation, constants) in [
        ("sub_and_test", BinaryOperator.subtract, []), ("dec_and_test", .subtract, [1]),
        ("inc_and_test", .add, [1]),
      ] as [(String, BinaryOperator, [Int64])] {
        table["\(prefix)\(name)"] = arithmetic(operation, .isZero, .bool, .full, constants)
      }
      table["\(prefix)add_negative"] = arithmetic(.add, .isNegative, .bool, .full, [])
      table["\(prefix)add_unless"] = PrimitiveFunction(
        arguments: [.pointer, .value, .value], result: .bool, meaning: .primitive(.addUnless),
        ordering: .full)
      table["\(prefix)inc_not_zero"] = PrimitiveFunction(
        arguments: [.pointer], result: .bool, meaning: .primitive(.addUnless), ordering: .full,
        constants: [1, 0])
    }
    let counts: [(String, Primitive.RefcountOperation, Result)] = [
      ("inc", .increment, .nothing), ("dec", .decrement, .nothing),
      ("dec_and_test", .decrementAndTest, .bool), ("inc_not_zero", .incrementNotZero, .bool),
    ]
    for (name, operation, result) in counts {
      table["refcount_\(name)"] = PrimitiveFunction(
        arguments: [.object([.refcount])], result: result,
        meaning: .primitive(.refcount(operation)))
    }
    table["refcount_read"] = table["atomic_read"]
    table["refcount_set"] = table["atomic_set"]
  }

  private static func arithmetic(
    _ operation: BinaryOperator, _ returned: Primitive.Returned, _ result: Result,
    _ ordering: Ordering, _ constants: [Int64]
  ) -> PrimitiveFunction {
    PrimitiveFunction(
      arguments: constants.isEmpty ? [.value, .pointer] : [.pointer], result: result,
      meaning: .primitive(.fetch(operation, returned)), ordering: ordering,
      constants: constants, valueFirst: true)
  }

  private static func addBits(to table: inout Table) {
    let operations: [(String, Primitive.BitOperation)] = [
      ("set", .set), ("clear", .clear), ("change", .change),
    ]
    for (name, operation) in operations {
      for (prefix, isAtomic) in [("", true), ("__", false)] {
        table["\(prefix)\(name)_bit"] = bit(.bit(operation, isAtomic: isAtomic, returnsOld: false))
        table["\(prefix)test_and_\(name)_bit"] = bit(
          .bit(operation, isAtomic: isAtomic, returnsOld: true))
      }
    }
    table["clear_bit_unlock"] = table["clear_bit"]
    table["test_and_set_bit_lock"] = table["test_and_set_bit"]
    table["test_bit"] = bit(.testBit)
  }

  private static func bit(_ primitive: Primitive) -> PrimitiveFunction {
    var result = Result.bool
    if case .bit(_, _, returnsOld: false) = primitive { result = .nothing }
    return PrimitiveFunction(
      arguments: [.value, .pointer], result: result, meaning: .primitive(primitive),
      ordering: result == .nothing ? .relaxed : .full, valueFirst: true)
  }

  private static func addLocks(to table: inout Table) {
    func add(_ name: String, _ operation: Primitive.LockOperation, on kind: ObjectKind) {
      let isTry = [.tryLock, .readTryLock, .writeTryLock].contains(operation)
      table[name] = PrimitiveFunction(
        arguments: [.object([kind])], result: isTry ? .bool : .nothing,
        meaning: .primitive(.lock(operation)))
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
    table["lockdep_assert_held"] = PrimitiveFunction(
      arguments: [.object([.spinlock, .mutex, rwlock, rwsem])], result: .nothing,
      meaning: .primitive(.assertHeld))
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
  }

  private static func initializer(_ kind: ObjectKind) -> PrimitiveFunction {
    PrimitiveFunction(
      arguments: [.object([kind])], result: .nothing, meaning: .primitive(.initialize))
  }

  private static func addReaders(to table: inout Table) {
    func add(
      _ name: String, _ primitive: Primitive, _ arguments: [Argument] = [],
      _ result: Result = .nothing
    ) {
      table[name] = PrimitiveFunction(
        arguments: arguments, result: result, meaning: .primitive(primitive))
    }
    add("rcu_read_lock", .rcu(.enter))
    add("rcu_read_unlock", .rcu(.leave))
    for name in ["synchronize_rcu", "synchronize_rcu_expedited", "synchronize_net"] {
      add(name, .rcu(.synchronize))
    }
    let srcu = Argument.object([.srcu])
    add("srcu_read_lock", .srcu(.enter), [srcu], .int)
    add("srcu_read_unlock", .srcu(.leave), [srcu, .value])
    for name in ["synchronize_srcu", "synchronize_srcu_expedited"] {
      add(name, .srcu(.synchronize), [srcu])
    }
  }

  private static func addWords(to table: inout Table) {
    func add(_ name: String, _ arguments: [Argument], _ result: Result, _ primitive: Primitive) {
      table[name] = PrimitiveFunction(
        arguments: arguments, result: result, meaning: .primitive(primitive))
    }
    add("assert", [.value], .nothing, .assert)
    add("assume", [.value], .nothing, .assume)
    add("await", [.value], .nothing, .await)
    add("choose", [.range], .int, .choose)
    add("BUG_ON", [.value], .nothing, .warn)
    for name in ["WARN_ON", "WARN_ON_ONCE"] { add(name, [.value], .bool, .warn) }
    add("might_sleep", [], .nothing, .mightSleep)
    for name in ["cpu_relax", "cond_resched", "schedule_hint"] { add(name, [], .nothing, .nothing) }
    for name in ["pr_info", "pr_err", "pr_warn", "pr_debug", "printk"] {
      table[name] = PrimitiveFunction(
        arguments: [], takesMore: true, result: .nothing, meaning: .primitive(.nothing))
    }
  }

  /// What the second half of the language has; each is refused by its name.
  static let later: Set<String> = [
    "kmalloc", "kzalloc", "kcalloc", "kfree", "kfree_rcu", "kvfree", "call_rcu", "rcu_barrier",
    "call_srcu", "srcu_barrier", "kmem_cache_alloc", "kmem_cache_free", "kref_get", "kref_put",
    "kref_init", "kref_get_unless_zero", "wait_event", "wait_event_interruptible",
    "wait_event_timeout", "wake_up", "wake_up_all", "wake_up_interruptible", "wake_up_process",
    "set_current_state", "__set_current_state", "schedule", "schedule_timeout",
    "init_waitqueue_head", "complete", "complete_all", "wait_for_completion", "init_completion",
    "wait_for_completion_timeout", "reinit_completion", "schedule_work", "queue_work",
    "cancel_work", "cancel_work_sync", "flush_work", "INIT_WORK", "mod_timer", "add_timer",
    "del_timer", "del_timer_sync", "timer_delete", "timer_delete_sync", "timer_shutdown",
    "timer_shutdown_sync", "timer_setup", "raise", "raise_wait", "local_irq_save",
    "local_irq_restore", "local_irq_disable", "local_irq_enable", "local_bh_disable",
    "local_bh_enable", "spin_lock_irq", "spin_unlock_irq", "spin_lock_irqsave",
    "spin_unlock_irqrestore", "spin_lock_bh", "spin_unlock_bh", "raw_spin_lock_irq",
    "raw_spin_unlock_irq", "raw_spin_lock_irqsave", "raw_spin_unlock_irqrestore",
    "read_lock_irqsave", "read_unlock_irqrestore", "write_lock_irq", "write_unlock_irq",
    "write_lock_irqsave", "write_unlock_irqrestore", "preempt_disable", "preempt_enable",
    "this_cpu_read", "this_cpu_write", "this_cpu_inc", "this_cpu_dec", "this_cpu_add",
    "__this_cpu_read", "__this_cpu_write", "__this_cpu_inc", "__this_cpu_dec", "__this_cpu_add",
    "per_cpu", "per_cpu_ptr", "this_cpu_ptr", "DEFINE_PER_CPU", "smp_processor_id",
    "container_of", "list_add", "list_add_tail", "list_del", "list_del_init", "list_del_rcu",
    "list_add_rcu", "list_add_tail_rcu", "list_empty", "list_entry", "INIT_LIST_HEAD", "LIST_HEAD",
    "list_move", "list_first_entry", "list_splice", "hlist_add_head", "hlist_del", "llist_add",
    "llist_del_all", "bit_spin_lock", "bit_spin_unlock", "read_seqlock_excl", "write_seqlock",
    "write_sequnlock", "read_seqbegin", "read_seqretry", "seqlock_init", "init_srcu_struct",
    "cleanup_srcu_struct", "down", "up", "msleep", "usleep_range", "try_cmpxchg",
    "atomic_try_cmpxchg", "atomic_dec_if_positive", "refcount_add", "refcount_dec_and_lock",
  ]
}
