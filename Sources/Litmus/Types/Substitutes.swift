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
    "kfree_rcu": callbacks, "rcu_barrier": callbacks, "rcu_head": callbacks,
    "callback_head": callbacks,
    "work_struct": threads, "delayed_work": threads, "timer_list": threads, "hrtimer": threads,
    "tasklet_struct": threads, "work": threads, "timer": threads, "INIT_WORK": threads,
    "mod_timer": threads, "add_timer": threads,
  ]

  private static let prefixes: [(prefix: String, text: String)] = [
    ("wait_event", alone), ("prepare_to_wait_exclusive", alone), ("swait_event", alone),
    ("wait_on_bit", waiting), ("wait_var_event", waiting), ("wake_up_bit", waiting),
    ("wake_up_var", waiting), ("call_rcu", callbacks),
    ("schedule_work", threads), ("queue_work", threads), ("schedule_delayed_work", threads),
  ]

  private static let waiting = "write 'wait_event' and 'wake_up', with a queue"
  private static let alone = "write 'wait_event' or one of its forms, which 'wake_up' wakes all"
  private static let callbacks =
    "write a thread that waits for its turn by 'await', then calls 'synchronize_rcu'"
  private static let threads = "write a thread or 'daemon' of its own, which begins with an 'await'"
}
