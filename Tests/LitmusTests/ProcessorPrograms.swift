@testable import Litmus

// What a thread does to its processor and asks of it, and what is done to handlers.
extension FunctionProgram {
  static func processor(_ primitive: Primitive, _ name: String) -> FunctionProgram? {
    switch primitive {
    case .disable(let context), .enable(let context): return disabling(primitive, context, name)
    case .preemption(isOff: true):
      return FunctionProgram(
        "\(name)();", in: "thread a(void) { CALL might_sleep(); preempt_enable(); }",
        "sleep-in-atomic@0")
    case .preemption(isOff: false):
      return FunctionProgram(
        "\(name)();", in: "thread a(void) { preempt_disable(); CALL might_sleep(); }")
    case .context(let question):
      // What comes of it in a thread and in an interrupt.
      let isSoft = question == .servesSoftInterrupt || question == .isSoftInterrupt
      let inThread = question == .isTask
      return FunctionProgram(
        "\(name)()", instead: inThread ? "1" : "0",
        in: "int x;\nthread a(void) { assert(\(inThread ? "" : "!")CALL); }\n"
          + "\(isSoft ? "softirq" : "irq") h(void) on a { assert(\(inThread ? "!" : "")CALL); }")
    default: return nil
    }
  }

  private static func disabling(
    _ primitive: Primitive, _ context: Primitive.LockContext, _ name: String
  ) -> FunctionProgram {
    let (off, on, word) =
      switch context {
      case .savedInterrupts: ("local_irq_save(flags);", "local_irq_restore(flags);", "irq")
      case .bottomHalves: ("local_bh_disable();", "local_bh_enable();", "softirq")
      case .none, .interrupts: ("local_irq_disable();", "local_irq_enable();", "irq")
      }
    let argument = context == .savedInterrupts ? "flags" : ""
    let isOff = if case .disable = primitive { true } else { false }
    // What comes between must not; and what waits for the handler must enable it again.
    return FunctionProgram(
      "\(name)(\(argument));",
      in: "int x, y;\nthread a(void) { unsigned long flags = 0; \(isOff ? "CALL" : off) x = 1; "
        + "assert(x == 1); \(isOff ? on : "CALL") await(y); }\n"
        + "\(word) h(void) on a { x = 2; y = 1; }")
  }

  static func handler(
    _ operation: Primitive.HandlerOperation, _ name: String
  ) -> FunctionProgram {
    let call = "\(name)(h);"
    let setter = "irq h(void) on a { x = 2; y = 1; }"
    switch operation {
    case .raise:
      return FunctionProgram(
        call,
        in: "int x;\nthread a(void) { await(x); }\nthread b(void) { CALL }\n"
          + "irq h(void) on a raised { x = 1; }")
    case .raiseAndWait:
      return FunctionProgram(
        call,
        in: "int x;\nthread a(void) { }\nthread b(void) { CALL assert(x); }\n"
          + "irq h(void) on a raised { x = 1; }")
    case .disable, .disableAtOnce:
      let wait = operation == .disable ? "" : "synchronize_irq(h); "
      return FunctionProgram(
        call,
        in: "int x, y;\nthread a(void) { }\nthread b(void) { CALL \(wait)x = 1; "
          + "assert(x == 1); enable_irq(h); }\n\(setter)")
    case .enable:
      return FunctionProgram(
        call,
        in: "int x, y;\nthread a(void) { }\n"
          + "thread b(void) { disable_irq(h); x = 1; assert(x == 1); CALL await(y); }\n\(setter)")
    case .synchronize:
      return FunctionProgram(
        call,
        in: "int x, y;\nthread a(void) { }\nthread b(void) { disable_irq_nosync(h); CALL "
          + "x = 1; assert(x == 1); enable_irq(h); }\n\(setter)")
    }
  }
}
