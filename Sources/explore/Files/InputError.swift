import Litmus
import RaceModel
import Scheduler

/// Why an input could not be read, wherever the fault lies: in the file system or in the text.
struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// All that is wrong, at least one fault, in the order of the text.
  ///
  /// Where there is more than is told, the last one says so, and has no place.
  var faults: [Fault]

  /// One thing that is wrong.
  struct Fault: Hashable, Sendable {
    /// As the command line names it, `<stdin>`, or `<-D NAME>`.
    var file: String
    /// Where in the text; nil when there is no text to point at.
    var position: SourcePosition?
    /// What is wrong and what would be right, without the place.
    var message: String
    /// The line that the position is in, with its end; empty when there is none.
    var line = ""
  }

  init(_ faults: [Fault]) { self.faults = faults }

  init(_ error: FileError) {
    faults = [Fault(file: error.path, position: nil, message: error.message)]
  }

  init(_ error: ScenarioFileError, in bytes: [UInt8]) {
    var lines = TextLines(bytes, endsLine: { $0.endsLineOfScenario })
    faults = error.errors.map { error in
      Fault(
        file: error.file, position: error.position, message: "\(error.reason)",
        line: lines.line(error.position.line))
    }
    if error.hasOthers { addOthers() }
  }

  /// `bytes` are those of the file; macros of the command line have a text of their own.
  init(_ error: RaceFileError, in bytes: [UInt8]?, defines: [Define] = []) {
    var lines = TextLines(bytes ?? [], endsLine: { $0 == "\n" || $0 == "\r" })
    faults = error.diagnostics.map { diagnostic in
      let position = SourcePosition(
        line: diagnostic.position.line, column: diagnostic.position.column)
      let define = defines.first { diagnostic.file == "<-D \($0.name)>" }
      return Fault(
        file: diagnostic.file, position: position, message: diagnostic.message,
        line: define?.value ?? lines.line(position.line))
    }
    if error.hasOthers { addOthers() }
  }

  /// The errors of several rows of a file together, each once; no more than are told of one.
  init(of rows: [InputError]) {
    var all: [Fault] = []
    for fault in rows.flatMap(\.faults) where !all.contains(fault) { all.append(fault) }
    let others = all.count { $0.message == ErrorLimit.others }
    all.removeAll { $0.message == ErrorLimit.others }
    faults = Array(all.prefix(ErrorLimit.most))
    if others > 0 || all.count > ErrorLimit.most { addOthers() }
  }

  /// Says, where every report of the errors shows it, that there are more.
  private mutating func addOthers() {
    guard let file = faults.first?.file else { return }
    faults.append(Fault(file: file, position: nil, message: ErrorLimit.others))
  }

  /// The messages behind their places, as standard error gets them.
  var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// The lines of a text, for those who ask for them in their order.
private struct TextLines {
  private let text: String.UnicodeScalarView
  private let endsLine: (Unicode.Scalar) -> Bool
  private var start: String.UnicodeScalarView.Index
  private var number = 1

  init(_ bytes: [UInt8], endsLine: @escaping (Unicode.Scalar) -> Bool) {
    text = String(decoding: bytes, as: UTF8.self).unicodeScalars
    self.endsLine = endsLine
    start = text.first == "\u{FEFF}" ? text.index(after: text.startIndex) : text.startIndex
  }

  /// The line with a number, counted from 1, without its end; empty where there is none.
  mutating func line(_ wanted: Int) -> String {
    if wanted < number { (start, number) = (text.startIndex, 1) }
    while number < wanted {
      guard let end = text[start...].firstIndex(where: endsLine) else { return "" }
      start = text.index(after: end)
      // CR LF ends one line.
      if text[end] == "\r", start < text.endIndex, text[start] == "\n" {
        start = text.index(after: start)
      }
      number += 1
    }
    return String(text[start...].prefix { !endsLine($0) })
  }
}

extension Unicode.Scalar {
  /// Whether the scalar ends a line of JSON5.
  fileprivate var endsLineOfScenario: Bool {
    self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}"
  }
}

extension InputError.Fault: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: error: MESSAGE`, then the line and a mark under the place.
  var description: String {
    guard let position else { return "\(shown(file)): error: \(message)" }
    // Whole, as editors jump to it.
    let (file, message) = (shown(file, limit: 4096), shown(message, limit: 4096))
    let heading = "\(file):\(position.line):\(position.column): error: \(message)"
    let excerpt = excerpt(at: position.column)
    return excerpt.isEmpty ? heading : heading + "\n" + excerpt
  }

  private static let width = 100

  /// The line, or the part of a long one around the column, and `^` under that.
  private func excerpt(at column: Int) -> String {
    let scalars = Array(line.unicodeScalars)
    guard (1...scalars.count + 1).contains(column), !scalars.isEmpty else { return "" }
    let first = max(0, column - 1 - Self.width / 2)
    func text(_ part: some Sequence<Unicode.Scalar>) -> String {
      part.map { $0 == "\t" ? "  " : shown(String($0)) }.joined()
    }
    let before = text(scalars[first..<column - 1])
    let after = text(scalars[(column - 1)...].prefix(Self.width - (column - 1 - first)))
    return "    \(before)\(after)\n    \(String(repeating: " ", count: before.count))^"
  }
}
