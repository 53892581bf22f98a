/// Why a report cannot be written where the command line wants it.
enum ReportFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It would replace a file that the command reads.
  case isInput(String, input: String)
  /// Another report of the command line goes there.
  case isReport(String, other: String)
  /// Standard output is redirected there.
  case isStandardOutput(String)
  case isFolder(String)
  case unwritable(String, reason: String)

  var description: String {
    switch self {
    case .isInput(let path, let input):
      "the report \(quoted(path)) would replace \(quoted(input)), which is read; "
        + "give it another name"
    case .isReport(let path, let other):
      "the reports \(quoted(other)) and \(quoted(path)) are one file; give each its own"
    case .isStandardOutput(let path):
      "the report \(quoted(path)) is the file that standard output goes to; give it another name"
    case .isFolder(let path):
      "the report \(quoted(path)) cannot be written: this is a folder; name a file in it"
    case .unwritable(let path, let reason):
      "the report \(quoted(path)) cannot be written: \(reason)"
    }
  }
}
