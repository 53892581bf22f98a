/// Remembers where each name or number was first used, to refuse a second use.
struct FirstUses {
  private let unique: ScenarioError.Unique
  private var lines: [String: Int] = [:]

  init(of unique: ScenarioError.Unique) { self.unique = unique }

  /// Notes a text that was used before.
  mutating func insert(_ text: String, at position: SourcePosition, _ faults: FaultList) {
    if let line = lines[text] {
      faults.note(.taken(unique, text, firstLine: line), at: position)
      faults.markUnread(unique.parts)
    } else {
      lines[text] = position.line
    }
  }
}
