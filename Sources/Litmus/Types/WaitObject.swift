/// What threads sleep on, and what stands for them.
enum WaitObject: Hashable, Sendable, CaseIterable {
  case queue
  /// A thread's place in a queue.
  case entry
  case completion
  case semaphore
  /// A thread, which is known by its address only.
  case task

  /// By the name of a typedef.
  static let named: [String: WaitObject] = [
    "wait_queue_head_t": .queue, "wait_queue_entry_t": .entry,
  ]

  /// By the name of a structure.
  static let structures: [String: WaitObject] = [
    "wait_queue_head": .queue, "wait_queue_entry": .entry, "completion": .completion,
    "semaphore": .semaphore, "task_struct": .task,
  ]

  /// The name that messages use.
  var text: String {
    switch self {
    case .queue: "wait_queue_head_t"
    case .entry: "struct wait_queue_entry"
    case .completion: "struct completion"
    case .semaphore: "struct semaphore"
    case .task: "struct task_struct"
    }
  }

  var kind: CellKind {
    switch self {
    case .queue: .waitQueue
    case .entry: .waitEntry
    case .completion: .completion
    case .semaphore: .countingSemaphore
    case .task: .task
    }
  }

  /// What its one cell holds: a place in a queue, that queue; a thread, its state.
  var content: Slot.Content {
    switch self {
    case .queue: .upTo(0)
    case .entry: .pointer
    case .completion: .integer(.int)
    case .semaphore, .task: .integer(.unsignedInt)
    }
  }
}

/// The states of a thread, as the kernel numbers them.
enum TaskState {
  static let (running, interruptible, uninterruptible): (Int64, Int64, Int64) = (0, 1, 2)
  /// Those that `wake_up` wakes.
  static let normal = interruptible | uninterruptible
  /// With the bit that fatal signals look at, or with that which the load does not count.
  static let killable = uninterruptible | 0x100
  static let idle = uninterruptible | 0x400

  /// By name.
  static let named: [(name: String, value: Int64)] = [
    ("TASK_RUNNING", running), ("TASK_INTERRUPTIBLE", interruptible),
    ("TASK_UNINTERRUPTIBLE", uninterruptible), ("TASK_KILLABLE", killable), ("TASK_IDLE", idle),
    ("TASK_NORMAL", normal),
  ]

  static func text(_ value: Int64) -> String {
    named.first { $0.value == value }?.name ?? "\(value)"
  }
}

/// What ends a wait besides what it is for.
struct Patience: Hashable, Sendable {
  /// The state in which the thread sleeps.
  var state = Int16(TaskState.uninterruptible)
  /// What the wait gives where a signal ends it; 0 if none does.
  var interrupted: Int16 = 0
  /// What it gives where its time is over; nil if it has all the time there is.
  var timedOut: Int16?
  /// Whether it gives what is left of its time where it has come to its end.
  var givesRest = false

  static let endless = Patience()

  static let restart = -Int16(512)

  /// The same with all the time there is.
  var withoutEnd: Patience {
    var patience = self
    patience.timedOut = nil
    return patience
  }

  /// In how many ways it can be given up.
  var ways: UInt8 { (interrupted == 0 ? 0 : 1) + (timedOut == nil ? 0 : 1) }
}
