/// A function of the kernel that is about work or timers: its arguments and what it does.
struct DeferredFunction: Hashable, Sendable {
  enum Argument: Hashable, Sendable {
    /// A pointer to the work or timer, or the name of one that the file declares by its function.
    case item
    /// The function that it is given.
    case function
    /// When it is to run, which nobody keeps.
    case time
    /// A work queue, a processor or flags: nothing depends on them.
    case dropped
  }

  var kind: DeferredKind
  var arguments: [Argument]
  var call: DeferredCall
  /// Whether it gives a value.
  var hasValue = true

  /// By name.
  static let table: [String: DeferredFunction] = {
    var table: [String: DeferredFunction] = [:]
    func add(
      _ names: [String], _ kind: DeferredKind, _ call: DeferredCall, _ arguments: [Argument],
      _ hasValue: Bool
    ) {
      for name in names {
        table[name] = DeferredFunction(
          kind: kind, arguments: arguments, call: call, hasValue: hasValue)
      }
    }
    addWork(add)
    addTimers(add)
    return table
  }()

  private typealias Add = ([String], DeferredKind, DeferredCall, [Argument], Bool) -> Void

  private static func addWork(_ add: Add) {
    add(["INIT_WORK"], .work, .setUp, [.item, .function], false)
    add(
      ["INIT_DELAYED_WORK", "INIT_DEFERRABLE_WORK"], .delayedWork, .setUp, [.item, .function],
      false)
    add(["schedule_work"], .work, .queue, [.item], true)
    add(["schedule_work_on", "queue_work"], .work, .queue, [.dropped, .item], true)
    add(["queue_work_on"], .work, .queue, [.dropped, .dropped, .item], true)
    add(["schedule_delayed_work"], .delayedWork, .queue, [.item, .time], true)
    add(
      ["schedule_delayed_work_on", "queue_delayed_work"], .delayedWork, .queue,
      [.dropped, .item, .time], true)
    add(
      ["queue_delayed_work_on"], .delayedWork, .queue, [.dropped, .dropped, .item, .time], true)
    add(["mod_delayed_work"], .delayedWork, .modify, [.dropped, .item, .time], true)
    add(
      ["mod_delayed_work_on"], .delayedWork, .modify, [.dropped, .dropped, .item, .time], true)
    for (kind, name) in [(DeferredKind.work, "work"), (.delayedWork, "delayed_work")] {
      add(["cancel_\(name)"], kind, .cancel, [.item], true)
      add(["cancel_\(name)_sync"], kind, .cancelSync, [.item], true)
      add(["flush_\(name)"], kind, .flush, [.item], true)
      add(["disable_\(name)"], kind, .disable(isSync: false), [.item], true)
      add(["disable_\(name)_sync"], kind, .disable(isSync: true), [.item], true)
      add(["enable_\(name)"], kind, .enable, [.item], true)
    }
    add(["work_pending"], .work, .isPending, [.item], true)
    add(["delayed_work_pending"], .delayedWork, .isPending, [.item], true)
    add(["work_busy"], .work, .isBusy, [.item], true)
  }

  private static func addTimers(_ add: Add) {
    add(["timer_setup"], .timer, .setUp, [.item, .function, .dropped], false)
    add(["mod_timer", "timer_reduce"], .timer, .modify, [.item, .time], true)
    add(["mod_timer_pending"], .timer, .isPending, [.item, .time], true)
    add(["add_timer", "add_timer_local", "add_timer_global"], .timer, .add, [.item], false)
    add(["add_timer_on"], .timer, .add, [.item, .dropped], false)
    add(["timer_delete", "del_timer"], .timer, .cancel, [.item], true)
    add(["timer_delete_sync", "del_timer_sync"], .timer, .cancelIdle, [.item], true)
    add(
      ["try_to_del_timer_sync", "timer_delete_sync_try"], .timer, .tryCancel, [.item], true)
    add(["timer_shutdown"], .timer, .shutDown(isSync: false), [.item], true)
    add(["timer_shutdown_sync"], .timer, .shutDown(isSync: true), [.item], true)
    add(["timer_pending"], .timer, .isPending, [.item], true)
  }

  /// Whether an item of some kind will do: work that the file declares itself may be delayed.
  func takes(_ other: DeferredKind) -> Bool {
    switch (kind, other) {
    case (.delayedWork, .work): true
    default: kind == other
    }
  }

  /// What writes when something is to run; each stands for a number that nobody looks at.
  static let times: Set<String> = ["jiffies", "HZ"]
  static let timeFunctions: Set<String> = [
    "msecs_to_jiffies", "usecs_to_jiffies", "nsecs_to_jiffies", "secs_to_jiffies",
    "round_jiffies", "round_jiffies_relative", "get_jiffies_64",
  ]
  /// The kernel's own queues.
  static let queues: Set<String> = [
    "system_wq", "system_highpri_wq", "system_long_wq", "system_unbound_wq", "system_percpu_wq",
    "system_dfl_wq", "system_freezable_wq", "system_power_efficient_wq",
    "system_freezable_power_efficient_wq", "WORK_CPU_UNBOUND",
  ]
}
