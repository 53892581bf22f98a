/// Small races about addresses, and where objects end.
extension RaceSamples {
  static let addresses: [String: String] = [
    "behind-the-end": #"""
    C behind-the-end
    struct pair { int a, b; int v[2]; spinlock_t l; atomic_t n; struct { int in; } s; };
    struct big { int many[12]; };
    struct small { int a, b, c[2]; };
    struct pair x, y, t[2], z;
    struct small few, more[4];
    struct pair *gp = &x;
    int n = 2, one = 1, out, *q;
    struct { int i; } last;
    thread t0(void) {
      struct pair *p = &x;
      struct big *huge;
    #ifdef MEMBER
      p++; out = p->b;
    #elif defined(STORE)
      p++; p->b = 2;
    #elif defined(FIRST)
      p++; p->a = 2;
    #elif defined(GLOBAL)
      gp++; p = gp; p->b = 2;
    #elif defined(TABLE)
      p = t + 2; p->b = 1;
    #elif defined(INDEX)
      p = t; p[n].b = 1;
    #elif defined(BELOW)
      p = t; p[-one].b = 1;
    #elif defined(ONCE)
      WRITE_ONCE((t + READ_ONCE(n))->b, 1);
    #elif defined(ARRAY)
      p = t + n; p->v[one] = 1;
    #elif defined(LOCK)
      p = t + n; spin_lock(&p->l);
    #elif defined(ATOMIC)
      p = t + n; atomic_inc(&p->n);
    #elif defined(BLOCK)
      p = t + n; atomic { p->b = 1; }
    #elif defined(AWAIT)
      p = t + n; await(p->b == 0);
    #elif defined(INNER)
      p = t + n; out = p->s.in;
    #elif defined(ADDRESS)
      p = t + n; q = &p->b; out = *q;
    #elif defined(COPY)
      more[0] = more[one + 3];
    #elif defined(COPIED)
      struct small *s = more + 2 * n; *s = few;
    #elif defined(BIGGER)
      huge = (struct big *)&few; huge->many[5] = 1;
    #elif defined(BIGGER_KNOWN)
      ((struct big *)&few)->many[5] = 1;
    #elif defined(BIGGER_INDEX)
      ((struct big *)&few)->many[n + 3] = 1;
    #elif defined(BIGGER_ELEMENT)
      ((struct big *)&more[one])->many[n * 6] = 1;
    #elif defined(LOCAL)
      struct small s, u; struct small *l = &s; u.b = 1; l++; out = l->b; l = &u;
    #elif defined(LAST)
      q = &last.i; q++; *q = 1;
    #elif defined(WITHIN)
      p = t + 1; p->b = 1; p->v[one] = 2; spin_lock(&p->l); spin_unlock(&p->l);
      huge = (struct big *)&few; huge->many[n + 1] = 3;
      assert(few.c[1] == 3 && t[1].b == 1 && t[1].v[1] == 2);
    #endif
    }
    row member -DMEMBER violated: out-of-bounds@0
    row store -DSTORE violated: out-of-bounds@0
    row first -DFIRST violated: out-of-bounds@0
    row global -DGLOBAL violated: out-of-bounds@0
    row table -DTABLE violated: out-of-bounds@0
    row index -DINDEX violated: out-of-bounds@0
    row below -DBELOW violated: out-of-bounds@0
    row once -DONCE violated: out-of-bounds@0
    row array -DARRAY violated: out-of-bounds@0
    row lock -DLOCK violated: out-of-bounds@0
    row atomic -DATOMIC violated: out-of-bounds@0
    row block -DBLOCK violated: out-of-bounds@0
    row await -DAWAIT violated: out-of-bounds@0
    row inner -DINNER violated: out-of-bounds@0
    row address -DADDRESS violated: out-of-bounds@0
    row copy -DCOPY violated: out-of-bounds@0
    row copied -DCOPIED violated: out-of-bounds@0
    row bigger -DBIGGER violated: out-of-bounds@0
    row bigger-known -DBIGGER_KNOWN violated: out-of-bounds@0
    row bigger-index -DBIGGER_INDEX violated: out-of-bounds@0
    row bigger-element -DBIGGER_ELEMENT violated: out-of-bounds@0
    row local -DLOCAL violated: out-of-bounds@0
    row last -DLAST violated: out-of-bounds@0
    row within -DWITHIN holds
    """#,
    "properties-behind-the-end": #"""
    C properties-behind-the-end
    struct pair { int a, b; } x, y = { 1, 1 };
    struct pair *p = &x;
    thread t(void) { p++; }
    // What leads nowhere makes an expression false.
    sometimes never: p->b
    row r violated: never
    """#,
    "cells-of-another-type": #"""
    C cells-of-another-type
    int x, y;
    unsigned u;
    u8 a[4];
    long w;
    spinlock_t l;
    rwlock_t r;
    atomic_t n;
    struct mutex m;
    struct s { int a; struct { u8 c; } in; } s;
    struct t { int *p; } t;
    struct mixed { int v[2]; u8 narrow; int *p; spinlock_t l; } o;
    void *p;
    thread th(void) {
    #ifdef SIGN
      unsigned *q = (unsigned *)&x; int *k = (int *)&u;
      *q = -1; assert(x == -1 && *q == -1u && *q > 0);
      *k = -2; assert(u == 0xfffffffe && *k < 0);
      (*q)++; (*k)--; assert(x == 0 && u == -3u);
      assert(xchg(q, -5) == 0 && x == -5 && xchg(q, 0) == -5u);
      atomic { *q = -7; assert(x < 0); }
      await(*q > 0);
      await(*(unsigned *)&x > 0);
    #elif defined(WIDE)
      p = &x; long *q = p; *q = 1L << 33;
    #elif defined(WIDE_READ)
      p = &x; long *q = p; w = *q;
    #elif defined(NARROW)
      p = a; u32 *q = p; *q = 0x01020304;
    #elif defined(LOCK)
      p = &l; int *q = p; *q = 1;
    #elif defined(READ_WRITE)
      p = &r; int *q = p; *q = 1;
    #elif defined(NO_LOCK)
      p = &x; spinlock_t *q = p; spin_lock(q);
    #elif defined(NO_READ_WRITE)
      p = &x; rwlock_t *q = p; read_lock(q);
    #elif defined(SLEEPS)
      p = &l; struct mutex *q = p; mutex_lock(q);
    #elif defined(POINTER)
      p = &t; struct s *q = p; q->a = 5;
    #elif defined(NO_POINTER)
      p = &s; struct t *q = p; q->p = &y;
    #elif defined(INDEX)
      int *q = o.v; q[x + 2] = 1;
    #elif defined(INDEX_POINTER)
      int *q = o.v; q[x + 3] = 1;
    #elif defined(BITS)
      p = &x; set_bit(3, (unsigned long *)p);
    #elif defined(ATOMIC)
      p = &w; atomic_inc((atomic_t *)p);
    #elif defined(AWAIT)
      p = &x; long *q = p; await(*q == 0);
    #elif defined(NUMBER)
      p = &x; p = (void *)((unsigned long)p); *(int *)p = 4; assert(x == 4);
    #elif defined(COUNTER)
      p = &n; int *q = p; *q = 3; assert(atomic_read(&n) == 3);
    #elif defined(CELLS)
      p = &s; int *q = p; *q = 2; assert(s.a == 2); struct s *back = p; assert(back->a == 2);
    #endif
    }
    row sign -DSIGN holds
    row wide -DWIDE violated: wild@0
    row wide-read -DWIDE_READ violated: wild@0
    row narrow -DNARROW violated: wild@0
    row lock -DLOCK violated: wild@0
    row read-write -DREAD_WRITE violated: wild@0
    row no-lock -DNO_LOCK violated: wild@0
    row no-read-write -DNO_READ_WRITE violated: wild@0
    row sleeps -DSLEEPS violated: wild@0
    row pointer -DPOINTER violated: wild@0
    row no-pointer -DNO_POINTER violated: wild@0
    row index -DINDEX violated: wild@0
    row index-pointer -DINDEX_POINTER violated: wild@0
    row bits -DBITS violated: wild@0
    row atomic -DATOMIC violated: wild@0
    row await -DAWAIT violated: wild@0
    row number -DNUMBER holds
    row counter -DCOUNTER holds
    row cells -DCELLS holds
    """#,
    "address-of-the-end": #"""
    C address-of-the-end
    struct pair { int a, b, v[3]; } s[2];
    int a[4], m[2][3], n = 4, five = 5, sum, *end = &a[4], *other = a + 4;
    thread t(void) {
      int *p, (*row)[3];
      struct pair *q;
    #ifdef KNOWN
      for (p = a; p < &a[4]; p++) *p = 1;
      for (q = s; q != &s[2]; q++) { q->b = 1; sum += q->b; }
      assert(sum == 2 && a[3] == 1 && end == &a[4] && other == end);
      for (p = s[1].v; p < &s[1].v[3]; p++) *p = 2;
      assert(s[1].v[2] == 2 && &m[1][3] == &m[n - 3][3]);
    #elif defined(COMPUTED)
      for (p = &a[0]; p != &a[n]; p++) *p = 1;
      assert(p - a == 4);
    #elif defined(READ)
      sum = *&a[4];
    #elif defined(READ_COMPUTED)
      sum = *&a[n];
    #elif defined(READ_LATER)
      p = &a[n]; sum = *p;
    #elif defined(MEMBER)
      sum = (&s[n / 2])->b;
    #elif defined(LOCKED)
      sum = xchg(&a[n], 1);
    #elif defined(FAR)
      p = &a[five];
    #elif defined(FAR_KNOWN)
      p = &a[5];
    #elif defined(BELOW)
      p = &a[n - 5];
    #elif defined(PLAIN)
      a[n] = 1;
    #endif
    }
    row known -DKNOWN holds
    row computed -DCOMPUTED holds
    row read -DREAD violated: out-of-bounds@0
    row read-computed -DREAD_COMPUTED violated: out-of-bounds@0
    row read-later -DREAD_LATER violated: out-of-bounds@0
    row member -DMEMBER violated: out-of-bounds@0
    row locked -DLOCKED violated: out-of-bounds@0
    row far -DFAR violated: out-of-bounds@0
    row far-known -DFAR_KNOWN violated: out-of-bounds@0
    row below -DBELOW violated: out-of-bounds@0
    row plain -DPLAIN violated: out-of-bounds@0
    """#,
  ]
}
