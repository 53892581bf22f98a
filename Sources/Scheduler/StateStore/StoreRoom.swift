/// How much a search reserves for states, the table over them and the log of their steps.
///
/// What is reserved costs nothing until it is used, but where address space is limited it is
/// missing elsewhere. So it goes by the limits: no more than ``Limits/bytes`` can fill, and of the
/// ``AddressSpace`` no more than there is, divided so that all of it ends at about the same number
/// of states.
struct StoreRoom: Hashable {
  /// The most records: numbers have 32 bits.
  static let mostRecords = Int(UInt32.max) - 1
  /// The longest table: look-ups note slots in 32 bits.
  static let mostLines = 1 << 29
  /// The most places of a log.
  static let mostSteps = 1 << 32

  /// Records of states.
  var records = Self.mostRecords
  /// Lines of the table.
  var lines = Self.mostLines
  /// Places of the log.
  var steps = Self.mostSteps

  /// The limit on bytes is looked at between batches: what comes in between must fit, too.
  private static let slack = 64 << 20

  /// As much as is of use.
  init() {}

  /// Room for states of `stateWords` words, each of which takes `bytesBesides` more in memory that
  /// comes from the same `space`.
  init(
    stateWords: Int, within limits: Limits, in space: AddressSpace, logsSteps: Bool,
    bytesBesides: Int = 0
  ) {
    let record = (stateWords + 1) * MemoryLayout<UInt64>.stride
    let (line, step) = (TableLine.words * MemoryLayout<UInt64>.stride, StepLog.entryBytes)
    if let most = limits.bytes {
      records = min(records, (most + Self.slack) / record)
      lines = min(lines, most / line + StateTable.firstLines)
      steps = min(steps, (most + Self.slack) / step)
    }
    if !logsSteps { steps = 0 }
    let free = space.free
    if records * (record + bytesBesides) + lines * line + steps * step <= free { return }
    // Two steps a state are few, and a log that is full costs the count of runs and nothing else.
    let log = min(steps * step, free / 5)
    // A line takes up to 14/3 states.
    let states = max(1, (free - log) / (record + bytesBesides + (line * 3 + 13) / 14))
    records = min(records, states)
    lines = min(lines, states * 3 / 14 + 1)
    steps = log / step
  }
}
