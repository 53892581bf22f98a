import Reporting
import Testing

@testable import explore

/// The table of formats is what the parser, the help and the page on reports go by.
@Suite struct OutputFormatTests {
  private static let commands = Command.allCases.filter { $0 != .help }

  @Test func `names differ, and every command has the standard format`() {
    let names = OutputFormats.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Self.commands.allSatisfy(OutputFormats.standard.isTaken))
    #expect(OutputFormats.standard.name == "text")
  }

  @Test func `the option belongs to the commands that have a choice`() throws {
    let option = try #require(Option.all.first { $0.name == "format" })
    #expect(option.commands == [.run, .compare, .replay, .check, .merge])
    #expect(OutputFormats.all.allSatisfy { option.summary.contains($0.name) })
  }

  @Test func `each command takes its formats and refuses the others`() throws {
    for command in Self.commands where OutputFormats.taken(by: command).count > 1 {
      for format in OutputFormats.all {
        if format.isTaken(by: command) {
          #expect(try OutputFormats.named(format.name, for: command).name == format.name)
        } else {
          #expect(throws: UsageError.self) {
            try OutputFormats.named(format.name, for: command)
          }
        }
      }
    }
    let result = TestSession().run("replay", "race.json5", "--schedule=x", "--format=junit")
    #expect(result.code == .usage)
    #expect(result.error.contains("unknown format 'junit'"))
  }

  @Test func `the page on reports has the table`() throws {
    let page = try Repository.text("Docs/reports.md")
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    let expected = OutputFormats.all.map { format in
      let commands = Self.commands.filter(format.isTaken).map { "`\($0.rawValue)`" }
      return "| `\(format.name)` | \(format.summary) | \(commands.joined(separator: ", ")) |"
    }
    #expect(rows == expected)
  }

  @Test func `each format that searches print has a golden`() throws {
    let endings = Set(
      try Golden.all().filter { $0.name.hasPrefix("run-race.") }
        .map { String($0.name.dropFirst("run-race.".count)) })
    let fileEndings = ["text": "txt"]
    for format in OutputFormats.all where format.isTaken(by: .run) {
      #expect(endings.contains(fileEndings[format.name] ?? format.name), "\(format.name)")
    }
  }

  @Test func `every option that moves a limit is one that there is`() {
    for kind in LimitReport.Kind.allCases {
      guard let option = kind.option else { continue }
      #expect(Option.all.contains { "--\($0.name)" == option }, "\(kind)")
    }
  }
}
