/// Small races about what is freed: globals, locks, and who frees it.
extension RaceSamples {
  static let freed: [String: String] = [
    "freed-globals": #"""
    C freed-globals
    struct s { int users; spinlock_t lock; struct s *self; };
    struct s one = { .users = 2 }, many[2], *p = &one;
    struct other { int v; } other;
    int number, x;
    void *anything = &other;
    thread t(void) {
    #ifdef NAMED
      kfree(p);
      x = one.users;
    #elif defined(ADDRESS)
      kfree(&one);
      x = (&one)->users;
    #elif defined(LATER)
      struct s *q;
      kfree(p);
      q = &one;
      q->users++;
    #elif defined(TWICE)
      kfree(p);
      kfree(&one);
    #elif defined(LOCKED)
      spin_lock(&one.lock);
      kfree(p);
    #elif defined(TRIED)
      kfree(p);
      spin_lock(&one.lock);
    #elif defined(ELEMENT)
      kfree(&many[0]);
    #elif defined(NUMBER)
      kfree(&number);
    #elif defined(OTHER)
      kfree(anything);
      other.v = 1;
    #elif defined(NOTHING)
      kfree(NULL);
      one.users = 1;
    #elif defined(LOCAL)
      struct s here = { .users = 1 };
      p = &here;
      kfree(p);
    #elif defined(NEVER)
      kfree(p);
      await(one.users == 7);
    #else
      one.users = 1;
      kfree(p);
    #endif
    }
    #ifdef ASKED
    finally gone: one.users == 0
    always there: one.users > 0
    #endif
    row right holds
    row named -DNAMED violated: use-after-free@0
    row address -DADDRESS violated: use-after-free@0
    row later -DLATER violated: use-after-free@0
    row twice -DTWICE violated: double-free@0
    row locked -DLOCKED violated: lock-misuse@0
    row tried -DTRIED violated: use-after-free@0
    row element -DELEMENT violated: wild@0
    row number -DNUMBER violated: wild@0
    row other -DOTHER violated: use-after-free@0
    row nothing -DNOTHING holds
    row local -DLOCAL violated: wild@0
    row never -DNEVER violated: use-after-free@0
    row asked -DASKED violated: gone@0, there@0
    """#,
    "sleeping-allocation": #"""
    C sleeping-allocation
    struct s { int v; };
    struct s *p;
    spinlock_t lock;
    pool s 1
    static void get(gfp_t flags) {
      spin_lock(&lock);
      p = kzalloc(sizeof(*p), flags);
      spin_unlock(&lock);
    }
    thread t(void) {
    #ifdef SLEEPS
      get(GFP_KERNEL);
    #elif defined(READER)
      rcu_read_lock();
      p = kzalloc(sizeof(*p), GFP_NOFS);
      rcu_read_unlock();
    #elif defined(VIRTUAL)
      get(GFP_NOWAIT);
      spin_lock(&lock);
      vfree(p);
      spin_unlock(&lock);
    #else
      get(GFP_ATOMIC);
      kfree(p);
    #endif
    }
    row right holds
    row sleeps -DSLEEPS violated: sleep-in-atomic@0
    row reader -DREADER violated: sleep-in-atomic@0
    row virtual -DVIRTUAL violated: sleep-in-atomic@0
    """#,
    "freed-while-used": #"""
    C freed-while-used
    struct s { struct mutex lock; struct rw_semaphore sem; struct srcu_struct srcu; int v; };
    struct s *p;
    int i;
    pool s 1
    init(void) { p = kzalloc(sizeof(*p), GFP_KERNEL); }
    thread user(void) {
    #ifdef MUTEX
      mutex_lock(&p->lock);
    #elif defined(READ)
      down_read(&p->sem);
    #elif defined(WRITE)
      down_write(&p->sem);
    #else
      i = srcu_read_lock(&p->srcu);
    #endif
      WRITE_ONCE(p->v, 1);
      await(READ_ONCE(p->v) == 2);
    }
    thread owner(void) {
      await(READ_ONCE(p->v) == 1);
      kfree(p);
    }
    row mutex -DMUTEX violated: lock-misuse@0
    row read -DREAD violated: lock-misuse@0
    row write -DWRITE violated: lock-misuse@0
    row srcu -DSRCU violated: rcu@0
    """#,
    "mutex-in-object": #"""
    C mutex-in-object
    (* The count drops under the object's own mutex: the last one frees what another still
       unlocks. *)
    struct s { struct mutex lock; int users; refcount_t ref; };
    #ifdef POOL
    pool s 1
    struct s *obj;
    init(void) {
      obj = kzalloc(sizeof(*obj), GFP_KERNEL);
      obj->users = 2;
      refcount_set(&obj->ref, 2);
    }
    #else
    struct s one = { .users = 2, .ref = REFCOUNT_INIT(2) }, *obj = &one;
    #endif
    static void put(struct s *s) {
      int last;
      mutex_lock(&s->lock);
      last = --s->users == 0;
      mutex_unlock(&s->lock);
    #ifdef FIX
      last = refcount_dec_and_test(&s->ref);
    #endif
      if (last)
        kfree(s);
    }
    thread a(void) { put(obj); }
    thread b(void) { put(obj); }
    row global violated: use-after-free@1
    row pool -DPOOL violated: use-after-free@1
    row global-fixed -DFIX holds
    row pool-fixed -DPOOL -DFIX holds
    """#,
    "lost-objects": #"""
    C lost-objects
    struct s { struct s *next, *self; };
    struct s *head;
    pool s 3
    leaks
    thread t(void) {
      struct s *p = kzalloc(sizeof(*p), GFP_KERNEL), *q = kzalloc(sizeof(*q), GFP_KERNEL);
      p->self = p;
      q->self = q;
      head = p;
      p->next = q;
    #ifdef CYCLE
      q->next = p;
      head = NULL;
    #elif defined(CUT)
      p->next = NULL;
    #elif defined(MIDDLE)
      head = p->next;
    #endif
    }
    row right holds
    row cycle -DCYCLE violated: leaks@0
    row cut -DCUT violated: leaks@0
    row middle -DMIDDLE violated: leaks@0
    """#,
    "who-frees": #"""
    C who-frees
    (* Both see the last reference, unless the count is dropped in one step. *)
    struct s { int refs; refcount_t ref; };
    struct s *obj;
    pool s 1
    init(void) {
      obj = kmalloc(sizeof(*obj), GFP_KERNEL);
      obj->refs = 2;
      refcount_set(&obj->ref, 2);
    }
    static void put(struct s *s) {
    #ifdef FIX
      if (refcount_dec_and_test(&s->ref))
        kfree(s);
    #else
      WRITE_ONCE(s->refs, READ_ONCE(s->refs) - 1);
      if (!READ_ONCE(s->refs))
        kfree(s);
    #endif
    }
    thread a(void) { put(obj); }
    thread b(void) { put(obj); }
    leaks
    row buggy violated: double-free@2, use-after-free@1
    row fixed -DFIX holds
    """#,
    "stale-locals": #"""
    C stale-locals
    (* Two pointers to objects that are no more differ, as the objects did. *)
    struct s { int v; };
    struct s *one, *two;
    static void leave(void) {
      struct s a, b;
      one = &a;
      two = &b;
    }
    thread t(void) {
      leave();
      assert(one != two);
    #ifdef USE
      one->v = 1;
    #endif
    }
    row right holds
    row use -DUSE violated: use-after-free@0
    """#,
  ]
}
