import Scheduler

/// One of several parts that rows are divided into, `--partition 2/4`, so that as many machines can
/// check one each.
///
/// A hash of what a row is called decides, so that each row is in one part, whichever machine asks
/// and whatever rows there are besides.
struct Partition: Hashable, Sendable {
  /// From 1.
  let number: Int
  let count: Int

  static let most = 10_000

  /// The part that `text` names, `2/4`.
  init(_ text: String) throws(UsageError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy((48...57).contains) }),
      let number = Int(parts[0]), let count = Int(parts[1]), (1...Self.most).contains(count),
      (1...count).contains(number)
    else {
      throw .outOfRange(
        option: "partition", text, expected: "K/N with K from 1 to N, at most \(Self.most)")
    }
    (self.number, self.count) = (number, count)
  }

  var text: String { "\(number)/\(count)" }

  func contains(_ row: RowID) -> Bool {
    var hash = StableHash()
    hash.add(row.input)
    hash.add("/")
    hash.add(row.row)
    // The low bits of FNV-1a are its weakest.
    let value = hash.value ^ hash.value >> 32
    return Int(value % UInt64(count)) == number - 1
  }
}
