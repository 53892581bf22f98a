import Foundation

@testable import explore

/// The files of the checkout that tests look at.
enum Repository {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Every scenario, by its path, without the large ones.
  static let scenarios: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "scenarios").path())
    return (names ?? []).filter { $0.hasSuffix(".json5") }.sorted().map { "scenarios/\($0)" }
  }()

  static let reportSchema = schema("report")
  static let replaySchema = schema("replay")

  private static func schema(_ name: String) -> JSON {
    do {
      return try JSON(text("schemas/\(name).schema.json"))
    } catch {
      fatalError("the schema \(name) cannot be read: \(error)")
    }
  }
}
