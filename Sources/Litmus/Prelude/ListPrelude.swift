/// Lists in rings, as `list.h` and `rculist.h` have them: the same accesses, in the same order,
/// and those marked that are marked there.
enum ListPrelude {
  static let text = #"""
    struct list_head { struct list_head *next, *prev; };

    static void INIT_LIST_HEAD(struct list_head *list)
    {
      WRITE_ONCE(list->next, list);
      WRITE_ONCE(list->prev, list);
    }

    static void INIT_LIST_HEAD_RCU(struct list_head *list)
    {
      WRITE_ONCE(list->next, list);
      WRITE_ONCE(list->prev, list);
    }

    static void list_add(struct list_head *new, struct list_head *head)
    {
      struct list_head *next = head->next;
      next->prev = new;
      new->next = next;
      new->prev = head;
      WRITE_ONCE(head->next, new);
    }

    static void list_add_tail(struct list_head *new, struct list_head *head)
    {
      struct list_head *prev = head->prev;
      head->prev = new;
      new->next = head;
      new->prev = prev;
      WRITE_ONCE(prev->next, new);
    }

    static void list_del(struct list_head *entry)
    {
      struct list_head *prev = entry->prev, *next = entry->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      entry->next = (void *)0x100;
      entry->prev = (void *)0x122;
    }

    static void __list_del_entry(struct list_head *entry)
    {
      struct list_head *prev = entry->prev, *next = entry->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
    }

    static void list_del_init(struct list_head *entry)
    {
      struct list_head *prev = entry->prev, *next = entry->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      WRITE_ONCE(entry->next, entry);
      WRITE_ONCE(entry->prev, entry);
    }

    static void list_del_init_careful(struct list_head *entry)
    {
      struct list_head *prev = entry->prev, *next = entry->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      WRITE_ONCE(entry->prev, entry);
      smp_store_release(&entry->next, entry);
    }

    static int list_empty(const struct list_head *head)
    {
      return READ_ONCE(head->next) == head;
    }

    static int list_empty_careful(const struct list_head *head)
    {
      struct list_head *next = smp_load_acquire(&head->next);
      return next == head && next == READ_ONCE(head->prev);
    }

    static int list_is_singular(const struct list_head *head)
    {
      return READ_ONCE(head->next) != head && head->next == head->prev;
    }

    static int list_is_first(const struct list_head *list, const struct list_head *head)
    {
      return list->prev == head;
    }

    static int list_is_last(const struct list_head *list, const struct list_head *head)
    {
      return list->next == head;
    }

    static int list_is_head(const struct list_head *list, const struct list_head *head)
    {
      return list == head;
    }

    static void list_move(struct list_head *list, struct list_head *head)
    {
      struct list_head *prev = list->prev, *next = list->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      next = head->next;
      next->prev = list;
      list->next = next;
      list->prev = head;
      WRITE_ONCE(head->next, list);
    }

    static void list_move_tail(struct list_head *list, struct list_head *head)
    {
      struct list_head *prev = list->prev, *next = list->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      prev = head->prev;
      head->prev = list;
      list->next = head;
      list->prev = prev;
      WRITE_ONCE(prev->next, list);
    }

    static void list_replace(struct list_head *old, struct list_head *new)
    {
      new->next = old->next;
      new->next->prev = new;
      new->prev = old->prev;
      new->prev->next = new;
    }

    static void list_replace_init(struct list_head *old, struct list_head *new)
    {
      new->next = old->next;
      new->next->prev = new;
      new->prev = old->prev;
      new->prev->next = new;
      WRITE_ONCE(old->next, old);
      WRITE_ONCE(old->prev, old);
    }

    static void list_splice(const struct list_head *list, struct list_head *head)
    {
      struct list_head *first, *last, *next;
      if (READ_ONCE(list->next) == list)
        return;
      next = head->next;
      first = list->next;
      last = list->prev;
      first->prev = head;
      head->next = first;
      last->next = next;
      next->prev = last;
    }

    static void list_splice_init(struct list_head *list, struct list_head *head)
    {
      struct list_head *first, *last, *next;
      if (READ_ONCE(list->next) == list)
        return;
      next = head->next;
      first = list->next;
      last = list->prev;
      first->prev = head;
      head->next = first;
      last->next = next;
      next->prev = last;
      WRITE_ONCE(list->next, list);
      WRITE_ONCE(list->prev, list);
    }

    static void list_splice_tail(struct list_head *list, struct list_head *head)
    {
      struct list_head *first, *last, *prev;
      if (READ_ONCE(list->next) == list)
        return;
      prev = head->prev;
      first = list->next;
      last = list->prev;
      first->prev = prev;
      prev->next = first;
      last->next = head;
      head->prev = last;
    }

    static void list_splice_tail_init(struct list_head *list, struct list_head *head)
    {
      struct list_head *first, *last, *prev;
      if (READ_ONCE(list->next) == list)
        return;
      prev = head->prev;
      first = list->next;
      last = list->prev;
      first->prev = prev;
      prev->next = first;
      last->next = head;
      head->prev = last;
      WRITE_ONCE(list->next, list);
      WRITE_ONCE(list->prev, list);
    }

    static void list_rotate_left(struct list_head *head)
    {
      struct list_head *first, *prev, *next;
      if (READ_ONCE(head->next) == head)
        return;
      first = head->next;
      prev = first->prev;
      next = first->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      prev = head->prev;
      head->prev = first;
      first->next = head;
      first->prev = prev;
      WRITE_ONCE(prev->next, first);
    }

    static size_t list_count_nodes(struct list_head *head)
    {
      size_t count = 0;
      struct list_head *pos;
      for (pos = head->next; pos != head; pos = pos->next)
        count++;
      return count;
    }

    static void list_add_rcu(struct list_head *new, struct list_head *head)
    {
      struct list_head *next = head->next;
      new->next = next;
      new->prev = head;
      rcu_assign_pointer(head->next, new);
      next->prev = new;
    }

    static void list_add_tail_rcu(struct list_head *new, struct list_head *head)
    {
      struct list_head *prev = head->prev;
      new->next = head;
      new->prev = prev;
      rcu_assign_pointer(prev->next, new);
      head->prev = new;
    }

    static void list_del_rcu(struct list_head *entry)
    {
      struct list_head *prev = entry->prev, *next = entry->next;
      next->prev = prev;
      WRITE_ONCE(prev->next, next);
      entry->prev = (void *)0x122;
    }

    static void list_replace_rcu(struct list_head *old, struct list_head *new)
    {
      new->next = old->next;
      new->prev = old->prev;
      rcu_assign_pointer(new->prev->next, new);
      new->next->prev = new;
      old->prev = (void *)0x122;
    }

    static struct list_head *list_first_entry_or_null(struct list_head *head)
    {
      struct list_head *next = READ_ONCE(head->next);
      return next != head ? next : NULL;
    }

    static struct list_head *list_first_or_null_rcu(struct list_head *head)
    {
      struct list_head *next = READ_ONCE(head->next);
      return next != head ? next : NULL;
    }

    static struct list_head *list_next_or_null_rcu(struct list_head *head, struct list_head *pos)
    {
      struct list_head *next = READ_ONCE(pos->next);
      return next != head ? next : NULL;
    }
    """#

  /// A loop over entries: how it begins, and how it goes on.
  private static func loop(
    _ name: String, _ parameters: String, from first: String, next: String,
    takesMore: Bool = false
  ) -> GivenMacro {
    GivenMacro(
      name, parameters,
      "for (\(first); &(pos)->member != (head); \(next))", takesMore: takesMore)
  }

  private static let (first, last) = (
    "pos = list_first_entry(head, typeof(*(pos)), member)",
    "pos = list_last_entry(head, typeof(*(pos)), member)"
  )
  private static let (next, previous) = (
    "pos = list_next_entry(pos, member)", "pos = list_prev_entry(pos, member)"
  )
  private static let (nextBehind, previousBefore) = (
    "pos = n, n = list_next_entry(n, member)", "pos = n, n = list_prev_entry(n, member)"
  )
  private static let (firstMarked, nextMarked) = (
    "pos = list_entry_rcu((head)->next, typeof(*(pos)), member)",
    "pos = list_entry_rcu((pos)->member.next, typeof(*(pos)), member)"
  )

  static let macros: [GivenMacro] = [
    GivenMacro("LIST_HEAD_INIT", "x", "{ &(x), &(x) }"),
    GivenMacro("LIST_HEAD", "x", "struct list_head x = { &(x), &(x) }"),
    GivenMacro("LIST_POISON1", nil, "((void *)0x100)"),
    GivenMacro("LIST_POISON2", nil, "((void *)0x122)"),
    GivenMacro("list_entry", "ptr,type,member", "container_of(ptr, type, member)"),
    GivenMacro("list_entry_rcu", "ptr,type,member", "container_of(READ_ONCE(ptr), type, member)"),
    GivenMacro(
      "list_entry_lockless", "ptr,type,member", "container_of(READ_ONCE(ptr), type, member)"),
    GivenMacro("list_first_entry", "ptr,type,member", "container_of((ptr)->next, type, member)"),
    GivenMacro("list_last_entry", "ptr,type,member", "container_of((ptr)->prev, type, member)"),
    // The functions of these names give the member, or NULL.
    GivenMacro(
      "list_first_entry_or_null", "ptr,type,member",
      "hlist_entry_safe(list_first_entry_or_null(ptr), type, member)"),
    GivenMacro(
      "list_first_or_null_rcu", "ptr,type,member",
      "hlist_entry_safe(list_first_or_null_rcu(ptr), type, member)"),
    GivenMacro(
      "list_next_or_null_rcu", "head,ptr,type,member",
      "hlist_entry_safe(list_next_or_null_rcu(head, ptr), type, member)"),
    GivenMacro(
      "list_next_entry", "pos,member", "container_of((pos)->member.next, typeof(*(pos)), member)"),
    GivenMacro(
      "list_prev_entry", "pos,member", "container_of((pos)->member.prev, typeof(*(pos)), member)"),
    GivenMacro("list_entry_is_head", "pos,head,member", "(&(pos)->member == (head))"),
    GivenMacro("list_next_rcu", "list", "((list)->next)"),
    GivenMacro("list_tail_rcu", "head", "((head)->prev)"),
    GivenMacro(
      "list_for_each", "pos,head",
      "for (pos = (head)->next; (pos) != (head); pos = (pos)->next)"),
    GivenMacro(
      "list_for_each_continue", "pos,head",
      "for (pos = (pos)->next; (pos) != (head); pos = (pos)->next)"),
    GivenMacro(
      "list_for_each_prev", "pos,head",
      "for (pos = (head)->prev; (pos) != (head); pos = (pos)->prev)"),
    GivenMacro(
      "list_for_each_safe", "pos,n,head",
      "for (pos = (head)->next, n = (pos)->next; (pos) != (head); pos = n, n = (pos)->next)"),
    GivenMacro(
      "list_for_each_prev_safe", "pos,n,head",
      "for (pos = (head)->prev, n = (pos)->prev; (pos) != (head); pos = n, n = (pos)->prev)"),
    GivenMacro(
      "list_for_each_rcu", "pos,head",
      "for (pos = rcu_dereference((head)->next); (pos) != (head); "
        + "pos = rcu_dereference((pos)->next))"),
    GivenMacro(
      "list_prepare_entry", "pos,head,member",
      "((pos) ?: list_entry(head, typeof(*(pos)), member))"),
    GivenMacro("list_safe_reset_next", "pos,n,member", "n = list_next_entry(pos, member)"),
    loop("list_for_each_entry", "pos,head,member", from: first, next: next),
    loop("list_for_each_entry_reverse", "pos,head,member", from: last, next: previous),
    loop("list_for_each_entry_continue", "pos,head,member", from: next, next: next),
    loop(
      "list_for_each_entry_continue_reverse", "pos,head,member", from: previous, next: previous),
    loop("list_for_each_entry_from", "pos,head,member", from: "", next: next),
    loop("list_for_each_entry_from_reverse", "pos,head,member", from: "", next: previous),
    loop(
      "list_for_each_entry_safe", "pos,n,head,member",
      from: "\(first), n = list_next_entry(pos, member)", next: nextBehind),
    loop(
      "list_for_each_entry_safe_continue", "pos,n,head,member",
      from: "\(next), n = list_next_entry(pos, member)", next: nextBehind),
    loop(
      "list_for_each_entry_safe_from", "pos,n,head,member",
      from: "n = list_next_entry(pos, member)", next: nextBehind),
    loop(
      "list_for_each_entry_safe_reverse", "pos,n,head,member",
      from: "\(last), n = list_prev_entry(pos, member)", next: previousBefore),
    loop(
      "list_for_each_entry_rcu", "pos,head,member", from: firstMarked, next: nextMarked,
      takesMore: true),
    loop(
      "list_for_each_entry_srcu", "pos,head,member", from: firstMarked, next: nextMarked,
      takesMore: true),
    loop("list_for_each_entry_lockless", "pos,head,member", from: firstMarked, next: nextMarked),
    loop(
      "list_for_each_entry_continue_rcu", "pos,head,member", from: nextMarked, next: nextMarked),
    loop("list_for_each_entry_from_rcu", "pos,head,member", from: "", next: nextMarked),
  ]
}
