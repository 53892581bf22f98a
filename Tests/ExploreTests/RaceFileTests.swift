import Testing

@testable import explore

/// Race files on the command line.
struct RaceFileTests {
  private func run(_ arguments: String...) -> TestSession.Result { TestSession().run(arguments) }

  @Test func `a race is shown with its program, and the fix holds`() {
    let result = run("run", "races/kick.race")
    #expect(result.code == .violated && result.error.isEmpty)
    Golden.expect(result.output, is: "run-kick.txt")
  }

  @Test func `a question is answered, and no answer is a violation`() {
    let result = run("run", "races/question.race")
    #expect(result.code == .success && result.error.isEmpty)
    Golden.expect(result.output, is: "run-question.txt")
  }

  @Test func `a folder's rows are compared with what they say`() {
    let result = run("check", "races")
    #expect(result.code == .violated && result.error.isEmpty)
    Golden.expect(result.output, is: "check-races.txt")
  }

  @Test func `race files are listed with their rows`() {
    let result = run("list", "races")
    #expect(result.code == .success)
    Golden.expect(result.output, is: "list-races.txt")
    #expect(run("list", "races", "races/kick.race").output.contains("row fixed"))
  }

  @Test func `herd7's block has all final states`() {
    let (test, file) = (
      run("run", "races/mp.litmus", "--format=herd"),
      run("run", "races/question.race", "--format=herd")
    )
    #expect(test.code == .success && file.code == .success)
    Golden.expect(test.output + file.output, is: "run-race.herd")
  }

  @Test func `there is no block where not all final states are known`() {
    let result = run("run", "races/mp.litmus", "--format=herd", "--max-states=3")
    #expect(result.code == .undecided && result.output.isEmpty)
    #expect(result.error.contains("not all final states are known: stopped after"))
  }

  @Test func `each way to search comes to the same answers`() {
    let result = run("compare", "races/question.race", "--row=swapped", "--runs=30")
    #expect(result.code == .success)
    let text = result.output.replacing(/[0-9]+\.[0-9]{3} s/, with: "0.000 s")
    Golden.expect(text, is: "compare-question.txt")
    for option in ["--reduce", "--symmetry", "--strategy=dpor"] {
      #expect(run("check", "races/kick.race", option).code == .success, "\(option)")
      let question = run("run", "races/question.race", "--row=in-order", option)
      #expect(question.output.contains("FORBIDDEN"), "\(option)")
    }
  }

  /// A row of the race with another expectation, and the code of `check`.
  private static let rows: [(text: String, code: ExitCode)] = [
    ("row r violated: no_lost_kick@1", .success), ("row r violated: no_lost_kick", .success),
    ("row r violated", .success), ("row r violated: no_lost_kick@0", .violated),
    ("row r violated: no_lost_kick@2", .violated), ("row r holds", .violated),
    ("row r violated: no_lost_kick, assert", .violated), ("row r violated: assert", .violated),
    ("row r", .violated), ("", .violated), ("row r -DFIX holds", .success),
    ("row r -DFIX violated", .violated), ("row r allowed", .usage), ("row r forbidden", .usage),
    ("row r with rare holds", .usage), ("row r model lkmm holds", .usage),
    ("row r model sc violated", .success),
  ]

  @Test(arguments: rows.indices)
  func `a row is compared by ids and fewest preemptions`(number: Int) {
    let (row, code) = Self.rows[number]
    let text = RaceTexts.kick.split(separator: "\n").filter { !$0.hasPrefix("row") }
      .joined(separator: "\n")
    let result = TestSession(files: ["r.race": text + "\n" + row + "\n"]).run("check", "r.race")
    #expect(result.code == code, "\(row): \(result.output)\(result.error)")
    if code == .usage { #expect(result.error.hasPrefix("r.race:20:"), "\(result.error)") }
  }

  @Test func `a line to pin a row makes it as expected`() throws {
    for (name, text) in [("kick", RaceTexts.kick), ("question", RaceTexts.question)] {
      let rows = text.split(separator: "\n").filter { $0.hasPrefix("row") }
      let open = text.split(separator: "\n").filter { !$0.hasPrefix("row") }
        .joined(separator: "\n")
      let unpinned: [String] = rows.map {
        String($0).replacing(/\ (holds|violated.*|allowed|forbidden)$/, with: "")
      }
      let file = ([open] + unpinned).joined(separator: "\n") + "\n"
      let result = TestSession(files: ["r.race": file]).run("check", "r.race")
      #expect(result.code == .violated)
      let pins = result.output.split(separator: "\n").compactMap {
        $0.firstMatch(of: /to pin it, write (.*)/).map { String($0.1) }
      }
      try #require(pins.count == rows.count)
      let pinned = ([open] + pins).joined(separator: "\n") + "\n"
      let check = TestSession(files: ["r.race": pinned]).run("check", "r.race")
      #expect(check.code == .success, "\(name): \(check.output)")
      // Nobody has to say anything to run it.
      #expect(TestSession(files: ["r.race": file]).run("run", "r.race").code != .usage)
    }
  }

  @Test func `a macro of the command line makes one program, and one more in each row`() {
    let fixed = run("run", "races/kick.race", "-DFIX")
    #expect(fixed.code == .success && fixed.output.contains("---- program -DFIX ---"))
    #expect(run("run", "races/kick.race", "-D", "FIX", "--row=buggy").code == .success)
    let check = run("check", "races/kick.race", "-DFIX")
    #expect(check.code == .violated && check.output.contains("DIFFERS    buggy"))
    // The command line wins over the row.
    let text = RaceTexts.kick.replacing("IS_ENABLED(FIX)", with: "(FIX > 1)")
      .replacing("-DFIX", with: "-DFIX=2").replacing("row buggy ", with: "row buggy -DFIX=0")
    let session = TestSession(files: ["r.race": text])
    #expect(session.run("check", "r.race").code == .success)
    #expect(session.run("run", "r.race", "--row=buggy", "-DFIX=2").code == .success)
    #expect(session.run("run", "r.race", "--row=fixed", "-DFIX=1").code == .violated)
  }

  @Test func `paths that assume ends are found nowhere`() throws {
    for format in ["text", "json"] {
      let result = run("run", "races/assumed.race", "--format", format)
      #expect(result.code == .violated)
      #expect(!result.output.contains("\"assume\"") && !result.output.contains("VIOLATED assume"))
      #expect(result.output.contains(format == "text" ? "11, 3 of them violating" : "\"11\""))
    }
    let kept = RaceTexts.assumed.replacing("assert(i != 3);", with: "")
      .replacing("violated: assert@0", with: "holds")
    for option in ["--jobs=2", "--reduce", "--symmetry", "--strategy=dpor"] {
      let result = TestSession(files: ["r.race": kept]).run("check", "r.race", option)
      #expect(result.code == .success, "\(option): \(result.output)")
    }
  }

  @Test func `what no condition speaks of is a flag of a litmus test`() {
    let result = run("run", "races/mp.litmus")
    #expect(result.code == .success)
    #expect(result.output.contains("FLAGGED data-race"))
    #expect(result.output.contains("none violating"))
    let claim = RaceTexts.litmus.replacing("exists", with: "~exists")
    let session = TestSession(files: ["mp.litmus": claim])
    #expect(session.run("run", "mp.litmus").code == .violated)
    #expect(session.run("check", "mp.litmus").code == .violated)
    let true1 = claim.replacing("1:r1=2)", with: "1:r1=3)")
    #expect(TestSession(files: ["mp.litmus": true1]).run("check", "mp.litmus").code == .success)
    let all = RaceTexts.litmus.replacing("exists (", with: "forall (x=2 /\\ ")
    #expect(TestSession(files: ["mp.litmus": all]).run("run", "mp.litmus").code == .violated)
  }

  @Test func `the language can be said where the name does not say it`() {
    let session = TestSession(files: ["-": RaceTexts.kick, "kick.txt": RaceTexts.kick])
    #expect(session.run("run", "-", "--language=race", "--row=fixed").code == .success)
    let result = session.run("run", "kick.txt", "--language=race")
    #expect(result.code == .violated)
    let replays = ReplayCommandTests.replays(in: result.output)
    #expect(replays.first?.contains("--language") == true)
    #expect(replays.allSatisfy { session.run($0).code == .violated })
    #expect(session.run("run", "kick.txt").code == .usage)
  }
}

/// Tokens of programs of race files.
struct RaceTokenTests {
  private static let replay: [String] = {
    let output = TestSession().run("run", "races/kick.race").output
    return ReplayCommandTests.replays(in: output).first ?? []
  }()

  @Test func `a counterexample is replayed`() {
    let result = TestSession().run(Self.replay)
    #expect(result.code == .violated)
    Golden.expect(result.output, is: "replay-kick.txt")
  }

  @Test func `a run that answers a question breaks nothing when it is replayed`() throws {
    let output = TestSession().run("run", "races/question.race", "--row=swapped").output
    let replay = try #require(ReplayCommandTests.replays(in: output).first)
    let result = TestSession().run(replay)
    #expect(result.code == .success && result.output.contains("ALLOWED condition"))
  }

  private static let spellings: [(String, String)] = [
    ("request", "wanted"), ("  WRITE_ONCE(ipi, 1);", "\n\n    /* kick */ WRITE_ONCE(ipi, 1);"),
    ("C kick", "C kicked (* so *)"), ("in_guest", "inside"),
    ("int request, cpu,", "int request,\ncpu,"),
    ("WRITE_ONCE(ipi, 1)", "WRITE_ONCE(ipi, 3 - 2)"), ("row buggy ", "row broken "),
  ]

  @Test(arguments: spellings.indices)
  func `a token outlives another spelling`(number: Int) {
    let text = RaceTexts.kick.replacing(Self.spellings[number].0, with: Self.spellings[number].1)
    #expect(text != RaceTexts.kick)
    let result = TestSession(files: ["races/kick.race": text]).run(Self.replay)
    #expect(result.code == .violated, "\(result.error)")
  }

  private static let meanings: [(String, String)] = [
    ("WRITE_ONCE(ipi, 1)", "WRITE_ONCE(ipi, 2)"), ("int request", "char request"),
    ("thread maker", "thread creator"), ("int request,", "int request = 1,"),
    ("request && !ipi", "request && ipi"), ("no_lost_kick:", "kicked:"),
    ("if (READ_ONCE(cpu))", "if (cpu)"), ("finally", "always"),
    ("\nrow buggy", "\nprogress\nrow buggy"),
  ]

  @Test(arguments: meanings.indices)
  func `a token that is taken on another program says so`(number: Int) {
    let text = RaceTexts.kick.replacing(Self.meanings[number].0, with: Self.meanings[number].1)
    #expect(text != RaceTexts.kick)
    let session = TestSession(files: ["races/kick.race": text])
    let result = session.run(Self.replay + ["--row=buggy"])
    let words = "another scenario, kernel or program"
    if result.code == .usage {
      #expect(result.error.contains(words) && result.error.contains("does not fit"))
    } else {
      let output = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(output.contains("schedule made for \(words)"), "\(result.output)")
      #expect(output.contains("replayed by its labels, in as many steps as then"))
    }
    let old = Tokens.old(ofAnother: Self.replay[3])
    let refused = session.run("replay", "races/kick.race", "--schedule", old)
    #expect(refused.code == .usage)
    #expect(refused.error.contains("belongs to another scenario, kernel or program"))
  }

  @Test func `a token does not depend on how the program was searched`() throws {
    // Numbers so large that the cells must be widened on the way.
    let text = RaceTexts.kick.replacing("WRITE_ONCE(cpu, 1)", with: "WRITE_ONCE(cpu, 1 << 20)")
    let session = TestSession(files: ["r.race": text])
    var tokens: Set<String> = []
    for option in ["--jobs=1", "--reduce", "--strategy=bounded", "--fingerprints"] {
      let output = session.run("run", "r.race", "--row=buggy", option).output
      let replay = try #require(ReplayCommandTests.replays(in: output).first)
      tokens.insert(String(replay[3].split(separator: ":")[2]))
      #expect(session.run(replay).code == .violated)
    }
    #expect(tokens.count == 1)
  }
}
