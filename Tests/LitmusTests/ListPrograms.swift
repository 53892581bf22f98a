@testable import Litmus

// Programs about lists: what an operation leaves behind is gone through and told as digits.
extension FunctionProgram {
  /// A ring `l` of the items 1 and 2, an empty ring `m`, and an item 3 that is in none.
  static let rings = """
    struct item { int v; struct list_head node; };
    struct item a = { 1 }, b = { 2 }, c = { 3 };
    LIST_HEAD(l);
    LIST_HEAD(m);
    static int told(struct list_head *h)
    { struct item *p; int s = 0; list_for_each_entry(p, h, node) s = s * 10 + p->v; return s; }
    init(void)
    { list_add_tail(&a.node, &l); list_add_tail(&b.node, &l); INIT_LIST_HEAD(&c.node); }

    """

  /// The same in a hash table: `h` has the items 1 and 2.
  static let chains = """
    struct item { int v; struct hlist_node node; };
    struct item a = { 1 }, b = { 2 }, c = { 3 };
    HLIST_HEAD(h);
    HLIST_HEAD(g);
    static int told(struct hlist_head *h)
    { struct item *p; int s = 0; hlist_for_each_entry(p, h, node) s = s * 10 + p->v; return s; }
    init(void)
    { hlist_add_head(&b.node, &h); hlist_add_head(&a.node, &h); }

    """

  /// The same without a lock.
  static let stacks = """
    struct item { int v; struct llist_node node; };
    struct item a = { 1 }, b = { 2 }, c = { 3 };
    LLIST_HEAD(h);
    LLIST_HEAD(g);
    static int told(struct llist_node *n)
    { struct item *p; int s = 0; llist_for_each_entry(p, n, node) s = s * 10 + p->v; return s; }
    init(void)
    { llist_add(&b.node, &h); llist_add(&a.node, &h); }

    """

  private static func header(_ name: String) -> String {
    name.contains("llist")
      ? stacks
      : name.hasPrefix("hlist") || name == "INIT_HLIST_NODE"
        ? chains : rings
  }

  static func prelude(_ name: String) -> FunctionProgram? {
    if let (arguments, check) = changes[name] {
      return FunctionProgram(
        "\(name)(\(arguments));",
        in: header(name) + "thread t(void) { \(before[name] ?? "")CALL assert(\(check)); }")
    }
    guard let (call, instead) = questions[name] else { return nil }
    return FunctionProgram(
      call, instead: instead,
      in: header(name) + "thread t(void) { \(before[name] ?? "")assert(CALL); }")
  }

  /// What is done before.
  private static let before = [
    "list_splice": "list_add(&c.node, &m); ", "list_splice_init": "list_add(&c.node, &m); ",
    "list_splice_tail": "list_add(&c.node, &m); ",
    "list_splice_tail_init": "list_add(&c.node, &m); ",
    "list_is_singular": "list_add(&c.node, &m); ",
    "hlist_is_singular_node": "hlist_del(&a.node); ",
  ]

  /// Arguments, and what is true afterwards.
  private static let changes: [String: (arguments: String, check: String)] = [
    "INIT_LIST_HEAD": ("&l", "told(&l) == 0 && l.prev == &l"),
    "INIT_LIST_HEAD_RCU": ("&l", "told(&l) == 0 && l.prev == &l"),
    "list_add": ("&c.node, &l", "told(&l) == 312 && a.node.prev == &c.node"),
    "list_add_rcu": ("&c.node, &l", "told(&l) == 312 && a.node.prev == &c.node"),
    "list_add_tail": ("&c.node, &l", "told(&l) == 123 && l.prev == &c.node"),
    "list_add_tail_rcu": ("&c.node, &l", "told(&l) == 123 && l.prev == &c.node"),
    "list_del": (
      "&a.node", "told(&l) == 2 && a.node.next == LIST_POISON1 && a.node.prev == LIST_POISON2"
    ),
    "__list_del_entry": ("&a.node", "told(&l) == 2 && a.node.next == &b.node"),
    "list_del_init": ("&a.node", "told(&l) == 2 && list_empty(&a.node)"),
    "list_del_init_careful": ("&a.node", "told(&l) == 2 && list_empty_careful(&a.node)"),
    "list_del_rcu": (
      "&a.node", "told(&l) == 2 && a.node.next == &b.node && a.node.prev == LIST_POISON2"
    ),
    "list_move": ("&b.node, &l", "told(&l) == 21"),
    "list_move_tail": ("&a.node, &l", "told(&l) == 21"),
    "list_replace": ("&a.node, &c.node", "told(&l) == 32 && b.node.prev == &c.node"),
    "list_replace_init": ("&a.node, &c.node", "told(&l) == 32 && list_empty(&a.node)"),
    "list_replace_rcu": (
      "&a.node, &c.node", "told(&l) == 32 && a.node.prev == LIST_POISON2"
    ),
    "list_splice": ("&l, &m", "told(&m) == 123 && c.node.prev == &b.node"),
    "list_splice_init": ("&l, &m", "told(&m) == 123 && list_empty(&l)"),
    "list_splice_tail": ("&l, &m", "told(&m) == 312 && m.prev == &b.node"),
    "list_splice_tail_init": ("&l, &m", "told(&m) == 312 && list_empty(&l)"),
    "list_rotate_left": ("&l", "told(&l) == 21"),
    "INIT_HLIST_NODE": ("&a.node", "!a.node.next && !a.node.pprev"),
    "hlist_del": (
      "&a.node", "told(&h) == 2 && a.node.next == LIST_POISON1 && b.node.pprev == &h.first"
    ),
    "hlist_del_init": ("&a.node", "told(&h) == 2 && !a.node.next && hlist_unhashed(&a.node)"),
    "hlist_del_rcu": ("&a.node", "told(&h) == 2 && a.node.next == &b.node"),
    "hlist_del_init_rcu": (
      "&a.node", "told(&h) == 2 && a.node.next == &b.node && !a.node.pprev"
    ),
    "hlist_add_head": ("&c.node, &h", "told(&h) == 312 && a.node.pprev == &c.node.next"),
    "hlist_add_head_rcu": ("&c.node, &h", "told(&h) == 312 && a.node.pprev == &c.node.next"),
    "hlist_add_tail_rcu": ("&c.node, &h", "told(&h) == 123 && c.node.pprev == &b.node.next"),
    "hlist_add_before": ("&c.node, &b.node", "told(&h) == 132 && b.node.pprev == &c.node.next"),
    "hlist_add_before_rcu": (
      "&c.node, &b.node", "told(&h) == 132 && b.node.pprev == &c.node.next"
    ),
    "hlist_add_behind": ("&c.node, &a.node", "told(&h) == 132 && b.node.pprev == &c.node.next"),
    "hlist_add_behind_rcu": (
      "&c.node, &a.node", "told(&h) == 132 && b.node.pprev == &c.node.next"
    ),
    "hlist_replace_rcu": ("&a.node, &c.node", "told(&h) == 32 && b.node.pprev == &c.node.next"),
    "hlist_move_list": ("&h, &g", "told(&g) == 12 && hlist_empty(&h)"),
    "init_llist_head": ("&h", "!h.first"),
  ]

  /// What is asked, and what stands there instead.
  private static let questions: [String: (call: String, instead: String)] = [
    "list_empty": ("list_empty(&m) && !list_empty(&l)", "0"),
    "list_empty_careful": ("list_empty_careful(&m) && !list_empty_careful(&l)", "0"),
    "list_is_singular": ("list_is_singular(&m) && !list_is_singular(&l)", "0"),
    "list_is_first": ("list_is_first(&a.node, &l) && !list_is_first(&b.node, &l)", "0"),
    "list_is_last": ("list_is_last(&b.node, &l) && !list_is_last(&a.node, &l)", "0"),
    "list_is_head": ("list_is_head(&l, &l) && !list_is_head(&a.node, &l)", "0"),
    "list_count_nodes": ("list_count_nodes(&l) == 2", "0"),
    "hlist_unhashed": ("hlist_unhashed(&c.node) && !hlist_unhashed(&a.node)", "0"),
    "hlist_unhashed_lockless": (
      "hlist_unhashed_lockless(&c.node) && !hlist_unhashed_lockless(&a.node)", "0"
    ),
    "hlist_empty": ("hlist_empty(&g) && !hlist_empty(&h)", "0"),
    "hlist_is_singular_node": (
      "hlist_is_singular_node(&b.node, &h) && !hlist_is_singular_node(&b.node, &g)", "0"
    ),
    "llist_empty": ("llist_empty(&g) && !llist_empty(&h)", "0"),
    "llist_next": ("llist_next(&a.node) == &b.node", "0"),
    "llist_add": ("!llist_add(&c.node, &h) && told(h.first) == 312", "0"),
    "llist_add_batch": (
      "llist_add_batch(&a.node, &b.node, &g) && told(g.first) == 12", "told(g.first) == 12"
    ),
    "__llist_add": ("__llist_add(&c.node, &g) && told(g.first) == 3", "told(g.first) == 3"),
    "__llist_add_batch": (
      "__llist_add_batch(&a.node, &b.node, &g) && told(g.first) == 12", "told(g.first) == 12"
    ),
    "llist_del_all": ("told(llist_del_all(&h)) == 12 && !h.first", "!h.first"),
    "__llist_del_all": ("told(__llist_del_all(&h)) == 12 && !h.first", "!h.first"),
    "llist_del_first": (
      "llist_del_first(&h) == &a.node && told(h.first) == 2", "told(h.first) == 2"
    ),
    "llist_reverse_order": ("told(llist_reverse_order(llist_del_all(&h))) == 21", "0"),
  ]

  /// By macro: declarations and a body about it in which all is as it should be.
  static let macros: [String: (before: String, body: String)] = {
    var all: [String: (String, String)] = [:]
    func ring(_ name: String, _ body: String) { all[name] = (rings, "struct item *p, *q; \(body)") }
    func chain(_ name: String, _ body: String) {
      all[name] = (chains, "struct item *p; struct hlist_node *n; \(body)")
    }
    func stack(_ name: String, _ body: String) {
      all[name] = (stacks, "struct item *p, *q; struct llist_node *n, *o; \(body)")
    }
    /// Entries are gone through in this order.
    func entries(_ name: String, _ arguments: String, _ told: Int, from: String = "") {
      ring(name, "int s = 0; \(from)\(name)(\(arguments)) s = s * 10 + p->v; assert(s == \(told));")
    }
    func nodes(_ name: String, _ arguments: String, _ told: Int, from: String = "") {
      all[name] = (
        rings,
        "struct list_head *p, *q; int s = 0; \(from)\(name)(\(arguments)) "
          + "s = s * 10 + list_entry(p, struct item, node)->v; assert(s == \(told));"
      )
    }
    all["LIST_HEAD"] = ("LIST_HEAD(x);", "assert(list_empty(&x) && x.prev == &x);")
    all["LIST_HEAD_INIT"] = (
      "struct s { int v; struct list_head x; } s = { 1, LIST_HEAD_INIT(s.x) };",
      "assert(list_empty(&s.x));"
    )
    ring("LIST_POISON1", "list_del(&a.node); assert(a.node.next == LIST_POISON1);")
    ring("LIST_POISON2", "list_del(&a.node); assert(a.node.prev == LIST_POISON2);")
    for name in ["list_entry", "list_entry_rcu", "list_entry_lockless"] {
      ring(name, "assert(\(name)(l.next, struct item, node) == &a);")
    }
    ring("list_first_entry", "assert(list_first_entry(&l, struct item, node) == &a);")
    ring("list_last_entry", "assert(list_last_entry(&l, struct item, node) == &b);")
    for name in ["list_first_entry_or_null", "list_first_or_null_rcu"] {
      ring(name, "assert(\(name)(&l, struct item, node) == &a && !\(name)(&m, struct item, node));")
    }
    ring(
      "list_next_or_null_rcu",
      "assert(list_next_or_null_rcu(&l, &a.node, struct item, node) == &b "
        + "&& !list_next_or_null_rcu(&l, &b.node, struct item, node));")
    ring("list_next_entry", "p = &a; assert(list_next_entry(p, node) == &b);")
    ring("list_prev_entry", "p = &b; assert(list_prev_entry(p, node) == &a);")
    ring(
      "list_entry_is_head",
      "p = &b; assert(!list_entry_is_head(p, &l, node)); p = list_next_entry(p, node); "
        + "assert(list_entry_is_head(p, &l, node));")
    ring("list_next_rcu", "assert(rcu_dereference(list_next_rcu(&l)) == &a.node);")
    ring("list_tail_rcu", "assert(rcu_dereference(list_tail_rcu(&l)) == &b.node);")
    nodes("list_for_each", "p, &l", 12)
    nodes("list_for_each_rcu", "p, &l", 12)
    nodes("list_for_each_prev", "p, &l", 21)
    nodes("list_for_each_continue", "p, &l", 2, from: "p = &a.node; ")
    nodes("list_for_each_safe", "p, q, &l", 12)
    nodes("list_for_each_prev_safe", "p, q, &l", 21)
    ring(
      "list_prepare_entry",
      "p = NULL; p = list_prepare_entry(p, &l, node); assert(list_next_entry(p, node) == &a);")
    ring(
      "list_safe_reset_next",
      "p = &a; list_safe_reset_next(p, q, node); assert(q == &b);")
    for name in [
      "list_for_each_entry", "list_for_each_entry_rcu", "list_for_each_entry_lockless",
    ] { entries(name, "p, &l, node", 12) }
    entries("list_for_each_entry_srcu", "p, &l, node, srcu_read_lock_held(&s)", 12)
    entries("list_for_each_entry_reverse", "p, &l, node", 21)
    entries("list_for_each_entry_continue", "p, &l, node", 2, from: "p = &a; ")
    entries("list_for_each_entry_continue_rcu", "p, &l, node", 2, from: "p = &a; ")
    entries("list_for_each_entry_continue_reverse", "p, &l, node", 1, from: "p = &b; ")
    entries("list_for_each_entry_from", "p, &l, node", 12, from: "p = &a; ")
    entries("list_for_each_entry_from_rcu", "p, &l, node", 2, from: "p = &b; ")
    entries("list_for_each_entry_from_reverse", "p, &l, node", 21, from: "p = &b; ")
    entries("list_for_each_entry_safe", "p, q, &l, node", 12)
    entries("list_for_each_entry_safe_continue", "p, q, &l, node", 2, from: "p = &a; ")
    entries("list_for_each_entry_safe_from", "p, q, &l, node", 2, from: "p = &b; ")
    entries("list_for_each_entry_safe_reverse", "p, q, &l, node", 21)
    all["HLIST_HEAD"] = ("HLIST_HEAD(x);", "assert(hlist_empty(&x));")
    all["HLIST_HEAD_INIT"] = ("struct hlist_head x = HLIST_HEAD_INIT;", "assert(!x.first);")
    chain("INIT_HLIST_HEAD", "INIT_HLIST_HEAD(&h); assert(hlist_empty(&h));")
    chain("hlist_entry", "assert(hlist_entry(h.first, struct item, node) == &a);")
    chain("hlist_first_rcu", "assert(rcu_dereference(hlist_first_rcu(&h)) == &a.node);")
    chain("hlist_next_rcu", "assert(rcu_dereference(hlist_next_rcu(&a.node)) == &b.node);")
    chain("hlist_pprev_rcu", "assert(hlist_pprev_rcu(&b.node) == &b.node);")
    func links(_ name: String, _ arguments: String, _ told: Int, from: String = "") {
      chain(
        name, "int s = 0; \(from)\(name)(\(arguments)) s = s * 10 + p->v; assert(s == \(told));")
    }
    for name in ["", "_rcu", "_srcu", "_rcu_notrace", "_rcu_bh"] {
      links("hlist_for_each_entry\(name)", "p, &h, node\(name == "_srcu" ? ", 1" : "")", 12)
    }
    links("hlist_for_each_entry_safe", "p, n, &h, node", 12)
    for name in ["", "_rcu"] {
      links("hlist_for_each_entry_continue\(name)", "p, node", 2, from: "p = &a; ")
      links("hlist_for_each_entry_from\(name)", "p, node", 12, from: "p = &a; ")
    }
    for (name, arguments) in [("hlist_for_each", "n, &h"), ("hlist_for_each_safe", "n, o, &h")] {
      chain(
        name,
        "struct hlist_node *o; int s = 0; \(name)(\(arguments)) "
          + "s = s * 10 + hlist_entry(n, struct item, node)->v; assert(s == 12);")
    }
    all["LLIST_HEAD"] = ("LLIST_HEAD(x);", "assert(llist_empty(&x));")
    all["LLIST_HEAD_INIT"] = ("struct llist_head x = LLIST_HEAD_INIT(x);", "assert(!x.first);")
    stack("llist_entry", "assert(llist_entry(h.first, struct item, node) == &a);")
    stack(
      "member_address_is_nonnull",
      "n = NULL; p = llist_entry(n, struct item, node); "
        + "assert(!member_address_is_nonnull(p, node) && member_address_is_nonnull(&a, node));")
    for (name, arguments) in [
      ("llist_for_each", "n, h.first"), ("llist_for_each_safe", "n, o, h.first"),
    ] {
      stack(
        name,
        "int s = 0; \(name)(\(arguments)) s = s * 10 + llist_entry(n, struct item, node)->v; "
          + "assert(s == 12);")
    }
    stack(
      "llist_for_each_entry",
      "int s = 0; llist_for_each_entry(p, h.first, node) s = s * 10 + p->v; assert(s == 12);")
    stack(
      "llist_for_each_entry_safe",
      "int s = 0; llist_for_each_entry_safe(p, q, h.first, node) { p->node.next = NULL; "
        + "s = s * 10 + p->v; } assert(s == 12);")
    return all
  }()
}
