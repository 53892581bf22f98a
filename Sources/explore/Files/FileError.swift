/// Why a file or folder could not be read.
enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case isFolder(String)
  case unreadable(String, reason: String)
  case empty(String)
  case noScenarios(folder: String)

  var description: String {
    switch self {
    case .missing(let path): "\(shown(path)): error: there is no such file or folder"
    case .isFolder(let path):
      "\(shown(path)): error: this is a folder; name one of its *.json5 files"
    case .unreadable(let path, let reason): "\(shown(path)): error: cannot be read: \(reason)"
    case .empty(let path): "\(shown(path)): error: the file is empty; a scenario is a JSON5 object"
    case .noScenarios(let folder):
      "\(shown(folder)): error: there are no *.json5 files in this folder"
    }
  }
}
