// What a thread does to its processor and asks of it, and what is done to handlers.
extension Primitive {
  /// What is asked of where the code runs.
  enum ContextQuestion: Hashable, Sendable {
    case isInterrupt, isHardInterrupt, isSoftInterrupt, servesSoftInterrupt, isTask
    case hasInterruptsOff
  }

  /// What is done to a handler.
  enum HandlerOperation: Hashable, Sendable {
    case raise, raiseAndWait
    case disable, disableAtOnce, enable, synchronize

    /// Whether it must be called where a thread may sleep, as with handlers in threads it does.
    var maySleep: Bool { self == .disable || self == .synchronize }

    /// Whether it needs a handler that comes only when it is raised.
    var isRaise: Bool {
      switch self {
      case .raise, .raiseAndWait: true
      case .disable, .disableAtOnce, .enable, .synchronize: false
      }
    }
  }
}

extension PrimitiveFunction {
  static func addProcessor(to table: inout Table) {
    func add(
      _ name: String, _ primitive: Primitive, _ arguments: [Argument] = [],
      _ result: Result = .nothing
    ) {
      table[name] = PrimitiveFunction(
        arguments: arguments, result: result, meaning: .primitive(primitive))
    }
    add("local_irq_disable", .disable(.interrupts))
    add("local_irq_enable", .enable(.interrupts))
    add("local_irq_save", .disable(.savedInterrupts), [.kept])
    add("local_irq_restore", .enable(.savedInterrupts), [.value])
    add("local_bh_disable", .disable(.bottomHalves))
    add("local_bh_enable", .enable(.bottomHalves))
    for suffix in ["", "_notrace"] {
      add("preempt_disable\(suffix)", .preemption(isOff: true))
      add("preempt_enable\(suffix)", .preemption(isOff: false))
    }
    add("preempt_enable_no_resched", .preemption(isOff: false))
    // Each thread has a processor of its own.
    for name in ["migrate_disable", "migrate_enable"] { add(name, .nothing) }
    for (name, question) in [
      ("in_interrupt", Primitive.ContextQuestion.isInterrupt), ("in_irq", .isHardInterrupt),
      ("in_hardirq", .isHardInterrupt), ("in_softirq", .isSoftInterrupt),
      ("in_serving_softirq", .servesSoftInterrupt), ("in_task", .isTask),
      ("irqs_disabled", .hasInterruptsOff),
    ] {
      add(name, .context(question), [], .int)
    }
  }
}

extension CompositeFunction {
  /// The functions that take a handler, by name.
  static let handlerFunctions: [String: Primitive.HandlerOperation] = [
    "raise": .raise, "raise_wait": .raiseAndWait, "disable_irq": .disable,
    "disable_irq_nosync": .disableAtOnce, "enable_irq": .enable, "synchronize_irq": .synchronize,
  ]
}
