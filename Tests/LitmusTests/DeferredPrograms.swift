@testable import Litmus

// Programs about functions that deal with work and timers.
extension FunctionProgram {
  static func deferred(_ name: String, _ function: DeferredFunction) -> FunctionProgram {
    let arguments = function.arguments.map { argument in
      switch argument {
      case .item: function.call == .setUp ? "&g" : "it"
      case .function: "f"
      case .time: "jiffies + HZ"
      case .dropped: "0"
      }
    }
    let call = "\(name)(\(arguments.joined(separator: ", ")))"
    let isTimer = function.kind == .timer
    let queue =
      switch function.kind {
      case .work: "schedule_work(it);"
      case .delayedWork: "schedule_delayed_work(it, 1);"
      case .timer: "mod_timer(it, 1);"
      }
    let runs = "int x;\n\(isTimer ? "timer" : "work") it(void) { x = 1; }\n"
    let beats = "int x;\n\(isTimer ? "timer" : "work") it(void) { x = 1; x = 0; }\n"
    switch function.call {
    case .setUp:
      return FunctionProgram(
        "\(call);",
        in: "int x;\n\(function.kind.text) g;\n"
          + "static void f(struct \(isTimer ? "timer_list" : "work_struct") *w) { x = 1; }\n"
          + "thread a(void) { CALL \(queue.replacing("it,", with: "&g,").replacing("(it)", with: "(&g)")) }"
          + "\nfinally p: x")
    case .queue, .modify, .add:
      return FunctionProgram("\(call);", in: runs + "thread a(void) { CALL }\nfinally p: x")
    case .cancel, .isPending, .isBusy:
      return FunctionProgram(
        call, instead: "0", in: runs + "thread a(void) { \(queue) assert(!CALL); }", "assert@0")
    case .cancelIdle, .cancelSync:
      return FunctionProgram(
        "\(call);",
        in: beats + "thread a(void) { \(queue) CALL assert(!READ_ONCE(x)); }")
    case .tryCancel:
      return FunctionProgram(
        call, instead: "0", in: beats + "thread a(void) { \(queue) assert(CALL != -1); }",
        "assert@2")
    case .shutDown, .disable:
      return FunctionProgram(
        "\(call);", in: runs + "thread a(void) { CALL \(queue) }\nfinally p: !x")
    case .enable:
      return FunctionProgram(
        "\(call);",
        in: runs + "thread a(void) { \(name.replacing("enable", with: "disable"))(it); CALL "
          + "\(queue) }\nfinally p: x")
    case .flush:
      return FunctionProgram("\(call);", in: runs + "thread a(void) { \(queue) CALL assert(x); }")
    }
  }

  static func containerOfTimer(_ name: String) -> FunctionProgram {
    FunctionProgram(
      "\(name)(p, t, timer)", instead: "&other",
      in: "struct s { int v; struct timer_list timer; };\nstruct s one, other;\n"
        + "static void f(struct timer_list *t) { struct s *p = CALL; p->v = 1; }\n"
        + "thread a(void) { timer_setup(&one.timer, f, 0); add_timer(&one.timer); }\n"
        + "finally p: one.v")
  }

  static func delayedWorkOf(_ name: String) -> FunctionProgram {
    FunctionProgram(
      "\(name)(w)", instead: "&other.late",
      in: "struct s { int v; struct delayed_work late; };\nstruct s one, other;\n"
        + "static void f(struct work_struct *w) { container_of(CALL, struct s, late)->v = 1; }\n"
        + "thread a(void) { INIT_DELAYED_WORK(&one.late, f); "
        + "schedule_delayed_work(&one.late, 1); }\nfinally p: one.v")
  }
}
