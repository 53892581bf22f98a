import Testing

@testable import explore

/// `check --rerun-failed`: what came out as expected is not run again, and all else is.
@Suite struct RerunSelectionTests {
  /// A session that has the report of a command line as `last.json`.
  private static func session(after line: String...) -> TestSession {
    var session = TestSession()
    session.files["last.json"] = session.run(["check"] + line + ["--format=json"]).output
    return session
  }

  private static func titles(_ output: String) -> [String] {
    output.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.map {
      String($0.split(separator: " ")[1])
    }
  }

  @Test func `only rows that differ, are unpinned or undecided are run`() {
    let session = Self.session(after: "races", "race.json5", "wrong.json5")
    let result = session.run("check", "--rerun-failed", "last.json")
    #expect(Self.titles(result.output).sorted() == ["bump-missing", "open", "patched", "wrong"])
    #expect(!result.output.contains("race.json5\n  ok"))
    #expect(result.error.isEmpty && result.code == .violated)
    let limited = Self.session(after: "race.json5", "vacuous.json5", "--max-states=300")
    let rest = limited.run("check", "--rerun-failed=last.json", "--max-states=900")
    #expect(Self.titles(rest.output) == ["linux-6.1", "patched", "alone"])
  }

  @Test func `the rows of broken files are run, and files are found by themselves`() {
    var session = Self.session(after: "mixed", "missing")
    session.files["mixed/misspelt.json5"] = Samples.file("misspelt")
    session.files["missing"] = Samples.race
    let result = session.run("check", "--rerun-failed", "last.json")
    #expect(result.output.contains("mixed/misspelt.json5\n  ok"))
    #expect(result.output.contains("missing\n  ok"))
    #expect(!result.output.contains("mixed/race.json5"))
    #expect(result.error.isEmpty && result.code == .success)
  }

  @Test func `rows that were not run are run, and the report knows them`() {
    var session = TestSession()
    let interrupted = TestSession(isInterrupted: { true })
    session.files["last.json"] = interrupted.run("check", "race.json5", "--format=json").output
    let result = session.run("check", "--rerun-failed=last.json", "race.json5")
    #expect(Self.titles(result.output) == ["linux-6.1", "patched"])
  }

  @Test func `rows that the report does not know are run, and counted`() {
    let session = Self.session(after: "race.json5")
    let result = session.run("check", "--rerun-failed", "last.json", "race.json5", "vacuous.json5")
    #expect(Self.titles(result.output) == ["alone"])
    #expect(result.error == "last.json: 1 row is not in the report: run, too\n")
    let folder = session.run("check", "--rerun-failed", "last.json", "folder")
    #expect(folder.error == "last.json: 3 rows are not in the report: run, too\n")
  }

  @Test func `the report is not replaced`() {
    let session = Self.session(after: "race.json5", "wrong.json5")
    let result = session.run("check", "--rerun-failed=last.json", "--report=json=./last.json")
    #expect(result.code == .usage)
    #expect(result.error.contains("last.json") && result.reports.isEmpty)
    let other = session.run("check", "--rerun-failed=last.json", "--report=json=next.json")
    #expect(other.code == .violated && other.reports["next.json"] != nil)
  }

  @Test func `where all was as expected nothing is run`() {
    let session = Self.session(after: "race.json5")
    let result = session.run("check", "--rerun-failed", "last.json")
    #expect(result.output == "0 rows of 0 files: 0 as expected; 0 states\n")
    #expect(result.code == .success)
  }

  @Test func `a report that is none is refused, and a check without paths`() {
    let session = Self.session(after: "race.json5")
    let result = session.run("check", "--rerun-failed", "race.json5")
    #expect(result.code == .usage && result.output.isEmpty)
    #expect(result.error.hasPrefix("race.json5:2:3: error: expected a key in quotation marks"))
    #expect(session.run("check", "--rerun-failed", "none.json").code == .usage)
    #expect(session.run("check").error.contains("'check' needs files or folders"))
    #expect(session.run("run", "--rerun-failed=last.json").code == .usage)
  }

  @Test func `rows that a filter left out are not run, and reruns end`() {
    let session = Self.session(after: "race.json5", "wrong.json5", "--filter", "*/patched")
    let again = session.run("check", "--rerun-failed=last.json", "--format=json")
    #expect(again.error.isEmpty)
    let rows = session.run("check", "--rerun-failed=last.json")
    #expect(Self.titles(rows.output) == ["patched"])
    var next = session
    next.files["next.json"] = again.output
    #expect(Self.titles(next.run("check", "--rerun-failed=next.json").output) == ["patched"])
  }

  @Test func `partitions of a rerun are put together`() {
    var session = Self.session(after: "race.json5", "wrong.json5", "races")
    let whole = session.run("check", "--rerun-failed=last.json")
    for part in 1...2 {
      session.files["\(part).json"] =
        session.run(
          "check", "--rerun-failed=last.json", "--partition=\(part)/2", "--format=json"
        ).output
    }
    let merged = session.run("merge", "1.json", "2.json")
    #expect(merged.output == whole.output)
    #expect(merged.code == whole.code)
  }

  @Test(arguments: ["last.json", "wrong.json5", "race.json5"])
  func `no report replaces what a rerun reads`(path: String) {
    let session = Self.session(after: "race.json5", "wrong.json5")
    let result = session.run("check", "--rerun-failed=last.json", "--report=json=\(path)")
    #expect(result.code == .usage)
    #expect(result.error.contains("would replace"))
  }
}
