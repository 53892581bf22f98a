import Scheduler
import Testing

@testable import Litmus

/// Objects that are allocated and freed: mistakes in files, limits, and laws.
@Suite struct HeapTests {
  private static let start = """
    C t
    struct s { int v; struct s *next; };
    struct big { int many[4000]; };
    struct locks { spinlock_t a, b; };
    struct s *p;
    void *any;
    int x;

    """

  @Test(arguments: [
    ("pool s", "f:9:1: error: expected how many objects the pool has"),
    ("pool s 0", "f:8:8: error: a pool has 1 to 4096 objects, not 0"),
    ("pool s 4097", "f:8:8: error: a pool has 1 to 4096 objects, not 4097"),
    ("pool s x", "f:8:8: error: a constant is expected here"),
    ("pool s 1 never", "f:8:10: error: expected 'may-fail' or the end of the pool, not 'never'"),
    ("pool s 1\npool s 2", "f:9:1: error: 's' has a pool already"),
    ("pool t 1", "f:8:6: error: there is no 'struct t' above this pool"),
    ("pool bgi 1", "f:8:6: error: there is no 'struct bgi' above this pool; did you mean 'big'?"),
    ("struct t;\npool t 1", "f:9:6: error: 'struct t' has no members yet"),
    ("pool big 16", "f:8:1: error: the variables have more than 60000 parts"),
    ("pool locks 40", "f:8:6: error: with 'locks#32' there are 66 spinlocks and mutexes"),
  ])
  func `a pool that cannot be is refused at its place`(line: String, message: String) {
    let told = answer(Self.start + line + "\nthread t(void) { x = 1; }\n")
    #expect(told.hasPrefix(message), "\(told)")
  }

  @Test(arguments: [
    ("p = kzalloc(sizeof(*p), GFP_KERNEL);", "13: error: 'struct s' has no pool to allocate from"),
    ("p = kmem_cache_alloc(any, GFP_KERNEL);", "5: error: 'struct s' has no pool"),
    ("any = kmalloc(8, GFP_KERNEL);", "7: error: what is allocated here is not known"),
    ("p = kmalloc(x, GFP_KERNEL);", "13: error: 'kmalloc' is given the size of a structure"),
    ("p = kmalloc(sizeof(*p) * 2, GFP_KERNEL);", "13: error: the size of a 'struct s' is not"),
    ("any = kmalloc(sizeof(int), GFP_KERNEL);", "15: error: structures are allocated here"),
    ("p = kcalloc(2, sizeof(*p), GFP_KERNEL);", "13: error: 'kcalloc' allocates one object here"),
    ("p = kmalloc(sizeof(*p));", "5: error: 'kmalloc' takes 2 arguments, not 1"),
    ("p = kmalloc_obj();", "5: error: 'kmalloc_obj' takes 1 or 2 arguments, not 0"),
    ("p = kmemdup(p, sizeof(struct big), 0);", "16: error: 'struct big' has no pool"),
    ("kfree(x);", "7: error: a pointer is expected here, not a 'int'"),
    ("kfree();", "1: error: 'kfree' takes 1 argument, not 0"),
    ("kmem_cache_free(p);", "1: error: 'kmem_cache_free' takes 2 arguments, not 1"),
    (
      "any = kzalloc(8, p);", "18: error: the mask of flags is a 'unsigned int', not a 'struct s *'"
    ),
  ])
  func `a call that does not fit is refused at its place`(body: String, message: String) {
    let told = answer(Self.start + "thread t(void) {\n\(body)\n}\n")
    #expect(told.hasPrefix("f:9:" + message), "\(told)")
  }

  @Test func `what is allocated is known from its size, itself or the pointer`() {
    for call in [
      "p = kzalloc(sizeof(struct s), GFP_KERNEL);", "p = kzalloc(sizeof(*p), 0);",
      "p = kzalloc(16, GFP_KERNEL);", "p = (struct s *)kzalloc(16, GFP_KERNEL);",
      "any = kzalloc(sizeof(struct s), GFP_KERNEL); p = any;", "p = kzalloc_obj(*p);",
      "p = kzalloc_obj(struct s, GFP_ATOMIC);", "p = x ? NULL : kzalloc(sizeof(*p), 0);",
    ] {
      let text = "pool s 1\nthread t(void) { \(call) p->v = 1; p->next = p; }\n"
      #expect(answer(Self.start + text + "finally q: p->next->v == 1\n") == "holds", "\(call)")
    }
    let typedef = "typedef struct { int v; } t_t;\npool t_t 1\nthread t(void) { t_t *q = "
    #expect(answer("C t\n\(typedef)kzalloc(sizeof(*q), 0); assert(!q->v); }\n") == "holds")
  }

  @Test func `an atomic block has one choice, an allocation that may fail`() {
    let start = Self.start + "pool s 2 may-fail\nthread t(void) { "
    #expect(
      answer(start + "atomic { p = kzalloc(sizeof(*p), 0); if (p) p->v = 1; } assert(p); }\n")
        == "assert@0")
    for other in ["x = choose(0..1);", "p = kzalloc(sizeof(*p), 0);"] {
      #expect(
        answer(start + "atomic { p = kzalloc(sizeof(*p), 0); \(other) } }\n").contains(
          "error: an allocation that may fail is a choice"), "\(other)")
    }
  }

  @Test func `'init' may allocate and free, and never in vain`() {
    let text = """
      pool s 1 may-fail
      init(void) { struct s *q = kzalloc(sizeof(*q), GFP_KERNEL); BODY }
      leaks
      thread t(void) { if (p) p->v++; }
      finally got: BODY
      """
    func outcome(_ body: String, _ end: String) -> String {
      answer(
        Self.start
          + text.replacing("got: BODY", with: "got: \(end)").replacing("BODY", with: body))
    }
    #expect(outcome("q->v = 3; p = q;", "p->v == 4") == "holds")
    #expect(outcome("kfree(q);", "!p") == "holds")
    #expect(outcome("q->v = 3;", "!p") == "leaks@0")
    #expect(outcome("kfree(q); q->v = 1;", "!p").contains("'init' breaks the rules here"))
  }

  /// Two threads that hand objects to each other; who frees them may be wrong.
  private static let exchange = """
    C t
    struct s { int v; struct s *next; spinlock_t lock; };
    struct s *slot;
    int done;
    pool s 3
    leaks
    static void give(int v)
    {
      struct s *n = kmalloc(sizeof(*n), GFP_KERNEL), *old;
      n->v = v;
      n->next = NULL;
    #ifdef WRONG
      old = READ_ONCE(slot);
      WRITE_ONCE(slot, n);
    #else
      old = xchg(&slot, n);
    #endif
      if (old) {
        spin_lock(&old->lock);
        spin_unlock(&old->lock);
        kfree(old);
      }
    }
    thread a(void) { give(1); }
    thread b(void) { give(1); }
    finally left: slot && slot->v == 1
    """

  @Test(arguments: [[], ["WRONG"]])
  func `every way to search finds the same`(defines: [String]) throws {
    let program = try RaceProgram(
      try read(Self.exchange), defines: defines.map { Define(name: $0, value: "1") })
    let all = program.explore()
    let expected = Set(all.found.map(\.id))
    #expect(expected.isEmpty == defines.isEmpty)
    for options in [
      Explorer.Options(reduction: .partialOrder), Explorer.Options(strategy: .dpor()),
      Explorer.Options(reduction: .symmetry),
    ] {
      let result = program.explore(options)
      #expect(Set(result.found.map(\.id)) == expected, "\(options)")
    }
    #expect(
      program.explore(Explorer.Options(reduction: .symmetry)).exploration.counts.states
        < all.exploration.counts.states)
  }

  @Test func `files that free nothing have no cells for it`() throws {
    let text = "struct s one;\nthread t(void) { struct s *q = &one; q->v = 1; }\n"
    let program = try RaceProgram(try read(Self.start + text))
    #expect(!program.image.hasLives && program.image.program.pools.isEmpty)
    #expect(!program.image.program.slots.contains { $0.use == .life })
    #expect(program.image.program.firstGrave == program.image.locationCount)
    // A global is followed only where a pointer to its type is freed.
    let freed = try RaceProgram(
      try read(Self.start + "struct big other;\n" + text.replacing("q->v = 1;", with: "kfree(q);")))
    #expect(freed.image.program.slots.filter { $0.use == .life }.map(\.name) == ["one.life"])
  }
}
