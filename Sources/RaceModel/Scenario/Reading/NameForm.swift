internal import Scheduler

/// The spellings that names in a scenario file may have.
package enum NameForm: Hashable, Sendable, CaseIterable {
  /// A scenario's name, also the name of its file.
  case scenario
  /// A thread's or vCPU's name.
  case thread
  case row
  /// A word by which rows are chosen.
  case tag

  /// The form as a regular expression of JSON Schema.
  package var pattern: String {
    switch self {
    case .scenario, .tag: KebabCase.pattern
    case .thread: "^[a-z][a-z0-9-]{0,15}$"
    case .row: "^[a-z0-9][a-z0-9.+-]{0,47}$"
    }
  }

  /// The most scalars a name may have.
  package var limit: Int {
    switch self {
    case .scenario: 64
    case .thread: 16
    case .row: 48
    case .tag: Tags.longest
    }
  }

  /// The form in words.
  package var rule: String {
    switch self {
    case .scenario, .tag:
      KebabCase.rule(limit: limit)
    case .thread:
      "use at most \(limit) lower case letters, digits and dashes, a letter first"
    case .row:
      "use at most \(limit) lower case letters, digits, '.', '+' and '-', no mark first"
    }
  }

  /// Whether `name` matches ``pattern`` and ``limit``.
  package func accepts(_ name: String) -> Bool {
    let bytes = Array(name.utf8.prefix(limit + 1))
    guard let first = bytes.first, bytes.count <= limit else { return false }
    switch self {
    case .scenario, .tag:
      return KebabCase.accepts(name, limit: limit)
    case .thread:
      return Self.isLetter(first) && bytes.allSatisfy { Self.isWord($0) || $0 == Self.dash }
    case .row:
      return Self.isWord(first)
        && bytes.allSatisfy { Self.isWord($0) || Array(".+-".utf8).contains($0) }
    }
  }

  private static let dash = UInt8(ascii: "-")

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
