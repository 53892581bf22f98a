/// A macro that is defined from outside: `-D NAME` or `-D NAME=VALUE`, where nothing means 1.
package struct Define: Hashable, Sendable {
  /// An identifier.
  package var name: String
  /// The text that it stands for.
  package var value: String

  package init(name: String, value: String = "1") { (self.name, self.value) = (name, value) }

  /// Reads `NAME` or `NAME=VALUE`; nil if the name is no identifier.
  package init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let first = name.utf8.first, first.beginsName, name.utf8.allSatisfy(\.continuesName)
    else { return nil }
    self.init(name: name, value: parts.count == 2 ? String(parts[1]) : "1")
  }
}

/// What a name stands for.
struct Macro {
  /// The parameters of a macro that is used like a function; nil for one that is used like a name.
  var parameters: [Name]?
  var body: [Token]
  /// Where it was defined; nil if that was outside of the file.
  var offset: Int?
  /// Whether it was there before the file and `-D`, which may define it again.
  var isGiven = false
  /// Whether more arguments may follow, which are left out.
  var takesMore = false

  /// Whether both definitions are the same, so that the second does no harm.
  func isSame(as other: Macro) -> Bool {
    parameters == other.parameters && body.count == other.body.count
      && zip(body, other.body).allSatisfy { $0.kind == $1.kind }
  }
}
