@testable import Litmus

/// A program that uses a function, and the same without it: other things come of the two.
struct FunctionProgram {
  var with: String
  var without: String
  /// What comes of the first.
  var answer: String

  /// `body` has `CALL` where the function is called; `instead` stands there without it.
  init(
    _ call: String, instead: String = "", in body: String, _ answer: String = "holds"
  ) {
    with = "C t\n" + body.replacing("CALL", with: call) + "\n"
    without = "C t\n" + body.replacing("CALL", with: instead) + "\n"
    self.answer = answer
  }

  static func `for`(_ name: String) -> FunctionProgram? {
    if let function = PrimitiveFunction.table[name] { return primitive(name, function) }
    if let function = CompositeFunction.table[name] { return composite(name, function) }
    if PreludeText.functions[name] != nil { return prelude(name) }
    if let program = guarded[name] { return program }
    return nil
  }

  // MARK: - Primitives

  private static func primitive(_ name: String, _ function: PrimitiveFunction) -> FunctionProgram? {
    switch function.meaning {
    case .load, .plainLoad:
      let type = counter(name)
      return FunctionProgram(
        "\(name)(\(arguments(function, "x", "0")))", instead: "0",
        in: "\(type.declaration("3"))\nthread a(void) { assert(CALL == 3); }")
    case .store:
      let type = counter(name)
      return FunctionProgram(
        "\(name)(\(arguments(function, "x", "3")));",
        in: "\(type.declaration("1"))\nthread a(void) { CALL }\nfinally p: \(type.value) == 3")
    case .primitive(let primitive): return self.primitive(primitive, name, function)
    }
  }

  private static func primitive(
    _ primitive: Primitive, _ name: String, _ function: PrimitiveFunction
  ) -> FunctionProgram? {
    switch primitive {
    case .exchange: return change(name, function, "5", from: 3, to: 5)
    case .compareExchange: return change(name, function, "3, 5", from: 3, to: 5)
    case .fetch(let operation, _):
      let amount: Int64 = function.constants.first ?? 5
      guard let result = operation.apply(3, amount) else { return nil }
      return change(name, function, "5", from: 3, to: result)
    case .addUnless(let condition, _):
      switch condition {
      case .equal: return change(name, function, "1, 9", from: 3, to: 4)
      case .negative: return change(name, function, "", from: 3, to: 4)
      case .positive: return change(name, function, "", from: -3, to: -4)
      case .sumNegative: return change(name, function, "", from: 3, to: 2)
      }
    case .refcount(let operation):
      switch operation {
      case .increment, .incrementNotZero: return change(name, function, "1", from: 3, to: 4)
      case .decrement, .decrementAndTest, .decrementNotOne:
        return change(name, function, "1", from: 3, to: 2)
      case .decrementIfOne: return change(name, function, "", from: 1, to: 0)
      }
    case .bit(let operation, let isAtomic, _):
      let (from, to) = operation == .clear ? (3, 1) : (1, 3)
      // What is not atomic loses what the other thread writes in between.
      return FunctionProgram(
        "\(name)(1, &x);",
        in: "unsigned long x = \(from);\nthread a(void) { CALL }\n"
          + "thread b(void) { set_bit(2, &x); }\nfinally p: x == \(to | 4)",
        isAtomic ? "holds" : "p@1")
    case .testBit:
      return FunctionProgram(
        "\(name)(1, &x)", instead: "0",
        in: "unsigned long x = 2;\nthread a(void) { assert(CALL); }")
    case .bitLock(let operation):
      let lock = operation == .tryLock ? "if (CALL)" : "CALL"
      let call = "\(name)(0, &l)" + (operation == .tryLock ? "" : ";")
      if operation == .unlock {
        return FunctionProgram(
          call,
          in: "unsigned long l;\nint x;\nthread a(void) { bit_spin_lock(0, &l); x++; CALL }\n"
            + "thread b(void) { bit_spin_lock(0, &l); x++; CALL }\nfinally p: x == 2")
      }
      return FunctionProgram(
        call, instead: operation == .tryLock ? "1" : "l = 1;",
        in: "unsigned long l;\nint x, in;\n"
          + "static void f(void) { \(lock) { in++; assert(in == 1); in--; "
          + "if (l & 1) bit_spin_unlock(0, &l); } }\n"
          + "thread a(void) { f(); }\nthread b(void) { f(); }")
    case .lock(let operation, let context): return lock(operation, context, name, function)
    case .isLocked:
      let type = name.hasPrefix("mutex") ? "struct mutex" : "spinlock_t"
      let lock = name.hasPrefix("mutex") ? "mutex_lock" : "spin_lock"
      return FunctionProgram(
        "\(name)(&l)", instead: "0",
        in: "\(type) l;\nthread a(void) { \(lock)(&l); assert(CALL); "
          + "\(lock.replacing("_lock", with: "_unlock"))(&l); }")
    case .assertHeld(let mode):
      let lock = mode == .read ? "write_lock(&l);" : "read_lock(&l);"
      let unlock = mode == .read ? "write_unlock(&l);" : "read_unlock(&l);"
      let isAny = mode == .any
      return FunctionProgram(
        "\(name)(&l);",
        in: "rwlock_t l;\nthread a(void) { \(isAny ? "" : lock) CALL \(isAny ? "" : unlock) }",
        "lock-misuse@0")
    case .sequence(let operation): return sequence(operation, name)
    case .rcu(let operation): return readers(operation, name, object: nil)
    case .srcu(let operation): return readers(operation, name, object: "s")
    case .assert:
      return FunctionProgram("\(name)(x);", in: "int x;\nthread a(void) { CALL }", "assert@0")
    case .warn:
      let argument = function.arguments.isEmpty ? "" : "!x"
      return FunctionProgram(
        "\(name)(\(argument));", in: "int x;\nthread a(void) { CALL }", "assert@0")
    case .assume:
      return FunctionProgram("\(name)(x);", in: "int x;\nthread a(void) { CALL assert(x); }")
    case .await:
      return FunctionProgram(
        "\(name)(x);", in: "int x;\nthread a(void) { CALL assert(x); }\nthread b(void) { x = 1; }")
    case .choose:
      return FunctionProgram(
        "\(name)(0..1)", instead: "0", in: "int x;\nthread a(void) { x = CALL; assert(!x); }",
        "assert@0")
    case .mightSleep:
      let arguments = function.arguments.map { _ in "1" }.joined(separator: ", ")
      return FunctionProgram(
        "\(name)(\(arguments));",
        in: "spinlock_t l;\nthread a(void) { spin_lock(&l); CALL spin_unlock(&l); }",
        "sleep-in-atomic@0")
    case .initialize: return initializer(name, function)
    case .processor:
      return FunctionProgram(
        "\(name)()", instead: "0", in: "thread a(void) { }\nthread b(void) { assert(CALL == 1); }")
    case .wait(let operation): return wait(operation, name, function)
    case .isHeld:
      return FunctionProgram(
        "\(name)(&l)", instead: "0",
        in: "struct mutex l;\nthread a(void) { assert(!\(name)(&l)); mutex_lock(&l); "
          + "assert(CALL); mutex_unlock(&l); }\nthread b(void) { mutex_lock(&l); "
          + "mutex_unlock(&l); }")
    case .assertNotHeld:
      return FunctionProgram(
        "\(name)(&l);", in: "rwlock_t l;\nthread a(void) { read_lock(&l); CALL read_unlock(&l); }",
        "lock-misuse@0")
    case .lockOrGiveUp(let operation, _): return lockOrGiveUp(operation, name, function)
    case .disable, .enable, .preemption, .context: return processor(primitive, name)
    case .fence, .testAndExchange, .mark, .nothing, .allocate, .free, .readUntil, .handler:
      return nil
    }
  }

  /// What a function's name says of what it works on.
  struct Counter {
    var type: String
    var initializer: String
    var value: String

    func declaration(_ initial: String) -> String {
      "\(type) x = \(initializer.isEmpty ? initial : "\(initializer)(\(initial))");"
        + "\nstruct srcu_struct s;"
    }
  }

  static func counter(_ name: String) -> Counter {
    switch PrimitiveFunction.counter(of: name) {
    case .atomic(.long):
      Counter(type: "atomic64_t", initializer: "ATOMIC64_INIT", value: "atomic64_read(&x)")
    case .atomic: Counter(type: "atomic_t", initializer: "ATOMIC_INIT", value: "atomic_read(&x)")
    case .refcount:
      Counter(type: "refcount_t", initializer: "REFCOUNT_INIT", value: "refcount_read(&x)")
    default: Counter(type: "int", initializer: "", value: "READ_ONCE(x)")
    }
  }

  private static func arguments(
    _ function: PrimitiveFunction, _ name: String, _ value: String
  ) -> String {
    function.arguments.map { argument in
      switch argument {
      case .place: name
      case .pointer, .object: "&\(name)"
      default: value
      }
    }.joined(separator: ", ")
  }

  /// A read and write in one step: nothing of what the other thread does in between is lost.
  private static func change(
    _ name: String, _ function: PrimitiveFunction, _ values: String, from: Int64, to: Int64
  ) -> FunctionProgram {
    let counter = counter(name)
    var given = values.split(separator: ",").map { String($0).trimmed }
    let list = function.arguments.map { argument -> String in
      switch argument {
      case .pointer, .object, .place: "&x"
      default: given.isEmpty ? "1" : given.removeFirst()
      }
    }
    return FunctionProgram(
      "\(name)(\(list.joined(separator: ", ")));",
      in:
        "\(counter.declaration("\(from)"))\nint v;\nthread a(void) { CALL v = \(counter.value); }\n"
        + "finally p: v == \(to)")
  }

  // MARK: - Locks

  private static func lock(
    _ operation: Primitive.LockOperation, _ context: Primitive.LockContext, _ full: String,
    _ function: PrimitiveFunction
  ) -> FunctionProgram? {
    // Forms for lockdep, and the like, are the same as the plain ones.
    let name = full.replacing("_nested", with: "").replacing("_nest_lock", with: "")
      .replacing("_io", with: "")
    let subclass = function.arguments.last == .unevaluated ? ", SINGLE_DEPTH_NESTING" : ""
    let type: String =
      name.hasPrefix("spin")
      ? "spinlock_t"
      : name.hasPrefix("raw_spin")
        ? "raw_spinlock_t"
        : name.hasPrefix("mutex")
          ? "struct mutex"
          : name.hasPrefix("read_") || name.hasPrefix("write_") ? "rwlock_t" : "struct rw_semaphore"
    let flags = context == .savedInterrupts ? ", flags" : ""
    let call = "\(full)(&l\(flags)\(subclass))"
    let start = "\(type) l;\nint x, y;\n"
    func other(_ name: String, _ old: String, _ new: String) -> String {
      "\(name.replacing(old, with: new).replacing("irqrestore", with: "irqsave"))(&l\(flags));"
    }
    func unlocking(_ name: String) -> String {
      name.hasPrefix("down_read")
        ? "up_read(&l);"
        : name.hasPrefix("down_write")
          ? "up_write(&l);"
          : "\(name.replacing("trylock", with: "unlock").replacing("_lock", with: "_unlock").replacing("irqsave", with: "irqrestore"))(&l\(flags));"
    }
    let write =
      type == "rwlock_t"
      ? ("write_lock(&l);", "write_unlock(&l);")
      : type == "struct rw_semaphore" ? ("down_write(&l);", "up_write(&l);") : ("", "")
    let keep = "unsigned long flags = 0;"
    switch operation {
    case .lock, .writeLock, .tryLock, .writeTryLock:
      let isTry = operation == .tryLock || operation == .writeTryLock
      let enter = isTry ? "if (!CALL) return;" : "CALL;"
      return FunctionProgram(
        call, instead: isTry ? "1" : "",
        in: start + "static void f(void) { \(keep) \(enter) x++; assert(x == 1); x--; "
          + "\(unlocking(name)) }\nthread a(void) { f(); }\nthread b(void) { f(); }")
    case .readLock, .readTryLock:
      let isTry = operation == .readTryLock
      let enter = isTry ? "if (!CALL) return;" : "CALL;"
      return FunctionProgram(
        call, instead: isTry ? "1" : "",
        in: start + "thread w(void) { \(write.0) x = 1; y = 1; \(write.1) }\n"
          + "thread r(void) { \(keep) int i, j; \(enter) i = x; j = y; \(unlocking(name)) "
          + "assert(i == j); }")
    case .unlock, .readUnlock, .writeUnlock:
      let taken =
        name == "up_read"
        ? "down_read(&l);"
        : name == "up_write" ? "down_write(&l);" : other(name, "_unlock", "_lock")
      return FunctionProgram(
        call + ";",
        in: start + "thread a(void) { \(keep) \(taken) x = 1; CALL }\n"
          + "thread b(void) { \(write.0.isEmpty ? "\(keep) \(taken)" : write.0) x = 2; "
          + "\(write.1.isEmpty ? "CALL" : write.1) }")
    case .downgrade:
      return FunctionProgram(
        call + ";",
        in: start + "thread a(void) { down_write(&l); CALL await(y); up_read(&l); }\n"
          + "thread b(void) { down_read(&l); y = 1; up_read(&l); }")
    }
  }

  private static func sequence(
    _ operation: Primitive.SequenceOperation, _ name: String
  ) -> FunctionProgram {
    let raw = name.hasPrefix("raw_") ? "raw_" : ""
    func function(_ wanted: Primitive.SequenceOperation, _ other: String) -> String {
      operation == wanted ? "CALL" : raw + other
    }
    let begin = function(.writeBegin, "write_seqcount_begin(&s)")
    let end = function(.writeEnd, "write_seqcount_end(&s)")
    let start = function(.readBegin, "read_seqcount_begin(&s)")
    let retry = function(.readRetry, "read_seqcount_retry(&s, n)")
    let call = operation == .readRetry ? "\(name)(&s, n)" : "\(name)(&s)"
    // A reader that takes any number begins within the writer too.
    let instead =
      switch operation {
      case .readBegin: "1"
      case .readRetry: "0"
      case .writeBegin, .writeEnd: ""
      }
    return FunctionProgram(
      call, instead: instead,
      in: "seqcount_t s;\nint x, y;\nthread w(void) { \(begin); WRITE_ONCE(x, 1); "
        + "WRITE_ONCE(y, 1); \(end); }\nthread r(void) { unsigned n; int i, j; "
        + "do { n = \(start); i = READ_ONCE(x); j = READ_ONCE(y); } while (\(retry)); "
        + "assert(i == j); }")
  }

  private static func readers(
    _ operation: Primitive.ReaderOperation, _ name: String, object: String?
  ) -> FunctionProgram {
    let suffix = name.hasSuffix("_bh") ? "_bh" : name.hasSuffix("_sched") ? "_sched" : ""
    let (enter, leave, wait) =
      object == nil
      ? ("rcu_read_lock\(suffix)();", "rcu_read_unlock\(suffix)();", "synchronize_rcu();")
      : ("i = srcu_read_lock(&s);", "srcu_read_unlock(&s, i);", "synchronize_srcu(&s);")
    let program = "struct srcu_struct s;\nint gone, unlinked, other;\n"
    func text(_ enter: String, _ leave: String, _ wait: String, _ after: String) -> String {
      program + "thread r(void) { int i = 0; \(enter) if (!READ_ONCE(unlinked)) "
        + "assert(!READ_ONCE(gone)); \(leave) \(after) }\n"
        + "thread u(void) { WRITE_ONCE(unlinked, 1); \(wait) WRITE_ONCE(gone, 1); }\n"
    }
    switch operation {
    case .enter:
      return FunctionProgram(
        object == nil ? "\(name)();" : "i = \(name)(&s);", in: text("CALL", leave, wait, ""))
    case .leave:
      return FunctionProgram(
        object == nil ? "\(name)();" : "\(name)(&s, i);",
        in: text(enter, "CALL", wait, "await(READ_ONCE(gone));"))
    case .synchronize:
      return FunctionProgram(
        object == nil ? "\(name)();" : "\(name)(&s);", in: text(enter, leave, "CALL", ""))
    }
  }

  private static func initializer(
    _ name: String, _ function: PrimitiveFunction
  ) -> FunctionProgram? {
    guard case .object(let kinds)? = function.arguments.first, let kind = kinds.first else {
      return nil
    }
    let (enter, leave): (String, String)
    switch kind {
    case .spinlock: (enter, leave) = ("spin_lock(&l);", "spin_unlock(&l);")
    case .mutex: (enter, leave) = ("mutex_lock(&l);", "mutex_unlock(&l);")
    case .readWriteLock(sleeps: false): (enter, leave) = ("write_lock(&l);", "write_unlock(&l);")
    case .readWriteLock(sleeps: true): (enter, leave) = ("down_write(&l);", "up_write(&l);")
    case .srcu: (enter, leave) = ("i = srcu_read_lock(&l);", "srcu_read_unlock(&l, i);")
    case .seqcount:
      let more = function.arguments.count == 1 ? "" : ", 0"
      return FunctionProgram(
        "\(name)(&l\(more));",
        in: "seqcount_t l;\nthread a(void) { write_seqcount_begin(&l); CALL "
          + "read_seqcount_begin(&l); }")
    case .waiting(.queue):
      return FunctionProgram(
        "\(name)(&l);",
        in: "wait_queue_head_t l;\nthread a(void) { DEFINE_WAIT(w); "
          + "prepare_to_wait(&l, &w, TASK_IDLE); CALL finish_wait(&l, &w); }", "lock-misuse@0")
    default: return nil
    }
    return FunctionProgram(
      "\(name)(&l);", in: "\(kind.text) l;\nthread a(void) { int i; \(enter) CALL \(leave) }",
      kind == .srcu ? "rcu@0" : "lock-misuse@0")
  }
}

extension String {
  /// The text without blanks at both ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
