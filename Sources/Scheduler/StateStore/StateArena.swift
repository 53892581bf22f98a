import Synchronization

/// The records of all states, one after another in memory that never moves.
///
/// The same memory is the queue of the breadth-first search. A record is a state's words and one
/// more, its bookkeeping: looking a state up has just brought that word into the cache.
final class StateArena: @unchecked Sendable {
  /// The words of a state.
  let stateWords: Int
  private let records: ReservedMemory<UInt64>
  /// The most records: numbers have 32 bits, and address space may be short.
  let capacity: Int

  private let used = Atomic<Int>(0)

  /// At most `most` records.
  init(stateWords: Int, most: Int, in space: AddressSpace) {
    self.stateWords = stateWords
    records = ReservedMemory(
      capacity: most * (stateWords + 1), atLeast: stateWords + 1, in: space)
    capacity = min(max(1, most), records.capacity / (stateWords + 1))
  }

  /// The words from one state to the next.
  var recordWords: Int { @inline(__always) get { stateWords &+ 1 } }
  /// Beyond every number in use; a few numbers below it may stand for no state.
  var numbers: Int { used.load(ordering: .relaxed) }
  /// Bytes in use.
  var bytes: Int { numbers * recordWords * 8 }

  /// The states from number `first` on.
  @inline(__always) func states(from first: Int) -> StateRow {
    StateRow(
      at: records.base + first &* recordWords, stride: recordWords, words: stateWords)
  }

  /// The same where the width may be a constant.
  @inline(__always) func states<W: Width>(from first: Int, _ width: W) -> StateRow {
    StateRow(
      at: records.base + first &* (width.words &+ 1), stride: width.words &+ 1, words: width.words)
  }

  /// Makes the system provide memory for the states after one.
  func provide(beyond number: Int) { records.provide(beyond: number * recordWords) }

  /// Gives back what no record uses.
  func trim() { records.trim(to: numbers * recordWords) }

  /// Fresh numbers for a worker.
  func allot(_ count: Int) -> Range<Int> {
    let end = used.add(count, ordering: .relaxed).newValue
    return end - count..<end
  }

  /// All the numbers below `limit` that are left, for a worker that is alone; see
  /// ``takeBack(from:)``.
  func allotRest(below limit: Int) -> Range<Int> { numbers..<limit }

  /// Ends ``allotRest(below:)``: numbers below `end` have been used.
  func takeBack(from end: Int) { used.store(max(end, numbers), ordering: .relaxed) }
}
