import Testing

@testable import explore

struct HelpTests {
  private static let pages: [[String]] = [
    [], ["--help"], ["help", "run"], ["help", "check"], ["help", "replay"], ["help", "list"],
    ["help", "compare"], ["help", "merge"], ["help", "new"], ["help", "generate"],
    ["help", "formats"],
  ]

  @Test func `the help is its golden`() {
    let text = Self.pages.map { page in
      let result = TestSession().run(page)
      return (["$ explore"] + page).joined(separator: " ") + "\n" + result.output + result.error
    }
    Golden.expect(text.joined(separator: "\n"), is: "help.txt")
  }

  @Test func `no arguments get a line for each command, and where to read on`() {
    let result = TestSession().run()
    #expect(result.error.split(separator: "\n").count <= Command.allCases.count + 6)
    #expect(result.error.hasSuffix("see --help\n"))
  }

  @Test func `each option is in the help of its commands and in no other`() {
    for command in Command.allCases where command != .help {
      let help = TestSession().run("help", command.rawValue).output
      for option in Option.all {
        #expect(
          help.contains("  \(option.form)") == option.commands.contains(command),
          "\(command) --\(option.name)")
      }
    }
  }

  @Test(arguments: Option.all.map(\.name))
  func `each option takes its value in both forms and only once`(name: String) throws {
    let option = try #require(Option.all.first { $0.name == name })
    let values = [
      "kernel": "linux-6.1", "with": "flush-shadow-lpid", "knob": "dedupe=off", "row": "patched",
      "schedule": "v2::0:a.x:0", "strategy": "exhaustive", "max-states": "5", "max-memory": "2G",
      "max-seconds": "1.5", "preemptions": "0", "seed": "0", "runs": "1", "depth": "2",
      "max-steps": "9", "define": "X=1", "model": "sc", "language": "race", "jobs": "2",
      "format": "json", "report": "json=x", "color": "never", "rerun-failed": "r.json",
      "path": "l2-load", "strategies": "dpor,random", "filter": "race/*", "partition": "1/2",
      "max-total-seconds": "1.5",
    ]
    let value = option.placeholder == nil ? nil : values[name]
    #expect((value == nil) == (option.placeholder == nil), "a value for --\(name) to try")
    let command = option.commands[option.commands.count - 1]
    let schedule = command == .replay && name != "schedule" ? ["--schedule=x"] : []
    let strategy = option.strategies.map { ["--strategy=\($0[0].rawValue)"] } ?? []
    // Options that mean nothing without another one.
    let others = [
      "kernel": ["--diff"], "with": ["--diff"], "knob": ["--diff"], "diff": ["-DX"],
    ]
    let start =
      [command.rawValue, "f"] + schedule + strategy
      + (command == .check ? others[name] ?? [] : [])
    for form in value.map({ [["--\(name)=\($0)"], ["--\(name)", $0]] }) ?? [["--\(name)"]] {
      guard case .request = try CommandLineParser.parse(start + form) else {
        Issue.record("\(form) was not understood")
        continue
      }
      // A path can run on several threads, and one filter may leave out what another chooses.
      if ["path", "filter"].contains(option.name) { continue }
      #expect(throws: UsageError.self) { try CommandLineParser.parse(start + form + form) }
    }
  }
}
