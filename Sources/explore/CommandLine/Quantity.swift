/// Reads the numbers of limits, strictly: digits, and a unit where one is understood.
enum Quantity {
  static let mostJobs = 256
  static let mostStates = 4_294_967_295
  static let mostPreemptions = 1_000_000
  static let mostRuns = 1_000_000_000
  static let mostDepth = 100
  private static let leastBytes = 1 << 20
  private static let mostBytes = 1 << 50
  private static let mostSeconds = 31_536_000

  /// A whole number of a range.
  static func whole(
    _ text: String, of option: String, _ range: ClosedRange<Int>
  ) throws(UsageError) -> Int {
    guard let number = digits(text), range.contains(number) else {
      throw .outOfRange(
        option: option, text,
        expected: "a whole number \(range.lowerBound)...\(range.upperBound)")
    }
    return number
  }

  static func seed(_ text: String) throws(UsageError) -> UInt64 {
    guard isDigits(text), let seed = UInt64(text) else {
      throw .outOfRange(
        option: "seed", text, expected: "a whole number 0...\(UInt64.max)")
    }
    return seed
  }

  static func bytes(_ text: String) throws(UsageError) -> Int {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    let shift = text.last.flatMap { shifts[$0] }
    let number = digits(shift == nil ? text : String(text.dropLast()))
    guard let number, number <= mostBytes >> (shift ?? 0), number << (shift ?? 0) >= leastBytes
    else {
      throw .outOfRange(
        option: "max-memory", text, expected: "bytes, or a number with K, M or G, from 1M up")
    }
    return number << (shift ?? 0)
  }

  static func seconds(_ text: String, of option: String) throws(UsageError) -> Duration {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let fraction = parts.count == 2 ? parts[1] : "0"
    if (1...2).contains(parts.count), let whole = digits(parts[0]), whole <= mostSeconds,
      fraction.utf8.count <= 9, let digits = digits(fraction)
    {
      let nanoseconds = (0..<9 - fraction.utf8.count).reduce(digits) { value, _ in value * 10 }
      if whole + nanoseconds > 0 { return .seconds(whole) + .nanoseconds(nanoseconds) }
    }
    throw .outOfRange(
      option: option, text, expected: "seconds above 0, at most \(mostSeconds), as in 2.5")
  }

  /// A number of ASCII digits and nothing else.
  private static func digits(_ text: String) -> Int? {
    isDigits(text) ? Int(text) : nil
  }

  private static func isDigits(_ text: String) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) }
  }
}
