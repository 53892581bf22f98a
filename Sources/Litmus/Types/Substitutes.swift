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
    "hrtimer": timers, "hrtimer_start": timers, "hrtimer_cancel": timers, "hrtimer_setup": timers,
    "hrtimer_try_to_cancel": timers, "tasklet_struct": tasklets, "tasklet_schedule": tasklets,
    "tasklet_setup": tasklets, "tasklet_kill": tasklets, "tasklet_enable": tasklets,
    "tasklet_disable": tasklets, "flush_workqueue": queues, "drain_workqueue": queues,
    "flush_scheduled_work": queues, "destroy_workqueue": queues, "alloc_workqueue": queueMaking,
    "alloc_ordered_workqueue": "write a mutex that each function takes first",
    "INIT_WORK_ONSTACK": onStack, "INIT_DELAYED_WORK_ONSTACK": onStack,
    "timer_setup_on_stack": onStack,
  ]

  private static let prefixes: [(prefix: String, text: String)] = [
    ("wait_event", alone), ("prepare_to_wait_exclusive", alone), ("swait_event", alone),
    ("wait_on_bit", waiting), ("wait_var_event", waiting), ("wake_up_bit", waiting),
    ("wake_up_var", waiting),
  ]

  private static let waiting = "write 'wait_event' and 'wake_up', with a queue"
  private static let alone = "write 'wait_event' or one of its forms, which 'wake_up' wakes all"
  private static let timers =
    "write a 'timer', which 'mod_timer' starts and 'timer_delete_sync' cancels"
  private static let tasklets = "write a 'softirq', or 'work' where it need not hold off a thread"
  private static let queues =
    "write 'flush_work' or 'cancel_work_sync' for each work that is queued"
  private static let queueMaking =
    "every queue has as many workers as it takes: name one as you like"
  private static let onStack = "use a global"
}
