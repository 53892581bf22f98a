/// The generator of random runs: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
///
/// A seed gives the same numbers on every machine and in every version.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// One of 0..<`bound`, each as likely: what would make some likelier is drawn again.
  mutating func pick(below bound: Int) -> Int {
    precondition(bound > 0, "nothing to pick from")
    let bound = UInt64(bound)
    let excess = (UInt64.max % bound + 1) % bound
    while true {
      let number = next()
      if number <= UInt64.max - excess { return Int(number % bound) }
    }
  }

  /// One of the numbers below `bound`, which is not 0, each as likely.
  mutating func pick(below bound: BigNatural) -> BigNatural {
    precondition(bound.bitWidth > 0, "nothing to pick from")
    let (whole, part) = (bound.bitWidth / 64, UInt64(bound.bitWidth % 64))
    while true {
      var limbs = (0..<whole).map { _ in next() }
      if part > 0 { limbs.append(next() >> (64 - part)) }
      let number = BigNatural(limbs: limbs)
      if number < bound { return number }
    }
  }
}
