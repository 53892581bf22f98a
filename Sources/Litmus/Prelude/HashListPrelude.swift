/// Lists whose heads are one pointer, as `list.h` and `rculist.h` have them for hash tables.
enum HashListPrelude {
  static let text = #"""
    struct hlist_head { struct hlist_node *first; };

    struct hlist_node { struct hlist_node *next, **pprev; };

    static void INIT_HLIST_NODE(struct hlist_node *h)
    {
      h->next = NULL;
      h->pprev = NULL;
    }

    static int hlist_unhashed(const struct hlist_node *h)
    {
      return !h->pprev;
    }

    static int hlist_unhashed_lockless(const struct hlist_node *h)
    {
      return !READ_ONCE(h->pprev);
    }

    static int hlist_empty(const struct hlist_head *h)
    {
      return !READ_ONCE(h->first);
    }

    static void hlist_del(struct hlist_node *n)
    {
      struct hlist_node *next = n->next, **pprev = n->pprev;
      WRITE_ONCE(*pprev, next);
      if (next)
        WRITE_ONCE(next->pprev, pprev);
      n->next = (void *)0x100;
      n->pprev = (void *)0x122;
    }

    static void hlist_del_init(struct hlist_node *n)
    {
      struct hlist_node *next, **pprev;
      if (!n->pprev)
        return;
      next = n->next;
      pprev = n->pprev;
      WRITE_ONCE(*pprev, next);
      if (next)
        WRITE_ONCE(next->pprev, pprev);
      n->next = NULL;
      n->pprev = NULL;
    }

    static void hlist_add_head(struct hlist_node *n, struct hlist_head *h)
    {
      struct hlist_node *first = h->first;
      WRITE_ONCE(n->next, first);
      if (first)
        WRITE_ONCE(first->pprev, &n->next);
      WRITE_ONCE(h->first, n);
      WRITE_ONCE(n->pprev, &h->first);
    }

    static void hlist_add_before(struct hlist_node *n, struct hlist_node *next)
    {
      WRITE_ONCE(n->pprev, next->pprev);
      WRITE_ONCE(n->next, next);
      WRITE_ONCE(next->pprev, &n->next);
      WRITE_ONCE(*n->pprev, n);
    }

    static void hlist_add_behind(struct hlist_node *n, struct hlist_node *prev)
    {
      WRITE_ONCE(n->next, prev->next);
      WRITE_ONCE(prev->next, n);
      WRITE_ONCE(n->pprev, &prev->next);
      if (n->next)
        WRITE_ONCE(n->next->pprev, &n->next);
    }

    static bool hlist_is_singular_node(struct hlist_node *n, struct hlist_head *h)
    {
      return !n->next && n->pprev == &h->first;
    }

    static void hlist_move_list(struct hlist_head *old, struct hlist_head *new)
    {
      new->first = old->first;
      if (new->first)
        new->first->pprev = &new->first;
      old->first = NULL;
    }

    static void hlist_del_rcu(struct hlist_node *n)
    {
      struct hlist_node *next = n->next, **pprev = n->pprev;
      WRITE_ONCE(*pprev, next);
      if (next)
        WRITE_ONCE(next->pprev, pprev);
      WRITE_ONCE(n->pprev, (void *)0x122);
    }

    static void hlist_del_init_rcu(struct hlist_node *n)
    {
      struct hlist_node *next, **pprev;
      if (!n->pprev)
        return;
      next = n->next;
      pprev = n->pprev;
      WRITE_ONCE(*pprev, next);
      if (next)
        WRITE_ONCE(next->pprev, pprev);
      WRITE_ONCE(n->pprev, NULL);
    }

    static void hlist_replace_rcu(struct hlist_node *old, struct hlist_node *new)
    {
      struct hlist_node *next = old->next;
      new->next = next;
      WRITE_ONCE(new->pprev, old->pprev);
      rcu_assign_pointer(*new->pprev, new);
      if (next)
        WRITE_ONCE(new->next->pprev, &new->next);
      WRITE_ONCE(old->pprev, (void *)0x122);
    }

    static void hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *h)
    {
      struct hlist_node *first = h->first;
      n->next = first;
      WRITE_ONCE(n->pprev, &h->first);
      rcu_assign_pointer(h->first, n);
      if (first)
        WRITE_ONCE(first->pprev, &n->next);
    }

    static void hlist_add_tail_rcu(struct hlist_node *n, struct hlist_head *h)
    {
      struct hlist_node *i, *last = NULL;
      for (i = h->first; i; i = i->next)
        last = i;
      if (last) {
        n->next = last->next;
        WRITE_ONCE(n->pprev, &last->next);
        rcu_assign_pointer(last->next, n);
        return;
      }
      i = h->first;
      n->next = i;
      WRITE_ONCE(n->pprev, &h->first);
      rcu_assign_pointer(h->first, n);
      if (i)
        WRITE_ONCE(i->pprev, &n->next);
    }

    static void hlist_add_before_rcu(struct hlist_node *n, struct hlist_node *next)
    {
      WRITE_ONCE(n->pprev, next->pprev);
      n->next = next;
      rcu_assign_pointer(*n->pprev, n);
      WRITE_ONCE(next->pprev, &n->next);
    }

    static void hlist_add_behind_rcu(struct hlist_node *n, struct hlist_node *prev)
    {
      n->next = prev->next;
      WRITE_ONCE(n->pprev, &prev->next);
      rcu_assign_pointer(prev->next, n);
      if (n->next)
        WRITE_ONCE(n->next->pprev, &n->next);
    }
    """#

  /// A loop over entries, whose first and next nodes are read so.
  private static func loop(
    _ name: String, _ parameters: String, from first: String?, _ next: String,
    takesMore: Bool = false
  ) -> GivenMacro {
    func entry(_ node: String) -> String {
      "pos = hlist_entry_safe(\(node), typeof(*(pos)), member)"
    }
    return GivenMacro(
      name, parameters, "for (\(first.map(entry) ?? ""); pos; \(entry(next)))",
      takesMore: takesMore)
  }

  private static let (first, next) = ("(head)->first", "(pos)->member.next")
  private static let (firstMarked, nextMarked) = (
    "rcu_dereference_raw((head)->first)", "rcu_dereference_raw((pos)->member.next)"
  )

  static let macros: [GivenMacro] = [
    GivenMacro("HLIST_HEAD_INIT", nil, "{ NULL }"),
    GivenMacro("HLIST_HEAD", "x", "struct hlist_head x = { NULL }"),
    GivenMacro("INIT_HLIST_HEAD", "ptr", "((ptr)->first = NULL)"),
    GivenMacro("hlist_entry", "ptr,type,member", "container_of(ptr, type, member)"),
    GivenMacro("hlist_first_rcu", "head", "((head)->first)"),
    GivenMacro("hlist_next_rcu", "node", "((node)->next)"),
    GivenMacro("hlist_pprev_rcu", "node", "(*(node)->pprev)"),
    GivenMacro("hlist_for_each", "pos,head", "for (pos = (head)->first; pos; pos = (pos)->next)"),
    GivenMacro(
      "hlist_for_each_safe", "pos,n,head",
      "for (pos = (head)->first; (pos) && (n = (pos)->next, 1); pos = n)"),
    loop("hlist_for_each_entry", "pos,head,member", from: first, next),
    loop("hlist_for_each_entry_continue", "pos,member", from: next, next),
    loop("hlist_for_each_entry_from", "pos,member", from: nil, next),
    GivenMacro(
      "hlist_for_each_entry_safe", "pos,n,head,member",
      "for (pos = hlist_entry_safe((head)->first, typeof(*(pos)), member); "
        + "(pos) && (n = (pos)->member.next, 1); "
        + "pos = hlist_entry_safe(n, typeof(*(pos)), member))"),
    loop(
      "hlist_for_each_entry_rcu", "pos,head,member", from: firstMarked, nextMarked,
      takesMore: true),
    loop(
      "hlist_for_each_entry_srcu", "pos,head,member", from: firstMarked, nextMarked,
      takesMore: true),
    loop("hlist_for_each_entry_rcu_notrace", "pos,head,member", from: firstMarked, nextMarked),
    loop("hlist_for_each_entry_rcu_bh", "pos,head,member", from: firstMarked, nextMarked),
    loop("hlist_for_each_entry_continue_rcu", "pos,member", from: nextMarked, nextMarked),
    loop("hlist_for_each_entry_from_rcu", "pos,member", from: nil, nextMarked),
  ]
}
