/// Small races about pointers to functions.
extension RaceSamples {
  static let functionPointers: [String: String] = [
    "operations": #"""
    C operations
    struct ops { int (*get)(int); };
    static int twice(int i) { return 2 * i; }
    static int same(int i) { return i; }
    struct ops first = { .get = twice };
    struct ops *ops = &first;
    int out;
    thread user(void) {
    #ifdef ONCE
      int (*get)(int) = READ_ONCE(ops->get);
      if (get) out = get(3);
    #else
      if (ops->get) out = ops->get(3);
    #endif
    }
    thread owner(void) {
    #ifdef SWAP
      WRITE_ONCE(first.get, same);
    #else
      WRITE_ONCE(first.get, NULL);
    #endif
    }
    finally p: out == 0 || out == 6 || out == 3
    finally q: out != 3
    row null violated: null@1
    row once -DONCE holds
    row swap -DSWAP violated: q@0
    """#,
    "dispatch": #"""
    C dispatch
    struct pair { int a, b; };
    typedef int (*binary)(int, int);
    typedef void action(struct pair *);
    static int add(int a, int b) { return a + b; }
    static int sub(int a, int b) { return a - b; }
    static int other(int a) { return a; }
    static int lost(int a, int b) { if (a) return b; }
    static void swap_both(struct pair *p) { int t = p->a; p->a = p->b; p->b = t; }
    static struct pair made(int a, int b) { struct pair p = { a, b }; return p; }
    static binary chosen(int plus) { return plus ? add : &sub; }
    static int apply(int f(int, int), int a, int b) { return (*f)(a, b); }
    binary table[2] = { add, sub };
    action *act = swap_both;
    struct pair (*make)(int, int) = made;
    struct pair one = { 1, 2 };
    thread t(void) {
      int i, (*f)(int, int), (*g)(int);
      binary *cell = &table[1];
      struct pair p = make(7, 8);
      assert(table[0](5, 3) == 8 && table[1](5, 3) == 2 && (*cell)(5, 3) == 2);
      assert(chosen(1)(5, 3) == 8 && chosen(0)(5, 3) == 2 && apply(sub, 5, 3) == 2);
      assert(p.a == 7 && make(1, 9).b == 9 && table[0] == add && table[0] != sub && !!act);
      act(&one);
      assert(one.a == 2);
      f = lost;
      f(0, 1);
      for (i = 0; i < 2; i++) f = table[i];
      assert(f(1, 1) == 0);
    #ifdef UNSET
      g(1);
    #elif defined(WILD)
      f = (binary)8; f(1, 1);
    #elif defined(OTHER)
      g = (int (*)(int))f; g(1);
    #elif defined(DATA)
      f = (binary)(void *)&one; f(1, 1);
    #elif defined(READ)
      i = *(int *)(void *)f;
    #elif defined(LOST)
      f = lost; i = f(0, 1);
    #elif defined(NONE)
      table[1] = NULL; i = table[1](1, 1);
    #endif
    }
    row right holds
    row unset -DUNSET violated: uninitialised@0
    row wild -DWILD violated: wild@0
    row other -DOTHER violated: wild@0
    row data -DDATA violated: wild@0
    row read -DREAD violated: wild@0
    row lost -DLOST violated: uninitialised@0
    row none -DNONE violated: null@0
    """#,
    "release-by-pointer": #"""
    C release-by-pointer
    struct obj { int gone; struct kref ref; void (*release)(struct kref *); };
    static void drop(struct kref *k) { container_of(k, struct obj, ref)->gone++; }
    static void keep(struct kref *k) { }
    struct obj o = { .ref = { REFCOUNT_INIT(2) }, .release = drop };
    thread a(void) { kref_put(&o.ref, o.release); }
    thread b(void) {
      // The pointer is looked at before the count drops.
      WRITE_ONCE(o.release, keep);
      kref_put(&o.ref, o.release);
    }
    finally gone: o.gone == 1
    row t violated: gone@0
    """#,
  ]
}
