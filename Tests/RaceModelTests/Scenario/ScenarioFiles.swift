import Foundation
import RaceModel

/// The scenario files that the tests read, found beside this source file.
enum ScenarioFiles {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  static let malformed = folder.appending(path: "Malformed")

  static func maximal() throws -> [UInt8] {
    try bytes(folder.appending(path: "Valid/maximal.json5"))
  }

  static func bytes(_ url: URL) throws -> [UInt8] { Array(try Data(contentsOf: url)) }

  /// The names in a folder that end in `suffix`, without it, sorted.
  static func names(in folder: URL, endingIn suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path())
      .filter { $0.hasSuffix(suffix) }
      .map { String($0.dropLast(suffix.count)) }
      .sorted()
  }

  /// The first error of a file; nil when there is none.
  static func error(of bytes: [UInt8], file: String) -> ScenarioError? {
    errors(of: bytes, file: file)?.errors.first
  }

  /// What reading ends with; nil when nothing is wrong.
  static func errors(of bytes: [UInt8], file: String) -> ScenarioFileError? {
    do throws(ScenarioFileError) {
      _ = try ScenarioReader.read(bytes, file: file)
      return nil
    } catch {
      return error
    }
  }
}
