/// What is known of the processor of a thread that is interrupted, in slots that the thread shares
/// with its handlers; -1 for those that nobody needs.
struct ProcessorSlots: Hashable, BitwiseCopyable {
  /// Whether interrupts are disabled.
  var interruptsOff: Int32 = -1
  /// How often bottom halves have been disabled.
  var bottomHalvesOff: Int32 = -1
  /// What runs in the place of the thread: the sum of ``soft`` and ``hard``.
  var interrupted: Int32 = -1

  static let soft: Int64 = 1
  static let hard: Int64 = 2
}

/// The slots by which a handler is started, and by which others tell whether it runs; -1 for those
/// that it has not.
struct HandlerSlots: Hashable, BitwiseCopyable {
  /// Whether it runs; nobody else writes it.
  var running: Int32 = -1
  /// Whether it has been raised or queued, and not started since.
  var pending: Int32 = -1
  /// How often it has started, where that is counted.
  var entries: Int32 = -1
  /// How often it has been disabled.
  var disabled: Int32 = -1
  /// The machines that wait for a run that has not begun, and for the one that runs, as masks.
  var waiting: Int32 = -1
  var served: Int32 = -1
  /// How often it starts at least and at most, where that is counted.
  var least: Int64 = 0
  var most: Int64 = 0
  /// The processor that it interrupts.
  var processor = ProcessorSlots()
  /// Whether it runs as an interrupt of some processor, hard or soft.
  var isInterrupt = false
  /// Whether it is a soft interrupt, which hard ones interrupt.
  var isSoft = false
  /// Whether the thread that it interrupts need not end.
  var interruptsDaemon = false

  /// Whether it is a handler at all.
  var isHandler: Bool { running >= 0 }
}

/// A part of how handlers are started and waited for.
enum HandlerStep: Hashable {
  /// The handler starts, where nothing holds it off.
  case enter
  /// It has come to its end.
  case leave
  // The others are about another handler; `limit` of the instruction is its machine.
  case raise
  /// Raises it, and notes who waits for the run that begins after this.
  case request
  /// That run has ended.
  case awaitService
  case disable, enable
  /// The handler does not run.
  case awaitRest
}

extension Activity {
  /// Whether it is an interrupt of the processor of a thread, and whether a soft one.
  var interrupt: (thread: Int, isSoft: Bool)? {
    switch self {
    case .interrupt(let thread, let isSoft, _): (thread, isSoft)
    case .timer(of: let thread?): (thread, true)
    case .thread, .work, .timer, .callbacks: nil
    }
  }
}
