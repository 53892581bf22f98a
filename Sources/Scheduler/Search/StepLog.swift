import Synchronization

/// Where each step leads, kept by a search for the counting of runs after it, which would
/// otherwise have to take every step and look every state up once more.
///
/// The steps from one state lie together; the last of them says so. Workers add the steps of a
/// batch at a place of their own. When memory gets short the log is given up, and nothing is
/// counted.
final class StepLog: @unchecked Sendable {
  /// A step: the number of the state it leads to, and two marks.
  struct Entry: BitwiseCopyable {
    private var bits: UInt32

    /// The most states whose numbers leave room for the marks.
    static let mostStates = 1 << 30

    @inline(__always) init(to number: Int, breaks: Bool) {
      bits = UInt32(truncatingIfNeeded: number) &<< 2 | (breaks ? 2 : 0)
    }

    @inline(__always) var number: Int { Int(bits &>> 2) }
    /// Whether the step breaks a ``Property/Kind/perStep(_:)`` property.
    @inline(__always) var breaks: Bool { bits & 2 != 0 }
    /// Whether no other step from the same state follows.
    @inline(__always) var isLast: Bool { bits & 1 != 0 }
    @inline(__always) mutating func markAsLast() { bits |= 1 }
  }

  let entries: ReservedMemory<Entry>
  /// The place of the first entry: 0 stands for no steps.
  static let first = 1
  private let used = Atomic<Int>(StepLog.first)
  private let givenUp = Atomic<Bool>(false)

  /// The bytes of an entry.
  static var entryBytes: Int { MemoryLayout<Entry>.stride }

  init(most: Int, in space: AddressSpace) {
    entries = ReservedMemory(capacity: most, in: space)
  }

  /// Beyond the place of the last entry.
  var end: Int { used.load(ordering: .relaxed) }
  var bytes: Int { end * MemoryLayout<Entry>.stride }
  var isGivenUp: Bool { givenUp.load(ordering: .relaxed) }

  /// Keeps no more steps.
  func giveUp() { givenUp.store(true, ordering: .relaxed) }

  /// Returns the memory of a log that was given up; nobody may be adding to it.
  func discard() {
    entries.discard()
    used.store(Self.first, ordering: .relaxed)
  }

  /// Gives back what no entry uses: none will come.
  func trim() { entries.trim(to: isGivenUp ? 0 : end) }

  /// Room for `count` entries, unless the log is given up or full.
  func allot(_ count: Int) -> Int? {
    if isGivenUp { return nil }
    let end = used.add(count, ordering: .relaxed).newValue
    entries.provide(beyond: end)
    if end <= entries.capacity { return end - count }
    giveUp()
    return nil
  }
}
