/// Names of lower case letters and digits, with single dashes between them: `nested-fault`.
package enum KebabCase {
  /// The form as a regular expression of JSON Schema, without a limit of length.
  package static let pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"

  /// The form in words.
  package static func rule(limit: Int) -> String {
    "use at most \(limit) lower case letters and digits, with single dashes between them"
  }

  /// Whether `name` has the form and at most `limit` characters.
  package static func accepts(_ name: String, limit: Int) -> Bool {
    let dash = UInt8(ascii: "-")
    var previous = dash
    var count = 0
    for byte in name.utf8 {
      let isWord = byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39
      guard count < limit, isWord || byte == dash && previous != dash else { return false }
      (previous, count) = (byte, count + 1)
    }
    return previous != dash
  }
}

/// Words that a file gives itself or its rows, by which rows are chosen: `slow`, `hashed`.
package enum Tags {
  /// The most characters of a tag, which is a ``KebabCase`` name.
  package static let longest = 32
  /// The most tags of a file, and of a row.
  package static let most = 16

  package static func accepts(_ name: String) -> Bool {
    KebabCase.accepts(name, limit: longest)
  }

  /// The form of a tag in words.
  package static var rule: String { KebabCase.rule(limit: longest) }
}
