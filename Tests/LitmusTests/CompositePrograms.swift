@testable import Litmus

// Programs about functions that are made of several primitives.
extension FunctionProgram {
  static func composite(_ name: String, _ function: CompositeFunction) -> FunctionProgram {
    let counted =
      "struct obj { int v; struct kref ref; };\nstruct obj o;\nint gone;\n"
      + "static void release(struct kref *k) { struct obj *p = container_of(k, struct obj, ref); "
      + "p->v = 1; gone++; }\n"
    switch function {
    case .heap(let function): return heap(name, function)
    case .containerOf:
      return FunctionProgram(
        "\(name)(m, struct s, b)", instead: "&other",
        in: "struct s { int a, b; };\nstruct s one, other;\nthread t(void) { int *m = &one.b; "
          + "struct s *p = CALL; p->a = 1; assert(one.a == 1 && p == &one); }")
    case .containerOrNull:
      return FunctionProgram(
        "(\(name)(m, struct s, b) == &one && !\(name)(none, struct s, b))", instead: "0",
        in: "struct s { int a, b; };\nstruct s one;\nthread t(void) { int *m = &one.b, "
          + "*none = NULL; assert(CALL); }")
    case .perCPU(let operation, _): return perCPU(operation, name)
    case .tryExchange:
      let counter = counter(name)
      return FunctionProgram(
        "\(name)(&x, &old, 5)", instead: "(old == 3)",
        in: "\(counter.declaration("3"))\nint won;\nstatic void f(void) { "
          + "\(counter.type == "atomic64_t" ? "long" : "int") old = 3; "
          + "if (CALL) won++; else assert(old == 5); }\n"
          + "thread a(void) { f(); }\nthread b(void) { f(); }\nfinally p: won == 1")
    case .krefSet:
      return FunctionProgram(
        "\(name)(&o.ref);", in: counted + "thread a(void) { CALL kref_get(&o.ref); }")
    case .krefRead:
      return FunctionProgram(
        "\(name)(&o.ref)", instead: "0",
        in: counted + "thread a(void) { kref_init(&o.ref); assert(CALL == 1); }")
    case .krefGet:
      return FunctionProgram(
        "\(name)(&o.ref);",
        in: counted + "thread a(void) { kref_init(&o.ref); CALL "
          + "kref_put(&o.ref, release); assert(!gone); }")
    case .krefGetUnlessZero:
      return FunctionProgram(
        "\(name)(&o.ref)", instead: "1",
        in: counted + "thread a(void) { assert(!CALL); }")
    case .krefPut:
      return FunctionProgram(
        "\(name)(&o.ref, release);",
        in: counted + "init(void) { kref_init(&o.ref); kref_get(&o.ref); }\n"
          + "thread a(void) { CALL }\nthread b(void) { CALL }\nfinally p: gone == 1 && o.v == 1")
    case .buildBug:
      // It says nothing where it holds; where it does not, the file is wrong.
      return FunctionProgram(
        "\(name)(\(name == "BUILD_BUG_ON" ? 0 : 1)); x = 1;", instead: "",
        in: "int x;\nthread a(void) { CALL }\nfinally p: x")
    case .arraySize:
      return FunctionProgram(
        "\(name)(a)", instead: "1", in: "int a[3];\nthread t(void) { assert(CALL == 3); }")
    case .dataRace:
      return FunctionProgram(
        "\(name)(x)", instead: "x",
        in: "data-races\nint x;\nthread a(void) { int i = CALL; }\nthread b(void) { x = 1; }")
    case .lesser(let isTyped):
      return FunctionProgram(
        "\(name)(\(isTyped ? "u8, " : "")x, 4)", instead: "x",
        in: "int x = 7;\nthread a(void) { assert(CALL == 4); }")
    case .greater(let isTyped):
      return FunctionProgram(
        "\(name)(\(isTyped ? "u8, " : "")x, 9)", instead: "x",
        in: "int x = 7;\nthread a(void) { assert(CALL == 9); }")
    case .clamp, .clampTyped, .clampValue:
      let type = function == .clampTyped ? "u8, " : ""
      return FunctionProgram(
        "(\(name)(\(type)x, 8, 9) + \(name)(\(type)x, 1, 3) + \(name)(\(type)x, 1, 9))",
        instead: "3 * x", in: "int x = 7;\nthread a(void) { assert(CALL == 18); }")
    case .swap:
      return FunctionProgram(
        "\(name)(x, y);", in: "int x, y = 1;\nthread a(void) { CALL assert(x && !y); }")
    case .small(let function): return small(name, function)
    case .handler(let operation): return handler(operation, name)
    case .sequenceLock(let operation, let context): return sequenceLock(operation, context, name)
    }
  }

  private static func sequenceLock(
    _ operation: CompositeFunction.SequenceLockOperation, _ context: Primitive.LockContext,
    _ name: String
  ) -> FunctionProgram {
    let flags = context == .savedInterrupts ? ", flags" : ""
    let suffix =
      switch context {
      case .none: ("", "")
      case .interrupts: ("_irq", "_irq")
      case .bottomHalves: ("_bh", "_bh")
      case .savedInterrupts: ("_irqsave", "_irqrestore")
      }
    let keep = "unsigned long flags = 0;"
    let lock = operation == .lock ? "CALL" : "write_seqlock\(suffix.0)(&s\(flags));"
    let unlock = operation == .unlock ? "CALL" : "write_sequnlock\(suffix.1)(&s\(flags));"
    let only = operation == .lockExclusive ? "CALL" : "read_seqlock_excl\(suffix.0)(&s\(flags));"
    let free =
      operation == .unlockExclusive ? "CALL" : "read_sequnlock_excl\(suffix.1)(&s\(flags));"
    let writer =
      "seqlock_t s;\nint x, y;\n"
      + "thread w(void) { \(keep) \(lock) WRITE_ONCE(x, 1); WRITE_ONCE(y, 1); \(unlock) }\n"
    switch operation {
    case .initialize:
      return FunctionProgram(
        "\(name)(&s);",
        in: "seqlock_t s;\nthread a(void) { write_seqlock(&s); CALL write_sequnlock(&s); }",
        "lock-misuse@0")
    case .readBegin, .readRetry, .lock, .unlock:
      let begin = operation == .readBegin ? "CALL" : "read_seqbegin(&s)"
      let retry = operation == .readRetry ? "CALL" : "read_seqretry(&s, n)"
      let call =
        operation == .readRetry
        ? "\(name)(&s, n)"
        : operation == .readBegin ? "\(name)(&s)" : "\(name)(&s\(flags));"
      return FunctionProgram(
        call,
        instead: operation == .readBegin ? "1" : operation == .readRetry ? "0" : "",
        in: writer + "thread r(void) { unsigned n; int i, j; do { n = \(begin); "
          + "i = READ_ONCE(x); j = READ_ONCE(y); } while (\(retry)); assert(i == j); }")
    case .lockExclusive, .unlockExclusive:
      return FunctionProgram(
        "\(name)(&s\(flags));",
        in: writer + "thread r(void) { \(keep) int i, j; \(only) i = READ_ONCE(x); "
          + "j = READ_ONCE(y); \(free) assert(i == j); }\n"
          + "thread q(void) { \(keep) \(only) \(free) }")
    }
  }
}
