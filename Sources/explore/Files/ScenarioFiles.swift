import RaceModel
import Scheduler

/// A scenario and the file it came from.
struct ScenarioInput: Sendable {
  /// As it was named on the command line.
  var file: String
  let scenario: Scenario
  /// What the file's bytes amount to, sixteen hex digits: the same for the same bytes.
  let hash: String
}

/// Finds and reads scenario files.
struct ScenarioFiles {
  let system: any FileSystem

  private static let suffix = ".json5"
  private static let skippedFolder = "large"
  /// More than the reader accepts, so that it and not we say what is too much.
  private static let sizeLimit = 1 << 24
  private static let depthLimit = 16

  /// The scenario in one file.
  func read(_ path: String) throws(InputError) -> ScenarioInput {
    let bytes = try found { () throws(FileError) in
      let bytes = try system.read(path, limit: Self.sizeLimit)
      if bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        throw .empty(Self.name(of: path))
      }
      return bytes
    }
    do throws(ScenarioError) {
      let scenario = try ScenarioReader.read(bytes, file: Self.name(of: path))
      return ScenarioInput(file: path, scenario: scenario, hash: StableHash.hexDigits(of: bytes))
    } catch {
      throw InputError(error)
    }
  }

  /// What messages call a file.
  private static func name(of path: String) -> String { path == "-" ? "<stdin>" : path }

  /// The files that `path` stands for: itself, or the scenarios in a folder.
  func files(at path: String) throws(InputError) -> [String] {
    if path == "-" { return [path] }
    return try found { () throws(FileError) in
      if try system.kind(of: path) == .file { return [path] }
      let files = try files(in: path, depth: 0)
      if files.isEmpty { throw .noScenarios(folder: path) }
      return files
    }
  }

  private func found<Result>(
    _ look: () throws(FileError) -> Result
  ) throws(InputError) -> Result {
    do throws(FileError) {
      return try look()
    } catch {
      throw InputError(error)
    }
  }

  private func files(in folder: String, depth: Int) throws(FileError) -> [String] {
    var files: [String] = []
    for name in try system.names(in: folder) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      // A name that is no scenario's and leads nowhere, such as a dangling link, is none of ours.
      guard let kind = try kind(of: path, named: name) else { continue }
      switch kind {
      case .file:
        if name.hasSuffix(Self.suffix) { files.append(path) }
      case .folder:
        if name != Self.skippedFolder && depth < Self.depthLimit {
          files += try self.files(in: path, depth: depth + 1)
        }
      case .linkToFolder: break
      }
    }
    return files
  }

  private func kind(of path: String, named name: String) throws(FileError) -> FileKind? {
    do {
      return try system.kind(of: path)
    } catch {
      if name.hasSuffix(Self.suffix) { throw error }
      return nil
    }
  }
}
