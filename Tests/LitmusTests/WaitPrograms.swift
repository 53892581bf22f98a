@testable import Litmus

// Programs about functions that put threads to sleep and wake them.
extension FunctionProgram {
  static func wait(
    _ operation: Primitive.WaitOperation, _ name: String, _ function: PrimitiveFunction
  ) -> FunctionProgram? {
    let queue = "int x, y;\nwait_queue_head_t wq;\n"
    let counts = "int x;\nstruct completion c;\nstruct semaphore s;\n"
    let isCompletion = function.arguments.first == .object([.waiting(.completion)])
    let object = isCompletion ? "&c" : "&s"
    switch operation {
    case .event(let patience):
      return givingUp(
        "\(name)(wq, READ_ONCE(x)\(patience.timedOut == nil ? "" : ", 5"))", patience,
        in: queue + "thread a(void) { CALL assert(READ_ONCE(x)); }\n"
          + "thread b(void) { WRITE_ONCE(x, 1); wake_up(&wq); }")
    case .prepare:
      return FunctionProgram(
        "\(name)(&wq, &w, TASK_UNINTERRUPTIBLE);",
        in: queue + "thread a(void) { DEFINE_WAIT(w); CALL assert(waitqueue_active(&wq)); "
          + "finish_wait(&wq, &w); }")
    case .finish:
      return FunctionProgram(
        "\(name)(&wq, &w);",
        in: queue + "thread a(void) { DEFINE_WAIT(w); "
          + "prepare_to_wait(&wq, &w, TASK_UNINTERRUPTIBLE); CALL }")
    case .wakeUp:
      let more = function.arguments.count == 1 ? "" : ", 1"
      return FunctionProgram(
        "\(name)(&wq\(more));",
        in: queue + "thread a(void) { DEFINE_WAIT(w); "
          + "prepare_to_wait(&wq, &w, TASK_INTERRUPTIBLE); if (!READ_ONCE(x)) schedule(); "
          + "finish_wait(&wq, &w); }\nthread b(void) { WRITE_ONCE(x, 1); CALL }")
    case .hasWaiters:
      return FunctionProgram(
        "\(name)(&wq)", instead: "0",
        in: queue + "thread a(void) { DEFINE_WAIT(w); prepare_to_wait(&wq, &w, TASK_IDLE); "
          + "assert(CALL); finish_wait(&wq, &w); assert(!\(name)(&wq)); }")
    case .setState:
      return FunctionProgram("\(name)(TASK_INTERRUPTIBLE);", in: sleeper("CALL", "schedule();"))
    case .schedule(let patience):
      return givingUp(
        "\(name)(\(patience.timedOut == nil ? "" : "5"))", patience,
        in: sleeper("set_current_state(TASK_INTERRUPTIBLE);", "{ CALL }"))
    case .wakeProcess:
      return FunctionProgram(
        "\(name)(a);",
        in: sleeper("set_current_state(TASK_IDLE);", "schedule();", wakes: "CALL"))
    case .complete(let all):
      return FunctionProgram(
        "\(name)(&c);",
        in: counts + "thread a(void) { wait_for_completion(&c); "
          + "\(all ? "wait_for_completion(&c);" : "") }\nthread b(void) { CALL }")
    case .take(let patience):
      return givingUp(
        "\(name)(\(object)\(patience.timedOut == nil ? "" : ", 5"))", patience,
        in: counts + "thread a(void) { CALL assert(READ_ONCE(x)); }\n"
          + "thread b(void) { WRITE_ONCE(x, 1); \(isCompletion ? "complete(&c)" : "up(&s)"); }")
    case .tryTake(let isTrueIfTaken):
      return FunctionProgram(
        "\(name)(\(object))", instead: isTrueIfTaken ? "1" : "0",
        in: counts
          + "thread a(void) { if (\(isTrueIfTaken ? "" : "!")CALL) assert(READ_ONCE(x)); }\n"
          + "thread b(void) { WRITE_ONCE(x, 1); \(isCompletion ? "complete(&c)" : "up(&s)"); }")
    case .isDone:
      return FunctionProgram(
        "\(name)(&c)", instead: "1",
        in: counts + "thread a(void) { if (CALL) assert(READ_ONCE(x)); }\n"
          + "thread b(void) { WRITE_ONCE(x, 1); complete(&c); }")
    case .up:
      return FunctionProgram(
        "\(name)(&s);", in: counts + "thread a(void) { down(&s); }\nthread b(void) { CALL }")
    case .setCount:
      if isCompletion {
        return FunctionProgram(
          "\(name)(&c);",
          in: counts + "thread a(void) { complete_all(&c); CALL assert(!completion_done(&c)); }")
      }
      return FunctionProgram(
        "\(name)(&s, 2);", in: counts + "thread a(void) { CALL down(&s); down(&s); }")
    case .current, .task: return nil
    }
  }

  /// A thread that sleeps until another one has changed `x` and wakes it.
  private static func sleeper(
    _ prepares: String, _ sleeps: String, wakes: String = "wake_up_process(a);"
  ) -> String {
    "int x;\nthread a(void) { \(prepares) if (!READ_ONCE(x)) \(sleeps) assert(READ_ONCE(x)); }\n"
      + "thread b(void) { WRITE_ONCE(x, 1); \(wakes) }"
  }

  /// A wait that may be given up says so by its value, and then nothing is asserted.
  private static func givingUp(
    _ call: String, _ patience: Patience, in body: String
  ) -> FunctionProgram {
    if patience.ways == 0 { return FunctionProgram(call + ";", in: body) }
    // With both a signal and a time, what is left of the time is more than 0.
    let test = patience.givesRest ? "\(call) <= 0" : call
    return FunctionProgram(
      test, instead: "0", in: body.replacing("CALL", with: "if (CALL) return;"))
  }
}
