import Scheduler
import Testing

@testable import explore

/// Schedules that are replayed, and tokens that are not.
struct ReplayCommandTests {
  /// The replay commands in a text, as arguments.
  static func replays(in text: String) -> [[String]] {
    text.split(separator: "\n").filter { $0.hasPrefix("  explore replay ") }.map {
      $0.split(separator: " ").dropFirst().map(String.init)
    }
  }

  @Test func `each counterexample's replay command reproduces it`() {
    let run = TestSession().run("run", "race.json5")
    let replays = Self.replays(in: run.output)
    #expect(replays.count == 2)
    for (arguments, id) in zip(replays, ["c-subset", "dirty-log"]) {
      let result = TestSession().run(arguments)
      #expect(result.code == .violated)
      #expect(result.output.contains("VIOLATED \(id)"))
      #expect(result.error.isEmpty)
    }
    Golden.expect(TestSession().run(replays[0]).output, is: "replay.txt")
  }

  @Test(arguments: [
    ["--knob", "bump-dirty=after"], ["--row", "patched", "--knob=bump-dirty=before"],
    ["--kernel=linux-6.1", "--with", "flush-shadow-lpid"],
  ])
  func `the replay command of a kernel of the command line says which`(options: [String]) {
    let run = TestSession().run(["run", "race.json5"] + options)
    let replays = Self.replays(in: run.output)
    #expect(!replays.isEmpty)
    for arguments in replays { #expect(TestSession().run(arguments).code == .violated) }
  }

  @Test func `a part of a schedule shows where it stops and breaks nothing`() throws {
    let token = try Self.token("a12")
    let result = TestSession().run("replay", "race.json5", "--schedule", token)
    #expect(result.code == .success)
    Golden.expect(result.output, is: "replay-unfinished.txt")
  }

  /// A token of version 1 for the first row of the race, with a checksum that fits whatever `runs`
  /// is.
  static func token(_ runs: String) throws -> String {
    try Tokens.token(runs, for: try Toys.job(of: Samples.race).program.system)
  }

  @Test func `each bad token gets its message and exit code 2`() throws {
    let system = try Toys.job(of: Samples.race).program.system
    let good = try Schedule([.init(ThreadID(1)), .init(ThreadID(0))]).token(for: system)
    func changed(_ segments: String) -> String { Tokens.changed(good, segments: segments) }
    let bad: [String] = [
      "", "v", "v1", "v1:", "v2:", "nonsense", "v3:00000000:a:0000", "v1:00000000:a:0000",
      "v2:0.1.0:00000000:a.l2-store:0000", changed("c.l2-store"), changed("a99.never"),
      changed("a.l2-store+7"), changed("a0.l2-store"), changed("A.l2-store"), changed("a"),
      changed("a."), changed("a9999999.l2-store"), changed("a12.lock-mmu@9/"),
      changed("a12.alloc-node,b15.lock-mmu@3"), Tokens.changed(good, version: "\u{1B}[31m"),
      good + "0", String(good.dropLast()), good.uppercased(), "\u{1B}[31m", " " + good,
      try Self.token("c"), try Self.token("a99"), try Self.token("a.7"),
      try Self.token("a0"), try Self.token("A"), try Self.token("a."),
      try Self.token("a9999999"), try Self.token("a12b3a7b9"),
      try Self.token("b99"),
    ]
    var text = ""
    for token in bad {
      let result = TestSession().run("replay", "race.json5", "--schedule=\(token)")
      #expect(result.code == .usage, "\(token)")
      #expect(result.output.isEmpty, "\(token)")
      text += "\(shown(token))\n  \(result.error)"
    }
    Golden.expect(text, is: "token-errors.txt")
  }

  @Test func `a token of another kernel names the rows that were tried`() throws {
    let run = TestSession().run("run", "race.json5", "--knob", "bump-dirty=after")
    let arguments = try #require(Self.replays(in: run.output).first)
    let result = TestSession().run(Array(arguments.prefix(4)))
    #expect(result.code == .usage)
    #expect(result.error.contains("fit the rows 'linux-6.1' and 'patched'"))
    #expect(result.error.contains("--row linux-6.1, or") && result.error.contains("--knob"))
    #expect(result.output.isEmpty)
    let old = Tokens.old(ofAnother: arguments[3])
    let refused = TestSession().run("replay", "race.json5", "--schedule", old)
    #expect(refused.code == .usage && refused.error.contains("tried 'linux-6.1' and 'patched'"))
    #expect(refused.error.contains("a token of version 1 names no labels"))
  }

  @Test func `one damaged character is always noticed`() throws {
    let system = try Toys.job(of: Samples.race).program.system
    let steps = (0..<15).map { Schedule.Step(ThreadID($0 / 12)) }
    for good in [try Self.token("a12b3"), try Schedule(steps).token(for: system)].map(Array.init) {
      for index in good.indices {
        for replacement in "a0:.b9v/," where replacement != good[index] {
          var token = good
          token[index] = replacement
          let result = TestSession().run("replay", "race.json5", "--schedule=\(String(token))")
          #expect(result.code == .usage, "\(String(token))")
        }
      }
    }
  }

  /// A token with its checksum, which is looked for among all that there are.
  private static func checked(_ body: String) throws -> String {
    try #require(
      (0...0xFFFF).lazy.map { number in
        let digits = String(number, radix: 16)
        return "\(body):" + String(repeating: "0", count: 4 - digits.count) + digits
      }.first { (try? ScheduleToken($0)) != nil })
  }

  @Test(arguments: ["a.no-such-label", "a.alloc-node"])
  func `a token of another version that is not replayed says which version made it`(
    segments: String
  ) throws {
    let token = try Self.checked("v2:0.2.0:00000000:\(segments)")
    let result = TestSession().run("replay", "race.json5", "--schedule", token)
    #expect(result.code == .usage)
    #expect(result.error.contains("it was made by explore 0.2.0, and this is \(Version.current)"))
    let own = try Self.checked("v2:\(Version.current):00000000:\(segments)")
    let other = TestSession().run("replay", "race.json5", "--schedule", own)
    #expect(other.code == .usage && !other.error.contains("made by explore"))
  }
}
