/// A number that a strategy found out besides the counts that all searches have.
public struct Statistic: Hashable, Sendable {
  /// A stable name, in kebab-case.
  public var id: String
  /// What is counted, in a few words.
  public var sentence: String
  /// How much it is.
  public var value: Value

  /// How much was counted.
  public enum Value: Hashable, Sendable {
    /// One number.
    case count(BigNatural)
    /// A series, such as a count for each bound from 0.
    case series([Int])
    /// An exact probability or share, in lowest terms; the denominator is not 0.
    case fraction(BigNatural, over: BigNatural)
    /// Something that is named rather than counted.
    case text(String)

    /// The fraction in lowest terms; `whole` is not 0.
    public static func fraction(reducing part: BigNatural, over whole: BigNatural) -> Self {
      let common = part.greatestCommonDivisor(with: whole)
      return .fraction(
        part.quotientAndRemainder(dividingBy: common).quotient,
        over: whole.quotientAndRemainder(dividingBy: common).quotient)
    }
  }

  /// Makes a statistic of `value`.
  public init(_ id: String, sentence: String, value: Value) {
    (self.id, self.sentence, self.value) = (id, sentence, value)
  }

  /// Makes a statistic of one number, which is not negative.
  public init(_ id: String, sentence: String, count: Int) {
    self.init(id, sentence: sentence, value: .count(BigNatural(UInt64(count))))
  }
}
