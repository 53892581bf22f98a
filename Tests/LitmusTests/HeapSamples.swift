/// Small races about objects that are allocated and freed.
extension RaceSamples {
  static let heap: [String: String] = [
    "behind-the-fault": #"""
    C behind-the-fault
    data-races
    struct s { int v; };
    struct s o = { 1 };
    int y;
    thread waits(void) { await(READ_ONCE(o.v) || READ_ONCE(y)); }
    thread frees(void) { kfree(&o); y++; }
    row all violated: use-after-free@0
    """#,
    "one-owner": #"""
    C one-owner
    struct s { int v, w; struct s *next; };
    struct s *head;
    int got;
    pool s 2
    leaks
    thread a(void) {
      struct s *p = kzalloc(sizeof(*p), GFP_KERNEL);
      p->v = 1;
      WRITE_ONCE(head, p);
    #ifdef TWICE
      await(!READ_ONCE(head));
      kfree(p);
    #elif defined(AFTER)
      p->w = 1;
    #endif
    }
    thread b(void) {
      struct s *p;
      await(READ_ONCE(head));
      p = READ_ONCE(head);
    #ifndef LEFT
      got = p->v;
    #ifdef LATE
      kfree(p);
      WRITE_ONCE(head, NULL);
      assert(p->v == 1);
    #elif defined(INSIDE)
      kfree(&p->w);
    #elif defined(LOST)
      WRITE_ONCE(head, NULL);
    #else
      WRITE_ONCE(head, NULL);
      kfree(p);
    #endif
    #endif
    }
    finally seen: got == 1 || head
    row right holds
    row left -DLEFT holds
    row lost -DLOST violated: leaks@0
    row twice -DTWICE violated: double-free@0
    row after -DAFTER violated: use-after-free@1
    row late -DLATE violated: use-after-free@0
    row inside -DINSIDE violated: wild@0
    """#,
    "generations": #"""
    C generations
    (* The only object is used again: the pointer from before leads nowhere. *)
    struct s { int v; struct { int a, b; } in; };
    struct s *old, *new;
    pool s 1
    thread t(void) {
      int *part;
      struct s *p = kzalloc(sizeof(struct s), GFP_KERNEL);
      old = p;
      part = &p->in.b;
      kfree(p);
      new = kzalloc(sizeof(*new), GFP_KERNEL);
      new->v = 5;
    #ifdef READ
      assert(old->v == 5);
    #elif defined(PART)
      *part = 1;
    #elif defined(MOVED)
      container_of(part, struct s, in.b)->v = 1;
    #elif defined(FREE)
      kfree(old);
    #elif defined(PARTFREE)
      kfree(part);
    #elif defined(ARITHMETIC)
      assert(part - 1 == &old->in.a && &old->in.b == part);
    #endif
      assert(old && old != NULL && new->v == 5);
      kfree(new);
    }
    row right holds
    row read -DREAD violated: use-after-free@0
    row part -DPART violated: use-after-free@0
    row moved -DMOVED violated: use-after-free@0
    row free -DFREE violated: double-free@0
    row part-free -DPARTFREE violated: wild@0
    row arithmetic -DARITHMETIC holds
    """#,
    "same-place": #"""
    C same-place
    (* A new object where an old one was has its address: comparisons do not see that it is another.
       The head is what it was, and the node behind it is not. *)
    struct node { struct node *next; int popped; };
    struct node *head, *first, *last;
    pool node 2
    init(void) {
      last = kzalloc(sizeof(*last), GFP_KERNEL);
      first = kzalloc(sizeof(*first), GFP_KERNEL);
      first->next = last;
      head = first;
    }
    thread pop(void) {
      struct node *old, *next;
      old = READ_ONCE(head);
      if (old != first || last->popped)
        return;
      next = last;
    #ifdef TRY
      struct node *wanted = old;
      atomic { if (try_cmpxchg(&head, &wanted, next)) assert(!next->popped); }
    #else
      atomic { if (cmpxchg(&head, old, next) == old) assert(!next->popped); }
    #endif
    }
    thread other(void) {
      struct node *one = first;
      head = NULL;
      WRITE_ONCE(last->popped, 1);
    #ifndef KEPT
      kfree(one);
      one = kzalloc(sizeof(*one), GFP_KERNEL);
      assert(one == first);
      WRITE_ONCE(head, one);
    #endif
    }
    row aba violated: assert@1
    row try -DTRY violated: assert@1
    row kept -DKEPT holds
    """#,
    "unused-first": #"""
    C unused-first
    struct s { int v; };
    struct s *p, *q, *r;
    pool s 2
    thread t(void) {
      p = kzalloc(sizeof(*p), GFP_KERNEL);
      r = p;
      kfree(p);
      q = kzalloc(sizeof(*q), GFP_KERNEL);
      p = kzalloc(sizeof(*p), GFP_KERNEL);
      assert(p != q && r == p && r != q);
    #ifdef FULL
      r = kzalloc(sizeof(*r), GFP_KERNEL);
    #endif
    }
    row right holds
    row full -DFULL violated: pool@0
    """#,
    "may-fail": #"""
    C may-fail
    struct s { int v; };
    struct s *p, *q;
    #ifdef ONE
    pool s 1 may-fail
    #else
    pool s 2 may-fail
    #endif
    thread t(void) {
      p = kzalloc(sizeof(*p), GFP_KERNEL);
    #ifdef CHECKED
      if (!p)
        return;
    #endif
    #ifdef SURE
      p = kzalloc(sizeof(*p), GFP_KERNEL | __GFP_NOFAIL);
    #endif
      p->v = 1;
      q = kmalloc(sizeof(*q), GFP_KERNEL);
      if (q)
        q->v = 2;
    }
    finally one: p
    finally both: p && q
    sometimes neither: !p && !q
    row open violated: null@0, both@0
    row checked -DCHECKED violated: one@0, both@0
    row few -DCHECKED -DONE violated: one@0, both@0
    row sure -DSURE -DCHECKED violated: one@0, both@0
    """#,
    "values": #"""
    C values
    struct s { int v; atomic_t a; spinlock_t lock; seqcount_t seq; struct s *next; };
    struct s *shared, copy;
    int x;
    pool s 2
    struct plain { int a, b; };
    struct plain from = { 1, 2 }, other;
    pool plain 1
    thread t(void) {
      unsigned int flags = GFP_KERNEL;
      struct s *p = kmalloc(sizeof(*p), GFP_KERNEL), *q;
      spin_lock(&p->lock);
      spin_unlock(&p->lock);
      x = read_seqcount_begin(&p->seq);
    #ifdef MEMBER
      x = p->v;
    #elif defined(POINTER)
      p->next->v = 1;
    #elif defined(COUNTER)
      atomic_inc(&p->a);
    #elif defined(SET)
      atomic_set(&p->a, 1);
      atomic_inc(&p->a);
    #elif defined(ZEROED)
      q = kmalloc(sizeof(*q), flags | __GFP_ZERO);
      x = q->v + atomic_read(&q->a);
      assert(!x && !q->next);
    #elif defined(AGAIN)
      p->v = 3;
      kfree(p);
      q = kmalloc(sizeof(*q), GFP_KERNEL);
      p = kmalloc(sizeof(*p), GFP_KERNEL);
      x = p->v;
    #elif defined(AWAIT)
      shared = p;
      await(p->v == 1);
    #elif defined(COPIED)
      struct plain *n = kmemdup(&from, sizeof(from), GFP_KERNEL);
      from.a = 7;
      assert(n->a == 1 && n->b == 2);
    #elif defined(EMPTY)
      struct plain *n = kmalloc(sizeof(*n), GFP_KERNEL);
      n->a = 1;
      other = *n;
      x = other.a;
      x = other.b;
    #endif
    }
    row right holds
    row member -DMEMBER violated: uninitialised@0
    row pointer -DPOINTER violated: uninitialised@0
    row counter -DCOUNTER violated: uninitialised@0
    row set -DSET holds
    row zeroed -DZEROED holds
    row again -DAGAIN violated: uninitialised@0
    row await -DAWAIT violated: uninitialised@0
    row copied -DCOPIED holds
    row empty -DEMPTY violated: uninitialised@0
    """#,
  ]
}
