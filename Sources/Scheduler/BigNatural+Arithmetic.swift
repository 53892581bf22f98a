/// What exact probabilities need: products, differences, division with rest, common divisors.
///
/// Schoolbook methods: the numbers have some hundreds or thousands of bits.
extension BigNatural {
  /// How many binary digits there are; 0 for 0.
  public var bitWidth: Int {
    limbs.last.map { limbs.count * 64 - $0.leadingZeroBitCount } ?? 0
  }

  /// - Complexity: O(limbs of one times limbs of the other).
  public static func * (left: Self, right: Self) -> Self {
    if left.limbs.isEmpty || right.limbs.isEmpty { return 0 }
    var product = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (place, factor) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for (other, digit) in right.limbs.enumerated() {
        var (high, low) = factor.multipliedFullWidth(by: digit)
        for term in [product[place + other], carry] {
          let (sum, over) = low.addingReportingOverflow(term)
          low = sum
          high &+= over ? 1 : 0
        }
        product[place + other] = low
        carry = high
      }
      product[place + right.limbs.count] = carry
    }
    return Self(limbs: product)
  }

  /// The difference; `right` must not be the greater.
  public static func - (left: Self, right: Self) -> Self {
    var difference = left.limbs
    var borrow: UInt64 = 0
    for place in difference.indices {
      let (first, under) = difference[place].subtractingReportingOverflow(borrow)
      let (rest, underAgain) = first.subtractingReportingOverflow(
        place < right.limbs.count ? right.limbs[place] : 0)
      difference[place] = rest
      borrow = under || underAgain ? 1 : 0
    }
    precondition(borrow == 0 && right.limbs.count <= left.limbs.count, "\(left) - \(right) < 0")
    return Self(limbs: difference)
  }

  /// This number times 2^`bits`.
  func shiftedUp(by bits: Int) -> Self {
    if limbs.isEmpty { return 0 }
    let (whole, part) = (bits / 64, UInt64(bits % 64))
    var shifted = [UInt64](repeating: 0, count: whole)
    var carry: UInt64 = 0
    for limb in limbs {
      shifted.append(part == 0 ? limb : limb << part | carry)
      carry = part == 0 ? 0 : limb >> (64 - part)
    }
    return Self(limbs: shifted + [carry])
  }

  private func halved() -> Self {
    Self(
      limbs: limbs.indices.map { place in
        limbs[place] >> 1 | (place + 1 < limbs.count ? limbs[place + 1] << 63 : 0)
      })
  }

  /// How often `divisor`, which is not 0, goes into this number, and what is left over.
  ///
  /// - Complexity: O(limbs times bits of the quotient).
  public func quotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
    precondition(!divisor.limbs.isEmpty, "division by zero")
    if self < divisor { return (0, self) }
    let shift = bitWidth - divisor.bitWidth
    var (quotient, rest, part) = (
      [UInt64](repeating: 0, count: shift / 64 + 1), self, divisor.shiftedUp(by: shift)
    )
    for bit in (0...shift).reversed() {
      if !(rest < part) {
        rest = rest - part
        quotient[bit / 64] |= 1 << UInt64(bit % 64)
      }
      part = part.halved()
    }
    return (Self(limbs: quotient), rest)
  }

  /// The greatest common divisor, by Euclid; that of a number and 0 is the number.
  public func greatestCommonDivisor(with other: Self) -> Self {
    var (larger, smaller) = (self, other)
    while !smaller.limbs.isEmpty {
      (larger, smaller) = (smaller, larger.quotientAndRemainder(dividingBy: smaller).remainder)
    }
    return larger
  }
}
