/// A natural number of any size, as large as counting paths needs.
public struct BigNatural: Hashable, Sendable, Comparable {
  /// Base 2^64, lowest first, no leading zeros; empty is zero.
  private(set) var limbs: [UInt64]

  /// Makes the number `value`.
  public init(_ value: UInt64 = 0) { limbs = value == 0 ? [] : [value] }

  init(limbs: some Sequence<UInt64>) {
    self.limbs = Array(limbs)
    while self.limbs.last == 0 { self.limbs.removeLast() }
  }

  /// Adds `right` to `left`.
  ///
  /// - Complexity: O(64-bit digits of the greater).
  public static func += (left: inout Self, right: Self) {
    var carry: UInt64 = 0
    for index in 0..<max(left.limbs.count, right.limbs.count) {
      if index == left.limbs.count { left.limbs.append(0) }
      let (first, over) = left.limbs[index].addingReportingOverflow(carry)
      let (sum, overAgain) = first.addingReportingOverflow(
        index < right.limbs.count ? right.limbs[index] : 0)
      left.limbs[index] = sum
      carry = over || overAgain ? 1 : 0
    }
    if carry != 0 { left.limbs.append(carry) }
  }

  public static func < (left: Self, right: Self) -> Bool {
    guard left.limbs.count == right.limbs.count else { return left.limbs.count < right.limbs.count }
    return left.limbs.reversed().lexicographicallyPrecedes(right.limbs.reversed())
  }
}

extension BigNatural: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral value: UInt64) { self.init(value) }

  /// The decimal digits, without separators.
  ///
  /// - Complexity: O(the square of the number of digits).
  public var description: String {
    if limbs.isEmpty { return "0" }
    // Nineteen digits at a time: 10^19 is the largest power of ten in a limb.
    let base: UInt64 = 10_000_000_000_000_000_000
    var rest = limbs
    var groups: [String] = []
    while !rest.isEmpty {
      var remainder: UInt64 = 0
      for index in rest.indices.reversed() {
        (rest[index], remainder) = base.dividingFullWidth((remainder, rest[index]))
      }
      while rest.last == 0 { rest.removeLast() }
      groups.append("\(remainder)")
    }
    return groups.enumerated().reversed().map { index, group in
      index == groups.count - 1
        ? group : String(repeating: "0", count: 19 - group.count) + group
    }.joined()
  }
}

extension BigNatural {
  /// The number that ``description`` prints like this; nil for any other text.
  ///
  /// - Complexity: O(the square of the number of digits).
  package init?(decimal text: String) {
    let digits = Array(text.utf8)
    guard digits.allSatisfy({ (48...57).contains($0) }), digits.first != 48 || digits.count == 1
    else { return nil }
    if digits.isEmpty { return nil }
    self.init()
    // As many digits at a time as surely fit a limb.
    for start in stride(from: 0, to: digits.count, by: 18) {
      let group = digits[start..<min(start + 18, digits.count)]
      let (value, power) = group.reduce((UInt64(0), UInt64(1))) { sum, digit in
        (sum.0 * 10 + UInt64(digit - 48), sum.1 * 10)
      }
      self = self * BigNatural(power)
      self += BigNatural(value)
    }
  }

  /// This number as the nearest `Double` below, with a binary exponent of its own: the mantissa
  /// lies in 0.5..<1, unless it is 0, so that numbers of any size can be divided.
  private var scaled: (mantissa: Double, exponent: Int) {
    guard let top = limbs.last else { return (0, 0) }
    let shift = top.leadingZeroBitCount
    let below = limbs.count > 1 ? limbs[limbs.count - 2] : 0
    let bits = shift == 0 ? top : top << UInt64(shift) | below >> UInt64(64 - shift)
    return (Double(bits >> 11) * 0x1p-53, limbs.count * 64 - shift)
  }

  /// This number divided by `other`, which is not 0, to about 15 digits.
  ///
  /// A quotient outside the range of `Double` is 0 or infinite.
  public func quotient(over other: BigNatural) -> Double {
    precondition(!other.limbs.isEmpty, "division by zero")
    let (part, whole) = (scaled, other.scaled)
    let exponent = max(-1100, min(1100, part.exponent - whole.exponent))
    return Double(sign: .plus, exponent: exponent, significand: part.mantissa / whole.mantissa)
  }
}

// What exact probabilities need: products, differences, division with rest, common divisors.
//
// Schoolbook methods will do: the numbers have some hundreds or thousands of bits.
extension BigNatural {
  /// How many binary digits there are; 0 for 0.
  public var bitWidth: Int {
    limbs.last.map { limbs.count * 64 - $0.leadingZeroBitCount } ?? 0
  }

  /// The product.
  ///
  /// - Complexity: O(64-bit digits of one times 64-bit digits of the other).
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
  /// - Complexity: O(64-bit digits times bits of the quotient).
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

  /// The greatest common divisor, by Euclid's algorithm; that of a number and 0 is the number.
  public func greatestCommonDivisor(with other: Self) -> Self {
    var (larger, smaller) = (self, other)
    while !smaller.limbs.isEmpty {
      (larger, smaller) = (smaller, larger.quotientAndRemainder(dividingBy: smaller).remainder)
    }
    return larger
  }
}
