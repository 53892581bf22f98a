/// Small races about interrupts, with what must come of each row.
extension RaceSamples {
  static let handlers: [String: String] = [
    "irq-inversion": #"""
    C irq-inversion
    spinlock_t map_lock, dev_lock;
    int maps, events;
    thread mapper(void)
    {
      unsigned long flags;
    #ifdef FIX
      spin_lock_irqsave(&map_lock, flags);
    #else
      spin_lock(&map_lock);
    #endif
      maps++;
    #ifdef FIX
      spin_unlock_irqrestore(&map_lock, flags);
    #else
      spin_unlock(&map_lock);
    #endif
    }
    irq device(void) on mapper
    {
      spin_lock(&dev_lock);
      events++;
      spin_unlock(&dev_lock);
    }
    thread reporter(void)
    {
      unsigned long flags;
      spin_lock_irqsave(&dev_lock, flags);
      spin_lock(&map_lock);
      maps--;
      spin_unlock(&map_lock);
      spin_unlock_irqrestore(&dev_lock, flags);
    }
    finally balanced: maps == 0 && events == 1
    row buggy violated: deadlock@1
    row fixed -DFIX holds
    """#,
    // An interrupt that takes the lock of the thread that it interrupts.
    "own-lock": #"""
    C own-lock
    spinlock_t l;
    int n;
    thread t(void)
    {
    #if defined(IRQ)
      spin_lock_irq(&l);
      n++;
      spin_unlock_irq(&l);
    #elif defined(BH)
      spin_lock_bh(&l);
      n++;
      spin_unlock_bh(&l);
    #elif defined(TRY)
      if (spin_trylock(&l)) {
        n++;
        spin_unlock(&l);
      }
    #else
      spin_lock(&l);
      n++;
      spin_unlock(&l);
    #endif
    }
    #ifdef SOFT
    softirq h(void) on t
    #else
    irq h(void) on t
    #endif
    {
    #ifdef TRY
      if (!spin_trylock(&l))
        return;
    #else
      spin_lock(&l);
    #endif
      n++;
      spin_unlock(&l);
    }
    row plain violated: deadlock@1
    row irq -DIRQ holds
    row bh -DBH violated: deadlock@1
    row soft -DSOFT violated: deadlock@1
    row soft-bh -DSOFT -DBH holds
    row soft-irq -DSOFT -DIRQ holds
    row try -DTRY holds
    """#,
    // How often an interrupt comes, and that 'finally' waits for the last.
    "times": #"""
    C times
    int n;
    thread t(void)
    {
    #ifdef OFF
      local_irq_disable();
    #endif
    }
    #ifdef TIMES
    irq h(void) on t times TIMES
    #elif defined(UPTO)
    irq h(void) on t times 0..UPTO
    #else
    irq h(void) on t
    #endif
    {
      n++;
    }
    finally some: n
    finally once: n <= 1
    finally twice: n <= 2
    row one holds
    row two -DTIMES=2 violated: once@0
    row three -DTIMES=3 violated: once@0, twice@0
    row maybe -DUPTO=1 violated: some@0
    row maybe-two -DUPTO=2 violated: some@0, once@0
    row never -DOFF violated: some@0
    """#,
    // A switch to an interrupt is a preemption, and the return from it is none.
    "return-is-free": #"""
    C return-is-free
    int x, y, z, seen;
    thread t(void)
    {
      x = 1;
      y = 1;
      z = 1;
    }
    irq h(void) on t times 2
    {
      if (!seen) {
        if (x && !y)
          seen = 1;
        return;
      }
      assert(!(y && !z));
    }
    row both violated: assert@2
    """#,
    // An interrupt comes while its thread sleeps, spins, or has ended.
    "while-waiting": #"""
    C while-waiting
    struct mutex m;
    int x;
    thread t(void)
    {
    #ifdef SPIN
      while (!READ_ONCE(x))
        cpu_relax();
    #elif defined(END)
    #else
      mutex_lock(&m);
      mutex_unlock(&m);
    #endif
    }
    thread owner(void)
    {
      mutex_lock(&m);
      await(x);
      mutex_unlock(&m);
    }
    irq h(void) on t
    {
    #ifdef OWNER
      await(0);
    #endif
      x = 1;
    }
    row sleeps holds
    row spins -DSPIN holds
    row ended -DEND holds
    row stuck -DOWNER violated: deadlock@0
    """#,
    // A handler that never ends is a deadlock, though all threads have ended.
    "stuck-handlers": #"""
    C stuck-handlers
    spinlock_t a, b;
    thread t(void) { }
    thread u(void) { }
    irq h(void) on t
    {
      spin_lock(&a);
      spin_lock(&b);
      spin_unlock(&b);
      spin_unlock(&a);
    }
    irq i(void) on u
    {
    #ifdef FIX
      spin_lock(&a);
      spin_lock(&b);
      spin_unlock(&b);
      spin_unlock(&a);
    #else
      spin_lock(&b);
      spin_lock(&a);
      spin_unlock(&a);
      spin_unlock(&b);
    #endif
    }
    row abba violated: deadlock@1
    row ordered -DFIX holds
    """#,
    // What is raised comes once for all times that it was raised before, and again for later ones.
    "raised": #"""
    C raised
    int n;
    thread t(void) { }
    thread r(void)
    {
      raise(h);
    #ifdef TWICE
      raise(h);
    #endif
    #ifdef OFF
      await(n);
    #endif
    }
    irq h(void) on t raised
    {
      n++;
    #ifdef AGAIN
      if (n < 2)
        raise(h);
    #endif
    }
    finally came: n
    finally once: n == 1
    finally twice: n == 2
    row one violated: twice@0
    row two -DTWICE violated: once@1, twice@0
    row again -DAGAIN violated: once@0
    row waits -DOFF violated: twice@0
    """#,
    "never-raised": #"""
    C never-raised
    int n;
    thread t(void) { }
    irq h(void) on t raised { n++; }
    finally never: !n
    row never holds
    """#,
  ]
}
