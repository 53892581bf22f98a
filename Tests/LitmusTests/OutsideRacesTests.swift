import Foundation
import Testing

@testable import Litmus

/// Race files in a folder outside of the repository, with a table of what must come of them.
///
/// `LITMUS_RACES` names the folder; without it there is nothing to test.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LITMUS_RACES"] != nil))
struct OutsideRacesTests {
  private static var folder: URL {
    URL(filePath: ProcessInfo.processInfo.environment["LITMUS_RACES"] ?? "/nonexistent")
  }

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".race") }.sorted()
  }

  private static func read(_ name: String) throws -> RaceFile {
    let data = try Data(contentsOf: folder.appending(path: name))
    return try RaceFile(Array(data), named: name, language: .race)
  }

  /// By file and row: what `expected.tsv` says, as a row would say it.
  private static func expected() throws -> [String: String] {
    let table = try String(contentsOf: folder.appending(path: "expected.tsv"), encoding: .utf8)
    var expected: [String: String] = [:]
    for line in table.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: "\t").map(String.init)
      let ids = cells[3].split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces).replacing("=", with: "@")
      }
      expected["\(cells[0]) \(cells[1])"] =
        cells[2] == "violated" ? ids.sorted().joined(separator: ", ") : cells[2]
    }
    return expected
  }

  @Test func `files give their verdicts and fewest preemptions`() throws {
    let expected = try Self.expected()
    var given = 0
    for name in try Self.names() {
      let file = try Self.read(name)
      for row in file.rows where row.model == nil || row.model == "sc" {
        let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
        let found = outcome(of: program)
        let answer = program.quantifier == .exists ? Self.answer(found) : found
        #expect(answer == expected["\(name) \(row.name)"], "\(name) \(row.name)")
        given += 1
      }
    }
    #expect(given > 0)
  }

  /// `exists` asks, and claims nothing.
  private static func answer(_ found: String) -> String {
    found.contains(RaceProgram.questionID) ? "allowed" : "forbidden"
  }
}
