import Scheduler
import Testing

@testable import Litmus

/// What comes of a text: findings as a row has them, or its mistakes.
func answer(_ text: String) -> String {
  do throws(RaceFileError) {
    return outcome(of: try RaceProgram(try read(text)))
  } catch {
    return error.diagnostics.map(\.description).joined(separator: "\n")
  }
}

/// Every construct of the table does what the table says.
@Suite struct ConstructTests {
  static func names(_ kind: Construct.Kind, _ meaning: Construct.Meaning) -> [String] {
    RaceLanguage.constructs.filter { $0.kind == kind && $0.meanings[.sc] == meaning }.map(\.name)
  }

  @Test func `the table names each construct once, and every engine has a meaning for it`() {
    let constructs = RaceLanguage.constructs
    #expect(Set(constructs.map { "\($0.kind) \($0.name)" }).count == constructs.count)
    #expect(constructs.allSatisfy { $0.meanings.count == RaceEngine.allCases.count })
    #expect(constructs.count > 500)
    let given = Set(constructs.filter { $0.meanings[.sc] != .refused }.map(\.name))
    #expect(given.isDisjoint(with: PrimitiveFunction.later))
  }

  @Test(arguments: names(.function, .given))
  func `a function that has a meaning changes what comes of a program`(name: String) throws {
    let program = try #require(FunctionProgram.for(name), "no program uses \(name)")
    let with = answer(program.with)
    #expect(with == program.answer, "\(program.with)")
    let without = answer(program.without)
    #expect(without != with, "\(program.without)")
    // What comes of the weakened program is an answer, and no mistake in the text.
    #expect(!without.contains("error:"), "\(without)")
  }

  @Test(arguments: names(.function, .noEffect))
  func `a function without effect changes nothing`(name: String) throws {
    let function = try #require(PrimitiveFunction.table[name])
    let arguments = function.arguments.map { _ in "1" }.joined(separator: ", ")
    func text(_ statement: String) -> String {
      "C t\nint x, y;\nthread a(void) { x = 1; \(statement) y = 1; }\n"
        + "thread b(void) { assert(!y || x); x = 0; }\nfinally p: x == 0\n"
    }
    func states(_ text: String) throws -> (String, Int) {
      let program = try RaceProgram(try read(text))
      return (outcome(of: program), program.explore().exploration.counts.states)
    }
    let (with, without) = (
      try states(text("\(name)(\(arguments));")), try states(text(""))
    )
    #expect(with == without)
  }

  @Test(arguments: names(.function, .refused))
  func `a function that is not there yet is refused by its name and place`(name: String) {
    #expect(
      answer("C t\nint x;\nthread a(void)\n{\n\t\(name)(&x);\n}\n")
        .hasPrefix("f:5:2: error: '\(name)' is not supported yet"))
  }

  @Test(arguments: names(.type, .refused))
  func `a type that is not there yet is refused by its name and place`(name: String) {
    #expect(
      answer("C t\n\(name) x;\nthread a(void) { }\n")
        .hasPrefix("f:2:1: error: '\(name)' is not supported yet"))
  }

  @Test(arguments: names(.type, .given))
  func `a type that has a meaning takes part in a program`(name: String) throws {
    if let type = KnownType.integers[name] {
      // A number keeps as many bits as its type has.
      let program = "C t\n\(name) x;\nthread a(void) { x = -1; x >>= \(type.bits - 1); }\n"
      let value = type.isSigned ? -1 : 1
      #expect(answer(program + "finally p: x == \(value)\n") == "holds")
      #expect(answer(program + "finally p: x != \(value)\n") == "p@0")
      return
    }
    if let program = Self.declaredElsewhere[name] {
      #expect(answer("C t\nint x, y;\nwait_queue_head_t wq;\n" + program) == "holds")
      #expect(answer("C t\n\(name) x;\nthread a(void) { }\n").contains("error:"))
      return
    }
    // Functions that work on it take it, and nothing else with members.
    let call = try #require(Self.typeSamples[name], "no program uses \(name)")
    #expect(answer("C t\n\(name) x;\nthread a(void) { \(call) }\n") == "holds")
    let other = "C t\nstruct other { int v; };\nstruct other x;\nthread a(void) { \(call) }\n"
    #expect(answer(other).contains("error:"))
  }

  /// Types that no global has.
  private static let declaredElsewhere = [
    "wait_queue_entry_t": "thread a(void) { wait_queue_entry_t w; finish_wait(&wq, &w); }",
    "struct wait_queue_entry":
      "thread a(void) { struct wait_queue_entry w; finish_wait(&wq, &w); }",
    "struct task_struct": "struct task_struct *t;\nthread a(void) { t = current; assert(t == a); }",
  ]

  private static let typeSamples = [
    "wait_queue_head_t": "wake_up(&x);", "struct wait_queue_head": "wake_up(&x);",
    "struct completion": "complete(&x);", "struct semaphore": "up(&x);",
    "spinlock_t": "spin_lock(&x); spin_unlock(&x);",
    "raw_spinlock_t": "raw_spin_lock(&x); raw_spin_unlock(&x);",
    "rwlock_t": "read_lock(&x); read_unlock(&x);",
    "seqlock_t": "write_seqlock(&x); write_sequnlock(&x);",
    "seqcount_t": "write_seqcount_begin(&x); write_seqcount_end(&x);",
    "seqcount_spinlock_t": "write_seqcount_begin(&x); write_seqcount_end(&x);",
    "seqcount_mutex_t": "write_seqcount_begin(&x); write_seqcount_end(&x);",
    "atomic_t": "atomic_inc(&x);", "atomic64_t": "atomic64_inc(&x);",
    "atomic_long_t": "atomic_long_inc(&x);", "refcount_t": "refcount_set(&x, 1);",
    "struct mutex": "mutex_lock(&x); mutex_unlock(&x);",
    "struct rw_semaphore": "down_read(&x); up_read(&x);",
    "struct srcu_struct": "synchronize_srcu(&x);", "struct kref": "kref_init(&x);",
    "struct list_head": "INIT_LIST_HEAD(&x);", "struct hlist_head": "hlist_empty(&x);",
    "struct hlist_node": "INIT_HLIST_NODE(&x);", "struct llist_head": "init_llist_head(&x);",
    "struct llist_node": "llist_next(&x);",
  ]

  @Test(arguments: names(.macro, .given))
  func `a macro that is given takes part in a program`(name: String) throws {
    let samples = [
      "DEFINE_SPINLOCK": ("DEFINE_SPINLOCK(l);", "spin_lock(&l); spin_unlock(&l);"),
      "DEFINE_RAW_SPINLOCK": (
        "static DEFINE_RAW_SPINLOCK(l);", "raw_spin_lock(&l); raw_spin_unlock(&l);"
      ),
      "DEFINE_MUTEX": ("static DEFINE_MUTEX(l);", "mutex_lock(&l); mutex_unlock(&l);"),
      "DEFINE_RWLOCK": ("DEFINE_RWLOCK(l);", "read_lock(&l); read_unlock(&l);"),
      "DECLARE_RWSEM": ("DECLARE_RWSEM(l);", "down_read(&l); up_read(&l);"),
      "DEFINE_SEQLOCK": ("DEFINE_SEQLOCK(l);", "write_seqlock(&l); write_sequnlock(&l);"),
      "DEFINE_SRCU": ("DEFINE_SRCU(s);", "synchronize_srcu(&s);"),
      "DEFINE_STATIC_SRCU": ("DEFINE_STATIC_SRCU(s);", "synchronize_srcu(&s);"),
      "DECLARE_WAIT_QUEUE_HEAD": ("DECLARE_WAIT_QUEUE_HEAD(q);", "wake_up(&q);"),
      "DECLARE_WAIT_QUEUE_HEAD_ONSTACK": ("", "DECLARE_WAIT_QUEUE_HEAD_ONSTACK(q); wake_up(&q);"),
      "DEFINE_WAIT": ("wait_queue_head_t q;", "DEFINE_WAIT(w); finish_wait(&q, &w);"),
      "DECLARE_COMPLETION": ("DECLARE_COMPLETION(c);", "complete(&c);"),
      "DECLARE_COMPLETION_ONSTACK": ("", "DECLARE_COMPLETION_ONSTACK(c); complete(&c);"),
      "likely": ("int x = 4;", "assert(likely(x) == 1);"),
      "unlikely": ("int x = 4;", "assert(unlikely(!x) == 0 && unlikely(x) == 1);"),
      "BIT": ("int x = 4;", "assert(BIT(2) == x && BIT(33) >> 31 == x);"),
      "BIT_ULL": ("int x = 4;", "assert(BIT_ULL(2) == x && BIT_ULL(33) >> 31 == x);"),
      "GENMASK": ("int x;", "assert(GENMASK(6, 4) == 0x70 && GENMASK(63, 0) == ~0UL);"),
      "GENMASK_ULL": ("int x;", "assert(GENMASK_ULL(6, 4) == 0x70);"),
      "IS_ERR": ("int x, *p = &x;", "assert(!IS_ERR(p)); p = ERR_PTR(-5); assert(IS_ERR(p));"),
      "IS_ERR_VALUE": ("long x = -5;", "assert(IS_ERR_VALUE(x) && !IS_ERR_VALUE(-x));"),
      "PTR_ERR": ("int x, *p;", "p = ERR_PTR(-ENOMEM); assert(PTR_ERR(p) == -ENOMEM);"),
      "ERR_PTR": ("int x, *p;", "p = ERR_PTR(0); assert(!p);"),
      "ERR_CAST": ("int x, *p; long *q;", "p = ERR_PTR(-5); q = ERR_CAST(p); assert(IS_ERR(q));"),
      "RCU_INITIALIZER": ("int x, *p = RCU_INITIALIZER(&x);", "assert(p == &x);"),
      "unrcu_pointer": ("int x, *p = &x;", "assert(unrcu_pointer(p) == &x);"),
      "IS_ENABLED": ("#define A 1\n", "assert(IS_ENABLED(A) && !IS_ENABLED(B));"),
    ]
    let known = KnownConstant.table[name].map { constant in
      // The ends of the widest types are written as C's headers write them.
      let value = constant.value == .min ? "(-\(Int64.max) - 1)" : "\(constant.value)"
      return ("", "assert(\(name) == \(value)); BUILD_BUG_ON(\(name) != \(value));")
    }
    let (before, body) = try #require(
      known ?? samples[name] ?? FunctionProgram.macros[name] ?? FunctionProgram.perCPUMacros[name])
    #expect(answer("C t\n\(before)\nthread self(void) { \(body) }\n") == "holds")
    // A file may give the name a meaning of its own.
    if name != "IS_ENABLED" {
      #expect(
        answer("C t\n#define \(name)(x) 7\nthread a(void) { assert(\(name)(1) == 7); }\n")
          == "holds")
    }
  }

  @Test(arguments: names(.keyword, .refused))
  func `a keyword that has no place is refused by its name and place`(name: String) {
    let text = name == "asm" ? "\tasm(1);" : "\t\(name) y;"
    let told = answer("C t\nthread a(void)\n{\n\(text)\n}\n")
    #expect(told.hasPrefix("f:4:2: error: "), "\(told)")
    #expect(told.contains(name == "asm" ? "assembly" : "'\(name)'"), "\(told)")
  }

  @Test(arguments: names(.keyword, .given))
  func `a keyword that has a meaning changes what comes of a program`(name: String) throws {
    let (with, without) = try #require(WordPrograms.keywords[name], "no program uses \(name)")
    #expect(answer("C t\nint x;\n\(with)\n") == "holds")
    let other = answer("C t\nint x;\n\(without)\n")
    #expect(other != "holds")
  }

  @Test(arguments: names(.keyword, .noEffect))
  func `a keyword without effect changes nothing`(name: String) {
    let text =
      name == "auto" || name == "register"
      ? "C t\nint x;\nthread a(void) { WORD int i = 1; x = i; assert(x); }\n"
      : name == "restrict"
        ? "C t\nint x;\nthread a(void) { int *WORD p = &x; *p = 1; assert(x); }\n"
        : name == "extern"
          ? "C t\nint x;\nWORD int f(void);\nint f(void) { return 1; }\n"
            + "thread a(void) { x = f(); assert(x); }\n"
          : "C t\nint x;\nWORD int f(void) { return 1; }\n"
            + "thread a(void) { x = f(); assert(x); }\n"
    #expect(answer(text.replacing("WORD", with: name)) == "holds")
    #expect(answer(text.replacing("WORD", with: "")) == "holds")
  }

  @Test(arguments: names(.word, .refused))
  func `a word that is not there yet is refused by its name and place`(name: String) {
    let item =
      switch name {
      default: "\n\(name) h(void)\(name.hasSuffix("irq") ? " on a" : "") { }"
      }
    let told = answer("C t\n\(item)\nthread a(void) { }\n")
    #expect(told.hasPrefix("f:3:1: error: '\(name)'"), "\(told)")
  }

  @Test(arguments: names(.word, .given) + names(.word, .noEffect))
  func `a word that has a meaning changes what comes of a program`(name: String) throws {
    if name == "unroll" {
      #expect(answer("C t\nunroll 3\nthread a(void) { int i = 4; while (i) i--; }\n") == "holds")
      return
    }
    let (with, without) = try #require(WordPrograms.words[name], "no program uses \(name)")
    #expect(WordPrograms.answer(with) != WordPrograms.answer(without))
    #expect(!WordPrograms.answer(with).contains("error:"), "\(WordPrograms.answer(with))")
  }
}
