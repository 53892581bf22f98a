/// Remembers where each name or number was first used, to refuse a second use.
struct FirstUses {
  private let unique: ScenarioError.Unique
  private var lines: [String: Int] = [:]

  init(of unique: ScenarioError.Unique) { self.unique = unique }

  /// - Throws: `.taken` when the same text was used before.
  mutating func insert(_ text: String, at position: SourcePosition) throws(ScenarioFault) {
    if let line = lines.updateValue(position.line, forKey: text) {
      throw ScenarioFault(.taken(unique, text, firstLine: line), at: position)
    }
  }
}
