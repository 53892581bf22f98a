extension PrimitiveFunction {
  /// The functions by name.
  static let table: [String: PrimitiveFunction] = {
    var table: [String: PrimitiveFunction] = [:]
    addAccesses(to: &table)
    addAtomics(to: &table)
    addBits(to: &table)
    addLocks(to: &table)
    addReaders(to: &table)
    addWaits(to: &table)
    addLockVariants(to: &table)
    addWords(to: &table)
    addProcessor(to: &table)
    return table
  }()

  typealias Table = [String: PrimitiveFunction]
  private static let orderings: [(suffix: String, ordering: Ordering)] = [
    ("", .full), ("_relaxed", .relaxed), ("_acquire", .acquire), ("_release", .release),
  ]

  private static func addAccesses(to table: inout Table) {
    for name in [
      "READ_ONCE", "READ_ONCE_NOCHECK", "rcu_dereference", "rcu_dereference_raw",
      "rcu_access_pointer",
      "rcu_dereference_bh", "rcu_dereference_sched",
    ] {
      table[name] = PrimitiveFunction(arguments: [.place], result: .value, meaning: .load)
    }
    // Whoever may change the pointer is kept out, so that the kernel reads it like any other.
    table["rcu_dereference_protected"] = PrimitiveFunction(
      arguments: [.place, .unevaluated], result: .value, meaning: .plainLoad)
    for name in ["rcu_dereference_check", "srcu_dereference"] {
      table[name] = PrimitiveFunction(
        arguments: [.place, .unevaluated], result: .value, meaning: .load)
    }
    table["srcu_dereference_check"] = PrimitiveFunction(
      arguments: [.place, .unevaluated, .unevaluated], result: .value, meaning: .load)
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
      ("smp_mb__after_srcu_read_unlock", .afterUnlockReaders),
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
        table["\(prefix)add_negative\(suffix)"] = arithmetic(
          .add, .isNegative, .bool, ordering, [])
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
      addGuarded(prefix, to: &table)
    }
    let counts: [(String, Primitive.RefcountOperation, Result)] = [
      ("inc", .increment, .nothing), ("dec", .decrement, .nothing),
      ("dec_and_test", .decrementAndTest, .bool), ("inc_not_zero", .incrementNotZero, .bool),
      ("dec_if_one", .decrementIfOne, .bool), ("dec_not_one", .decrementNotOne, .bool),
    ]
    for (name, operation, result) in counts {
      table["refcount_\(name)"] = PrimitiveFunction(
        arguments: [.object([.refcount])], result: result,
        meaning: .primitive(.refcount(operation)), constants: [1])
    }
    for (name, operation, result) in [
      ("add", .increment, .nothing), ("add_not_zero", .incrementNotZero, .bool),
      ("sub_and_test", .decrementAndTest, .bool),
    ] as [(String, Primitive.RefcountOperation, Result)] {
      table["refcount_\(name)"] = PrimitiveFunction(
        arguments: [.value, .object([.refcount])], result: result,
        meaning: .primitive(.refcount(operation)), valueFirst: true)
    }
    table["refcount_read"] = table["atomic_read"]
    table["refcount_set"] = table["atomic_set"]
  }

  /// Additions that are left out in some states.
  private static func addGuarded(_ prefix: String, to table: inout Table) {
    func add(
      _ name: String, _ amount: Int64, _ condition: Primitive.Guard,
      _ returned: Primitive.Returned
    ) {
      table["\(prefix)\(name)"] = PrimitiveFunction(
        arguments: [.pointer], result: returned == .isDone ? .bool : .value,
        meaning: .primitive(.addUnless(condition, returned)), ordering: .full,
        constants: [amount, 0])
    }
    for (name, returned) in [("add_unless", Primitive.Returned.isDone), ("fetch_add_unless", .old)]
    {
      table["\(prefix)\(name)"] = PrimitiveFunction(
        arguments: [.pointer, .value, .value], result: returned == .isDone ? .bool : .value,
        meaning: .primitive(.addUnless(.equal, returned)), ordering: .full)
    }
    add("inc_not_zero", 1, .equal, .isDone)
    add("inc_unless_negative", 1, .negative, .isDone)
    add("dec_unless_positive", -1, .positive, .isDone)
    add("dec_if_positive", -1, .sumNegative, .new)
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
    table["__clear_bit_unlock"] = table["__clear_bit"]
    for (name, operation, result) in [
      ("lock", .lock, .nothing), ("trylock", .tryLock, .bool), ("unlock", .unlock, .nothing),
    ] as [(String, Primitive.BitLockOperation, Result)] {
      table["bit_spin_\(name)"] = PrimitiveFunction(
        arguments: [.value, .pointer], result: result, meaning: .primitive(.bitLock(operation)),
        valueFirst: true)
    }
    table["bit_spin_is_locked"] = bit(.testBit)
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

  private static func addReaders(to table: inout Table) {
    func add(
      _ name: String, _ primitive: Primitive, _ arguments: [Argument] = [],
      _ result: Result = .nothing
    ) {
      table[name] = PrimitiveFunction(
        arguments: arguments, result: result, meaning: .primitive(primitive))
    }
    for suffix in ["", "_bh", "_sched"] {
      add("rcu_read_lock\(suffix)", .rcu(.enter))
      add("rcu_read_unlock\(suffix)", .rcu(.leave))
    }
    for name in ["synchronize_rcu", "synchronize_rcu_expedited", "synchronize_net"] {
      add(name, .rcu(.synchronize))
    }
    let srcu = Argument.object([.srcu])
    add("srcu_read_lock", .srcu(.enter), [srcu], .int)
    add("srcu_read_unlock", .srcu(.leave), [srcu, .value])
    for name in ["synchronize_srcu", "synchronize_srcu_expedited"] {
      add(name, .srcu(.synchronize), [srcu])
    }
    // Its readers must have left, as at the end of a local's life.
    add("init_srcu_struct", .initialize, [srcu], .int)
    add("cleanup_srcu_struct", .initialize, [srcu])
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
    for name in ["WARN", "WARN_ONCE"] {
      table[name] = PrimitiveFunction(
        arguments: [.value], further: .unevaluated, result: .bool, meaning: .primitive(.warn))
    }
    table["BUG"] = PrimitiveFunction(
      arguments: [], result: .nothing, meaning: .primitive(.warn), constants: [1])
    for name in ["smp_processor_id", "raw_smp_processor_id"] { add(name, [], .int, .processor) }
    for name in ["might_sleep", "cond_resched"] { add(name, [], .nothing, .mightSleep) }
    // Time passes between any two steps.
    for name in ["msleep", "ssleep", "fsleep"] { add(name, [.dropped], .nothing, .mightSleep) }
    add("usleep_range", [.dropped, .dropped], .nothing, .mightSleep)
    for name in ["udelay", "ndelay", "mdelay"] { add(name, [.dropped], .nothing, .nothing) }
    add("cpu_relax", [], .nothing, .nothing)
    for name in [
      "pr_emerg", "pr_alert", "pr_crit", "pr_err", "pr_warn", "pr_notice", "pr_info", "pr_cont",
      "printk",
    ] {
      table[name] = PrimitiveFunction(
        arguments: [], further: .dropped, result: .nothing, meaning: .primitive(.nothing))
    }
    // Kernels that do not debug leave these out.
    for name in ["pr_debug", "pr_devel"] {
      table[name] = PrimitiveFunction(
        arguments: [], further: .unevaluated, result: .nothing, meaning: .primitive(.nothing))
    }
  }
}
