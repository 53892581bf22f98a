/// Counts of runs, for the states that steps lead to and that have not been followed on yet.
///
/// Those are few at any time, so their counts stay in the cache. A record is how many steps to the
/// state are still to be followed, then the clean runs to it and, if any can be, the violating
/// ones, `limbs` words each, the lowest first. Records go by number; a number that is released is
/// used again.
struct RunCounts: ~Copyable {
  private(set) var limbs = 1
  /// Whether violating runs are counted.
  let hasViolating: Bool
  private(set) var recordWords: Int
  private var words: ReservedMemory<UInt64>
  /// The most records at a time.
  private let most: Int
  /// Beyond every number in use.
  private var used = 0
  /// The number released last, plus one; its record starts with the one released before.
  private var released = 0

  private let space: AddressSpace

  init(most: Int, hasViolating: Bool, in space: AddressSpace) {
    (self.most, self.hasViolating, self.space) = (most, hasViolating, space)
    recordWords = Self.recordWords(1, hasViolating)
    words = ReservedMemory(capacity: most * recordWords, in: space)
  }

  private static func recordWords(_ limbs: Int, _ hasViolating: Bool) -> Int {
    limbs * (hasViolating ? 2 : 1) + 1
  }

  /// Whether there is address space for all records; otherwise nothing can be counted.
  var hasRoom: Bool { words.capacity >= most * recordWords }
  var bytes: Int { used * recordWords * 8 }

  @inline(__always) func record(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    words.base + number &* recordWords
  }

  /// The number of a record that nobody uses, with anything in it.
  @inline(__always) mutating func take() -> Int {
    if released == 0 {
      used &+= 1
      return used &- 1
    }
    let number = released &- 1
    released = Int(truncatingIfNeeded: record(number)[0])
    return number
  }

  @inline(__always) mutating func release(_ number: Int) {
    record(number)[0] = UInt64(truncatingIfNeeded: released)
    released = number &+ 1
  }

  /// Whether the highest `bits` bits of a count are not all free.
  @inline(__always) func isNearlyFull(_ record: UnsafeMutablePointer<UInt64>, _ bits: UInt64)
    -> Bool
  {
    var top = record[limbs]
    if hasViolating { top |= record[limbs &* 2] }
    return top &>> (64 &- bits) != 0
  }

  /// Gives all counts one more limb.
  mutating func widen() {
    let (old, oldWords) = (words.base, recordWords)
    let wider = Self.recordWords(limbs + 1, hasViolating)
    let memory = ReservedMemory<UInt64>(capacity: most * wider, in: space)
    // Without room for all nothing is kept: the caller asks.
    if memory.capacity >= most * wider {
      for number in 0..<used {
        let (from, to) = (old + number * oldWords, memory.base + number * wider)
        to.update(from: from, count: 1 + limbs)
        if hasViolating { (to + 2 + limbs).update(from: from + 1 + limbs, count: limbs) }
      }
    }
    words = memory
    (limbs, recordWords) = (limbs + 1, wider)
  }

  /// Adds the counts of one record to those of another, all as violating ones if `breaks`.
  @inline(__always) func add(
    _ source: UnsafeMutablePointer<UInt64>, to target: UnsafeMutablePointer<UInt64>, breaks: Bool
  ) {
    add(source + 1, count: target + (breaks ? 1 &+ limbs : 1))
    if hasViolating { add(source + 1 + limbs, count: target + 1 + limbs) }
  }

  /// Sets the counts of one record to those of another, all as violating ones if `breaks`.
  @inline(__always) func copy(
    _ source: UnsafeMutablePointer<UInt64>, to target: UnsafeMutablePointer<UInt64>, breaks: Bool
  ) {
    var index = 1
    while index < recordWords {
      target[index] = source[index]
      index &+= 1
    }
    if breaks { spoil(target) }
  }

  /// Turns the clean runs to a state into violating ones.
  func spoil(_ record: UnsafeMutablePointer<UInt64>) {
    add(record + 1, count: record + 1 + limbs)
    (record + 1).update(repeating: 0, count: limbs)
  }

  /// Adds one count to another; the sum must fit.
  @inline(__always) private func add(
    _ source: UnsafeMutablePointer<UInt64>, count target: UnsafeMutablePointer<UInt64>
  ) {
    var (sum, over) = target[0].addingReportingOverflow(source[0])
    target[0] = sum
    var index = 1
    while index < limbs {
      let carry: UInt64 = over ? 1 : 0
      let (first, firstOver) = target[index].addingReportingOverflow(source[index])
      (sum, over) = first.addingReportingOverflow(carry)
      over = over || firstOver
      target[index] = sum
      index &+= 1
    }
  }

  func clean(_ record: UnsafeMutablePointer<UInt64>) -> BigNatural {
    BigNatural(limbs: UnsafeBufferPointer(start: record + 1, count: limbs))
  }

  func violating(_ record: UnsafeMutablePointer<UInt64>) -> BigNatural {
    BigNatural(limbs: UnsafeBufferPointer(start: record + 1 + limbs, count: limbs))
  }
}
