import Foundation
import RaceModel
import Scheduler

/// The scenarios of the repository, by file.
enum Corpus {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../scenarios")

  static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path())
      .filter { $0.hasSuffix(".json5") }.sorted()
  }

  /// The text of a file of the repository.
  static func file(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: "../\(path)"), encoding: .utf8)
  }

  /// The texts of the Swift files in a folder of the repository, and in those below it.
  static func sources(in path: String) throws -> [String] {
    let root = folder.appending(path: "../\(path)")
    return try FileManager.default.subpathsOfDirectory(atPath: root.path())
      .filter { $0.hasSuffix(".swift") }.sorted().map { try file("\(path)/\($0)") }
  }

  static func text(_ file: String) throws -> String {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }

  static func scenario(_ file: String) throws -> Scenario {
    try ScenarioReader.read(Array(text(file).utf8), file: file)
  }

  /// Writes a file of the repository, for tests that record.
  static func write(_ text: String, to path: String) throws {
    try text.write(to: folder.appending(path: "../\(path)"), atomically: true, encoding: .utf8)
  }

  /// Every row of every scenario.
  static func rows() throws -> [CorpusRow] { try read.get() }

  private static let read = Result {
    try files().flatMap { file in
      let scenario = try scenario(file)
      return scenario.rows.indices.map { CorpusRow(scenario: scenario, number: $0) }
    }
  }

  /// Scenarios whose rows have more than 150,000 states each: too many without optimisation.
  ///
  /// `explore check scenarios`, which `scripts/check` runs in a release build, covers them.
  static let leftToCheck: Set = [
    "combined-two-guests", "combined-with-notifier", "combined-with-l1",
  ]

  /// The rows that tests explore.
  static func explorableRows() throws -> [CorpusRow] {
    try rows().filter { !leftToCheck.contains($0.scenario.name) }
  }

  /// The rows of at most 1,500 states, for tests that explore a row often or without a search.
  static func smallRows() throws -> [CorpusRow] {
    try explorableRows().filter { row in
      var options = Explorer.Options.withoutCounting
      options.limits = Limits(states: 1_500)
      return Explorer.explore(row.system, options: options).limit == nil
    }
  }

  static func row(_ scenario: String, _ row: String) throws -> CorpusRow {
    guard let found = try rows().first(where: { $0.name == "\(scenario)/\(row)" }) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return found
  }
}

/// One row of a scenario.
struct CorpusRow: CustomStringConvertible, Sendable {
  var scenario: Scenario
  var number: Int

  var row: Scenario.Row { scenario.rows[number] }
  var name: String { "\(scenario.name)/\(row.name)" }
  var description: String { name }
  var threads: [Scenario.ThreadScript] { row.threads ?? scenario.threads }
  var landmarks: [Landmark] { scenario.landmarks(of: row) }
  var system: System { scenario.system(for: row) }
}
