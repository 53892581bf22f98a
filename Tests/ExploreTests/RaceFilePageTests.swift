import Testing

@testable import explore

/// `Docs/race-files.md`: its files are read, and its commands print what stands below them.
@Suite struct RaceFilePageTests {
  private static let page = RecordedPage("Docs/race-files.md")

  @Test func `the page has files and commands, and no other code`() {
    let blocks = Self.page.blocks
    #expect(blocks.count { $0.fileName != nil } >= 4)
    #expect(blocks.count { $0.kind == "console" } >= 2)
    #expect(blocks.allSatisfy { ($0.kind == "c") == ($0.fileName != nil) })
    #expect(blocks.allSatisfy { ["c", "console", "text"].contains($0.kind) })
    #expect(blocks.allSatisfy { ($0.kind == "console") != $0.commands.isEmpty })
  }

  @Test func `the commands print what the page shows`() throws {
    try Self.page.expectRecorded()
  }

  @Test func `every file of the page gives what its rows say`() {
    for block in Self.page.blocks {
      guard let name = block.fileName else { continue }
      let result = TestSession(files: [name: block.text + "\n"]).run("check", name)
      // The tutorial shows what `check` says of a file that expects nothing yet.
      let isUnpinned = result.output.contains("UNPINNED") && name == "put-root.race"
      #expect(result.code == (isUnpinned ? .violated : .success), "\(name): \(result.output)")
      #expect(!result.output.contains("DIFFERS"), "\(name): \(result.output)")
      #expect(result.error == "")
    }
  }
}
