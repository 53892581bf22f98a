import Scheduler
import Testing

@testable import Litmus

/// Rules of the language and of the kernel's functions, each by a program of a few lines.
@Suite struct SmallRunTests {
  /// What comes of a text, or what is wrong with it.
  static func answer(_ text: String, _ options: Explorer.Options = Explorer.Options()) -> String {
    do throws(RaceFileError) {
      return outcome(of: try RaceProgram(try read("C t\n\(text)\n")), options)
    } catch {
      return error.diagnostics.map(\.description).joined(separator: "\n")
    }
  }

  private static let locks = """
    unsigned long w;
    spinlock_t l;
    struct mutex m;
    static void sleep(void) { spin_lock(&l); mutex_lock(&m); mutex_unlock(&m); spin_unlock(&l); }

    """

  @Test(
    arguments: [
      (
        "thread a(void) { if (test_and_set_bit_lock(3, &w)) return; bit_spin_unlock(3, &w); sleep(); }",
        "sleep-in-atomic@0"
      ),
      (
        "thread a(void) { bit_spin_lock(0, &w); }\n"
          + "thread b(void) { await(w); bit_spin_unlock(0, &w); sleep(); }", "sleep-in-atomic@0"
      ),
      ("thread a(void) { bit_spin_lock(0, &w); mutex_lock(&m); }", "sleep-in-atomic@0"),
      (
        "thread a(void) { bit_spin_lock(0, &w); bit_spin_unlock(0, &w); mutex_lock(&m); mutex_unlock(&m); }",
        "holds"
      ),
      (
        "thread a(void) { if (bit_spin_trylock(0, &w)) bit_spin_unlock(0, &w); mutex_lock(&m); mutex_unlock(&m); }",
        "holds"
      ),
      ("thread a(void) { spin_lock(&l); spin_unlock_bh(&l); sleep(); }", "lock-misuse@0"),
      (
        "thread a(void) { spin_lock_bh(&l); spin_unlock_bh(&l); mutex_lock(&m); mutex_unlock(&m); }",
        "holds"
      ),
      (
        "thread a(void) { spin_lock_bh(&l); spin_unlock(&l); mutex_lock(&m); }", "sleep-in-atomic@0"
      ),
      ("thread a(void) { spin_lock(&l); spin_unlock_irq(&l); sleep(); }", "sleep-in-atomic@0"),
      (
        "spinlock_t k;\nthread a(void) { spin_lock_bh(&l); spin_lock_bh(&k); spin_unlock_bh(&k);\n"
          + "mutex_lock(&m); }", "sleep-in-atomic@0"
      ),
    ])
  func `what keeps from sleeping is counted, and never below 0`(text: String, outcome: String) {
    #expect(Self.answer(Self.locks + text) == outcome)
  }

  @Test(
    arguments: [
      ("thread a(void) { bit_spin_unlock(3, &w); }", "releases a bit that is not set"),
      (
        "rwlock_t r;\nthread a(void) { write_lock(&r); lockdep_assert_held_read(&r); write_unlock(&r); }",
        "'lockdep_assert_held_read(&r)' fails: r (a took it at f:7, step 1)"
      ),
      (
        "struct rw_semaphore r;\nthread a(void) { lockdep_assert_held_write(&r); }",
        "'lockdep_assert_held_write(&r)' fails: nobody has r"
      ),
      (
        "static void f(void) { spinlock_t k; spin_lock_init(&k); spin_lock(&k); }\nthread a(void) { f(); }",
        "the life of a.k ends, and a.k is held"
      ),
      (
        "static void f(void) { rwlock_t k; rwlock_init(&k); read_lock(&k); }\nthread a(void) { f(); }",
        "the life of a.k ends, and a.k is held"
      ),
      (
        "struct srcu_struct s;\nthread a(void) { srcu_read_lock(&s); cleanup_srcu_struct(&s); }",
        "'cleanup_srcu_struct(&s)' ends the life of s while somebody reads in it"
      ),
      (
        "static void f(void) { struct srcu_struct s; init_srcu_struct(&s); srcu_read_lock(&s); }\n"
          + "thread a(void) { f(); }", "the life of a.s ends while somebody reads in it"
      ),
      (
        "thread a(void) { spin_lock(&l); spin_unlock_bh(&l); }",
        "enables bottom halves, and a has not"
      ),
      (
        "refcount_t c = REFCOUNT_INIT(1);\nthread a(void) { refcount_dec(&c); }",
        "finds c = 1: only '..._and_test' may drop the last reference"
      ),
    ])
  func `a broken rule is told with what broke it`(text: String, words: String) throws {
    let stories = try FindingStoryTests.stories(of: "C t\n\(Self.locks)\(text)\n")
    #expect(stories.values.contains { $0.contains(words) }, "\(stories)")
  }

  @Test(
    arguments: [
      ("rcu_read_lock(); x = 1; rcu_read_unlock();", ""),
      ("synchronize_rcu(); x = 1;", ""),
      ("int i = srcu_read_lock(&s); srcu_read_unlock(&s, i); synchronize_srcu(&s);", ""),
      ("bit_spin_lock(0, &w); bit_spin_unlock(0, &w);", ""),
      ("spin_lock_irq(&k); spin_unlock_irq(&k);", ""),
      ("rcu_read_lock();", "reads under RCU"),
      ("srcu_read_lock(&s);", "reads under SRCU"),
      ("write_lock(&r);", "holds a lock"), ("read_lock(&r);", "holds a lock"),
      ("down_read(&e);", "holds a lock"), ("down_write(&e);", "holds a lock"),
      ("bit_spin_lock(0, &w);", "holds a bit"),
      ("spin_lock_irq(&k); spin_unlock(&k);", "has interrupts disabled"),
      ("spin_lock_bh(&k); spin_unlock(&k);", "has bottom halves disabled"),
    ])
  func `init gives back all that it has taken`(body: String, what: String) {
    let text = """
      int x;
      unsigned long w;
      spinlock_t k;
      rwlock_t r;
      struct rw_semaphore e;
      struct srcu_struct s;
      init(void) {
      \(body)
      }
      thread a(void) { write_lock(&r); write_unlock(&r); }
      """
    let answer = Self.answer(text)
    #expect(
      what.isEmpty
        ? answer == "holds"
        : answer.hasPrefix("f:9:") && answer.hasSuffix("error: 'init' ends while it \(what)"))
  }

  private static let strategies = [
    Explorer.Options(), Explorer.Options(reduction: .partialOrder),
    Explorer.Options(reduction: .symmetry), Explorer.Options(reduction: .fingerprints),
    Explorer.Options(strategy: .bounded(preemptions: nil)),
    Explorer.Options(strategy: .dpor(maxSteps: 100, countingPreemptions: nil)),
    Explorer.Options(strategy: .randomWalk(Sampling())),
  ]

  @Test(
    arguments: [
      "int x, y;\nthread a(void) { atomic { x = choose(0..1); y = choose(0..1); assume(x != y); } }\n"
        + "always s: !x || x != y",
      "int x;\nspinlock_t l;\nthread a(void) { atomic { x = 1; assume(0); } }\nquiet s: x == 0",
      "int x;\nthread a(void) { atomic { x = 1; assume(0); } }\nfinally s: x == 0",
      "data-races\nint x;\nthread a(void) { x = 1; assume(0); }\n"
        + "thread b(void) { assume(0); x = 2; }",
    ])
  func `a run that assume drops breaks nothing`(text: String) throws {
    let program = try RaceProgram(try read("C t\n\(text)\n"))
    for options in Self.strategies { #expect(program.explore(options).found.isEmpty) }
  }

  @Test func `a run that assume drops shows nothing, and hides nothing`() {
    let dropped = "int x;\nthread a(void) { atomic { x = 1; assume(0); } }\nsometimes f: x == 1"
    #expect(Self.answer(dropped) == "f")
    // The state that is dropped looks like one that breaks the property, and comes before it.
    let later = """
      int x, y, z;
      thread a(void) { atomic { x = choose(0..1); y = 1; assume(x); } z = 1; z = 2; y = 2; y = 1; }
      quiet q: !(y == 1 && z == 2)
      """
    for options in Self.strategies { #expect(Self.answer(later, options).hasPrefix("q")) }
  }

  @Test(
    arguments: [
      ("refcount_add(0x7fffffff, &r); refcount_inc(&r);", "refcount@0"),
      ("refcount_add(0x7ffffffe, &r); refcount_inc(&r);", "refcount@0"),
      ("refcount_add(0x7fffffff - 1, &r); assert(refcount_read(&r) == 0x7fffffff);", "holds"),
      ("refcount_add(0x7fffffffffffffff, &r); assert(refcount_read(&r) == 0);", "holds"),
      ("refcount_add(1L << 32, &r); assert(refcount_read(&r) == 1);", "holds"),
      ("refcount_set(&r, -1); refcount_inc(&r);", "refcount@0"),
      ("refcount_set(&r, -1); if (refcount_dec_and_test(&r)) ;", "refcount@0"),
      ("refcount_set(&r, -1); if (refcount_inc_not_zero(&r)) ;", "refcount@0"),
      ("refcount_set(&r, 0); assert(!refcount_add_not_zero(5, &r));", "holds"),
      ("if (refcount_sub_and_test(2, &r)) ;", "refcount@0"),
      ("assert(refcount_sub_and_test(1, &r));", "holds"),
      ("refcount_dec(&r);", "refcount@0"),
      ("assert(!refcount_dec_not_one(&r)); assert(refcount_dec_if_one(&r));", "holds"),
    ])
  func `a reference count is an int`(body: String, outcome: String) {
    #expect(
      Self.answer("refcount_t r = REFCOUNT_INIT(1);\nthread a(void) { \(body) }") == outcome)
  }

  @Test(
    arguments: [
      "int n; seqlock_t s[2]; static seqlock_t *nx(void) { return &s[n++]; }\n"
        + "thread a(void) { write_seqlock(nx()); assert(n == 1); write_sequnlock(&s[0]); }",
      "int n; seqlock_t s[2]; static seqlock_t *nx(void) { return &s[n++]; }\n"
        + "thread a(void) { write_seqlock(&s[0]); write_sequnlock(nx()); assert(n == 1); }",
      "seqlock_t s[2];\nthread a(void) { int i = 0; seqlock_init(&s[i++]); assert(i == 1); }",
      "int x, A[2] = { 5, 6 };\nthread a(void) { int i = 0; assert(!try_cmpxchg(&x, &A[i++], 9));\n"
        + "assert(i == 1 && A[0] == 0 && A[1] == 6); }",
      "int x, A[2] = { 5, 6 }, *p = A;\n"
        + "thread a(void) { assert(!try_cmpxchg(&x, p++, 9)); assert(p == A + 1 && A[0] == 0); }",
      "int x;\nthread a(void) { assert(min(++x, 3) == 1 && max(++x, 1) == 2 && x == 2); }",
      "int x;\nthread a(void) { assert(clamp(++x, 0, 0) == 0 && min_t(u8, 256 + ++x, 9) == 2); }",
      "int x = 1, y = 2;\nthread a(void) { swap(x, y); assert(x == 2 && y == 1); }",
    ])
  func `arguments are computed once`(text: String) {
    #expect(Self.answer(text) == "holds")
  }

  @Test func `a pointer to a seqlock is read once`() throws {
    let text = "seqlock_t s, *gp = &s;\nthread a(void) { write_seqlock(gp); write_sequnlock(gp); }"
    let program = try RaceProgram(try read("C t\n\(text)\n"))
    // Each call reads the pointer and takes two steps.
    #expect(program.explore().exploration.counts.depth == 7)
  }

  @Test(
    arguments: [
      ("int *p;\nthread a(void) { pr_info(\"%d\\n\", *p); }", "null@0"),
      ("int x;\nthread a(void) { pr_info(\"%d\", x++); assert(x == 1); }", "holds"),
      ("int x;\nthread a(void) { pr_debug(\"%d\", x++); assert(x == 0); }", "holds"),
      ("int x;\nthread a(void) { WARN_ONCE(0, \"%d\", x++); assert(x == 0); }", "holds"),
      ("int x;\nthread a(void) { printk(\"%s %d\", \"a\", 1 / x); }", "division@0"),
      ("int x;\nthread a(void) { 1 / x; }", "division@0"),
      ("int n;\nthread a(void) { msleep(n++); udelay(n++); assert(n == 2); }", "holds"),
      ("int *p;\nthread a(void) { usleep_range(*p, 1); }", "null@0"),
      ("thread a(void) { printk(\"%d\", none); }", "f:2:31: error: unknown name 'none'"),
      ("thread a(void) { pr_debug(\"%d\", none); }", "f:2:33: error: unknown name 'none'"),
      ("thread a(void) { msleep(none); }", "f:2:25: error: unknown name 'none'"),
      (
        "int x, *p = &x;\nthread a(void) { rcu_dereference_check(p, none + 1); }",
        "f:3:43: error: unknown name 'none'"
      ),
      (
        "seqcount_t s;\nthread a(void) { seqcount_spinlock_init(&s, &none); }",
        "f:3:46: error: unknown name 'none'"
      ),
      (
        "spinlock_t l;\nint x, *p = &x;\nthread a(void)\n"
          + "{ int *q = rcu_dereference_protected(p, lockdep_is_held(&l)); }", "holds"
      ),
    ])
  func `arguments that give nothing are computed where the kernel does`(
    text: String, outcome: String
  ) {
    #expect(Self.answer(text) == outcome)
  }

  @Test(
    arguments: [
      ("if (test_bit(0, &w)) return;", "int r = w;", "holds"),
      ("while (bit_spin_is_locked(0, &w)) ;", "int r = w;", "holds"),
      ("int r = test_bit(0, &w);", "w = 1;", "data-race@0"),
      ("set_bit(0, &w);", "int r = w;", "data-race@0"),
      ("int r = data_race(w);", "w = 1;", "holds"),
      ("data_race(w++);", "w = 1;", "holds"),
      ("int r = data_race(w) + w;", "w = 1;", "data-race@0"),
      ("long *q = rcu_dereference_protected(p, 1);", "rcu_assign_pointer(p, &v);", "data-race@0"),
      ("long *q = rcu_dereference_check(p, 1);", "rcu_assign_pointer(p, &v);", "holds"),
    ])
  func `what races is what the kernel reports`(one: String, two: String, outcome: String) {
    let text = """
      data-races
      unsigned long w;
      long v, *p = &v;
      thread a(void) { \(one) }
      thread b(void) { \(two) }
      """
    #expect(Self.answer(text) == outcome)
  }

  @Test func `a walk at random ends where a step breaks something, whatever lies behind`() {
    let text = """
      int x, y;
      spinlock_t l;
      thread t0(void) { await(y == 1); while (READ_ONCE(y) != 1); }
      thread t2(void) { y = 1; spin_unlock(&l); }
      data-races
      """
    let few = Sampling(runs: 20, maxSteps: 100)
    for strategy in [Strategy.randomWalk(few), .pct(few, depth: 2), .uniform(few)] {
      let answer = Self.answer(text, Explorer.Options(strategy: strategy))
      #expect(answer.contains("data-race"), "\(strategy): \(answer)")
    }
  }

  @Test func `the number of an error is one to compute with`() {
    let text = "int *p = ERR_PTR(-5);\nthread a(void) { assert(-PTR_ERR(p) + 1 == 6); }"
    #expect(Self.answer(text) == "holds")
  }

  @Test func `an address that is computed is no other, however far it lies`() {
    for distance in ["4", "5", "400000", "1ul << 40"] {
      let text =
        "int t[3];\nthread a(void) { unsigned long v = (unsigned long)&t[0]; v += \(distance); "
        + "int *p = (int *)v; int y = *p; }"
      #expect(["wild@0", "out-of-bounds@0"].contains(Self.answer(text)), "\(distance)")
    }
  }

  @Test func `progress trusts locks to serve those who wait`() {
    let text = """
      progress
      spinlock_t l;
      int x;
      thread a(void) { int d = 0; while (!d) { spin_lock(&l); d = x; spin_unlock(&l); } }
      thread b(void) { spin_lock(&l); x = 1; spin_unlock(&l); }
      """
    #expect(Self.answer(text) == "holds")
    #expect(
      Self.answer("progress\nint x;\nthread a(void) { while (!x) ; }") == "deadlock@0, progress@0")
  }

  @Test(
    arguments: [
      ("#if -1 > 0u", true), ("#if 1 - 2 < 0u", false), ("#if (1 ? -1 : 0u) > 0", true),
      ("#if 18446744073709551615u / 2 == 9223372036854775807", true), ("#if -1 > 0", false),
      ("#if -1 >> 1 == -1", true), ("#if -1u >> 63 == 1", true), ("#if ~0u == -1", true),
      ("#if 0x8000000000000000 > 0", true), ("#if (2 || 0u) - 2 < 0", true),
      ("#if EBUSY == 16 && INT_MAX == 2147483647", true), ("#if U64_MAX > 0", true),
    ])
  func `conditions of lines are computed as C does`(line: String, isTrue: Bool) {
    #expect(
      Self.answer("\(line)\nthread a(void) { }\n#else\nthread a(void) { assert(0); }\n#endif")
        == (isTrue ? "holds" : "assert@0"))
  }

  @Test(
    arguments: [
      ("int x;\nthread a(void) { }\nthread b(void) { x = 1; }", 2, "holds"),
      (
        "int x;\nthread a(void) { int i = 0; if (i) x = 2; }\nthread b(void) { x = 1; }", 2, "holds"
      ),
      ("thread a(void) { int i = 1; i++; }\nfinally p: a:i == 2", 1, "holds"),
      ("thread a(void) { int i = 1; i++; }\nfinally p: a:i == 1", 1, "p@0"),
      ("daemon d(void) { }\nint x;\nthread b(void) { x = 1; }\nfinally p: x", 2, "holds"),
      ("thread a(void) { int i = 1; assert(!i); }", 2, "assert@0"),
    ])
  func `a thread that touches nothing takes no step`(
    text: String, states: Int, outcome: String
  ) throws {
    let program = try RaceProgram(try read("C t\n\(text)\n"))
    #expect(program.explore().exploration.counts.states == states)
    for options in Self.strategies {
      #expect(program.explore(options).found.isEmpty == (outcome == "holds"))
    }
    #expect(SmallRunTests.answer(text) == outcome)
  }

  @Test func `a backslash joins a line to a comment`() {
    #expect(Self.answer("int x;\nthread a(void) { x = 1; // c \\\nassert(0);\n}") == "holds")
    #expect(Self.answer("int x;\nthread a(void) { x = 1; // c \\\r\nassert(0);\r\n}") == "holds")
    #expect(Self.answer("int x;\nthread a(void) { x = 1; // c \\ \nassert(0);\n}") == "holds")
    #expect(Self.answer("int x;\nthread a(void) { x = 1; // c\nassert(0);\n}") == "assert@0")
    #expect(Self.answer("int x;\nthread a(void) { x = 1; }\n// c \\") == "holds")
  }

  @Test(
    arguments: [
      "assert(-EBUSY == -16 && -ECANCELED == -125 && ETIMEDOUT == 110 && ERESTARTSYS == 512);",
      "assert(U8_MAX == 255 && S8_MIN == -128 && U16_MAX == 65535 && INT_MIN < 0 && U32_MAX > 0);",
      "assert(U64_MAX == -1UL && ULONG_MAX > 0 && LONG_MAX + 0UL == ~0UL >> 1 && U32_MAX + 1 == 0);",
      "assert(BIT_ULL(40) == 1ULL << 40 && GENMASK(7, 4) == 0xf0 && GENMASK(63, 0) == ~0UL);",
      "int a[3] = { 0 }; assert(ARRAY_SIZE(a) == 3);",
      "int *p = ERR_PTR(-ENOMEM); assert(IS_ERR(p) && PTR_ERR(p) == -ENOMEM && !IS_ERR(&x));",
      "assert(min(x, 5) == 0 && max_t(unsigned long, x, -1) == -1UL && clamp_val(x, 2, 4) == 2);",
      "int EBUSY = 3; assert(EBUSY == 3);",
      "switch (x) { case 0: x = 1; fallthrough; case 1: x = 2; } assert(x == 2);",
    ])
  func `what kernel code takes for granted is known`(body: String) {
    #expect(Self.answer("int x;\nthread a(void) { \(body) }") == "holds")
  }

  @Test(
    arguments: [
      (
        "struct s { struct s *o; } one; struct s two = { &one }; struct s one = { &two };\n"
          + "thread a(void) { assert(one.o->o == &one); }", "holds"
      ),
      ("extern int x;\nthread a(void) { assert(x == 4); }\nint x = 4;", "holds"),
      ("int x = 4;\nextern int x;\nint x;\nthread a(void) { assert(x == 4); }", "holds"),
      (
        "extern int x;\nthread a(void) { }",
        "f:2:12: error: 'x' is 'extern', and the file does not define it"
      ),
      ("int x = 1;\nint x = 1;\nthread a(void) { }", "f:3:5: error: 'x' is given a value twice"),
      ("int x;\nlong x;\nthread a(void) { }", "f:3:6: error: 'x' is declared as a 'int' already"),
      (
        "thread a(void) { extern int x; }",
        "f:2:18: error: 'extern' has no place in a function: declare it outside"
      ),
    ])
  func `globals may be declared more than once`(text: String, outcome: String) {
    #expect(Self.answer(text) == outcome)
  }
}
