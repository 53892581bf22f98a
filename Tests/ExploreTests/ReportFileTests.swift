import Testing

@testable import explore

/// `--report FORMAT=FILE`: what is written, what is refused, and when.
struct ReportFileTests {
  @Test func `a report has the bytes that standard output would have`() {
    let formats = ["text", "json", "ndjson", "junit", "sarif", "ktap", "github"]
    for command in ["run", "check"] {
      let reports = formats.map { "--report=\($0)=out.\($0)" }
      let all = TestSession().run([command, "race.json5"] + reports)
      #expect(all.reports.count == formats.count)
      for format in formats {
        let alone = TestSession().run(command, "race.json5", "--format=\(format)")
        // Counting takes long: it is done where some format shows the counts.
        let text = timeless(all.reports["out.\(format)"] ?? "")
        #expect(text == timeless(alone.output), "\(command) \(format)")
        #expect(all.code == alone.code)
      }
    }
  }

  @Test func `standard output is what it would be without reports`() {
    let alone = TestSession().run("check", "folder")
    let beside = TestSession().run(
      "check", "folder", "--report=junit=a.xml", "--report=junit=b.xml")
    #expect(beside.output == alone.output)
    #expect(beside.error == alone.error)
    #expect(timeless(beside.reports["a.xml"] ?? "") == timeless(beside.reports["b.xml"] ?? "-"))
  }

  @Test func `a file gets no colours and no width of a terminal`() {
    var session = TestSession()
    session.facts = Console.Facts(outputColumns: 120, errorColumns: nil)
    let result = session.run("check", "wrong.json5", "--color=always", "--report=text=out.txt")
    #expect(result.output.contains("\u{1B}"))
    #expect(result.reports["out.txt"] == TestSession().run("check", "wrong.json5").output)
  }

  @Test(arguments: [
    ("race.json5", "would replace 'race.json5'"), ("./race.json5", "would replace 'race.json5'"),
    ("to/race.json5", "would replace 'race.json5'"),
    ("stdout.txt", "is the file that standard output goes to"),
    ("closed.txt", "cannot be written: Permission denied"),
  ])
  func `a report that would do harm is refused before the search`(file: String, message: String) {
    var session = TestSession()
    session.unwritable = ["closed.txt"]
    let calls = [
      ["run", "race.json5"], ["check", "folder", "race.json5"], ["compare", "race.json5"],
    ]
    for call in calls {
      let result = session.run(call + ["--report=json=good.json", "--report=json=\(file)"])
      #expect(result.code == .usage)
      #expect(result.output.isEmpty)
      #expect(result.error.contains(message), "\(result.error)")
      #expect(result.reports.isEmpty)
    }
  }

  @Test func `two reports in one file are refused, and devices take many`() {
    let twice = TestSession().run(
      "check", "race.json5", "--report=json=x.json", "--report=sarif=./x.json")
    #expect(twice.code == .usage)
    #expect(twice.error.contains("the reports 'x.json' and './x.json' are one file"))
    let null = TestSession().run(
      "check", "race.json5", "--report=json=/dev/null", "--report=sarif=/dev/fd/3")
    #expect(null.code == .success)
  }

  @Test func `what cannot be written to its end is told, and the others are whole`() {
    var session = TestSession()
    session.full = ["full.xml"]
    let result = session.run(
      "check", "race.json5", "--report=junit=full.xml", "--report=ktap=whole.ktap")
    #expect(result.code == .usage)
    #expect(result.error.contains("'full.xml' cannot be written: No space left on device"))
    #expect(result.output.contains("2 as expected"))
    #expect(result.reports.keys.sorted() == ["whole.ktap"])
  }

  @Test(arguments: [
    ("json", "names no report"), ("=x", "names no report"), ("json=", "names no report"),
    ("json=-", "names no report"), ("jsn=x", "did you mean 'json'?"),
    ("herd=x", "unknown format 'herd'"),
  ])
  func `a malformed report is refused`(value: String, message: String) {
    let result = TestSession().run("check", "race.json5", "--report", value)
    #expect(result.code == .usage)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test func `a comparison has reports in the formats that show it`() {
    let result = TestSession().run(
      "compare", "race.json5", "--row=patched", "--runs=9", "--report=ndjson=x", "--report=json=y")
    #expect(result.code == .success)
    let lines = (result.reports["x"] ?? "").split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("{\"type\": \"row\"") } == StrategySpec.allCases.count)
    #expect(TestSession().run("compare", "race.json5", "--report=junit=x").code == .usage)
  }

  @Test func `herd's blocks go into a file, and what has none counts`() {
    let whole = TestSession().run("run", "races/mp.litmus", "--report=herd=x")
    #expect(whole.reports["x"]?.hasPrefix("Test MP") == true)
    let cut = TestSession().run("run", "races/mp.litmus", "--report=herd=x", "--max-states=2")
    #expect(cut.code == .undecided)
    #expect(cut.error.contains("not all final states are known"))
  }

  @Test func `GitHub's summary is added to what is there, once a command`() {
    var session = TestSession()
    session.environment = ["GITHUB_STEP_SUMMARY": "summary.md"]
    #expect(session.run("check", "race.json5").reports.isEmpty)
    let result = session.run("check", "wrong.json5", "--format=github")
    let text = result.reports["summary.md"] ?? ""
    #expect(text.hasPrefix("### explore check\n\n| place | row |"))
    #expect(text.contains("2 DIFFER"))
    let twice = session.run("check", "wrong.json5", "--format=github", "--report=github=x")
    #expect(twice.reports["summary.md"] == text)
    // What breaks as its file says is as it should be, in the report of partitions as well.
    session.files["part.json"] = session.run("check", "race.json5", "--format=json").output
    let merged = session.run("merge", "part.json", "--format=github").reports["summary.md"] ?? ""
    #expect(merged.contains("2 rows of 1 file: 2 as expected"))
    #expect(!merged.contains("|"))
    session.environment = ["GITHUB_STEP_SUMMARY": "part.json"]
    #expect(session.run("merge", "part.json", "--format=github").code == .usage)
    session.environment = ["GITHUB_STEP_SUMMARY": "to/wrong.json5"]
    #expect(session.run("check", "wrong.json5", "--format=github").code == .usage)
    session.environment = ["GITHUB_STEP_SUMMARY": ""]
    #expect(session.run("check", "wrong.json5", "--format=github").reports.isEmpty)
    session.environment = ["GITHUB_STEP_SUMMARY": "closed.md"]
    session.unwritable = ["closed.md"]
    #expect(session.run("check", "wrong.json5", "--format=github").code == .usage)
  }
}

/// A report without what differs from run to run.
func timeless(_ text: String) -> String {
  text.replacing(/"elapsedMilliseconds": [0-9]+/, with: "\"elapsedMilliseconds\": 0")
    .replacing(/"rowMilliseconds": \[[0-9, ]+\]/, with: "\"rowMilliseconds\": []")
    .replacing(#/ time="[0-9.]+"/#, with: " time=\"0.000\"")
}
