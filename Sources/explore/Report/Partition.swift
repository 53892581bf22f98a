import Reporting
import Scheduler

/// One of the equal parts that the rows of a check are dealt out to: `2/4` is the second of four.
struct Partition: Hashable, Sendable {
  /// From 1.
  let number: Int
  let count: Int

  /// The most parts that rows are dealt out to.
  static let most = 10_000

  /// Nil unless `number` is one of `count` parts, which are at most ``most``.
  init?(_ number: Int, of count: Int) {
    guard (1...Self.most).contains(count), (1...count).contains(number) else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// The partition that a text such as `2/4` names; nil if it names none.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let number = Int(parts[0]), let count = Int(parts[1])
    else { return nil }
    self.init(number, of: count)
  }

  /// As the command line has it.
  var text: String { "\(number)/\(count)" }

  /// Whether a row is of this part: rows are dealt out by the names of scenario and row alone.
  func includes(row title: String, of scenario: String) -> Bool {
    Self.number(ofRow: title, of: scenario, among: count) == number
  }

  /// The number of the part that a row is of, from 1: the same on every machine and in every run.
  static func number(ofRow title: String, of scenario: String, among count: Int) -> Int {
    var hash = StableHash()
    hash.add(scenario)
    hash.add(title)
    // FNV-1a leaves the high bits of short texts alike, and they decide below: mix them all first.
    var mixed = hash.value
    mixed = (mixed ^ mixed >> 33) &* 0xff51_afd7_ed55_8ccd
    mixed = (mixed ^ mixed >> 33) &* 0xc4ce_b9fe_1a85_ec53
    mixed ^= mixed >> 33
    return Int(mixed.multipliedFullWidth(by: UInt64(count)).high) + 1
  }

  var json: JSONValue { .object([("number", .integer(number)), ("of", .integer(count))]) }
}
