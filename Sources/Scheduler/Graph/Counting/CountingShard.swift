/// The part of the states whose runs one worker at a time counts.
///
/// All shares follow states, then all add up, and so on. Who follows a state writes the counts of
/// runs to it, for each step, into a mailbox for the share of the state where the step leads. Who
/// adds up empties the mailboxes for its share. So nobody locks anything, or looks at counts of
/// others.
final class CountingShard: @unchecked Sendable {
  /// What is changed in innermost loops, on cache lines of its own.
  struct Parts: ~Copyable {
    var counts: RunCounts
    /// The states to follow now, of which the first `taken` have been.
    var current = GrowingBuffer<UInt32>()
    var taken = 0
    /// The states to follow after them.
    var next = GrowingBuffer<UInt32>()
    var sorter = NumberSorter()
    /// How many states have been followed.
    var followed = 0
    /// Whether some count is so large that all need another limb.
    var isNearlyFull = false
    /// Keeps the optimiser from dropping the loads that only warm the cache.
    var touched: UInt64 = 0
  }

  private let partsMemory: CacheLines<Parts>
  /// By share: what goes to its states.
  ///
  /// For each step a record, with the number of the state, and whether the step breaks something,
  /// in place of the steps to wait for.
  private let mailboxMemory: CacheLines<GrowingBuffer<UInt64>>
  private(set) var all = BigNatural()
  private(set) var violating = BigNatural()

  init(of shares: Int, mostStates: Int, hasViolating: Bool, in space: AddressSpace) {
    partsMemory = CacheLines(1) {
      Parts(counts: RunCounts(most: mostStates, hasViolating: hasViolating, in: space))
    }
    mailboxMemory = CacheLines(shares) { GrowingBuffer() }
  }

  var parts: UnsafeMutablePointer<Parts> { partsMemory.base }
  /// By share: what goes to its states; see ``mailboxMemory``.
  var mailboxes: UnsafeMutablePointer<GrowingBuffer<UInt64>> { mailboxMemory.base }

  /// The states that can be followed.
  var ready: Int { parts.pointee.current.count - parts.pointee.taken + parts.pointee.next.count }
  var bytes: Int {
    var bytes =
      parts.pointee.counts.bytes + parts.pointee.current.bytes + parts.pointee.next.bytes
      + parts.pointee.sorter.bytes
    for share in 0..<mailboxMemory.count { bytes += mailboxes[share].bytes }
    return bytes
  }

  /// The number of a new record that counts one run.
  func takeRecordOfOne() -> Int {
    let number = parts.pointee.counts.take()
    let record = parts.pointee.counts.record(number)
    record.update(repeating: 0, count: parts.pointee.counts.recordWords)
    record[1] = 1
    return number
  }

  /// The next states to follow, at most `most`.
  ///
  /// They go by number, because states with near numbers, what is kept of them and the states one
  /// step on lie near each other.
  func take(_ most: Int) -> UnsafeBufferPointer<UInt32> {
    if parts.pointee.taken == parts.pointee.current.count {
      parts.pointee.current.removeAll()
      parts.pointee.taken = 0
      swap(&parts.pointee.current, &parts.pointee.next)
      parts.pointee.sorter.sort(parts.pointee.current.elements)
    }
    let first = parts.pointee.taken
    let count = min(most, parts.pointee.current.count - first)
    parts.pointee.taken += count
    parts.pointee.followed += count
    return UnsafeBufferPointer(start: parts.pointee.current.base + first, count: count)
  }

  /// Adds the runs that end in a state to the totals.
  func end(at record: UnsafeMutablePointer<UInt64>) {
    all += parts.pointee.counts.clean(record)
    if parts.pointee.counts.hasViolating {
      let more = parts.pointee.counts.violating(record)
      all += more
      violating += more
    }
  }
}
