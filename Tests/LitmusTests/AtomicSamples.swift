/// Small races about `atomic` blocks, bits and what locks disable, with what must come of each
/// row.
extension RaceSamples {
  static let atomics: [String: String] = [
    "choose-in-atomic": #"""
    C choose-in-atomic
    int x, y, turns;
    static int pick(void) { return choose(1..3); }
    thread a(void) {
      atomic { int i = pick(), j = choose(0..1); await_nothing(); x = i; y = j; }
      assert(x >= 1 && x <= 3 && (y == 0 || y == 1));
    }
    thread b(void) {
      atomic { await(x); turns = choose(5..6); assume(turns + y != 7); }
    }
    void await_nothing(void) { }
    finally apart: turns + y != 7
    sometimes first: x == 1 && y == 0 && turns == 5
    sometimes last: x == 3 && y == 1 && turns == 5
    sometimes other: x == 2 && y == 0 && turns == 6
    always whole: !x == !turns || x
    row t holds
    """#,
    "atomic-races": #"""
    C atomic-races
    int x, y, *p = &x;
    data-races
    thread a(void) { atomic { await(!y); if (choose(0..1)) y = 0; x++; } }
    thread b(void) {
    #ifdef PLAIN
      int i = *p;
    #elif defined(MARKED)
      int i = READ_ONCE(*p);
    #elif defined(ELSEWHERE)
      p = &y;
    #else
      atomic { *p = *p + 1; }
    #endif
    }
    row both holds
    row plain -DPLAIN violated: data-race@0
    row marked -DMARKED holds
    row elsewhere -DELSEWHERE holds
    """#,
    "interrupts-off": #"""
    C interrupts-off
    spinlock_t l;
    rwlock_t r;
    struct mutex m;
    thread a(void) {
      unsigned long flags, inner;
    #ifdef BALANCED
      spin_lock_irqsave(&l, flags);
      read_lock_irqsave(&r, inner);
      read_unlock_irqrestore(&r, inner);
      spin_unlock_irqrestore(&l, flags);
    #elif defined(LEFT)
      spin_lock_irq(&l);
      spin_unlock(&l);
    #elif defined(HALVES)
      spin_lock_bh(&l);
      spin_unlock(&l);
    #elif defined(NESTED)
      spin_lock_irqsave(&l, flags);
      write_lock_irq(&r);
      write_unlock_irq(&r);
      spin_unlock_irqrestore(&l, flags);
    #elif defined(KEPT)
      spin_lock_irq(&l);
      read_lock_irqsave(&r, inner);
      spin_unlock(&l);
      read_unlock_irqrestore(&r, inner);
    #elif defined(UNSET)
      spin_lock_irq(&l);
      spin_unlock_irqrestore(&l, flags);
    #endif
      mutex_lock(&m);
      mutex_unlock(&m);
    }
    row balanced -DBALANCED holds
    row left -DLEFT violated: sleep-in-atomic@0
    row halves -DHALVES violated: sleep-in-atomic@0
    row nested -DNESTED holds
    row kept -DKEPT violated: sleep-in-atomic@0
    row unset -DUNSET violated: uninitialised@0
    """#,
    "bit-locks": #"""
    C bit-locks
    unsigned long words[2];
    unsigned long small;
    struct mutex m;
    int n;
    thread a(void) {
      bit_spin_lock(65, words);
      n++;
    #ifdef SLEEP
      mutex_lock(&m); mutex_unlock(&m);
    #endif
      bit_spin_unlock(65, words);
    #ifdef TWICE
      bit_spin_unlock(65, words);
    #endif
    #ifdef PAST
      set_bit(128, words);
    #endif
    }
    thread b(void) {
      if (bit_spin_trylock(65, words)) { n++; bit_spin_unlock(65, words); } else n++;
      set_bit(64, words); __set_bit(31, &small);
    }
    row buggy violated: two@1
    row sleep -DSLEEP violated: sleep-in-atomic@0
    row twice -DTWICE violated: lock-misuse@0
    row past -DPAST violated: out-of-bounds@0
    finally two: n == 2
    finally bits: words[1] == 1 && !words[0] && small == 1UL << 31
    """#,
    "lock-modes": #"""
    C lock-modes
    rwlock_t l;
    struct rw_semaphore s;
    thread a(void) {
      read_lock(&l);
      lockdep_assert_held(&l);
      lockdep_assert_held_read(&l);
    #ifdef WRITE
      lockdep_assert_held_write(&l);
    #endif
      read_unlock(&l);
      down_write(&s);
      lockdep_assert_held_write(&s);
    #ifdef READ
      lockdep_assert_held_read(&s);
    #endif
      downgrade_write(&s);
      lockdep_assert_held_read(&s);
      up_read(&s);
    }
    thread b(void) { read_lock(&l); down_read_trylock(&s) ? up_read(&s) : (void)0; read_unlock(&l); }
    row right holds
    row write -DWRITE violated: lock-misuse@0
    row read -DREAD violated: lock-misuse@0
    """#,
    "exchanges": #"""
    C exchanges
    int x, a_won, b_won;
    atomic_t n = ATOMIC_INIT(2);
    static int claim(int me) {
      int old = READ_ONCE(x);
      do {
        if (old)
          return 0;
      } while (!try_cmpxchg(&x, &old, me));
      return 1;
    }
    thread a(void) { a_won = claim(1); }
    thread b(void) {
      atomic_t local = ATOMIC_INIT(1);
      b_won = claim(2);
      assert(atomic_dec_if_positive(&n) == 1 && atomic_dec_if_positive(&n) == 0);
      assert(atomic_dec_if_positive(&n) == -1 && atomic_read(&n) == 0);
      assert(atomic_fetch_add_unless(&n, 3, 0) == 0 && !atomic_read(&n));
      assert(atomic_inc_return(&local) == 2);
    }
    finally one: a_won + b_won == 1 && x == (a_won ? 1 : 2)
    row t holds
    """#,
  ]
}
