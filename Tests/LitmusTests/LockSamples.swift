/// Small races about locks and readers, with what must come of each row.
extension RaceSamples {
  static let locks: [String: String] = [
    "data-races": #"""
    C data-races
    int x, flag, *p = &x;
    spinlock_t l;
    data-races
    thread a(void)
    {
    #ifdef LOCKED
      spin_lock(&l);
    #endif
    #ifdef MARKED
      WRITE_ONCE(x, 1);
    #else
      x = 1;
    #endif
    #ifdef LOCKED
      spin_unlock(&l);
    #endif
      WRITE_ONCE(flag, 1);
    }
    thread b(void)
    {
      int r;
    #ifdef LOCKED
      spin_lock(&l);
      r = *p;
      spin_unlock(&l);
    #elif defined(MARKED)
      r = READ_ONCE(*p);
    #elif defined(ORDERED)
      await(READ_ONCE(flag));
      r = *p;
    #elif defined(SPUN)
      await(x == 1);
    #else
      r = READ_ONCE(*p);
    #endif
    }
    row plain violated: data-race@0
    row await -DSPUN violated: data-race@0
    row locked -DLOCKED holds
    row marked -DMARKED holds
    row ordered -DORDERED holds
    """#,
    "spinlock": #"""
    C spinlock
    spinlock_t l;
    int n, got;
    thread a(void) { spin_lock(&l); n++; spin_unlock(&l); }
    thread b(void) {
      if (spin_trylock(&l)) { n++; got = 1; spin_unlock(&l); }
    }
    finally counted: n == 1 + got
    sometimes failed: !got && n == 1
    row t holds
    """#,
    "misuse": #"""
    C misuse
    spinlock_t l;
    struct mutex m;
    thread a(void) {
      spin_lock(&l);
    #ifdef TWICE
      spin_lock(&l);
    #elif defined(SLEEP)
      mutex_lock(&m);
      mutex_unlock(&m);
    #endif
      spin_unlock(&l);
    #ifdef FOREIGN
      spin_unlock(&l);
    #endif
    }
    row fine holds
    row twice -DTWICE violated: lock-misuse@0
    row foreign -DFOREIGN violated: lock-misuse@0
    row sleep -DSLEEP violated: sleep-in-atomic@0
    """#,
    "order": #"""
    C order
    struct mutex a, b;
    thread x(void) { mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a); }
    thread y(void) {
    #ifdef FIX
      mutex_lock(&a); mutex_lock(&b);
    #else
      mutex_lock(&b); mutex_lock(&a);
    #endif
      mutex_unlock(&a); mutex_unlock(&b);
    }
    row buggy violated: deadlock@1
    row fixed -DFIX holds
    """#,
    "writer-waits": #"""
    C writer-waits
    struct rw_semaphore sem;
    struct mutex m;
    thread reader(void) {
      down_read(&sem);
      mutex_lock(&m);
      mutex_unlock(&m);
      up_read(&sem);
    }
    thread second(void) {
      mutex_lock(&m);
      down_read(&sem);
      up_read(&sem);
      mutex_unlock(&m);
    }
    #ifdef WRITER
    thread writer(void) { down_write(&sem); up_write(&sem); }
    #endif
    row readers holds
    row writer -DWRITER violated: deadlock@1
    """#,
    "rwlock": #"""
    C rwlock
    rwlock_t l;
    int x, seen;
    thread w(void) { write_lock(&l); x = 1; x = 2; write_unlock(&l); }
    thread r(void) {
      int a;
      read_lock(&l);
      a = x;
    #ifdef EARLY
      read_unlock(&l);
      assert(a == x);
    #else
      assert(a == x);
      read_unlock(&l);
    #endif
    }
    row fixed holds
    row early -DEARLY violated: assert@1
    """#,
    "seqcount": #"""
    C seqcount
    seqcount_t s;
    int a, b;
    thread w(void) { write_seqcount_begin(&s); WRITE_ONCE(a, 1); WRITE_ONCE(b, 1); write_seqcount_end(&s); }
    thread r(void) {
      unsigned int n;
      int x, y;
      do { n = read_seqcount_begin(&s); x = READ_ONCE(a); y = READ_ONCE(b); }
    #ifdef FIX
      while (read_seqcount_retry(&s, n));
    #else
      while (0);
    #endif
      assert(x == y);
    }
    row buggy violated: assert@1
    row fixed -DFIX holds
    """#,
    "rcu": #"""
    C rcu
    int data = 1, gone;
    int *p = &data;
    thread reader(void) {
      int *q;
    #ifdef FIX
      rcu_read_lock();
    #endif
      q = rcu_dereference(p);
      if (q)
        assert(!READ_ONCE(gone));
    #ifdef FIX
      rcu_read_unlock();
    #endif
    }
    thread updater(void) {
      rcu_assign_pointer(p, NULL);
      synchronize_rcu();
      WRITE_ONCE(gone, 1);
    }
    row buggy violated: assert@1
    row fixed -DFIX holds
    """#,
    "srcu": #"""
    C srcu
    struct srcu_struct one, two;
    int in, gone;
    thread reader(void) {
      int i = srcu_read_lock(&one);
      if (!READ_ONCE(in)) assert(!READ_ONCE(gone));
      srcu_read_unlock(&one, i);
    }
    thread updater(void) {
      WRITE_ONCE(in, 1);
    #ifdef OTHER
      synchronize_srcu(&two);
    #else
      synchronize_srcu(&one);
    #endif
      WRITE_ONCE(gone, 1);
    }
    row fixed holds
    row other -DOTHER violated: assert@1
    """#,
    "srcu-index": #"""
    C srcu-index
    struct srcu_struct one, two;
    int kept, in, out, gone;
    thread reader(void) {
      int i, j = 0, early;
      i = srcu_read_lock(&one);
    #ifdef UNSET
      srcu_read_unlock(&one, kept);
    #elif defined(OTHER)
      j = srcu_read_lock(&two);
      srcu_read_unlock(&one, j);
      srcu_read_unlock(&two, i);
    #elif defined(TWICE)
      srcu_read_unlock(&one, i);
      srcu_read_unlock(&one, i);
    #else
      WRITE_ONCE(in, 1);
      early = READ_ONCE(gone);
      j = srcu_read_lock(&one);
      srcu_read_unlock(&one, i);
      WRITE_ONCE(out, 1);
      assert(i != j && i);
    #ifdef WHOLE
      assert(early || !READ_ONCE(gone));
    #endif
      srcu_read_unlock(&one, j);
    #endif
    }
    thread updater(void) {
      synchronize_srcu(&one);
      WRITE_ONCE(gone, 1);
    }
    sometimes after: gone && in && !out
    row unset -DUNSET violated: after, rcu@0
    row other -DOTHER violated: after, rcu@0
    row twice -DTWICE violated: after, rcu@0
    row nested holds
    row whole -DWHOLE violated: assert@2
    """#,
    "mutex-unlock-is-two-steps": #"""
    C mutex-unlock-is-two-steps
    struct work { struct mutex lock; int users; };
    struct work *shared;
    int last;
    static void other(void) {
      struct work *w = READ_ONCE(shared);
      if (!w)
        return;
      mutex_lock(&w->lock);
      w->users--;
      mutex_unlock(&w->lock);
    }
    thread owner(void) {
      struct work w = { .users = 1 };
      int left;
      WRITE_ONCE(shared, &w);
    #ifdef FIX
      await(READ_ONCE(last));
    #else
      do {
        mutex_lock(&w.lock);
        left = w.users;
        mutex_unlock(&w.lock);
      } while (left);
    #endif
    }
    thread user(void) {
      await(READ_ONCE(shared));
      other();
    #ifdef FIX
      WRITE_ONCE(last, 1);
    #endif
    }
    row buggy violated: use-after-free@2
    row fixed -DFIX holds
    """#,
    "rcu-misuse": #"""
    C rcu-misuse
    thread a(void) {
    #ifdef SLEEP
      rcu_read_lock();
      synchronize_rcu();
    #endif
      rcu_read_unlock();
    }
    row leave violated: rcu@0
    row sleep -DSLEEP violated: sleep-in-atomic@0
    """#,
    "lock-arrays": #"""
    C lock-arrays
    struct bucket { spinlock_t lock; int n; };
    struct bucket table[2];
    static void add(int i) {
      struct bucket *b = &table[i];
      spin_lock(&b->lock);
      b->n++;
      lockdep_assert_held(&b->lock);
      spin_unlock(&b->lock);
    }
    thread a(void) { add(0); add(1); }
    thread b(void) { add(1); add(0); }
    quiet even: table[0].n + table[1].n <= 4
    finally full: table[0].n == 2 && table[1].n == 2
    row t holds
    """#,
    "peterson": #"""
    C peterson
    int want[2], turn, inside;
    static void enter(int me) {
      WRITE_ONCE(want[me], 1);
      WRITE_ONCE(turn, 1 - me);
    #ifdef WRONG
      while (READ_ONCE(want[1 - me]) && READ_ONCE(turn) == me)
    #else
      while (READ_ONCE(want[1 - me]) && READ_ONCE(turn) != me)
    #endif
        ;
      inside++;
      assert(inside == 1);
      inside--;
      WRITE_ONCE(want[me], 0);
    }
    thread a(void) { enter(0); }
    thread b(void) { enter(1); }
    row right holds
    row wrong -DWRONG violated: assert@1
    """#,
    "spin": #"""
    C spin
    int flag, turns;
    thread a(void) { while (!READ_ONCE(flag)) cpu_relax(); turns++; }
    thread b(void) { WRITE_ONCE(flag, 1); }
    #ifdef ASK
    progress
    #endif
    finally ran: turns == 1
    row t holds
    """#,
  ]
}
