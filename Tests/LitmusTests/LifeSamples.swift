/// Small races about structures, and about when locals live and have values.
extension RaceSamples {
  static let lives: [String: String] = [
    "jumped-over": #"""
    C jumped-over
    int x, y, *p;
    static int look(int *q) { return *q; }
    thread t(void) {
      int i = 0;
    #ifdef CASE
      switch (x) { int k = 5; case 0: x = k; }
    #elif defined(BEHIND)
      switch (x) { case 1: ; int k = 5; case 0: x = k; }
    #elif defined(INNER)
      switch (x) { case 1: { int k = 5; case 0: x = k + 3; } }
    #elif defined(LOOP)
      switch (x) { case 1: for (int k = 5; k < 6; k++) { case 0: x = k; } }
    #elif defined(DEFAULT)
      switch (x) { case 1: ; int k = 5; x = k; break; default: x = k; }
    #elif defined(ADDRESS)
      switch (x) { case 1: ; int k = 5; case 0: x = look(&k); }
    #elif defined(ARRAY)
      switch (x) { case 1: ; int k[2] = { 5, 6 }; case 0: x = k[y]; }
    #elif defined(AGAIN)
      // The second time the block is come to anew, and the value of the first is gone.
      for (; i < 2; i++) switch (i) { case 0: ; int k = 5; x = k; break; case 1: x = k; }
    #elif defined(GOTO)
      goto in; int k = 5; in: x = look(&k);
    #elif defined(BACK)
    again:
      if (i) goto in;
      { int k = 5; i = look(&k); goto again; in: x = look(&k); }
    #elif defined(RIGHT)
      switch (x) { case 1: { int k = 5; x = k; break; } case 0: { int k = 6; x = k; } }
      switch (y) { int k; case 0: k = 7; x += k; }
      assert(x == 13);
    #elif defined(ONCE)
      int k = 1, *q = &k;
      if (y) goto out;
      *q = 2;
    out:
      assert(k == 2);
    #elif defined(INSIDE)
      { int k = 1; p = &k; if (!y) goto in; k = 2; in: assert(k == 1); }
    #endif
    }
    row case -DCASE violated: uninitialised@0
    row behind -DBEHIND violated: uninitialised@0
    row inner -DINNER violated: uninitialised@0
    row loop -DLOOP violated: uninitialised@0
    row default -DDEFAULT violated: uninitialised@0
    row address -DADDRESS violated: uninitialised@0
    row array -DARRAY violated: uninitialised@0
    row again -DAGAIN violated: uninitialised@0
    row goto -DGOTO violated: uninitialised@0
    row back -DBACK violated: uninitialised@0
    row right -DRIGHT holds
    row once -DONCE holds
    row inside -DINSIDE holds
    """#,
    "missing-values": #"""
    C missing-values
    struct pair { int a, b; };
    struct big { int n; int m[2]; atomic_t c; };
    int x, *shared;
    struct pair global;
    static void fill(int *p) { *p = 1; }
    static int look(int *p) { return *p; }
    static struct pair half(void) { struct pair p; p.a = 1; return p; }
    static int lost(int i) { if (i) return 1; }
    thread t(void) {
      int array[3], n, i;
      struct pair p, q;
      struct big g;
    #ifdef ARRAY
      array[1] = 1; x = array[x];
    #elif defined(ELEMENT)
      array[1] = 1; x = array[2];
    #elif defined(ADDRESS)
      x = look(&n);
    #elif defined(FILLED)
      fill(&n); array[1] = n; x = array[x + 1] + look(&n);
    #elif defined(MEMBER)
      p.a = 1; x = p.b;
    #elif defined(COPIED)
      p.a = 1; q = p; x = q.b;
    #elif defined(COPIES)
      p.a = 1; q = p; global = q; x = q.a + global.a;
    #elif defined(GLOBAL)
      p.a = 1; global = p; x = global.b;
    #elif defined(RETURNED)
      x = half().b;
    #elif defined(GIVEN)
      x = half().a;
    #elif defined(INNER)
      g.m[1] = 2; x = g.m[x];
    #elif defined(COUNTER)
      atomic_inc(&g.c);
    #elif defined(SET)
      atomic_set(&g.c, 0); atomic_inc(&g.c); x = atomic_read(&g.c);
    #elif defined(AWAIT)
      await(x == 0 || x == n);
      await(x == n);
    #elif defined(LOOP)
      for (i = 0; i < 2; i++) { int k; if (!i) fill(&k); x = look(&k); }
    #elif defined(JUMP)
      goto in;
      { int k; fill(&k); in: x = look(&k); }
    #elif defined(LOST)
      x = lost(0);
    #elif defined(UNWANTED)
      lost(0); x = lost(1);
    #endif
    }
    row array -DARRAY violated: uninitialised@0
    row element -DELEMENT violated: uninitialised@0
    row address -DADDRESS violated: uninitialised@0
    row filled -DFILLED holds
    row member -DMEMBER violated: uninitialised@0
    row copied -DCOPIED violated: uninitialised@0
    row copies -DCOPIES holds
    row global -DGLOBAL violated: uninitialised@0
    row returned -DRETURNED violated: uninitialised@0
    row given -DGIVEN holds
    row inner -DINNER violated: uninitialised@0
    row counter -DCOUNTER violated: uninitialised@0
    row set -DSET holds
    row await -DAWAIT violated: uninitialised@0
    row loop -DLOOP violated: uninitialised@0
    row jump -DJUMP violated: uninitialised@0
    row lost -DLOST violated: uninitialised@0
    row unwanted -DUNWANTED holds
    """#,
    "structures": #"""
    C structures
    struct pair { int a, b; };
    struct nest { struct pair p; int m[2]; struct pair *n; };
    struct pair one = { 1, 2 }, table[2];
    struct nest deep;
    int i;
    static struct pair swap(struct pair p) { int t = p.a; p.a = p.b; p.b = t; return p; }
    static struct pair add(struct pair p, struct pair q) {
      struct pair r = { p.a + q.a, p.b + q.b };
      return r;
    }
    static struct nest wrap(struct pair p) {
      struct nest n = { p, { 5, 6 }, &one };
      n.m[0]++;
      return n;
    }
    static int sum(struct nest n) { n.m[1] = 100; return n.p.a + n.m[0]; }
    thread t(void) {
      struct pair p = swap(one), q;
      struct nest n;
      assert(p.a == 2 && p.b == 1 && one.a == 1 && one.b == 2);
      q = add(swap(p), add(p, one));
      assert(q.a == 4 && q.b == 5);
      table[i++] = q;
      assert(i == 1 && table[0].a == 4 && table[0].b == 5 && table[1].a == 0);
      n = wrap(q);
      assert(n.p.b == 5 && n.m[0] == 6 && n.m[1] == 6 && n.n->b == 2);
      assert(sum(n) == 10 && n.m[1] == 6);
      deep = n;
      deep.p = *deep.n;
      assert(deep.p.a == 1 && deep.p.b == 2 && wrap(p).m[0] == 6);
      assert((deep.p.a ?: 7) == 1 && (0 ?: 7) == 7 && (i-- ?: 9) == 1 && (i++ ?: 9) == 9);
    }
    row t holds
    """#,
    "copies-are-steps": #"""
    C copies-are-steps
    struct pair { int a, b; };
    struct pair shared;
    thread w(void) { struct pair p = { 1, 1 }; shared = p; }
    thread r(void) { struct pair p = shared; assert(p.a == p.b); }
    row t violated: assert@1
    """#,
    "lives": #"""
    C lives
    struct s { int v, w; spinlock_t lock; };
    struct s *seen;
    spinlock_t *held;
    int x;
    thread t(void) {
      int i;
      for (i = 0; i < 2; i++) {
        struct s s;
        s.v = s.w = i;
        spin_lock(&s.lock);
    #ifdef HELD
        if (i) spin_unlock(&s.lock);
    #else
        spin_unlock(&s.lock);
    #endif
    #ifdef ROUND
        if (i) x = seen->w;
    #endif
        seen = &s;
      }
      seen = 0;
    }
    row fine holds
    row held -DHELD violated: lock-misuse@0
    row round -DROUND violated: use-after-free@0
    """#,
    "dangling-member": #"""
    C dangling-member
    struct s { int v, w, u; };
    struct s other = { 1, 1, 1 };
    struct s *p;
    static struct s *leak(void) { struct s s = { 0 }; return &s; }
    thread t(void) { p = leak(); p->u = 1; }
    row t violated: use-after-free@0
    """#,
  ]
}
