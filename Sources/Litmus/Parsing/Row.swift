/// A row of a race file: a variant of the program, and what must come of it.
package struct Row: Hashable, Sendable {
  /// What a row says must come of it.
  package enum Expectation: Hashable, Sendable {
    case holds
    /// What must be found, with the fewest preemptions where they are given; anything if empty.
    case violated([Finding])
    case allowed
    case forbidden
  }

  /// A finding or a property, by its id.
  package struct Finding: Hashable, Sendable {
    package var id: String
    package var preemptions: Int?
  }

  package var name: String
  package var position: TextPosition
  package var defines: [Define] = []
  /// The labels of `maybe` that belong to the program.
  package var labels: [String] = []
  /// Words by which the row is chosen, besides those of its file.
  package var tags: [String] = []
  /// The memory model, where the row names one.
  package var model: String?
  /// Where the row names it.
  package var modelPosition: TextPosition?
  /// Nil if the row is unpinned.
  package var expectation: Expectation?
}

/// Reads `row NAME [-DX]... [with LABEL]... [tag WORD]... [model M] VERDICT`.
struct RowParser {
  private let source: SourceText
  private let diagnostics: Diagnostics
  private let words: [(text: String, offset: Int)]
  private let line: LexedText.RowLine
  private var index = 0

  init(_ line: LexedText.RowLine, of source: SourceText, diagnostics: Diagnostics) {
    (self.line, self.source, self.diagnostics) = (line, source, diagnostics)
    words = source.words(in: line.range)
  }

  private var current: (text: String, offset: Int)? { index < words.count ? words[index] : nil }

  private mutating func next(_ wanted: String) throws(Abandoned) -> (text: String, offset: Int) {
    guard let word = current else {
      throw diagnostics.fail(
        .syntax, at: line.range.upperBound, "expected \(wanted) at the end of the row")
    }
    index += 1
    return word
  }

  mutating func parse() throws(Abandoned) -> Row {
    let name = try next("the name of the row").text
    var row = Row(name: name, position: source.position(of: line.offset))
    while let word = current {
      index += 1
      if word.text.hasPrefix("-D") {
        try addDefine(word, to: &row)
      } else if word.text == "with" {
        row.labels.append(try next("the name of a label").text)
      } else if word.text == "tag" {
        let tag = try next("a tag")
        try row.tags.addTag(tag.text, at: tag.offset, diagnostics: diagnostics)
      } else if word.text == "model" {
        let model = try next("the name of a model")
        row.model = model.text
        row.modelPosition = source.position(of: model.offset)
      } else {
        row.expectation = try parseExpectation(word)
        if let rest = current {
          throw diagnostics.fail(
            .syntax, at: rest.offset, "nothing follows what a row expects: '\(rest.text)'")
        }
      }
    }
    return row
  }

  private mutating func addDefine(
    _ word: (text: String, offset: Int), to row: inout Row
  ) throws(Abandoned) {
    var text = String(word.text.dropFirst(2))
    if text.isEmpty { text = try next("a name after '-D'").text }
    guard let define = Define(argument: text) else {
      throw diagnostics.fail(.syntax, at: word.offset, "'-D' takes NAME or NAME=VALUE")
    }
    guard row.defines.count < FileLimits.defines else {
      throw diagnostics.fail(
        .limit, at: word.offset, "a row has at most \(FileLimits.defines) macros")
    }
    row.defines.append(define)
  }

  private mutating func parseExpectation(
    _ word: (text: String, offset: Int)
  ) throws(Abandoned) -> Row.Expectation {
    switch word.text {
    case "holds": return .holds
    case "allowed": return .allowed
    case "forbidden": return .forbidden
    case "violated": return .violated([])
    case "violated:": return .violated(try parseFindings())
    default:
      let known = ["holds", "violated", "allowed", "forbidden", "with", "tag", "model"]
      throw diagnostics.fail(
        .unknownName, at: word.offset,
        "a row expects 'holds', 'violated', 'allowed' or 'forbidden', not '\(word.text)'"
          + suggestion(for: word.text, among: known))
    }
  }

  private mutating func parseFindings() throws(Abandoned) -> [Row.Finding] {
    var findings: [Row.Finding] = []
    repeat {
      let word = try next("the id of a property or finding")
      let parts = word.text.split(separator: ",", omittingEmptySubsequences: false)
      for (place, part) in parts.enumerated() where !(part.isEmpty && place == parts.count - 1) {
        let halves = part.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let id = String(halves[0])
        let count = halves.count == 2 ? Int(halves[1]) : nil
        let isID =
          id.utf8.first?.beginsName ?? false
          && id.utf8.allSatisfy { $0.continuesName || $0 == UInt8(ascii: "-") }
        guard isID, halves.count == 1 || count.map({ $0 >= 0 }) ?? false else {
          throw diagnostics.fail(
            .syntax, at: word.offset, "expected ID or ID@PREEMPTIONS, not '\(part)'")
        }
        if findings.contains(where: { $0.id == id }) {
          throw diagnostics.fail(.duplicate, at: word.offset, "'\(id)' is listed twice")
        }
        findings.append(Row.Finding(id: id, preemptions: count))
      }
      if !(word.text.hasSuffix(",")) { break }
    } while true
    return findings
  }
}
