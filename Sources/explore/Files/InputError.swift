import Litmus
import RaceModel

/// Why an input could not be read, wherever the fault lies: in the file system or in the text.
struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// All that is wrong, at least one fault, in the order of the text.
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

  init(_ error: ScenarioError, in bytes: [UInt8]) {
    faults = [
      Fault(
        file: error.file, position: error.position, message: "\(error.reason)",
        line: Self.line(error.position.line, of: bytes))
    ]
  }

  /// `bytes` are those of the file; macros of the command line have a text of their own.
  init(_ error: RaceFileError, in bytes: [UInt8]?, defines: [Define] = []) {
    faults = error.diagnostics.map { diagnostic in
      let position = SourcePosition(
        line: diagnostic.position.line, column: diagnostic.position.column)
      let define = defines.first { diagnostic.file == "<-D \($0.name)>" }
      let text = define.map { Array($0.value.utf8) } ?? bytes ?? []
      return Fault(
        file: diagnostic.file, position: position, message: diagnostic.message,
        line: Self.line(position.line, of: text))
    }
  }

  /// A line of a text, counted from 1; LF, CR and CR LF end lines.
  private static func line(_ number: Int, of bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: /\r\n|\r|\n/, omittingEmptySubsequences: false)
    let line = number <= lines.count ? String(lines[number - 1]) : ""
    return line.hasPrefix("\u{FEFF}") ? String(line.dropFirst()) : line
  }

  /// The messages behind their places, as standard error gets them.
  var description: String {
    let text = faults.map(\.description).joined(separator: "\n")
    guard faults.count >= FileLimits.diagnostics else { return text }
    return text + "\n\(shown(faults[0].file, limit: 4096)): error: "
      + "no more than \(FileLimits.diagnostics) errors are shown; there may be others"
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
