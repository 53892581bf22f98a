/// By state: how many runs lead there, and how many steps to it have not been followed yet.
///
/// A record is the number of steps, then the clean runs and the violating ones, `limbs` words each:
/// all that following a step to a state touches lies together.
struct PathCounts: ~Copyable {
  let limbs: Int
  private let recordWords: Int
  private let words: ReservedMemory<UInt64>
  /// Whether there is address space for every state; otherwise nothing can be counted.
  let hasRoom: Bool

  init(states: Int, limbs: Int) {
    self.limbs = limbs
    recordWords = limbs * 2 + 1
    words = ReservedMemory(capacity: states * recordWords)
    hasRoom = words.capacity >= states * recordWords
    words.preferLargePages()
  }

  /// Bytes in use when all of `states` states have been reached.
  static func bytes(states: Int, limbs: Int) -> Int { states * (limbs * 2 + 1) * 8 }

  /// The number of steps to a state that have not been followed.
  @inline(__always) func waiting(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    words.base + number &* recordWords
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
