extension Scenario {
  /// Permission, reference and change bits of an entry, written `rwx RC` in scenario files.
  package struct EntryBits: Hashable, Sendable {
    package var read, write, execute, referenced, changed: Bool

    package init(read: Bool, write: Bool, execute: Bool, referenced: Bool, changed: Bool) {
      (self.read, self.write, self.execute) = (read, write, execute)
      (self.referenced, self.changed) = (referenced, changed)
    }
  }
}

extension Scenario.EntryBits: CustomStringConvertible {
  /// The text form as a regular expression of JSON Schema, without the anchors.
  package static let pattern = "(?=-*[rwx])[r-]?[w-]?[x-]? ([R-][C-]?|C)"

  /// Reads permissions, a space, and R/C, as in `rwx RC`.
  ///
  /// The letters r, w, x and then R, C stand in this order. A letter that is not set is a dash or
  /// left out; at least one permission must be set. nil for any other text.
  package init?(_ text: String) {
    // No valid text is longer; a hostile one is not split.
    guard text.utf8.count <= 6 else { return nil }
    let halves = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[1].isEmpty,
      let permissions = Self.flags(Array("rwx".utf8), in: halves[0]),
      let history = Self.flags(Array("RC".utf8), in: halves[1]),
      permissions.contains(true)
    else { return nil }
    self.init(
      read: permissions[0], write: permissions[1], execute: permissions[2],
      referenced: history[0], changed: history[1])
  }

  /// Which of `letters` are set; nil when `text` holds anything else.
  private static func flags(_ letters: [UInt8], in text: Substring.UTF8View.SubSequence) -> [Bool]?
  {
    var rest = text
    var flags: [Bool] = []
    for letter in letters {
      flags.append(rest.first == letter)
      if rest.first == letter || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    }
    return rest.isEmpty ? flags : nil
  }

  /// The form with every letter or its dash, `rwx RC` or `r-- --`.
  package var description: String {
    "\(read ? "r" : "-")\(write ? "w" : "-")\(execute ? "x" : "-")"
      + " \(referenced ? "R" : "-")\(changed ? "C" : "-")"
  }
}
