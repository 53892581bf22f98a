/// Why a file or folder could not be read.
enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case isFolder(String)
  case unreadable(String, reason: String)
  case empty(String)
  case noScenarios(folder: String)

  /// The file or folder.
  var path: String {
    switch self {
    case .missing(let path), .isFolder(let path), .unreadable(let path, _), .empty(let path),
      .noScenarios(let path):
      path
    }
  }

  /// What is wrong with it.
  var message: String {
    switch self {
    case .missing: "there is no such file or folder"
    case .isFolder: "this is a folder; name one of its *.json5 files"
    case .unreadable(_, let reason): "cannot be read: \(reason)"
    case .empty: "the file is empty; a scenario is a JSON5 object"
    case .noScenarios: "there are no *.json5 files in this folder"
    }
  }

  var description: String { "\(shown(path)): error: \(message)" }
}
