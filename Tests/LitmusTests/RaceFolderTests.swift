import Foundation
import Scheduler
import Testing

@testable import Litmus

/// The race files of `races/`: every row gives what it says, whatever way the search goes.
@Suite struct RaceFolderTests {
  private static let folder = URL(filePath: #filePath).appending(path: "../../../races")
    .standardized

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".race") }.sorted()
  }()

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func `the page on race files says how many there are`() throws {
    let page = Self.folder.appending(path: "../Docs/race-files.md").standardized
    let text = try String(contentsOf: page, encoding: .utf8)
    let count = try #require(text.firstMatch(of: /`races\/` has (\d+) more of these/))
    #expect(Int(count.1) == Self.names.count)
    #expect(Self.names.count >= 42)
  }

  @Test func `the table has a row for each file, and a file for each row`() throws {
    let rows = try Self.text("README.md").matches(of: /\n\| `([^`]+\.race)` (\|[^|\n]+){4}\|/)
    #expect(rows.map { String($0.1) }.sorted() == Self.names)
  }

  @Test(arguments: names)
  func `every row gives what it says`(name: String) throws {
    let file = try read(try Self.text(name))
    #expect(name == "\(file.name).race")
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      #expect(outcome(of: program) == expectation(of: row), "\(row.name)")
    }
  }

  @Test(arguments: names)
  func `a file shows the race, with its fewest preemptions, and a fix`(name: String) throws {
    let rows = try read(try Self.text(name)).rows
    #expect(rows.contains { $0.expectation == .holds })
    var violated = 0
    for row in rows {
      guard case .violated(let findings)? = row.expectation else { continue }
      violated += 1
      #expect(!findings.isEmpty && findings.allSatisfy { $0.preemptions != nil }, "\(row.name)")
    }
    #expect(violated > 0)
    #expect(rows.allSatisfy { $0.expectation != nil })
  }

  @Test(arguments: names)
  func `a file says on top what happens and where it is known from`(name: String) throws {
    let text = try Self.text(name)
    let comment = try #require(text.firstMatch(of: /\n\n\(\*(.*?)\*\)\n\n/.dotMatchesNewlines()))
    // The table: indented lines, two columns or more.
    #expect(comment.1.split(separator: "\n").count { $0.hasPrefix("\t") } >= 3)
    #expect(comment.1.contains("Source: "))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test(arguments: names)
  func `a reduced search finds the same`(name: String) throws {
    let file = try read(try Self.text(name))
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      let whole = program.explore()
      let reduced = program.explore(Explorer.Options(reduction: .partialOrder))
      #expect(Set(reduced.found.map(\.id)) == Set(whole.found.map(\.id)), "\(row.name)")
      #expect(reduced.verdict == whole.verdict, "\(row.name)")
    }
  }
}
