import Reporting

/// Why a file or folder could not be read.
enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case isFolder(String)
  case unreadable(String, reason: String)
  /// Its name is not UTF-8, so that it cannot be said.
  case misnamed(String)
  case empty(String, InputLanguage)
  case noInputs(folder: String)
  /// Nothing says what language it is in.
  case noLanguage(String)
  /// A report of more bytes than are read.
  case tooLarge(String, limit: Int)

  /// The file or folder.
  var path: String {
    switch self {
    case .missing(let path), .isFolder(let path), .unreadable(let path, _), .misnamed(let path),
      .empty(let path, _), .noInputs(let path), .noLanguage(let path), .tooLarge(let path, _):
      path
    }
  }

  /// What is wrong with it.
  var message: String {
    switch self {
    case .missing: "there is no such file or folder"
    case .isFolder: "this is a folder; name one of its files, or write explore check"
    case .unreadable(_, let reason): "cannot be read: \(reason)"
    case .misnamed: "cannot be read: its name is not UTF-8; rename it"
    case .empty(_, .scenario): "the file is empty; a scenario is a JSON5 object"
    case .empty(_, let language):
      "the file is empty; a \(language.noun) begins with a line 'C NAME'"
    case .tooLarge(_, let limit): "the file is larger than \(ByteCount(limit))"
    case .noInputs:
      "there are no \(list(InputLanguage.patterns, "or")) files in this folder"
    case .noLanguage:
      "standard input has no name that says its language; write --language="
        + list(InputLanguage.allCases.map(\.rawValue), "or")
    }
  }

  var description: String { "\(shown(path)): error: \(message)" }
}
