public import Scheduler

extension Statistic {
  /// The value in words and digits.
  public var text: String {
    switch value {
    case .count(let count): "\(count)"
    case .series(let counts): counts.map(String.init).joined(separator: " ")
    case .fraction(let part, let whole):
      "\(part)/\(whole) = \(Self.decimal(part, over: whole))"
    case .text(let text): text
    }
  }

  /// `part` divided by `whole`, which is not 0, to six significant digits: `0.000151978` or
  /// `1.51978e-09`.
  ///
  /// Rounded from the exact quotient, halves to even; zeros at the end are left out.
  ///
  /// - Complexity: that of dividing numbers of as many bits.
  public static func decimal(_ part: BigNatural, over whole: BigNatural) -> String {
    if part == 0 { return "0" }
    // Five digits behind the first one: part/whole lies from 10^exponent up to the next power.
    var exponent = magnitude(of: part, over: whole)
    var digits = rounded(part, over: whole, timesTenTo: 5 - exponent)
    if digits == 1_000_000 { (digits, exponent) = (100_000, exponent + 1) }
    var text = "\(digits)"
    while text.hasSuffix("0") { text.removeLast() }
    guard (-4..<6).contains(exponent) else {
      let point = text.count > 1 ? "." : ""
      let size = "\(exponent.magnitude)"
      return "\(text.prefix(1))\(point)\(text.dropFirst())e\(exponent < 0 ? "-" : "+")"
        + String(repeating: "0", count: max(0, 2 - size.count)) + size
    }
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
    let whole = leadingDigits(of: text, count: exponent + 1)
    return whole.count < text.count ? "\(whole).\(text.dropFirst(whole.count))" : whole
  }

  /// The first `count` digits of a text, with zeros where it has fewer.
  private static func leadingDigits(of text: String, count: Int) -> String {
    text.prefix(count) + String(repeating: "0", count: max(0, count - text.count))
  }

  /// The exponent of the greatest power of ten that is not above `part` divided by `whole`.
  private static func magnitude(of part: BigNatural, over whole: BigNatural) -> Int {
    // log10(2) times the difference of the lengths is right, or one or two off.
    var exponent = (part.bitWidth - whole.bitWidth) * 30103 / 100_000 - 2
    while !isBelow(part, whole, timesTenTo: exponent + 1) { exponent += 1 }
    return exponent
  }

  /// Whether `part` is below `whole` times 10^`exponent`.
  private static func isBelow(
    _ part: BigNatural, _ whole: BigNatural, timesTenTo exponent: Int
  ) -> Bool {
    exponent < 0
      ? part * powerOfTen(-exponent) < whole : part < whole * powerOfTen(exponent)
  }

  /// `part` times 10^`exponent` divided by `whole`, to the nearest whole number.
  ///
  /// It must fit an `Int`.
  private static func rounded(
    _ part: BigNatural, over whole: BigNatural, timesTenTo exponent: Int
  ) -> Int {
    let (top, bottom) =
      exponent < 0
      ? (part, whole * powerOfTen(-exponent)) : (part * powerOfTen(exponent), whole)
    let (quotient, rest) = top.quotientAndRemainder(dividingBy: bottom)
    guard let below = Int("\(quotient)") else { preconditionFailure("\(quotient) is too large") }
    let isTie = rest * 2 == bottom
    return isTie ? below + below % 2 : below + (rest * 2 < bottom ? 0 : 1)
  }

  private static func powerOfTen(_ exponent: Int) -> BigNatural {
    var power: BigNatural = 1
    for _ in 0..<exponent { power = power * 10 }
    return power
  }
}
