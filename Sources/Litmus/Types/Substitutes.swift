/// What can be written today instead of what is not supported yet.
enum Substitutes {
  /// The sentence that refuses a name, with what to write instead where that is known.
  static func refusal(of name: String) -> String {
    "'\(name)' is not supported yet" + (text(for: name).map { "; \($0)" } ?? "")
  }

  private static func text(for name: String) -> String? {
    let bare = name.hasPrefix("struct ") ? String(name.dropFirst(7)) : name
    if let known = exact[bare] { return known }
    return prefixes.first { bare.hasPrefix($0.prefix) }?.text
  }

  private static let exact: [String: String] = [
    "refcount_dec_and_lock": dropAndLock("spin"),
    "refcount_dec_and_lock_irqsave": dropAndLock("spin"),
    "refcount_dec_and_mutex_lock": dropAndLock("mutex"),
    "atomic_dec_and_lock": "write 'if (atomic_add_unless(&v, -1, 1)) ...', the lock, and "
      + "'atomic_dec_and_test(&v)' under it",
    "mutex_lock_interruptible": mayFail("mutex_lock"),
    "mutex_lock_killable": mayFail("mutex_lock"), "mutex_lock_io": "write 'mutex_lock'",
    "mutex_lock_nested": "write 'mutex_lock'", "spin_lock_nested": "write 'spin_lock'",
    "down_read_killable": mayFail("down_read"), "down_read_interruptible": mayFail("down_read"),
    "down_write_killable": mayFail("down_write"),
    "down": semaphore, "down_interruptible": semaphore, "down_killable": semaphore,
    "down_trylock": semaphore, "down_timeout": semaphore, "up": semaphore, "semaphore": semaphore,
    "sema_init": semaphore, "DEFINE_SEMAPHORE": semaphore,
    "completion": completion, "DECLARE_COMPLETION": completion,
    "DECLARE_COMPLETION_ONSTACK": completion, "complete": completion, "complete_all": completion,
    "init_completion": completion, "reinit_completion": completion,
    "wait_queue_head_t": waiting, "wait_queue_head": waiting,
    "init_waitqueue_head": waiting, "DECLARE_WAIT_QUEUE_HEAD": waiting, "schedule": waiting,
    "kfree_rcu": callbacks, "rcu_barrier": callbacks, "rcu_head": callbacks,
    "callback_head": callbacks,
    "list_head": lists, "hlist_head": lists, "hlist_node": lists, "LIST_HEAD": lists,
    "INIT_LIST_HEAD": lists,
    "work_struct": threads, "delayed_work": threads, "timer_list": threads, "hrtimer": threads,
    "tasklet_struct": threads, "work": threads, "timer": threads, "INIT_WORK": threads,
    "mod_timer": threads, "add_timer": threads, "guard": scopes, "scoped_guard": scopes,
    "DEFINE_PER_CPU": perCPU, "get_cpu": perCPU, "smp_processor_id": perCPU, "per_cpu": perCPU,
    "per_cpu_ptr": perCPU,
    "IS_ERR_OR_NULL": "write '!p || IS_ERR(p)'", "min3": "write 'min(min(a, b), c)'",
    "max3": "write 'max(max(a, b), c)'",
  ]

  private static let prefixes: [(prefix: String, text: String)] = [
    ("wait_for_completion", completion), ("try_wait_for_completion", completion),
    ("wait_event", waiting), ("swait_event", waiting), ("wake_up", waiting),
    ("wait_on_bit", waiting), ("prepare_to_wait", waiting), ("call_rcu", callbacks),
    ("list_", lists), ("hlist_", lists),
    ("schedule_work", threads), ("queue_work", threads), ("schedule_delayed_work", threads),
    ("local_irq", interrupts), ("local_bh", interrupts), ("preempt_", interrupts),
    ("this_cpu_", perCPU), ("__this_cpu_", perCPU),
  ]

  private static func dropAndLock(_ lock: String) -> String {
    "write 'if (refcount_dec_not_one(&r)) return;', '\(lock)_lock', and "
      + "'refcount_dec_and_test(&r)' under it"
  }

  private static func mayFail(_ lock: String) -> String {
    "write '\(lock)', after 'if (choose(0..1)) return -EINTR;' where it may fail"
  }

  private static let semaphore = "write 'atomic { await(n); n--; }' and 'n++' in 'atomic'"
  private static let completion = "write 'await(done)' with a counter, and 'atomic { done++; }'"
  private static let waiting = "write 'await(CONDITION)', which needs nobody to wake it up"
  private static let callbacks =
    "write a thread that waits for its turn by 'await', then calls 'synchronize_rcu'"
  private static let lists = "write the pointers that matter: 'struct s *next'"
  private static let threads = "write a thread or 'daemon' of its own, which begins with an 'await'"
  private static let interrupts = "leave it out where nothing depends on interrupts"
  private static let perCPU = "write an array with an element for each thread"
  private static let scopes = "write the calls that take the lock and give it back"
}
