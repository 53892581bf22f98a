/// Small races about numbers as large as their types hold.
extension RaceSamples {
  static let numbers: [String: String] = [
    "ends-of-types": #"""
    C ends-of-types
    long l = 9223372036854775807l;
    unsigned long u = 0x8000000000000000;
    u64 m = -1;
    atomic64_t n = ATOMIC64_INIT(-1);
    unsigned long jiffies = -1UL;
    int seen;
    thread a(void) {
    #ifdef BOTH_ENDS
      WRITE_ONCE(l, -9223372036854775807l - 1);
      WRITE_ONCE(l, 9223372036854775807l);
    #elif defined(UP)
      l++; assert(l == -9223372036854775807l - 1); l--; assert(l > 0);
    #elif defined(MIDDLE)
      u++; u -= 2; assert(u == 0x7fffffffffffffff && (long)u > 0);
    #elif defined(SHIFT)
      u64 k = m; l = k; l >>= 1; k = l; k++; assert(l == -1 && k == 0);
      m >>= 63; assert(m == 1); m = 1ull << 63; m = (1ull << 63) - 1; m = ~0ull; m /= 2;
      assert(m == 0x7fffffffffffffff);
    #elif defined(ATOMIC)
      atomic64_set(&n, 0x7fffffffffffffff); atomic64_inc(&n); assert(atomic64_read(&n) < 0);
      assert(atomic64_dec_return(&n) == 0x7fffffffffffffff);
    #elif defined(JIFFIES)
      unsigned long start = jiffies;
      jiffies++; jiffies++; assert(jiffies - start == 2 && (long)(start - jiffies) < 0);
    #elif defined(LOCAL)
      unsigned long i; for (i = 2; i <= 2; i--) seen++; assert(seen == 3 && i == -1UL);
    #endif
    }
    thread b(void) { WRITE_ONCE(seen, seen); }
    row both-ends -DBOTH_ENDS holds
    row up -DUP holds
    row middle -DMIDDLE holds
    row shift -DSHIFT holds
    row atomic -DATOMIC holds
    row jiffies -DJIFFIES holds
    """#,
    "numbers-are-no-addresses": #"""
    C numbers-are-no-addresses
    unsigned long g;
    int a, b, q, *p = &a;
    struct { int n; } s;
    static void set(int *to) { *to = 0x5AFE0001; }
    static void end(void) { int k = 1, *to = &k; *to = 2; }
    thread t(void) {
      unsigned long x;
      int i;
      unsigned y;
    #ifdef LONG
      x = 0x5AFE0001; g = x;
      // What ends a life rewrites addresses, and nothing that is as large as one.
      g = 0x5AFEC0DE00000009; x = 0x5AFEC0DE0000000a; end();
      assert(g == 0x5AFEC0DE00000009 && x == 0x5AFEC0DE0000000a);
    #elif defined(INT)
      set(&i); q = i; assert(q == 0x5AFE0001);
    #elif defined(UNSIGNED)
      y = 0x5AFE0000; y++; g = y; end(); assert(g == 0x5AFE0001 && y == g);
    #elif defined(NARROW)
      // An address is a number where a pointer is made one.
      x = (unsigned long)&b; p = (int *)x; *p = 3; assert(b == 3 && x != (unsigned long)&a);
    #elif defined(MISSING)
      q = i;
    #elif defined(MISSING_WIDE)
      g = x;
    #elif defined(MISSING_ADDRESS)
      p = &i; q = *p;
    #endif
    }
    row long -DLONG holds
    row int -DINT holds
    row unsigned -DUNSIGNED holds
    row narrow -DNARROW holds
    row missing -DMISSING violated: uninitialised@0
    row missing-wide -DMISSING_WIDE violated: uninitialised@0
    row missing-address -DMISSING_ADDRESS violated: uninitialised@0
    """#,
  ]
}
