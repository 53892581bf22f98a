import Testing

@testable import explore

/// `Docs/first-scenario.md`: its commands print what stands below them, on the files that it has.
@Suite struct FirstScenarioTests {
  private static let page = RecordedPage("Docs/first-scenario.md")

  @Test func `the commands print what the page shows`() throws {
    try Self.page.expectRecorded()
  }

  @Test func `the first file is the one that was written`() throws {
    let written = TestSession(files: [:]).run(try #require(Self.page.blocks.first?.commands.first))
    let files = Self.page.blocks.filter { $0.fileName != nil }
    #expect(files.count == 2)
    #expect(written.files["my-race.json5"] == files.first.map { $0.text + "\n" })
    // The second has the race and its fix.
    let check = TestSession(files: ["my-race.json5": files[1].text + "\n"]).run(
      "check", "my-race.json5")
    #expect(check.code == .success)
    #expect(check.output.contains("2 as expected"))
  }

  @Test func `the glossary is that of the help`() throws {
    let rows = try Repository.text(Self.page.path).split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
    let expected = Notation.all.map { notation in
      "| `\(notation.form.replacing("|", with: "\\|"))` | \(notation.meaning) |"
    }
    #expect(rows.map(String.init) == expected)
  }
}
