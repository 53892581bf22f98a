/// What the kernel puts off: something with a function that runs later, in a context of its own.
enum DeferredKind: Hashable, Sendable {
  case work
  /// Work behind a timer, which is one thing here: nobody knows how long either takes.
  case delayedWork
  case timer

  /// The name that messages use.
  var text: String {
    switch self {
    case .work: "struct work_struct"
    case .delayedWork: "struct delayed_work"
    case .timer: "struct timer_list"
    }
  }
}

/// What functions of the kernel do with work and timers.
enum DeferredCall: Hashable, Sendable {
  /// `INIT_WORK`, `timer_setup`: gives it a function.
  case setUp
  /// `schedule_work`: makes it pending; true if it was not.
  case queue
  /// `mod_timer`, `mod_delayed_work`: makes it pending; true if it was already.
  case modify
  /// `add_timer`: makes it pending; it must not be already.
  case add
  /// `cancel_work`, `timer_delete`: no longer pending; true if it was.
  case cancel
  /// `timer_delete_sync`: the same, possible only when it does not run.
  case cancelIdle
  /// `try_to_del_timer_sync`: the same, or -1 while it runs.
  case tryCancel
  /// `timer_shutdown`: no longer pending, nor ever again until it is set up anew.
  case shutDown(isSync: Bool)
  /// `cancel_work_sync`: refuses to be queued, waits until it does not run, and refuses no longer.
  case cancelSync
  /// `disable_work`: refuses to be queued until it has been enabled as often.
  case disable(isSync: Bool)
  case enable
  /// `flush_work`: waits until what is pending or runs now has ended.
  case flush
  /// `timer_pending`, and what tells no more.
  case isPending
  /// `work_busy`: 1 if it is pending, and 2 more if it runs.
  case isBusy

  /// Whether it may put a thread to sleep.
  var sleeps: Bool {
    switch self {
    case .cancelSync, .flush, .disable(isSync: true): true
    default: false
    }
  }

  /// Whether it tells those that ask while a function runs from those that ask after its end.
  var seesRunning: Bool { self == .tryCancel || self == .isBusy }
}

/// One step of such a call, or of what runs the functions.
enum DeferredOperation: Hashable, Sendable {
  /// The function becomes `value`.
  case setUp
  case queue, modify, add
  case cancel, cancelIdle, tryCancel
  case shutDown, disable, enable
  /// Waits until it does not run; with `enables`, it may be queued again then.
  case awaitIdle(enables: Bool)
  /// Notes what is pending or runs, and waits until that has ended.
  case noteFlush, awaitFlush
  case isPending, isBusy
}

/// Work or a timer of the program, for which a machine runs its functions.
struct DeferredItem {
  var kind: DeferredKind
  /// As messages and traces name it: `dev.work`.
  var name: String
  /// What it lies in, and how many cells from its start.
  var container: Container
  var offset: Int
  /// What it may be given to run, as places in ``Program/deferredFunctions``.
  var functions: [Int] = []

  enum Container: Hashable, Sendable {
    /// A global, by its number.
    case variable(Int)
    /// An object of a pool, by its number there.
    case object(Int, ofPool: Int)
  }
}
