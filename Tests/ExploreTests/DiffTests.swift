import Testing

@testable import explore

/// `check --diff`: the rows whose verdict changes with what the command line changes.
struct DiffTests {
  @Test func `a patch that removes a race is a change, and the row that has it is none`() {
    let result = TestSession().run(
      "check", "race.json5", "vacuous.json5", "--diff", "--with", "seq-bump-on-clear-dirty")
    #expect(result.code == .violated)
    #expect(result.output.contains("race.json5\n  linux-6.1\n    as it is"))
    #expect(result.output.contains("violated: c-subset"))
    #expect(result.output.contains("    changed   holds"))
    #expect(!result.output.contains("patched"))
    #expect(
      result.output.hasSuffix(
        "3 rows: 1 CHANGE, 0 as before, 2 without anything that is changed\n"))
  }

  @Test func `the command that replays a change reaches it`() throws {
    let session = TestSession()
    // The bump comes before the lock that would protect it, which brings the race back.
    let result = session.run("check", "race.json5", "--diff", "--knob", "bump-dirty=before")
    #expect(result.code == .violated)
    let line = try #require(
      result.output.split(separator: "\n").first { $0.contains("explore replay") })
    let words = line.split(separator: " ").dropFirst().map(String.init)
    #expect(words.contains("--row"))
    #expect(session.run(words).code == .violated)
  }

  @Test func `macros change race files`() {
    let result = TestSession().run("check", "races/kick.race", "--diff", "-DFIX")
    #expect(result.code == .violated)
    #expect(result.output.contains("1 CHANGE"))
  }

  @Test func `JSON has both rows of a change`() throws {
    let result = TestSession().run(
      "check", "race.json5", "--diff", "--with", "seq-bump-on-clear-dirty", "--format", "json")
    let document = try JSON(result.output)
    let rows = try #require(document["scenarios"]?[0]?["rows"])
    #expect(rows[0]?["variant"]?.text == "as-is")
    #expect(rows[1]?["variant"]?.text == "changed")
    #expect(rows[2] == nil)
    #expect(document["summary"]?["differences"]?["changed"] == .integer(1))
  }

  @Test(arguments: [
    (["--with", "seq-bump-on-clear-dirty"], "add --diff"),
    (["--diff"], "needs something that changes rows"),
    (["--diff", "--knob", "flush-lpid=shadow", "--partition", "1/2"], "do not go together"),
    (["--diff", "--knob", "hcall-srcu=on"], "changes nothing"),
  ])
  func `what means nothing is refused`(options: [String], words: String) {
    let result = TestSession().run(["check", "race.json5"] + options)
    #expect(result.code == .usage)
    #expect(result.error.contains(words))
  }

  @Test func `a macro that no program reads is refused`() {
    let result = TestSession().run("check", "races/kick.race", "--diff", "-DNOSUCH")
    #expect(result.code == .usage)
    #expect(result.error.contains("changes nothing"))
  }

  @Test func `files that cannot be read count in the totals`() {
    let result = TestSession().run("check", "races/kick.race", "mixed", "--diff", "-DFIX")
    #expect(result.code == .usage)
    #expect(result.output.replacing("\n", with: " ").contains("1 file NOT READ"))
  }
}
