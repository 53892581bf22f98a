/// Lists that many add to and one takes from without a lock, as `llist.h` has them.
enum LocklessListPrelude {
  static let text = #"""
    struct llist_head { struct llist_node *first; };

    struct llist_node { struct llist_node *next; };

    static void init_llist_head(struct llist_head *list)
    {
      list->first = NULL;
    }

    static bool llist_empty(const struct llist_head *head)
    {
      return READ_ONCE(head->first) == NULL;
    }

    static struct llist_node *llist_next(struct llist_node *node)
    {
      return node->next;
    }

    static bool llist_add(struct llist_node *new, struct llist_head *head)
    {
      struct llist_node *first = READ_ONCE(head->first);
      do {
        new->next = first;
      } while (!try_cmpxchg(&head->first, &first, new));
      return !first;
    }

    static bool llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
      struct llist_head *head)
    {
      struct llist_node *first = READ_ONCE(head->first);
      do {
        new_last->next = first;
      } while (!try_cmpxchg(&head->first, &first, new_first));
      return !first;
    }

    static bool __llist_add(struct llist_node *new, struct llist_head *head)
    {
      new->next = head->first;
      head->first = new;
      return new->next == NULL;
    }

    static bool __llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
      struct llist_head *head)
    {
      new_last->next = head->first;
      head->first = new_first;
      return new_last->next == NULL;
    }

    static struct llist_node *llist_del_all(struct llist_head *head)
    {
      return xchg(&head->first, NULL);
    }

    static struct llist_node *__llist_del_all(struct llist_head *head)
    {
      struct llist_node *first = head->first;
      head->first = NULL;
      return first;
    }

    static struct llist_node *llist_del_first(struct llist_head *head)
    {
      struct llist_node *entry = smp_load_acquire(&head->first), *next;
      do {
        if (!entry)
          return NULL;
        next = READ_ONCE(entry->next);
      } while (!try_cmpxchg(&head->first, &entry, next));
      return entry;
    }

    static struct llist_node *llist_reverse_order(struct llist_node *head)
    {
      struct llist_node *reversed = NULL, *node;
      while (head) {
        node = head;
        head = head->next;
        node->next = reversed;
        reversed = node;
      }
      return reversed;
    }
    """#

  static let macros: [GivenMacro] = [
    GivenMacro("LLIST_HEAD_INIT", "x", "{ NULL }"),
    GivenMacro("LLIST_HEAD", "x", "struct llist_head x = { NULL }"),
    GivenMacro("llist_entry", "ptr,type,member", "container_of(ptr, type, member)"),
    GivenMacro("member_address_is_nonnull", "ptr,member", "(&(ptr)->member != NULL)"),
    GivenMacro("llist_for_each", "pos,node", "for (pos = (node); pos; pos = (pos)->next)"),
    GivenMacro(
      "llist_for_each_safe", "pos,n,node",
      "for (pos = (node); (pos) && (n = (pos)->next, 1); pos = n)"),
    GivenMacro(
      "llist_for_each_entry", "pos,node,member",
      "for (pos = llist_entry((node), typeof(*(pos)), member); &(pos)->member != NULL; "
        + "pos = llist_entry((pos)->member.next, typeof(*(pos)), member))"),
    GivenMacro(
      "llist_for_each_entry_safe", "pos,n,node,member",
      "for (pos = llist_entry((node), typeof(*(pos)), member); &(pos)->member != NULL && "
        + "(n = llist_entry((pos)->member.next, typeof(*(n)), member), 1); pos = n)"),
  ]
}
