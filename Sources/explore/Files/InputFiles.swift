import Litmus
import RaceModel
import Scheduler

/// Finds and reads the files that commands are given.
struct InputFiles {
  let system: any FileSystem
  /// The language of all files, if the command line says; otherwise their names do.
  var language: InputLanguage?

  private static let skippedFolder = "large"
  /// More than the readers accept, so that they and not we say what is too much.
  private static let sizeLimit = 1 << 24
  private static let depthLimit = 16

  /// What one file says.
  func read(_ path: String) throws(InputError) -> Input {
    // A file whose name says nothing has always been a scenario.
    guard let language = path == "-" ? language : language(of: path) ?? .scenario else {
      throw InputError(.noLanguage(Self.name(of: path)))
    }
    let bytes = try found { () throws(FileError) in
      let bytes = try system.read(path, limit: Self.sizeLimit)
      if bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        throw .empty(Self.name(of: path), language)
      }
      return bytes
    }
    let content = try content(bytes, named: Self.name(of: path), language)
    return Input(file: path, content: content, hash: StableHash.hexDigits(of: bytes))
  }

  private func content(
    _ bytes: [UInt8], named name: String, _ language: InputLanguage
  ) throws(InputError) -> Input.Content {
    switch language {
    case .scenario:
      do throws(ScenarioFileError) {
        return .scenario(try ScenarioReader.read(bytes, file: name))
      } catch {
        throw InputError(error, in: bytes)
      }
    case .litmus, .race:
      do throws(RaceFileError) {
        return .race(
          try RaceFile(bytes, named: name, language: language == .race ? .race : .litmus))
      } catch {
        throw InputError(error, in: bytes)
      }
    }
  }

  private func language(of path: String) -> InputLanguage? {
    language ?? InputLanguage(ofFile: path)
  }

  /// What messages call a file.
  private static func name(of path: String) -> String { path == "-" ? "<stdin>" : path }

  /// The files that `path` stands for: itself, or those in a folder whose names say what they are.
  func files(at path: String) throws(InputError) -> [String] {
    if path == "-" { return [path] }
    return try found { () throws(FileError) in
      if [.file, .special].contains(try system.kind(of: path)) { return [path] }
      let files = try files(in: path, depth: 0)
      if files.isEmpty { throw .noInputs(folder: path) }
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
      // A name that says nothing and leads nowhere, such as a dangling link, is none of ours.
      guard let kind = kind(of: path, named: name) else { continue }
      switch kind {
      case .file:
        if mayBeInput(name) { files.append(path) }
      case .folder:
        if name != Self.skippedFolder && depth < Self.depthLimit {
          // Who reads it like a file is told why it cannot be read.
          files += (try? self.files(in: path, depth: depth + 1)) ?? [path]
        }
      case .linkToFolder, .special: break
      }
    }
    return files
  }

  /// Whether a name in a folder says that it is one of ours, or hides it.
  ///
  /// A folder whose name is not UTF-8 cannot be looked into.
  private func mayBeInput(_ name: String) -> Bool {
    InputLanguage(ofFile: name) != nil || name.isMisread && !name.contains(".")
  }

  /// What a path in a folder leads to; nil if that is of no interest.
  ///
  /// What leads nowhere is taken for a file if it may be one of ours: who reads it is told why it
  /// cannot be read, and the others are read all the same.
  private func kind(of path: String, named name: String) -> FileKind? {
    do {
      return try system.kind(of: path)
    } catch {
      return mayBeInput(name) ? .file : nil
    }
  }
}
