/// Small races about threads that sleep and are woken.
extension RaceSamples {
  static let waits: [String: String] = [
    "put-without-wake": #"""
    C put-without-wake
    int ref = 2, freed;
    wait_queue_head_t wq;
    thread free_task(void) {
      wait_event(wq, READ_ONCE(ref) == 1);
      freed = 1;
    }
    thread release(void) {
    #ifdef EARLY
      wake_up(&wq);
    #endif
      WRITE_ONCE(ref, 1);
    #ifdef FIX
      wake_up(&wq);
    #endif
    #ifdef OTHERS
      // Nobody sleeps so that signals wake it.
      wake_up_interruptible(&wq);
    #endif
    }
    finally over: freed
    row buggy violated: lost-wakeup@0
    row early -DEARLY violated: lost-wakeup@1
    row others -DOTHERS violated: lost-wakeup@0
    row fixed -DFIX holds
    """#,
    "state-after-test": #"""
    C state-after-test
    int done;
    thread sleeper(void) {
      for (;;) {
    #ifdef FIX
        set_current_state(TASK_UNINTERRUPTIBLE);
        if (READ_ONCE(done)) break;
    #else
        if (READ_ONCE(done)) break;
        set_current_state(TASK_UNINTERRUPTIBLE);
    #endif
        schedule();
      }
      __set_current_state(TASK_RUNNING);
      assert(READ_ONCE(done));
    }
    thread waker(void) {
      WRITE_ONCE(done, 1);
      wake_up_process(sleeper);
    }
    row buggy violated: lost-wakeup@1
    row fixed -DFIX holds
    """#,
    "sleeps-for-what-never-comes": #"""
    C sleeps-for-what-never-comes
    int x, y;
    wait_queue_head_t wq;
    static int look(void) { y++; return READ_ONCE(x) == 2; }
    thread sleeper(void) {
    #ifdef RAW
      DEFINE_WAIT(wait);
      for (;;) {
        prepare_to_wait(&wq, &wait, TASK_INTERRUPTIBLE);
        if (READ_ONCE(x) == 2) break;
        schedule();
      }
      finish_wait(&wq, &wait);
    #elif defined(CALLS)
      wait_event(wq, look());
    #else
      wait_event(wq, READ_ONCE(x) == 2);
    #endif
    }
    thread waker(void) { WRITE_ONCE(x, 1); wake_up(&wq); }
    row plain violated: deadlock@0
    row raw -DRAW violated: deadlock@0
    row calls -DCALLS violated: deadlock@0
    """#,
    "both-kinds": #"""
    C both-kinds
    int x;
    wait_queue_head_t wq;
    struct mutex one, two;
    thread sleeper(void) { wait_event(wq, READ_ONCE(x)); }
    thread a(void) {
      mutex_lock(&one); mutex_lock(&two); mutex_unlock(&two); mutex_unlock(&one);
    #ifndef FIX
      wake_up(&wq);
      WRITE_ONCE(x, 1);
    #else
      WRITE_ONCE(x, 1);
      wake_up(&wq);
    #endif
    }
    thread b(void) {
    #ifdef ORDER
      mutex_lock(&one); mutex_lock(&two); mutex_unlock(&two); mutex_unlock(&one);
    #else
      mutex_lock(&two); mutex_lock(&one); mutex_unlock(&one); mutex_unlock(&two);
    #endif
    }
    row buggy violated: deadlock@1, lost-wakeup@1
    row order -DORDER violated: lost-wakeup@1
    row wake -DFIX violated: deadlock@1
    row fixed -DFIX -DORDER holds
    """#,
    "behind-the-sleep": #"""
    C behind-the-sleep
    int x;
    struct completion done;
    thread sleeper(void) {
      for (;;) {
        set_current_state(TASK_INTERRUPTIBLE);
        if (READ_ONCE(x)) break;
        schedule();
      }
      __set_current_state(TASK_RUNNING);
    #ifdef FAILS
      assert(!READ_ONCE(x));
    #elif defined(SLEEPS)
      wait_for_completion(&done);
    #elif defined(WAITS)
      await(!READ_ONCE(x));
    #endif
    }
    thread waker(void) {
    #ifdef LATE
      WRITE_ONCE(x, 1);
      wake_up_process(sleeper);
    #else
      wake_up_process(sleeper);
      WRITE_ONCE(x, 1);
    #endif
    }
    row ends violated: lost-wakeup@1
    row fails -DFAILS violated: assert@0, lost-wakeup@1
    row sleeps -DSLEEPS violated: deadlock@0, lost-wakeup@1
    row waits -DWAITS violated: deadlock@0, lost-wakeup@1
    row in-time -DSLEEPS -DLATE violated: deadlock@0
    """#,
    "sleep-in-atomic-waits": #"""
    C sleep-in-atomic-waits
    int x;
    spinlock_t l;
    struct mutex m;
    struct completion c;
    struct semaphore s;
    wait_queue_head_t wq;
    thread a(void) {
    #ifdef EVENT
      spin_lock(&l); wait_event(wq, 1); spin_unlock(&l);
    #elif defined(SCHEDULE)
      spin_lock(&l); schedule(); spin_unlock(&l);
    #elif defined(COMPLETION)
      complete(&c); spin_lock(&l); wait_for_completion(&c); spin_unlock(&l);
    #elif defined(SEMAPHORE)
      up(&s); spin_lock(&l); down(&s); spin_unlock(&l);
    #elif defined(TRY)
      up(&s); spin_lock(&l); if (!down_trylock(&s)) x = 1; spin_unlock(&l);
    #elif defined(READER)
      rcu_read_lock(); wait_event_timeout(wq, 0, 3); rcu_read_unlock();
    #elif defined(STATE)
      set_current_state(TASK_INTERRUPTIBLE); mutex_lock(&m); mutex_unlock(&m); schedule();
    #elif defined(TWICE)
      set_current_state(TASK_INTERRUPTIBLE); wait_event(wq, 1);
    #elif defined(WOKEN)
      set_current_state(TASK_INTERRUPTIBLE); wake_up_process(current);
      mutex_lock(&m); mutex_unlock(&m); schedule();
    #endif
    }
    row event -DEVENT violated: sleep-in-atomic@0
    row schedule -DSCHEDULE violated: sleep-in-atomic@0
    row completion -DCOMPLETION violated: sleep-in-atomic@0
    row semaphore -DSEMAPHORE violated: sleep-in-atomic@0
    row try -DTRY holds
    row reader -DREADER violated: sleep-in-atomic@0
    row state -DSTATE violated: sleep-in-atomic@0
    row twice -DTWICE violated: sleep-in-atomic@0
    row woken -DWOKEN holds
    """#,
    "queues-that-die": #"""
    C queues-that-die
    struct request { wait_queue_head_t wq; int done; };
    struct request *queued;
    int x;
    static void ask(void) {
      struct request r = { .done = 0 };
      WRITE_ONCE(queued, &r);
      wait_event(r.wq, READ_ONCE(r.done));
    }
    thread asker(void) {
    #ifdef ENTRY
      wait_queue_head_t q;
      { DEFINE_WAIT(w); prepare_to_wait(&q, &w, TASK_IDLE); }
    #else
      ask();
    #endif
    }
    thread worker(void) {
    #ifndef ENTRY
      struct request *r;
      await(queued);
      r = READ_ONCE(queued);
      WRITE_ONCE(r->done, 1);
      wake_up(&r->wq);
    #endif
    }
    row buggy violated: use-after-free@2
    row entry -DENTRY violated: use-after-free@0
    """#,
    "completion-on-stack": #"""
    C completion-on-stack
    struct request { struct completion done; int result; };
    struct request *queued;
    static int ask(void) {
      struct request r;
      r.result = 0;
      init_completion(&r.done);
      WRITE_ONCE(queued, &r);
    #ifdef LATE
      if (!wait_for_completion_timeout(&r.done, 10)) return -ETIMEDOUT;
    #else
      wait_for_completion(&r.done);
    #endif
      return READ_ONCE(r.result);
    }
    thread asker(void) { int result = ask(); assert(result == 1 || result == -ETIMEDOUT); }
    thread worker(void) {
      struct request *r;
      await(queued);
      r = READ_ONCE(queued);
      WRITE_ONCE(r->result, 1);
      complete(&r->done);
    }
    row right holds
    row late -DLATE violated: use-after-free@0
    """#,
    "completions-count": #"""
    C completions-count
    struct completion c;
    int passed;
    static void pass(void) { wait_for_completion(&c); atomic { passed++; } }
    thread a(void) { pass(); }
    thread b(void) { pass(); }
    thread waker(void) {
    #ifdef ALL
      complete_all(&c);
    #elif defined(TWICE)
      complete(&c); complete(&c);
    #elif defined(AGAIN)
      complete_all(&c); reinit_completion(&c);
    #elif defined(MORE)
      complete_all(&c); complete(&c); reinit_completion(&c); complete(&c); complete(&c);
    #else
      complete(&c);
    #endif
    }
    finally both: passed == 2
    row once violated: deadlock@0
    row twice -DTWICE holds
    row all -DALL holds
    row again -DAGAIN violated: deadlock@0
    row more -DMORE holds
    """#,
    "times-and-signals": #"""
    C times-and-signals
    int x, got = 7, y;
    wait_queue_head_t wq;
    struct completion c;
    struct semaphore s;
    thread a(void) {
    #ifdef TIMEOUT
      got = wait_event_timeout(wq, READ_ONCE(x), 5);
    #elif defined(NONE)
      got = wait_event_timeout(wq, READ_ONCE(x), 0);
    #elif defined(SIGNAL)
      got = wait_event_interruptible(wq, READ_ONCE(x));
    #elif defined(BOTH)
      got = wait_event_interruptible_timeout(wq, READ_ONCE(x), 5);
    #elif defined(DONE)
      got = wait_for_completion_interruptible_timeout(&c, 5);
    #elif defined(DOWN)
      got = down_timeout(&s, 5);
    #elif defined(SCHEDULE)
      set_current_state(TASK_INTERRUPTIBLE);
      got = READ_ONCE(x) ? 5 : schedule_timeout(5);
    #elif defined(FOREVER)
      got = wait_event_timeout(wq, READ_ONCE(x) == 2, MAX_SCHEDULE_TIMEOUT);
    #endif
    }
    thread b(void) {
      WRITE_ONCE(x, 1);
      wake_up(&wq); complete(&c); up(&s); wake_up_process(a);
    }
    #ifdef TIMEOUT
    finally p: got == 0 || got == 1 || got == 5
    sometimes none: got == 0
    sometimes least: got == 1
    sometimes most: got == 5
    #elif defined(NONE)
    finally p: got == 0 || got == 1
    sometimes none: got == 0
    sometimes least: got == 1
    #elif defined(SIGNAL)
    finally p: got == 0 || got == -ERESTARTSYS
    sometimes ok: got == 0
    sometimes signal: got == -ERESTARTSYS
    #elif defined(BOTH)
    finally p: got == 0 || got == 1 || got == 5 || got == -ERESTARTSYS
    sometimes none: got == 0
    sometimes least: got == 1
    sometimes most: got == 5
    sometimes signal: got == -ERESTARTSYS
    #elif defined(DONE)
    finally p: got == 0 || got == 1 || got == 5 || got == -ERESTARTSYS
    sometimes none: got == 0
    sometimes least: got == 1
    sometimes most: got == 5
    sometimes signal: got == -ERESTARTSYS
    #elif defined(DOWN)
    finally p: got == 0 || got == -ETIME
    sometimes ok: got == 0
    sometimes late: got == -ETIME
    #elif defined(SCHEDULE)
    finally p: got == 0 || got == 1 || got == 5
    sometimes none: got == 0
    sometimes least: got == 1
    #endif
    row timeout -DTIMEOUT holds
    row none -DNONE holds
    row signal -DSIGNAL holds
    row both -DBOTH holds
    row done -DDONE holds
    row down -DDOWN holds
    row schedule -DSCHEDULE holds
    row forever -DFOREVER violated: deadlock@0
    """#,
    "threads-as-values": #"""
    C threads-as-values
    struct task_struct *waiter;
    int work, woken = 2;
    static void sleep_until_work(void) {
      WRITE_ONCE(waiter, current);
      for (;;) {
        set_current_state(TASK_INTERRUPTIBLE);
        if (READ_ONCE(work)) break;
        schedule();
      }
      __set_current_state(TASK_RUNNING);
    }
    thread a(void) { sleep_until_work(); }
    thread b(void) {
      struct task_struct *t;
      await(waiter);
      t = READ_ONCE(waiter);
      assert(t == a && t != b && t != current);
    #ifdef NOBODY
      t = NULL;
    #endif
    #ifdef BUGGY
      woken = wake_up_process(t);
      WRITE_ONCE(work, 1);
    #else
      WRITE_ONCE(work, 1);
      woken = wake_up_process(t);
    #endif
    }
    finally said: woken == 0 || woken == 1
    #ifndef NOBODY
    sometimes slept: woken == 1
    #endif
    row right holds
    row buggy -DBUGGY violated: lost-wakeup@1
    row nobody -DNOBODY violated: null@0
    """#,
    "worker-that-loops": #"""
    C worker-that-loops
    int items, stop;
    daemon kthread(void) {
      for (;;) {
        set_current_state(TASK_INTERRUPTIBLE);
        if (!READ_ONCE(items)) { schedule(); continue; }
        __set_current_state(TASK_RUNNING);
        atomic { items--; }
      }
    }
    thread user(void) {
      atomic { items++; }
    #ifdef FIX
      wake_up_process(kthread);
    #endif
      await(!items);
    }
    row buggy violated: deadlock@0
    row fixed -DFIX holds
    """#,
  ]
}
