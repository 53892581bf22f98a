import Testing

@testable import explore

/// `check --filter`, `--partition`, `--fail-fast`: which rows are searched, and what is said.
struct SelectionTests {
  /// The names of the rows that a check prints.
  private func rows(_ session: TestSession = TestSession(), _ arguments: String...) -> [String] {
    let output = session.run(["check"] + arguments).output
    return output.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .map { String($0.split(separator: " ")[1]) }
  }

  @Test func `filters choose and leave out`() {
    let files = ["race.json5", "wrong.json5", "vacuous.json5"]
    func chosen(_ filters: String...) -> [String] {
      let arguments = ["check"] + files + filters.map { "--filter=\($0)" }
      let output = TestSession().run(arguments).output
      return output.split(separator: "\n").compactMap { line in
        line.hasPrefix("  ") && !line.hasPrefix("   ")
          ? String(line.split(separator: " ")[1]) : nil
      }
    }
    #expect(chosen() == ["linux-6.1", "patched", "bump-missing", "patched", "alone"])
    #expect(chosen("*/patched") == ["patched", "patched"])
    #expect(chosen("race") == ["linux-6.1", "patched"])
    #expect(chosen("race", "vacuous/*") == ["linux-6.1", "patched", "alone"])
    #expect(chosen("!*/patched") == ["linux-6.1", "bump-missing", "alone"])
    #expect(chosen("race", "!*/patched") == ["linux-6.1"])
  }

  @Test func `a file without chosen rows is not shown, and counts for nothing`() {
    let result = TestSession().run("check", "race.json5", "vacuous.json5", "--filter", "race")
    #expect(!result.output.contains("vacuous.json5"))
    #expect(result.output.contains("2 rows of 1 file: 2 as expected"))
    #expect(result.code == .success)
  }

  @Test func `a filter that matches nothing is refused, one that leaves nothing out is not`() {
    let result = TestSession().run("check", "race.json5", "--filter", "rase*")
    #expect(result.code == .usage)
    #expect(result.output.isEmpty)
    #expect(result.error.contains("no row matches --filter 'rase*', of 2 rows"))
    #expect(TestSession().run("check", "race.json5", "--filter", "!rase*").code == .success)
  }

  @Test func `tags choose rows`() {
    var session = TestSession()
    session.files["tagged.json5"] = Samples.file(
      "tagged",
      rows: #"{ name: "linux-6.1", tags: ["slow"], expect: "violated", "#
        + #"violates: ["c-subset", "dirty-log"] }, "# + Samples.patchedRow)
    #expect(rows(session, "tagged.json5", "--filter=tag:slow") == ["linux-6.1"])
    #expect(rows(session, "tagged.json5", "--filter=!tag:slow") == ["patched"])
  }

  @Test(arguments: [1, 2, 3, 7]) func `each row is in one partition`(count: Int) {
    let files = ["race.json5", "wrong.json5", "vacuous.json5", "races/kick.race"]
    let all = TestSession().run(["check"] + files).output.split(separator: "\n").dropLast()
    var found: [Substring] = []
    for number in 1...count {
      let output = TestSession().run(["check"] + files + ["--partition=\(number)/\(count)"]).output
      found += output.split(separator: "\n").dropLast()
    }
    func rows(_ lines: some Sequence<Substring>) -> [String] {
      lines.filter { $0.hasPrefix("  ") }.map { $0.split(separator: " ").joined(separator: " ") }
        .sorted()
    }
    #expect(rows(found) == rows(all))
  }

  @Test(arguments: ["0/2", "3/2", "1/0", "1", "1/2/3", "a/b", "-1/2", "1/99999", "+1/2", " 1/2"])
  func `a partition that there is not is refused`(text: String) {
    let result = TestSession().run("check", "race.json5", "--partition=\(text)")
    #expect(result.code == .usage)
    #expect(result.error.contains("K/N"))
  }

  @Test(arguments: ["1", "2", "8"]) func `the first row that differs ends a check`(jobs: String) {
    let result = TestSession().run(
      "check", "race.json5", "wrong.json5", "vacuous.json5", "--fail-fast", "--jobs", jobs)
    #expect(result.code == .violated)
    #expect(result.output.contains("DIFFERS    bump-missing"))
    #expect(!result.output.contains("vacuous.json5"))
    #expect(result.output.contains("3 rows of 2 files: 2 as expected, 1 DIFFER"))
    #expect(result.error == "explore: ended by --fail-fast; 2 rows not run\n")
  }

  @Test func `time for all rows ends them all`() {
    let result = TestSession().run(
      "check", "race.json5", "--max-total-seconds", "0.000000001")
    #expect(result.code == .undecided)
    #expect(
      result.error == "explore: the time of --max-total-seconds is over; 2 rows not run\n")
    var session = TestSession()
    session.files["endless.json5"] = Samples.endless
    let late = session.run("check", "endless.json5", "--max-total-seconds", "0.05")
    #expect(late.code == .undecided)
    #expect(late.output.contains("the limit of --max-total-seconds"))
  }

  @Test func `filters that leave out every row are refused`() {
    let result = TestSession().run("check", "race.json5", "--filter", "!*")
    #expect(result.code == .usage)
    #expect(result.error.contains("the filters leave out every row, of 2 rows"))
  }

  /// What is wrong with a file is known before any row is searched, so it counts wherever the
  /// command ends.
  @Test func `files that cannot be read count behind the end of a check`() throws {
    let arguments = ["check", "wrong.json5", "race.json5", "broken/broken.race", "--fail-fast"]
    let text = TestSession().run(arguments)
    #expect(text.code == .usage)
    #expect(text.output.contains("1 file NOT READ, 3 NOT RUN"))
    let document = try JSON(TestSession().run(arguments + ["--format=json"]).output)
    #expect(document["errors"]?[0]?["fileNumber"] == .integer(3))
    #expect(document["summary"]?["filesNotRead"] == .integer(1))
    let tap = TestSession().run(arguments + ["--format=ktap"]).output
    #expect(tap.contains("1..3\n"))
    #expect(tap.contains("not ok 2 broken/broken.race"))
    #expect(tap.contains("ok 3 race.json5 # SKIP not run"))
  }
}
