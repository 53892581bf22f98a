import Reporting
import Scheduler
import Synchronization
import Testing

@testable import explore

/// What people read: goldens, their width, and that nothing changes between two runs.
struct TextReportTests {
  @Test(arguments: ["race", "vacuous", "three"])
  func `run prints its golden`(name: String) {
    let result = TestSession().run("run", "\(name).json5")
    #expect(result.code == .violated)
    #expect(result.error.isEmpty)
    Golden.expect(result.output, is: "run-\(name).txt")
  }

  @Test func `a limit that is hit is named and never looks like a pass`() {
    let result = TestSession().run("run", "race.json5", "--row=patched", "--max-states=100")
    #expect(result.code == .undecided)
    Golden.expect(result.output, is: "run-undecided.txt")
  }

  @Test func `a bounded search prints its golden`() {
    let result = TestSession().run("run", "race.json5", "--strategy=bounded")
    #expect(result.code == .violated)
    Golden.expect(result.output, is: "run-bounded.txt")
  }

  @Test(arguments: ["random", "pct", "uniform"])
  func `runs drawn at random print their golden`(strategy: String) {
    let result = TestSession().run(
      "run", "race.json5", "--row=linux-6.1", "--strategy=\(strategy)", "--seed=7", "--runs=200")
    #expect(!result.output.contains("HOLDS"))
    Golden.expect(result.output, is: "run-\(strategy).txt")
  }

  @Test func `a comparison prints its golden, but for the times`() {
    let result = TestSession().run("compare", "race.json5", "--runs=50")
    #expect(result.code == .success)
    #expect(result.error.isEmpty)
    let text = result.output.replacing(/[0-9]+\.[0-9]{3} s/, with: "0.000 s")
    Golden.expect(text, is: "compare.txt")
  }

  @Test func `each strategy of a comparison is printed as it ends`() {
    let pieces = Mutex<[String]>([])
    let session = TestSession(written: { text in pieces.withLock { $0.append(text) } })
    let result = session.run(
      "compare", "race.json5", "--strategies=pct,dpor", "--strategies", "exhaustive", "--runs=50")
    #expect(result.code == .success)
    let texts = pieces.withLock { $0 }
    let lines = texts.compactMap { text in
      ["pct", "dpor", "exhaustive"].first { text.contains("\n\($0)  ") || text.hasPrefix($0 + " ") }
    }
    #expect(lines == ["pct", "dpor", "exhaustive", "pct", "dpor", "exhaustive"])
    #expect(!result.output.contains("bounded"))
  }

  @Test func `an interrupted comparison shows the strategies that have ended`() throws {
    let count = Mutex(0)
    let session = TestSession(isInterrupted: { count.withLock { $0 > 0 } }) { text in
      if text.hasPrefix("bounded") { count.withLock { $0 += 1 } }
    }
    let result = session.run("compare", "race.json5", "--runs=9")
    #expect(result.code == .interrupted && result.error == "explore: interrupted; 2 rows not run\n")
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ")[0] }
    #expect(lines.contains("exhaustive") && lines.contains("bounded") && !lines.contains("dpor"))
    #expect(result.output.contains("Times differ"))
  }

  @Test func `a table that is too wide becomes a list`() throws {
    let job = try Toys.job(of: Samples.race)
    var row = RowReport(
      job, job.program.explore(Explorer.Options(), keepingFinalStates: false), .standard)
    var compare = CompareText(style: TextStyle(width: 40))
    let narrow = compare.add([row])
    #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 40 || $0.hasPrefix("-") })
    #expect(narrow.contains("searched 543 states"))
    row.result.counts.states = 0
    #expect(row.result.searched == "nothing")
  }

  @Test func `a kernel of the command line is run on its own`() {
    let result = TestSession().run(
      "run", "race.json5", "--with=seq-bump-on-clear-dirty", "--knob=dedupe=off")
    #expect(result.code == .success)
    Golden.expect(result.output, is: "run-kernel.txt")
  }

  @Test func `check prints a line for each row and says where one differs`() {
    let result = TestSession().run("check", "folder", "wrong.json5", "vacuous.json5")
    #expect(result.code == .violated)
    Golden.expect(result.output, is: "check.txt")
  }

  @Test(arguments: [[], ["paths"], ["properties"], ["kernels"], ["knobs"]])
  func `list names what there is`(sections: [String]) {
    let result = TestSession().run(["list"] + sections)
    #expect(result.code == .success)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `list shows scenarios with their rows`() {
    let result = TestSession().run("list", "scenarios", "folder")
    #expect(result.code == .success)
    Golden.expect(result.output, is: "list-scenarios.txt")
  }

  @Test func `no golden is wider than 80 columns or anything but ASCII`() throws {
    let goldens = try Golden.all().filter { $0.name.hasSuffix(".txt") }
    #expect(goldens.count >= 10)
    for golden in goldens where !golden.name.hasSuffix("-errors.txt") {
      for line in golden.text.split(separator: "\n") {
        // A command is one line, however long its token is.
        let isCommand = line.contains(" explore replay ")
        #expect(line.count <= 80 || isCommand, "\(golden.name): \(line)")
        #expect(line.utf8.allSatisfy { $0 < 0x7F && $0 >= 0x20 }, "\(golden.name): \(line)")
        #expect(line.last != " ", "\(golden.name): \(line)")
      }
    }
  }

  @Test func `a wide terminal is used up to 120 columns`() {
    let wide = TestSession(facts: .init(outputColumns: 200, errorColumns: nil))
    let lines = wide.run("run", "race.json5", "--color=never").output.split(separator: "\n")
    #expect(lines.contains { $0.count > 80 })
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test func `colour repeats words and follows option, environment and terminal`() {
    func isColoured(
      _ option: String?, terminal: Bool, _ environment: [String: String] = [:]
    ) -> Bool {
      let session = TestSession(
        environment: environment,
        facts: .init(outputColumns: terminal ? 80 : nil, errorColumns: nil))
      return session.run(["run", "race.json5"] + (option.map { ["--color=\($0)"] } ?? []))
        .output.contains("\u{1B}[")
    }
    #expect(isColoured(nil, terminal: true))
    #expect(!isColoured(nil, terminal: false))
    #expect(!isColoured(nil, terminal: true, ["NO_COLOR": "1"]))
    #expect(isColoured(nil, terminal: true, ["NO_COLOR": ""]))
    #expect(!isColoured(nil, terminal: true, ["TERM": "dumb"]))
    #expect(isColoured("always", terminal: false, ["NO_COLOR": "1"]))
    #expect(!isColoured("never", terminal: true))
    let plain = TestSession().run("run", "race.json5").output
    let coloured = TestSession().run("run", "race.json5", "--color=always").output
    #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
  }
}
