import Foundation
import Testing

@testable import explore

/// What README.md shows is what the program prints.
@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
  private static let flagship = "scenarios/nested-fault-vs-clear-dirty.json5"

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func run() throws -> String {
    TestSession(files: [flagship: try text(flagship)]).run("run", flagship).output
  }

  /// Expects lines among those of a text, in order.
  private static func expect(_ excerpt: some Sequence<String>, in text: String) throws {
    var rest = text.split(separator: "\n").map(String.init)[...]
    for line in excerpt {
      let place = try #require(rest.firstIndex(of: line), "not printed, or not there: \(line)")
      rest = rest[(place + 1)...]
    }
  }

  /// The fenced blocks: their first word and their lines.
  private static func blocks() throws -> [[String]] {
    try text("README.md").split(separator: "```", omittingEmptySubsequences: false)
      .enumerated().filter { $0.offset % 2 == 1 }
      .map { $0.element.split(separator: "\n").map(String.init) }
  }

  @Test func `the shortened trace has only lines of the whole one, in order`() throws {
    let excerpt = try Self.blocks()[0]
    #expect(excerpt.count > 20)
    // The explanation is one line there and wrapped here.
    try Self.expect(excerpt.dropLast(), in: Self.run())
  }

  @Test func `the race in C is the file of that name without its comment`() throws {
    let file = try Self.text("races/lost-kick.race")
    let comment = try #require(file.firstMatch(of: /\(\*.*?\*\)/.dotMatchesNewlines()))
    let code = file.replacing(comment.output, with: "").split(separator: "\n").map(String.init)
    #expect(try Self.blocks()[1] == ["c"] + code)
  }

  @Test func `its interleavings are what the program prints`() throws {
    let file = "races/lost-kick.race"
    try RecordedPage("README.md").expectRecorded(with: [file: try Self.text(file)])
  }

  @Test func `the number of interleavings is the one that is counted`() throws {
    let readme = try Self.text("README.md")
    #expect(readme.contains("1,301,212,260,351"))
    #expect(try Self.run().contains("interleavings  1301212260351"))
  }

  /// But for the times, whose width differs as well.
  @Test(arguments: ["linux-6.1", "patched-second-store"])
  func `the tables of strategies are printed by a comparison`(row: String) throws {
    func masked(_ text: some StringProtocol) -> String {
      String(text).replacing(/[ ]+/, with: " ").replacing(/[0-9]+\.[0-9]{3} s/, with: "0 s")
    }
    let table = try Self.text("Docs/strategies.md").split(separator: "```")
      .first { $0.hasPrefix("\n---- row \(row) -") }
    let session = TestSession(files: [Self.flagship: try Self.text(Self.flagship)])
    let printed = session.run("compare", Self.flagship, "--row", row).output
    #expect(masked(printed).contains(masked(try #require(table))))
  }

  @Test func `the two commands are there`() throws {
    let readme = try Self.text("README.md")
    #expect(readme.contains("swift run -c release explore check scenarios races"))
    #expect(readme.contains("swift test"))
  }
}
