/// Small races about the language, with what must come of each row.
extension RaceSamples {
  static let language: [String: String] = [
    "increments": #"""
    C increments
    int x;
    thread a(void) { x++; }
    thread b(void) { x += 1; }
    finally two: x == 2
    row plain violated: two@1
    """#,
    "atomics": #"""
    C atomics
    atomic_t x = ATOMIC_INIT(1);
    int y;
    thread a(void) { atomic_inc(&x); if (atomic_dec_and_test(&x)) y = 1; }
    thread b(void) { atomic_add(2, &x); atomic_sub(2, &x); }
    finally one: y == 0
    row t holds
    """#,
    "cmpxchg": #"""
    C cmpxchg
    int owner, both;
    static int try(int me) { return cmpxchg(&owner, 0, me) == 0; }
    thread a(void) { if (try(1)) both++; }
    thread b(void) {
    #ifdef PLAIN
      if (!owner) { owner = 2; both++; }
    #else
      if (try(2)) both++;
    #endif
    }
    finally single: both == 1
    row plain -DPLAIN violated: single@1
    row fixed holds
    """#,
    "await": #"""
    C await
    int go, done;
    thread a(void) { await(READ_ONCE(go) == 1); done = 1; }
    thread b(void) {
    #ifndef NEVER
      WRITE_ONCE(go, 1);
    #endif
    }
    finally over: done
    row fine holds
    row never -DNEVER violated: deadlock@0
    """#,
    "atomic-choice-in-condition": #"""
    C atomic-choice-in-condition
    int x, y;
    thread a(void) {
      atomic {
        x = 1;
        if (x == ONE)
          y = choose(1..3);
      }
    }
    finally most: y < 3
    row made -DONE=1 violated: most@0
    row left -DONE=2 holds
    """#,
    "atomic-block": #"""
    C atomic-block
    int free = 1, a_in, b_in;
    static void enter(int *me) {
    #ifdef SPLIT
      await(free);
      free = 0;
      *me = 1;
    #else
      atomic { await(free); free = 0; *me = 1; }
    #endif
      assert(!(a_in && b_in));
      atomic { *me = 0; free = 1; }
    }
    thread a(void) { enter(&a_in); }
    thread b(void) { enter(&b_in); }
    always alone: !(a_in && b_in)
    row fixed holds
    row split -DSPLIT violated: alone@2, assert@2
    """#,
    "choose": #"""
    C choose
    int sum, big;
    thread a(void) { int i = choose(1..3); int j = choose(10..12); sum = i + j; }
    thread b(void) { big = choose(0..299); }
    finally range: sum >= 11 && sum <= 15 && big < 300
    sometimes low: sum == 11
    sometimes high: sum == 15 && big == 299
    row t holds
    """#,
    "assume": #"""
    C assume
    int x;
    thread a(void) { int i = choose(0..5); assume(i % 2 == 1); x = i; }
    finally odd: x == 1 || x == 3 || x == 5
    #ifdef MORE
    sometimes four: x == 4
    #endif
    row t holds
    row more -DMORE violated: four
    """#,
    "control": #"""
    C control
    #define N 4
    enum color { RED, GREEN = 5, BLUE };
    typedef unsigned char byte;
    struct point { int x; byte y[N]; struct point *next; };
    struct point p = { .x = 3, .y = { 1, 2, [3] = 9 } }, q = { 7, { 0 }, &p };
    int result, visits;
    static int fact(int n) { int r = 1; while (n > 1) { r *= n; n--; } return r; }
    static int classify(int c) {
      switch (c) {
      case RED: return 10;
      case GREEN:
        visits++;
        /* falls through */
      case BLUE: return 20;
      default: break;
      }
      return 30;
    }
    thread a(void)
    {
      int i, sum = 0;
      byte b = 250;
      unsigned int u = 0;
      long long big = 1LL << 40;
      int local[3] = { 1, 2, 3 };
      struct point c = p;
      for (i = 0; i < N; i++) {
        if (i == 2)
          continue;
        sum += q.next->y[i];
      }
      assert(sum == 12);
      assert(fact(5) == 120);
      assert(classify(RED) == 10 && classify(GREEN) == 20 && classify(BLUE) == 20);
      assert(classify(99) == 30);
      b += 10;
      assert(b == 4);
      u--;
      assert(u == 4294967295U && u > 0 && (int)u < 0);
      assert(big >> 38 == 4 && (int)big == 0);
      assert(-7 / 2 == -3 && -7 % 2 == -1 && -8 >> 1 == -4);
      assert((byte)300 == 44 && !!7 == 1 && ~0 == -1);
      assert(sizeof(int) == 4 && sizeof(struct point *) == 8);
      local[i - 2] = local[0] + local[1];
      assert(local[2] == 3);
      c.x++;
      assert(c.x == 4 && p.x == 3);
      i = 0;
    again:
      i++;
      if (i < 3)
        goto again;
      do { i--; if (i == 1) break; } while (i);
      assert(i == 1);
      assert((i ? 5 : 6) == 5 && (i, 7) == 7);
      p.next = &q;
      assert(p.next->next == &p && &q.y[2] - &q.y[0] == 2);
      result = *(&p.y[0] + 3) + (i++ == 1) + (++i == 3);
    }
    finally right: result == 11 && visits == 1
    row t holds
    """#,
    "faults": #"""
    C faults
    struct s { int v; struct s *n; };
    struct s one;
    int arr[3], i = 3, zero, *p;
    static int *leak(void) { int x = 1; int *q = &x; return q; }
    thread a(void) {
      int u;
    #ifdef NULLPTR
      one.n->v = 1;
    #elif defined(WILD)
      p = (int *)0x12345678;
      *p = 1;
    #elif defined(BOUNDS)
      arr[i] = 1;
    #elif defined(PAST)
      p = &arr[2] + 1;
      *p = 1;
    #elif defined(FAR)
      p = &arr[0] + 5;
    #elif defined(DIV)
      zero = 5 / zero;
    #elif defined(LEAK)
      p = leak();
      *p = 1;
    #elif defined(UNINIT)
      if (zero) u = 1;
      arr[0] = u;
    #elif defined(INIT)
      if (!zero) u = 1;
      arr[0] = u;
    #elif defined(BUG)
      BUG_ON(i == 3);
    #endif
    }
    row null -DNULLPTR violated: null@0
    row wild -DWILD violated: wild@0
    row bounds -DBOUNDS violated: out-of-bounds@0
    row past -DPAST violated: out-of-bounds@0
    row far -DFAR violated: out-of-bounds@0
    row division -DDIV violated: division@0
    row leak -DLEAK violated: use-after-free@0
    row uninitialised -DUNINIT violated: uninitialised@0
    row initialised -DINIT holds
    row bug -DBUG violated: assert@0
    """#,
    "dangling": #"""
    C dangling
    int *shared;
    int other;
    static void lend(int keep) {
      int x = 5;
      WRITE_ONCE(shared, &x);
      other = x;
      if (!keep)
        WRITE_ONCE(shared, NULL);
    }
    thread a(void) {
    #ifdef KEEP
      lend(1);
    #else
      lend(0);
    #endif
    }
    thread b(void) {
      int *p = READ_ONCE(shared);
    #ifdef SAFE
      if (p == &other)
    #else
      if (p)
    #endif
        *p = 6;
    }
    row keep -DKEEP violated: use-after-free@0
    row unkept violated: use-after-free@2
    row safe -DSAFE holds
    """#,
    "init-runs-first": #"""
    C init-runs-first
    int a[3], n, *p;
    init(void) { int i; for (i = 0; i < 3; i++) a[i] = i * i; n = a[2]; p = &a[1]; }
    thread t(void) { assert(n == 4 && *p == 1); }
    row t holds
    """#,
    "refcount": #"""
    C refcount
    refcount_t r = REFCOUNT_INIT(1);
    int freed;
    static void put(void) { if (refcount_dec_and_test(&r)) { assert(!freed); freed = 1; } }
    thread a(void) {
    #ifdef FIX
      if (refcount_inc_not_zero(&r))
        put();
    #else
      refcount_inc(&r);
      put();
    #endif
    }
    thread b(void) { put(); }
    row buggy violated: refcount@0
    row fixed -DFIX holds
    """#,
    "bits": #"""
    C bits
    unsigned long flags;
    thread a(void) { set_bit(0, &flags); assert(test_bit(0, &flags)); }
    thread b(void) {
    #ifdef FIX
      set_bit(1, &flags);
    #else
      __set_bit(1, &flags);
    #endif
    }
    finally both: flags == 3
    row buggy violated: assert@2, both@1
    row fixed -DFIX holds
    """#,
    "widths": #"""
    C widths
    int x = -1;
    unsigned long y;
    long z;
    thread a(void) { int i; for (i = 0; i < 40; i++) x = -i * 1000; y = -1; z = -5000000000; }
    thread b(void) { int c = x; assert(c <= 0 && c >= -39000); }
    finally end: x == -39000 && y + 1 == 0 && z == -5000000000
    row t holds
    """#,
    "asked-locals": #"""
    C asked-locals
    int x;
    thread a(void)
    {
      int seen;
      if (READ_ONCE(x))
        seen = 1;
      x = seen;
    }
    thread b(void) { WRITE_ONCE(x, 1); }
    finally seen: a:seen == 1
    row t violated: uninitialised@0
    """#,
    "locals": #"""
    C locals
    int x;
    thread a(void) { int seen = READ_ONCE(x); x = seen + 1; }
    thread b(void) { int seen = READ_ONCE(x); x = seen + 1; }
    finally differ: a:seen != b:seen
    sometimes first: a:seen == 0 && b:seen == 1
    exists (a:seen=0 /\ b:seen=0 /\ x=1)
    row t violated: differ@1, condition@1
    """#,
    "maybe": #"""
    C maybe
    int x;
    thread a(void) { maybe extra { x = 1; } }
    finally zero: x == 0
    row without holds
    row with-it with extra violated: zero@0
    """#,
    "short-circuit": #"""
    C short-circuit
    int *p, x = 1, y;
    thread a(void) { if (p && *p) y = 1; if (!p || *p == 1) y += 2; y += p ? *p : 4; }
    finally right: y == 6
    row t holds
    """#,
  ]
}
