/// Small races about work and timers.
extension RaceSamples {
  static let deferred: [String: String] = [
    "work-is-queued-once": #"""
    C work-is-queued-once
    int runs;
    atomic_t queued;
    work w(void) { runs++; }
    thread a(void) { if (schedule_work(w)) atomic_inc(&queued); }
    thread b(void) { if (queue_work(system_wq, w)) atomic_inc(&queued); }
    finally as_often: runs == atomic_read(&queued)
    finally once: runs == 1
    sometimes twice: runs == 2
    row all violated: once@0
    """#,
    "work-never-runs-twice-at-once": #"""
    C work-never-runs-twice-at-once
    int inside, runs;
    work w(void)
    {
      inside++;
      assert(inside == 1);
      inside--;
      runs++;
    }
    thread a(void) { schedule_work(w); }
    thread b(void) { schedule_work(w); }
    sometimes again: runs == 2
    row all holds
    """#,
    "works-run-side-by-side": #"""
    C works-run-side-by-side
    int count;
    work one(void) { count++; }
    work two(void) { count++; }
    thread a(void) { schedule_work(one); schedule_work(two); }
    finally both: count == 2
    row all violated: both@1
    """#,
    "cancelled-work": #"""
    C cancelled-work
    int using, gone;
    work w(void)
    {
      WRITE_ONCE(using, 1);
      assert(!READ_ONCE(gone));
      WRITE_ONCE(using, 0);
    #ifdef AGAIN
      schedule_work(w);
    #endif
    }
    thread user(void)
    {
      schedule_work(w);
    }
    thread remover(void)
    {
    #ifdef SYNC
      cancel_work_sync(w);
    #elif defined(DISABLE)
      disable_work_sync(w);
    #else
      cancel_work(w);
    #endif
      WRITE_ONCE(gone, 1);
    }
    row buggy violated: assert@0
    row sync -DSYNC violated: assert@0
    row disabled -DDISABLE holds
    row again -DDISABLE -DAGAIN holds
    """#,
    "cancel-refuses-while-it-waits": #"""
    C cancel-refuses-while-it-waits
    int gone;
    work w(void)
    {
      assert(!READ_ONCE(gone));
    #ifdef AGAIN
      schedule_work(w);
    #endif
    }
    init(void) { schedule_work(w); }
    thread a(void)
    {
      cancel_work_sync(w);
      WRITE_ONCE(gone, 1);
    }
    row once holds
    row again -DAGAIN holds
    """#,
    "timer-that-arms-itself": #"""
    C timer-that-arms-itself
    int gone;
    timer t(void)
    {
      assert(!READ_ONCE(gone));
      mod_timer(t, jiffies + 1);
    }
    init(void) { mod_timer(t, 1); }
    thread a(void)
    {
    #ifdef SHUTDOWN
      timer_shutdown_sync(t);
    #elif defined(SYNC)
      timer_delete_sync(t);
    #else
      timer_delete(t);
    #endif
      WRITE_ONCE(gone, 1);
    }
    row delete violated: assert@1
    row sync -DSYNC holds
    row shutdown -DSHUTDOWN holds
    """#,
    "flush-waits-for-what-was-queued": #"""
    C flush-waits-for-what-was-queued
    int runs;
    work w(void) { runs++; }
    thread a(void)
    {
      schedule_work(w);
      if (flush_work(w))
        assert(READ_ONCE(runs));
    #ifdef TWICE
      schedule_work(w);
      flush_work(w);
      assert(READ_ONCE(runs) == 2);
    #endif
    }
    #ifdef OTHER
    thread b(void) { schedule_work(w); }
    #endif
    row one holds
    row twice -DTWICE holds
    row other -DOTHER holds
    row both -DTWICE -DOTHER violated: assert@0
    """#,
    "flush-of-cancelled-work": #"""
    C flush-of-cancelled-work
    int x;
    work w(void) { x = 1; }
    init(void) { schedule_work(w); }
    thread a(void) { flush_work(w); }
    thread b(void) { cancel_work(w); }
    row all holds
    """#,
    "waits-for-itself": #"""
    C waits-for-itself
    int x;
    #ifdef TIMER
    timer t(void) { timer_delete_sync(t); x = 1; }
    thread a(void) { mod_timer(t, 1); }
    #elif defined(FLUSH)
    work w(void) { flush_work(w); x = 1; }
    thread a(void) { schedule_work(w); }
    #else
    work w(void) { cancel_work_sync(w); x = 1; }
    thread a(void) { schedule_work(w); }
    #endif
    row cancel violated: deadlock@0
    row flush -DFLUSH violated: deadlock@0
    row timer -DTIMER violated: deadlock@0
    """#,
    "cancelled-under-its-own-lock": #"""
    C cancelled-under-its-own-lock
    struct mutex m;
    int x;
    work w(void) { mutex_lock(&m); x++; mutex_unlock(&m); }
    thread user(void) { schedule_work(w); }
    thread remover(void)
    {
    #ifndef FIX
      mutex_lock(&m);
    #endif
      cancel_work_sync(w);
    #ifndef FIX
      mutex_unlock(&m);
    #endif
    }
    row buggy violated: deadlock@1
    row fixed -DFIX holds
    """#,
    "works-that-lock-each-other-out": #"""
    C works-that-lock-each-other-out
    struct mutex m, n;
    work one(void) { mutex_lock(&m); mutex_lock(&n); mutex_unlock(&n); mutex_unlock(&m); }
    work two(void)
    {
    #ifdef FIX
      mutex_lock(&m); mutex_lock(&n); mutex_unlock(&n); mutex_unlock(&m);
    #else
      mutex_lock(&n); mutex_lock(&m); mutex_unlock(&m); mutex_unlock(&n);
    #endif
    }
    thread a(void) { schedule_work(one); schedule_work(two); }
    row buggy violated: deadlock@1
    row fixed -DFIX holds
    """#,
    "who-may-sleep": #"""
    C who-may-sleep
    struct mutex m;
    int x;
    spinlock_t l;
    work w(void) { mutex_lock(&m); mutex_unlock(&m); }
    #ifdef TIMER
    timer t(void) { mutex_lock(&m); mutex_unlock(&m); }
    init(void) { mod_timer(t, 1); }
    #endif
    thread a(void)
    {
      schedule_work(w);
    #ifdef SPIN
      spin_lock(&l);
    #endif
    #ifdef FLUSH
      flush_work(w);
    #else
      cancel_work_sync(w);
    #endif
    #ifdef SPIN
      spin_unlock(&l);
    #endif
    }
    row right holds
    row timer -DTIMER violated: sleep-in-atomic@0
    row cancel -DSPIN violated: sleep-in-atomic@0
    row flush -DSPIN -DFLUSH violated: sleep-in-atomic@0
    """#,
    "timer-on-a-processor": #"""
    C timer-on-a-processor
    spinlock_t l;
    int x;
    timer t(void) on a { spin_lock(&l); x++; spin_unlock(&l); }
    init(void) { mod_timer(t, 1); }
    thread a(void)
    {
    #ifdef BH
      spin_lock_bh(&l); x++; spin_unlock_bh(&l);
    #elif defined(IRQ)
      spin_lock_irq(&l); x++; spin_unlock_irq(&l);
    #else
      spin_lock(&l); x++; spin_unlock(&l);
    #endif
    }
    finally both: x == 2
    row buggy violated: deadlock@1
    row bh -DBH holds
    row irq -DIRQ holds
    """#,
    "in-objects": #"""
    C in-objects
    struct dev {
      int users, late;
      struct work_struct work;
      struct delayed_work dwork;
      struct timer_list timer;
    };
    struct dev devs[2];
    static void run(struct work_struct *w)
    {
      struct dev *d = container_of(w, struct dev, work);
      d->users++;
    }
    static void run_late(struct work_struct *w)
    {
      struct dev *d = container_of(w, struct dev, dwork.work);
      d->late++;
      schedule_work(&d->work);
    }
    static void expire(struct timer_list *t)
    {
      struct dev *d = timer_container_of(d, t, timer);
      mod_delayed_work(system_wq, &d->dwork, msecs_to_jiffies(10));
    }
    init(void)
    {
      int i;
      for (i = 0; i < 2; i++) {
        INIT_WORK(&devs[i].work, run);
        INIT_DELAYED_WORK(&devs[i].dwork, run_late);
        timer_setup(&devs[i].timer, expire, 0);
      }
    }
    thread a(void)
    {
      mod_timer(&devs[0].timer, jiffies + HZ);
    }
    thread b(void)
    {
      queue_work(system_wq, &devs[1].work);
    }
    finally ran: devs[0].users == 1 && devs[0].late == 1
    finally other: devs[1].users == 1 && devs[1].late == 0
    row all holds
    """#,
    "given-one-of-two": #"""
    C given-one-of-two
    int x;
    struct s { struct work_struct w; };
    struct s g;
    static void first(struct work_struct *w) { x = 1; }
    work second(struct work_struct *w) { x = 2; }
    thread a(void)
    {
    #ifdef SECOND
      INIT_WORK(&g.w, second);
    #else
      INIT_WORK(&g.w, first);
    #endif
      schedule_work(&g.w);
    #ifdef AGAIN
      flush_work(&g.w);
      INIT_WORK(&g.w, second);
      schedule_work(&g.w);
    #endif
    }
    finally which: x == 1
    row first holds
    row second -DSECOND violated: which@0
    row again -DAGAIN violated: which@0
    """#,
    "set-up-too-late": #"""
    C set-up-too-late
    int x;
    DECLARE_WORK(ready, run);
    struct work_struct w;
    static void run(struct work_struct *w) { x = 1; }
    thread a(void)
    {
    #ifdef FIX
      INIT_WORK(&w, run);
    #endif
      schedule_work(&w);
    #ifdef TWICE
      INIT_WORK(&w, run);
    #endif
    }
    row buggy violated: null@0
    row fixed -DFIX holds
    row twice -DFIX -DTWICE violated: assert@0
    """#,
    "freed-while-pending": #"""
    C freed-while-pending
    struct dev { int users; struct work_struct work; };
    pool dev 2
    static void run(struct work_struct *w)
    {
      struct dev *d = container_of(w, struct dev, work);
      d->users++;
    }
    thread a(void)
    {
      struct dev *d = kzalloc(sizeof(*d), GFP_KERNEL);
      INIT_WORK(&d->work, run);
      schedule_work(&d->work);
    #ifdef FIX
      cancel_work_sync(&d->work);
    #elif defined(CANCEL)
      cancel_work(&d->work);
    #endif
      kfree(d);
    }
    row buggy violated: use-after-free@0
    row cancelled -DCANCEL violated: use-after-free@2
    row fixed -DFIX holds
    """#,
    "deadlock-behind-timer": #"""
    C deadlock-behind-timer
    struct mutex m, n;
    int beats;
    timer tick(void)
    {
      beats = !beats;
      mod_timer(tick, 1);
    }
    thread a(void)
    {
      mod_timer(tick, 1);
      mutex_lock(&m);
      mutex_lock(&n);
      mutex_unlock(&n);
      mutex_unlock(&m);
    }
    thread b(void)
    {
    #ifdef FIX
      mutex_lock(&m);
      mutex_lock(&n);
    #else
      mutex_lock(&n);
      mutex_lock(&m);
    #endif
      mutex_unlock(&m);
      mutex_unlock(&n);
    }
    row buggy violated: deadlock@1
    row fixed -DFIX holds
    """#,
  ]
}
