import Synchronization

/// By state: how many runs lead there, and how many steps to it have not been followed yet.
///
/// A record is the number of steps, then the clean runs and, if any can be, the violating ones, `limbs`
/// words each: all that following a step to a state touches lies together.
struct PathCounts: ~Copyable {
  let limbs: Int
  /// Whether violating runs are counted.
  let hasViolating: Bool
  private let recordWords: Int
  private let words: ReservedMemory<UInt64>
  /// Whether there is address space for every state; otherwise nothing can be counted.
  let hasRoom: Bool

  init(states: Int, limbs: Int, hasViolating: Bool) {
    (self.limbs, self.hasViolating) = (limbs, hasViolating)
    recordWords = Self.recordWords(limbs, hasViolating)
    words = ReservedMemory(capacity: states * recordWords)
    hasRoom = words.capacity >= states * recordWords
  }

  /// Bytes in use when all of `states` states have been reached.
  static func bytes(states: Int, limbs: Int, hasViolating: Bool) -> Int {
    states * recordWords(limbs, hasViolating) * 8
  }

  private static func recordWords(_ limbs: Int, _ hasViolating: Bool) -> Int {
    limbs * (hasViolating ? 2 : 1) + 1
  }

  /// The number of steps to a state that have not been followed, and whether somebody adds to its count.
  @inline(__always) func waiting(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    words.base + number &* recordWords
  }

  private static var locked: UInt64 { 1 &<< 63 }

  @inline(__always) private func shared(_ number: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    UnsafeMutableRawPointer(waiting(number)).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Loads a record to no other end than to have it in the cache.
  @inline(__always) func peek(_ number: Int) -> UInt64 {
    shared(number).pointee.load(ordering: .relaxed)
  }

  /// Notes one more step to a state.
  @inline(__always) func expectArrival(at number: Int, isAlone: Bool) {
    if isAlone { return waiting(number).pointee &+= 1 }
    shared(number).pointee.wrappingAdd(1, ordering: .relaxed)
  }

  /// Waits until nobody adds to a state's count, and keeps others from it.
  @inline(__always) private func lock(_ number: Int) {
    let word = shared(number)
    while true {
      let old = word.pointee.load(ordering: .relaxed) & ~Self.locked
      let result = word.pointee.weakCompareExchange(
        expected: old, desired: old | Self.locked, successOrdering: .acquiring,
        failureOrdering: .relaxed)
      if result.exchanged { return }
    }
  }

  @inline(__always) func clean(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    waiting(number) + 1
  }

  @inline(__always) func violating(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    clean(number) + limbs
  }

  /// Adds one count to another; false when the sum does not fit.
  @inline(__always)
  func add(_ source: UnsafeMutablePointer<UInt64>, to target: UnsafeMutablePointer<UInt64>)
    -> Bool
  {
    var carry: UInt64 = 0
    var index = 0
    while index < limbs {
      let (first, over) = target[index].addingReportingOverflow(source[index])
      let (sum, overAgain) = first.addingReportingOverflow(carry)
      target[index] = sum
      carry = over || overAgain ? 1 : 0
      index &+= 1
    }
    return carry == 0
  }

  /// Follows a step: adds the runs to a state to those of the next one.
  ///
  /// Says whether it was the last step to that state; nil when a sum does not fit.
  @inline(__always)
  func follow(_ from: Int, to: Int, breaks: Bool, _ isAlone: Bool) -> Bool? {
    if isAlone {
      guard add(from, to: to, breaks: breaks) else { return nil }
      let word = waiting(to)
      word.pointee &-= 1
      return word.pointee == 0
    }
    lock(to)
    let fits = add(from, to: to, breaks: breaks)
    let left = (shared(to).pointee.load(ordering: .relaxed) & ~Self.locked) &- 1
    shared(to).pointee.store(left, ordering: .releasing)
    return fits ? left == 0 : nil
  }

  @inline(__always) private func add(_ from: Int, to: Int, breaks: Bool) -> Bool {
    if !hasViolating { return add(clean(from), to: clean(to)) }
    return add(clean(from), to: breaks ? violating(to) : clean(to))
      && add(violating(from), to: violating(to))
  }

  /// Turns the clean runs to a state into violating ones; false when the sum does not fit.
  func spoil(_ number: Int) -> Bool {
    guard add(clean(number), to: violating(number)) else { return false }
    for limb in 0..<limbs { clean(number)[limb] = 0 }
    return true
  }

  func value(_ count: UnsafeMutablePointer<UInt64>) -> BigNatural {
    BigNatural(limbs: UnsafeBufferPointer(start: count, count: limbs))
  }
}
