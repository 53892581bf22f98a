/// Small races about callbacks of RCU and SRCU.
extension RaceSamples {
  static let callbacks: [String: String] = [
    "free-behind-readers": #"""
    C free-behind-readers
    (* The reader may still read what is unlinked; it is freed when all readers have left. *)
    struct s { int v; struct rcu_head rcu; };
    struct s *head;
    pool s 1
    leaks
    init(void) {
      head = kzalloc(sizeof(*head), GFP_KERNEL);
      head->v = 5;
    }
    static void release(struct rcu_head *h) { kfree(container_of(h, struct s, rcu)); }
    thread reader(void) {
      struct s *s;
    #ifndef NOLOCK
      rcu_read_lock();
    #endif
      s = rcu_dereference(head);
      if (s)
        assert(s->v == 5);
    #ifndef NOLOCK
      rcu_read_unlock();
    #endif
    #ifdef AFTER
      if (s)
        assert(s->v == 5);
    #endif
    }
    thread writer(void) {
      struct s *s = head;
    #ifndef LINKED
      rcu_assign_pointer(head, NULL);
    #endif
    #ifdef CALL
      call_rcu(&s->rcu, release);
    #elif defined(NOTHING)
      kfree_rcu((struct s *)NULL, rcu);
      kfree_rcu_mightsleep((struct s *)NULL);
    #elif defined(NOHEAD)
      kfree_rcu_mightsleep(s);
    #elif defined(NOHEAD_TWICE)
      kvfree_rcu_mightsleep(s);
      kvfree_rcu_mightsleep(s);
    #elif defined(NOHEAD_INSIDE)
      kfree_rcu_mightsleep(&s->rcu);
    #elif defined(NOHEAD_FREED)
      kfree_rcu_mightsleep(s);
      kfree(s);
    #elif defined(NOHEAD_ATOMIC)
      rcu_read_lock();
      kfree_rcu_mightsleep(s);
      rcu_read_unlock();
    #else
      kfree_rcu(s, rcu);
    #endif
    }
    row right holds
    row call -DCALL holds
    row no-lock -DNOLOCK violated: use-after-free@1
    row no-lock-call -DNOLOCK -DCALL violated: use-after-free@1
    row after -DAFTER violated: use-after-free@1
    row linked -DLINKED violated: use-after-free@0
    row nothing -DNOTHING violated: leaks@0
    row no-head -DNOHEAD holds
    row no-head-no-lock -DNOHEAD -DNOLOCK violated: use-after-free@1
    row no-head-twice -DNOHEAD_TWICE violated: double-free@0, use-after-free@1
    row no-head-inside -DNOHEAD_INSIDE violated: wild@0
    row no-head-freed -DNOHEAD_FREED violated: double-free@1, use-after-free@0
    row no-head-atomic -DNOHEAD_ATOMIC violated: sleep-in-atomic@0
    """#,
    "queued-heads": #"""
    C queued-heads
    struct s { int v; struct rcu_head rcu; };
    struct s *p;
    int runs, nested;
    spinlock_t lock;
    struct mutex mutex;
    pool s 2
    static void count(struct rcu_head *h) {
      int now;
      now = ++nested;
      assert(now == 1);
      runs++;
      nested--;
    #ifdef SLEEP
      mutex_lock(&mutex);
      mutex_unlock(&mutex);
    #elif defined(AGAIN)
      if (runs < 3)
        call_rcu(h, count);
    #elif defined(SPIN)
      spin_lock(&lock);
      spin_unlock(&lock);
    #endif
    }
    thread t(void) {
      struct s *q;
      p = kzalloc(sizeof(*p), GFP_KERNEL);
      q = kzalloc(sizeof(*q), GFP_KERNEL);
      call_rcu(&p->rcu, count);
    #ifdef TWICE
      call_rcu(&p->rcu, count);
    #elif defined(FREED)
      kfree(p);
    #elif defined(REUSED)
      kfree(p);
      p = kzalloc(sizeof(*p), GFP_KERNEL);
    #elif defined(SPIN)
      spin_lock(&lock);
      await(runs);
    #else
      call_rcu(&q->rcu, count);
    #endif
    }
    #ifdef AGAIN
    finally ran: runs == 4 || runs == 3
    sometimes more: runs == 3
    #elif !defined(SPIN) && !defined(SLEEP)
    finally ran: runs == 2
    #endif
    row right holds
    row sleep -DSLEEP violated: sleep-in-atomic@0
    row again -DAGAIN holds
    row twice -DTWICE violated: rcu@0
    row freed -DFREED violated: use-after-free@0, ran@1
    row reused -DREUSED violated: use-after-free@0, ran@1
    row spin -DSPIN violated: deadlock@0
    """#,
    "barriers": #"""
    C barriers
    (* Only a barrier waits for callbacks; the end of a grace period does not. *)
    struct rcu_head one;
    struct callback_head two;
    struct srcu_struct srcu, other;
    int done, late, in;
    static void first(struct rcu_head *h) { done = 1; }
    static void second(struct rcu_head *h) { late = 1; }
    thread t(void) {
    #ifdef DOMAIN
      call_srcu(&srcu, &one, first);
      call_srcu(&other, &two, second);
    #else
      call_rcu(&one, first);
    #endif
    #ifdef GRACE
      synchronize_rcu();
    #elif defined(WRONG)
      srcu_barrier(&other);
    #elif defined(DOMAIN)
      srcu_barrier(&srcu);
    #else
      rcu_barrier();
    #endif
      assert(done);
    #ifdef LATE
      assert(late);
    #endif
    }
    thread r(void) {
      int i;
    #ifdef DOMAIN
      i = srcu_read_lock(&other);
      WRITE_ONCE(in, 1);
      await(done);
      srcu_read_unlock(&other, i);
    #else
      rcu_read_lock();
      rcu_read_unlock();
    #endif
    }
    row right holds
    row grace -DGRACE violated: assert@0
    row domain -DDOMAIN holds
    row wrong -DDOMAIN -DWRONG violated: assert@0
    row late -DDOMAIN -DLATE violated: assert@0
    """#,
    "reader-for-ever": #"""
    C reader-for-ever
    (* What waits for a reader that has ended inside can never run: the run is over. *)
    struct rcu_head head;
    int done;
    static void f(struct rcu_head *h) { done = 1; }
    thread r(void) { rcu_read_lock(); }
    thread t(void) {
      call_rcu(&head, f);
    #ifdef WAIT
      rcu_barrier();
    #endif
    }
    finally ran: done
    row open violated: ran@0
    row wait -DWAIT violated: deadlock@0
    """#,
  ]
}
