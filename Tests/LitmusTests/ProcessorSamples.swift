/// Small races about processors: calls on others, what is allowed in interrupts, and what is not.
extension RaceSamples {
  static let processors: [String: String] = [
    // A call on another processor that is waited for, with interrupts disabled there.
    "call-on-cpu": #"""
    C call-on-cpu
    spinlock_t l;
    int here;
    thread a(void)
    {
    #ifdef NOIRQ
      spin_lock_irq(&l);
      spin_unlock_irq(&l);
    #else
      spin_lock(&l);
      spin_unlock(&l);
    #endif
    }
    thread b(void)
    {
      spin_lock(&l);
      raise_wait(flush);
      assert(here);
      spin_unlock(&l);
    }
    irq flush(void) on a raised
    {
      here = 1;
    }
    row calls holds
    row held-off -DNOIRQ violated: deadlock@0
    """#,
    // Two that wait for one handler each wait for a run that began after their call.
    "call-twice": #"""
    C call-twice
    int x, y, saw_x, saw_y;
    thread t(void) { }
    thread a(void)
    {
      x = 1;
    #ifdef NOWAIT
      raise(look);
    #else
      raise_wait(look);
    #endif
      assert(saw_x);
    }
    thread b(void)
    {
      y = 1;
      raise_wait(look);
      assert(saw_y);
    }
    irq look(void) on t raised
    {
      if (x)
        saw_x = 1;
      if (y)
        saw_y = 1;
    }
    row waits holds
    row does-not -DNOWAIT violated: assert@0
    """#,
    // A reader in an interrupt does not stand behind a writer who waits.
    "readers-in-interrupts": #"""
    C readers-in-interrupts
    rwlock_t r;
    int x;
    thread t(void)
    {
      read_lock(&r);
      x++;
      read_unlock(&r);
    }
    thread w(void)
    {
    #ifdef IRQ
      write_lock_irq(&r);
      write_unlock_irq(&r);
    #else
      write_lock(&r);
      write_unlock(&r);
    #endif
    }
    #ifdef WRITER
    irq h(void) on w
    #else
    irq h(void) on t
    #endif
    {
    #ifdef TRY
      while (!read_trylock(&r))
        cpu_relax();
    #else
      read_lock(&r);
    #endif
      read_unlock(&r);
    }
    row reads holds
    row tries -DTRY violated: deadlock@1
    row writer -DWRITER violated: deadlock@1
    row writer-off -DWRITER -DIRQ holds
    """#,
    // Nothing sleeps in an interrupt.
    "sleeping-in-interrupts": #"""
    C sleeping-in-interrupts
    struct mutex m;
    thread t(void) { }
    #ifdef SOFT
    softirq h(void) on t
    #else
    irq h(void) on t
    #endif
    {
    #ifdef TRY
      if (mutex_trylock(&m))
        mutex_unlock(&m);
    #else
      mutex_lock(&m);
      mutex_unlock(&m);
    #endif
    }
    row hard violated: sleep-in-atomic@0
    row soft -DSOFT violated: sleep-in-atomic@0
    row try -DTRY holds
    """#,
    "enabling-in-interrupts": #"""
    C enabling-in-interrupts
    spinlock_t l;
    thread t(void) { }
    #ifdef SOFT
    softirq h(void) on t
    #else
    irq h(void) on t
    #endif
    {
      unsigned long flags;
    #if defined(SAVE)
      spin_lock_irqsave(&l, flags);
      spin_unlock_irqrestore(&l, flags);
    #elif defined(BH)
      spin_lock_bh(&l);
      spin_unlock_bh(&l);
    #else
      spin_lock_irq(&l);
      spin_unlock_irq(&l);
    #endif
    }
    row irq violated: lock-misuse@0
    row save -DSAVE holds
    row bh -DBH violated: lock-misuse@0
    row soft -DSOFT holds
    row soft-bh -DSOFT -DBH holds
    """#,
    // A soft interrupt that has interrupts disabled is not interrupted.
    "soft-and-hard": #"""
    C soft-and-hard
    int x;
    thread t(void) { }
    softirq s(void) on t
    {
    #ifdef OFF
      local_irq_disable();
    #endif
      x = 1;
      assert(x == 1);
    #ifdef OFF
      local_irq_enable();
    #endif
    }
    irq h(void) on t
    {
      x = 2;
    #ifdef SOFT
      x = 3;
      assert(x == 3);
    #endif
    }
    row plain violated: assert@1
    row off -DOFF holds
    row hard -DOFF -DSOFT holds
    """#,
    "current-in-interrupt": #"""
    C current-in-interrupt
    struct task_struct *owner;
    int ready;
    #ifdef WAKES
    thread t(void)
    {
      set_current_state(TASK_IDLE);
      while (!READ_ONCE(ready)) {
        schedule();
        set_current_state(TASK_IDLE);
      }
      __set_current_state(TASK_RUNNING);
    }
    irq h(void) on t
    {
      WRITE_ONCE(ready, 1);
      wake_up_process(current);
    }
    #else
    thread t(void)
    {
      WRITE_ONCE(owner, current);
      WRITE_ONCE(owner, NULL);
    }
    irq h(void) on t
    {
      assert(READ_ONCE(owner) != current);
    }
    #endif
    row owns           violated: assert@1
    row wakes -DWAKES  holds
    """#,
    "races-with-its-own": #"""
    C races-with-its-own
    int x;
    data-races
    thread t(void)
    {
    #ifdef OFF
      local_irq_disable();
    #endif
    #ifdef ATOMIC
      atomic { x++; }
    #else
      x++;
    #endif
    #ifdef OFF
      local_irq_enable();
    #endif
    }
    irq h(void) on t { x = 2; }
    row plain violated: data-race@0
    row atomic -DATOMIC violated: data-race@0
    row off -DOFF holds
    """#,
    // What raises itself for ever leaves nothing that 'finally' would be about.
    "no-final-state": #"""
    C no-final-state
    int n;
    thread t(void) { raise(h); }
    irq h(void) on t raised
    {
      n = !n;
    #ifdef STOP
      if (!n)
        return;
    #endif
    #ifdef BROKEN
      assert(n);
    #endif
      raise(h);
    }
    finally even: !n
    row never violated: final-state
    row stops -DSTOP holds
    row broken -DBROKEN violated: assert@0
    """#,
    // What is half done in an interrupt is not looked at in between.
    "quiet-in-interrupts": #"""
    C quiet-in-interrupts
    int x, y;
    thread t(void) { }
    thread u(void) { }
    irq h(void) on t { x++; y++; }
    always same: x == y
    quiet same_when_quiet: x == y
    row half violated: same@0
    """#,
    // A reader that is interrupted is a reader still, and its interrupt has a depth of its own.
    "readers-of-rcu": #"""
    C readers-of-rcu
    int *p, x, gone, y;
    init(void) { p = &x; }
    thread t(void)
    {
      int *q;
      rcu_read_lock();
      q = rcu_dereference(p);
      if (q)
        assert(!READ_ONCE(gone));
    #ifdef INSIDE
      await(y);
    #endif
      rcu_read_unlock();
    }
    irq h(void) on t
    {
      int *q;
      rcu_read_lock();
      q = rcu_dereference(p);
      if (q)
        assert(!READ_ONCE(gone));
      rcu_read_unlock();
    #ifdef INSIDE
      await(gone);
      y = 1;
    #endif
    }
    thread w(void)
    {
      rcu_assign_pointer(p, NULL);
    #ifndef NOWAIT
      synchronize_rcu();
    #endif
      gone = 1;
    }
    row waits holds
    row does-not -DNOWAIT violated: assert@1
    row inside -DINSIDE violated: deadlock@0
    """#,
    // A handler of a daemon; the daemon need not end, and what it holds off comes in the end.
    "of-a-daemon": #"""
    C of-a-daemon
    int n, x;
    daemon d(void)
    {
      for (;;) {
        local_irq_disable();
        x = 1;
        x = 0;
        local_irq_enable();
      }
    }
    thread r(void) { raise(h); }
    irq h(void) on d raised { assert(!x); n++; }
    finally came: n == 1
    row comes holds
    """#,
  ]
}
