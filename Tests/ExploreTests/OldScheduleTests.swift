import Scheduler
import Testing

@testable import explore

/// Schedules that were mailed before the scenario, the kernel or the program changed.
struct OldScheduleTests {
  /// The token of the first run that breaks something in a file.
  private static func token(_ text: String, named file: String = "race.json5") throws -> String {
    let output = TestSession(files: [file: text]).run("run", file).output
    return try #require(ReplayCommandTests.replays(in: output).first)[3]
  }

  private func replay(
    _ token: String, on text: String, named file: String = "race.json5", _ options: String...
  ) -> TestSession.Result {
    TestSession(files: [file: text]).run(["replay", file, "--schedule", token] + options)
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static let oneRow = Samples.file("race", rows: Samples.violatedRow)

  @Test func `a token needs no quotes`() throws {
    let tokens = [
      try Self.token(Samples.race), try Self.token(RaceTexts.kick, named: "k.race"),
      try Self.token(Samples.three, named: "three.json5"),
    ]
    for token in tokens { #expect(shellQuoted(token) == token) }
    #expect(try Self.token(Samples.race).count <= 72, "a line of a mail")
  }

  @Test func `a token is the same for any number of jobs`() {
    let session = TestSession()
    let replays = ["1", "2", "4"].map {
      ReplayCommandTests.replays(in: session.run("run", "three.json5", "--jobs", $0).output)
    }
    #expect(!replays[0].isEmpty)
    #expect(replays[1] == replays[0] && replays[2] == replays[0])
  }

  @Test func `a run that fits a changed scenario is replayed by its labels`() throws {
    let token = try Self.token(Self.oneRow)
    // Another frame changes the hash, and no step.
    let changed = Self.oneRow.replacing("rpn: 0x21", with: "rpn: 0x25")
    let result = replay(token, on: changed)
    #expect(result.code == .violated && result.error.isEmpty)
    #expect(result.output.contains("VIOLATED c-subset"))
    Golden.expect(result.output, is: "replay-by-labels.txt")
  }

  @Test func `a run that fits a changed kernel says how many steps it took instead`() throws {
    let token = try Self.token(Self.oneRow)
    let result = replay(token, on: Self.oneRow, "--with", "seq-bump-on-clear-dirty")
    // The harvest bumps the sequence number, a step more; the fault retries before it inserts.
    #expect(result.code == .success && result.output.contains("NOTHING BROKE"), "\(result.error)")
    #expect(words(result.output).contains("steps where there were 35"), "\(result.output)")
    let other = replay(token, on: Self.oneRow, "--with", "flush-shadow-lpid")
    #expect(other.code == .violated, "\(other.error)")
    #expect(words(other.output).contains("replayed by its labels, in "))
  }

  @Test func `of several rows the only one that fits is taken, and it is said`() throws {
    let token = Tokens.changed(try Self.token(Samples.race), hash: "00000000")
    let rows =
      Samples.violatedRow + #", { name: "stores", expect: "holds", note: "Two stores.", "#
      + #"threads: [\#(Samples.harvest), \#(Samples.store)] }"#
    let file = Samples.file("race", rows: rows)
    let result = replay(token, on: file)
    #expect(result.code == .violated, "\(result.error)")
    #expect(words(result.output).contains("row linux-6.1"))
    #expect(words(result.output).contains("no other row fits them"))
    let named = replay(token, on: file, "--row", "stores")
    #expect(named.code == .usage && named.error.contains("step 1"), "\(named.error)")
  }

  @Test func `of several rows that fit one must be named`() throws {
    let token = Tokens.changed(try Self.token(Samples.race), hash: "00000000")
    let rows =
      Samples.violatedRow
      + #", { name: "flushed", with: ["flush-shadow-lpid"], expect: "violated", "#
      + #"violates: ["c-subset", "dirty-log"], note: "More flushes." }"#
    let file = Samples.file("race", rows: rows)
    let result = replay(token, on: file)
    #expect(result.code == .usage && result.output.isEmpty)
    let rowsThatFit = "'linux-6.1' and 'flushed'; name one, as with --row linux-6.1"
    #expect(result.error.contains(rowsThatFit))
    let named = replay(token, on: file, "--row", "flushed")
    #expect(named.code == .violated)
    #expect(!named.output.contains("no other row"))
  }

  @Test func `of rows that do not fit each says where it parts`() throws {
    let token = try Self.token(Samples.race)
    let rows =
      #"{ name: "one", expect: "holds", threads: [\#(Samples.store)] }, "#
      + #"{ name: "two", expect: "holds", threads: [\#(Samples.store), \#(Samples.load)] }"#
    let result = replay(token, on: Samples.file("race", rows: rows))
    #expect(result.code == .usage && result.output.isEmpty)
    let lines = result.error.split(separator: "\n")
    try #require(lines.count == 3, "\(result.error)")
    #expect(lines[0].contains("its labels fit no row"))
    #expect(lines[1].hasPrefix("  'one': the schedule token names thread 'b'"))
    #expect(lines[2].hasPrefix("  'two': step "))
    #expect(lines[2].contains("vcpu1 cannot take its step 'lock-tlb'; expected it to come to"))
  }

  @Test func `a token of another version names both`() throws {
    let token = try Self.token(Self.oneRow)
    let older = Tokens.changed(token, version: "0.0.7")
    let same = replay(older, on: Self.oneRow)
    #expect(same.code == .violated)
    let note = words(same.output)
    #expect(note.contains("version 0.0.7") && note.contains("version \(Version.current)"))
    #expect(note.contains("every step is the same"))
    let changed = replay(
      Tokens.changed(older, segments: "a12.alloc-node,b15.unlocked/"), on: Self.oneRow)
    #expect(changed.code == .usage)
    let versions = "version 0.0.7 of the model, this is version \(Version.current)"
    #expect(changed.error.contains(versions))
    #expect(changed.error.contains("expected it to come to 'unlocked' from step 13 on"))
    #expect(!replay(token, on: Self.oneRow).output.contains("schedule "))
  }

  @Test func `a program that grew by a step is replayed`() throws {
    let token = try Self.token(RaceTexts.kick, named: "k.race")
    let grown = RaceTexts.kick.replacing(
      "  WRITE_ONCE(request, 1);", with: "  READ_ONCE(cpu);\n  WRITE_ONCE(request, 1);")
    #expect(grown != RaceTexts.kick)
    let result = replay(token, on: grown, named: "k.race", "--row=buggy")
    #expect(result.code == .violated, "\(result.error)")
    #expect(words(result.output).contains("schedule made for another scenario"))
  }
}
