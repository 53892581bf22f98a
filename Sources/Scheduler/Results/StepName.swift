/// A step's label as schedule tokens have it: a part of a word that no shell and no mail changes.
///
/// A label of at most 32 ASCII letters, digits, `_` and `-` is its own name. In others each run of
/// other characters is a `-`; the first 20 characters of that stand before a dot and three hex
/// digits of the whole label's hash: `if (READ_ONCE(request))` is `if-READ_ONCE-request.3f2`.
struct StepName: Hashable, Sendable {
  /// As tokens have it.
  let text: String

  private static let most = 32
  private static let mostOfOthers = 20

  /// The name of the step with a label.
  init(of label: String) {
    if label.utf8.count <= Self.most && !label.isEmpty && label.utf8.allSatisfy(Self.isPlain) {
      text = label
      return
    }
    let parts = label.utf8.split { !Self.isPlain($0) }.map { String(Substring($0)) }
    var start = parts.joined(separator: "-").prefix(Self.mostOfOthers)
    while start.last == "-" { start.removeLast() }
    var hash = StableHash()
    hash.add(label)
    text = "\(start).\(hash.folded(digits: 3))"
  }

  /// Reads a name at the start of `rest`, and takes it from there; nil if none begins there.
  init?(from rest: inout Substring) {
    let start = rest.prefix { $0.utf8.allSatisfy(Self.isPlain) }
    var end = start.endIndex
    if rest[end...].first == "." {
      let digits = rest[end...].dropFirst().prefix(3)
      guard digits.utf8.count == 3, digits.utf8.allSatisfy(Self.isHexDigit) else { return nil }
      end = digits.endIndex
    } else if start.isEmpty || start.utf8.count > Self.most {
      return nil
    }
    text = String(rest[..<end])
    rest = rest[end...]
  }

  /// As messages show it: the label, or what is left of one that tokens cannot have.
  var shown: String {
    let start = text.prefix { $0 != "." }
    return start.isEmpty ? text : String(start)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
