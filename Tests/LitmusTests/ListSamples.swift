/// Small races about lists.
extension RaceSamples {
  static let lists: [String: String] = [
    "list-two-adders": #"""
    C list-two-adders
    struct item { int v; struct list_head node; };
    struct item a = { 1 }, b = { 2 };
    LIST_HEAD(all);
    spinlock_t lock;
    static void put(struct item *i) {
      if (IS_ENABLED(LOCK)) spin_lock(&lock);
      list_add(&i->node, &all);
      if (IS_ENABLED(LOCK)) spin_unlock(&lock);
    }
    thread one(void) { put(&a); }
    thread two(void) { put(&b); }
    finally both: all.next->next->next == &all && all.prev->prev->prev == &all
    row bare violated: both@1
    row locked -DLOCK holds
    """#,
    "list-deleted-twice": #"""
    C list-deleted-twice
    struct item { int v; struct list_head node; };
    struct item a = { 1 };
    LIST_HEAD(all);
    init(void) { list_add(&a.node, &all); }
    static void drop(void) {
      if (IS_ENABLED(INIT)) list_del_init(&a.node); else list_del(&a.node);
    }
    thread one(void) { drop(); }
    thread two(void) { drop(); }
    row poison violated: wild@0
    row init -DINIT holds
    """#,
    "list-after-loop": #"""
    C list-after-loop
    #ifdef FIRST
    struct item { struct list_head node; int v; };
    #else
    struct item { int v; struct list_head node; };
    #endif
    struct { int before; struct list_head all; int behind; } dev = { .all = LIST_HEAD_INIT(dev.all) };
    struct item a;
    thread t(void) {
      struct item *p;
      list_add(&a.node, &dev.all);
      list_for_each_entry(p, &dev.all, node) {
        if (p->v == 3) break;
      }
      if (IS_ENABLED(CHECK) && list_entry_is_head(p, &dev.all, node)) return;
      p->v = 1;
    }
    row behind violated: wild@0
    row first -DFIRST violated: wild@0
    row checked -DCHECK holds
    row first-checked -DFIRST -DCHECK holds
    """#,
    "list-reader": #"""
    C list-reader
    struct item { int v, gone; struct list_head node; };
    struct item a = { 1 }, b = { 2 };
    LIST_HEAD(all);
    init(void) { list_add_tail(&a.node, &all); list_add_tail(&b.node, &all); }
    thread reader(void) {
      struct item *p;
      rcu_read_lock();
      list_for_each_entry_rcu(p, &all, node)
        assert(!READ_ONCE(p->gone));
      rcu_read_unlock();
    }
    thread writer(void) {
      if (IS_ENABLED(PLAIN)) list_del(&a.node); else list_del_rcu(&a.node);
      if (IS_ENABLED(WAIT)) synchronize_rcu();
      WRITE_ONCE(a.gone, 1);
    }
    row bare violated: assert@1
    row waits -DWAIT holds
    row poisons -DWAIT -DPLAIN violated: wild@1
    """#,
    "hlist-reader": #"""
    C hlist-reader
    struct item { int v; struct hlist_node node; };
    struct item a = { 1 }, b = { 2 };
    HLIST_HEAD(all);
    init(void) { hlist_add_head(&b.node, &all); hlist_add_head(&a.node, &all); }
    thread reader(void) {
      struct item *p;
      int found = 0;
      rcu_read_lock();
      hlist_for_each_entry_rcu(p, &all, node)
        if (p->v == 2) found = 1;
      rcu_read_unlock();
      assert(found);
    }
    thread writer(void) {
      if (IS_ENABLED(INIT)) hlist_del_init(&a.node); else hlist_del_init_rcu(&a.node);
    }
    row right holds
    row init -DINIT violated: assert@1
    """#,
    "llist-adders": #"""
    C llist-adders
    struct item { int v; struct llist_node node; };
    struct item a = { 1 }, b = { 2 };
    LLIST_HEAD(all);
    int seen;
    static void put(struct item *i) {
      if (IS_ENABLED(PLAIN)) __llist_add(&i->node, &all); else llist_add(&i->node, &all);
    }
    thread one(void) { put(&a); }
    thread two(void) { put(&b); }
    thread taker(void) {
      struct item *p, *n;
      while (seen < 3) {
        struct llist_node *first = llist_del_all(&all);
        llist_for_each_entry_safe(p, n, first, node)
          seen += p->v;
      }
    }
    row right holds
    row plain -DPLAIN violated: deadlock@1
    """#,
    "llist-past-end": #"""
    C llist-past-end
    struct item { int v; struct llist_node node; };
    LLIST_HEAD(all);
    thread t(void) {
      struct item *p = llist_entry(all.first, struct item, node);
      p->v = 1;
    }
    row t violated: null@0
    """#,
    "containers": #"""
    C containers
    struct inner { int v; struct list_head node; };
    struct outer { int n; struct inner in[2]; struct { int w; struct list_head l; } deep; };
    struct outer o;
    struct inner *made = container_of(&o.in[1].node, struct inner, node);
    static struct outer *of_deep(struct list_head *p) {
      return container_of(p, struct outer, deep.l);
    }
    thread t(void) {
      void *p = &o.in[1].node;
      int i = choose(0..1);
      struct list_head *q = &o.in[i].node;
      assert(container_of(p, struct outer, in[1].node) == &o);
      assert(container_of(p, struct inner, node) == &o.in[1] && made == &o.in[1]);
      assert(container_of(q, typeof(*made), node) == &o.in[i]);
      assert(of_deep(&o.deep.l) == &o);
      // A part of another kind is no container: the pointer may be made, and not followed.
      struct inner *none = container_of(&o.deep.l, struct inner, node);
      assert(&none->node == &o.deep.l && &none->node.prev == &o.deep.l.prev);
    #ifdef FOLLOW
      none->v = 1;
    #endif
    }
    row right holds
    row follow -DFOLLOW violated: wild@0
    """#,
    "list-asked": #"""
    C list-asked
    struct item { int v; struct list_head node; };
    struct item a = { 1 };
    LIST_HEAD(all);
    static int twice(int n) { return n + n; }
    static int last(struct item *i) { return list_is_singular(&all) && twice(i->v) == 2; }
    struct item *p = &a;
    thread adder(void) {
      list_add(&a.node, &all);
    }
    thread waiter(void) {
      await(!list_empty(&all));
      assert(all.next == &a.node);
    }
    always asked: list_empty(&all) || all.next == &a.node
    finally one: last(p)
    finally none: list_empty(&all)
    row t violated: none@0
    """#,
    "list-own": #"""
    C list-own
    struct list_head { struct list_head *prev, *next; int n; };
    static void list_add(struct list_head *a, struct list_head *b) { a->n = b->n + 1; }
    struct list_head x, y;
    thread t(void) { list_add(&x, &y); INIT_LIST_HEAD(&y); assert(x.n == 1 && list_empty(&y)); }
    row t holds
    """#,
    "list-marks": #"""
    C list-marks
    data-races
    struct item { int v; struct list_head node; };
    struct item a;
    LIST_HEAD(all);
    int x;
    thread adder(void) { list_add(&a.node, &all); }
    thread looker(void) {
      if (IS_ENABLED(TAIL)) x = list_is_last(&a.node, &all);
      else if (IS_ENABLED(ALL)) x = list_empty_careful(&all);
      else x = list_empty(&all);
    }
    row marked holds
    row careful -DALL violated: data-race@1
    row plain -DTAIL violated: data-race@0
    """#,
    "statements": #"""
    C statements
    int x = 3, y, z = 4;
    #define square(e) ({ typeof(e) _v = (e); _v * _v; })
    #define first_above(n) ({ int _i = 0; while (_i * _i <= (n)) { if (_i > 9) break; _i++; } _i; })
    static int one(void) { return 1; }
    thread t(void) {
      __auto_type p = &x;
      assert(square(x) == 9 && square(x + square(2)) == 49 && first_above(10) == 4);
      ({ y = 2; one(); });
      ({ });
      if (({ int w = y; w == 2; }) && ({ switch (y) { case 2: x = 4; break; default: x = 5; } x; }))
        y = ({ y++; *p; });
      assert(x == 4 && y == 4);
      assert(sizeof(typeof(x)) == 4 && sizeof(typeof(unsigned char)) == 1);
    #ifdef BARE
      y = z * z;
    #else
      y = square(z);
    #endif
      assert(y == 16 || y == 25);
    }
    thread other(void) { z = 5; }
    row right holds
    row bare -DBARE violated: assert@1
    """#,
  ]
}
