import Foundation
import Reporting
import Testing

@testable import explore

/// Partitions of a check that are put together are the check.
@Suite struct ReportMergeTests {
  private static let line = ["check", "races", "folder", "mixed", "missing", "wrong.json5"]

  /// What the whole check prints, and how it ends.
  private static let whole = TestSession().run(line + ["--format=json"])

  /// Part `number` of `count` of a report of a check, as the check of the partition prints it.
  static func part(
    _ number: Int, of count: Int, from text: String,
    dropping dropped: (String) -> Bool = { _ in false }
  ) throws -> String {
    let report = try StoredReport(Array(text.utf8), path: "whole.json")
    let partition = try #require(Partition(number, of: count))
    var (renderer, summary, facts) = (JSONReport(), ReportSummary(), report.facts)
    (facts.partition, facts.rowTimes) = (partition, [])
    var output = renderer.start(ReportStart(files: report.files.map(\.name)))
    for file in report.files {
      guard case .scenario(let scenario) = file else {
        if case .rejected(let error) = file {
          output += renderer.reject(error, ofFile: summary.scenarios + summary.filesNotRead + 1)
        }
        summary.filesNotRead += 1
        continue
      }
      output += renderer.begin(scenario.input)
      summary.scenarios += 1
      for row in scenario.rows where partition.includes(row: row.title, of: scenario.input.name) {
        if dropped(row.title) {
          facts.notRun.append(RowNotRun(file: scenario.input.file, row: row.title))
          continue
        }
        let row = report.report(of: row)
        output += renderer.add([row])
        summary.add(row)
        facts.rowTimes.append(row.elapsed)
      }
    }
    summary.rowsNotRun = facts.notRun.count
    return output
      + renderer.end(ReportEnd(filesNotRun: [], summary: summary, run: facts))
  }

  /// A session with these reports as `1.json`, `2.json` and so on.
  private static func session(_ reports: [String]) -> TestSession {
    var session = TestSession()
    for (index, report) in reports.enumerated() { session.files["\(index + 1).json"] = report }
    return session
  }

  private static func merge(_ reports: [String], _ options: String...) -> TestSession.Result {
    session(reports).run(["merge"] + reports.indices.map { "\($0 + 1).json" } + options)
  }

  /// A report without what differs between two runs.
  private static func outsideRun(_ text: String) throws -> [Substring] {
    let start = try #require(text.range(of: "\n  \"run\": {"))
    let end = try #require(text.range(of: "\n  \"summary\": {"))
    return [text[..<start.lowerBound], text[end.lowerBound...]]
  }

  @Test func `a partition is the part of the check that its rows are`() throws {
    for number in 1...3 {
      let part = TestSession().run(Self.line + ["--partition=\(number)/3", "--format=json"]).output
      let ours = try Self.part(number, of: 3, from: Self.whole.output)
      #expect(try Self.outsideRun(part) == Self.outsideRun(ours))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 7, 40])
  func `partitions that are put together are the one check`(count: Int) throws {
    let parts =
      count == 4
      ? (1...4).map {
        TestSession().run(Self.line + ["--partition=\($0)/4", "--format=json"]).output
      }
      : try (1...count).map { try Self.part($0, of: count, from: Self.whole.output) }
    let json = Self.merge(parts.shuffled(), "--format=json")
    #expect(json.error == Self.whole.error)
    #expect(json.code == Self.whole.code && json.code == .usage)
    #expect(try Self.outsideRun(json.output) == Self.outsideRun(Self.whole.output))
    let check = TestSession().run(Self.line)
    let text = Self.merge(parts, "--format=text")
    #expect(text.output == check.output && text.error == check.error && text.code == check.code)
    // What is put together is a report of the whole.
    let again = Self.merge([json.output], "--format=json")
    #expect(try Self.outsideRun(again.output) == Self.outsideRun(Self.whole.output))
  }

  @Test func `rows of partitions are told apart by name, whatever the file`() throws {
    let run = TestSession(files: ["a.json5": Samples.race, "b/a.json5": Samples.race])
    let whole = run.run("check", "a.json5", "b/a.json5", "--format=json").output
    let parts = try (1...2).map { try Self.part($0, of: 2, from: whole) }
    #expect(
      try Self.outsideRun(Self.merge(parts, "--format=json").output) == Self.outsideRun(whole))
  }

  @Test(arguments: [
    (["check", "race.json5"], ExitCode.success), (["check", "wrong.json5"], .violated),
    (["check", "race.json5", "--max-states=50"], .undecided), (["check", "races"], .violated),
    (["check", "missing"], .usage), (["check", "missing", "wrong.json5"], .usage),
  ])
  func `the exit code is that of the check`(line: [String], code: ExitCode) throws {
    let report = TestSession().run(line + ["--format=json"])
    let merged = Self.merge([report.output])
    #expect(report.code == code && merged.code == code)
    #expect(merged.output == TestSession().run(line).output)
  }

  @Test func `whole reports of different files follow each other`() throws {
    let one = TestSession().run("check", "race.json5", "missing", "--format=json").output
    let other = TestSession().run("check", "races", "--format=json").output
    let both = TestSession().run("check", "race.json5", "missing", "races", "--format=json")
    let merged = Self.merge([one, other], "--format=json")
    #expect(try Self.outsideRun(merged.output) == Self.outsideRun(both.output))
    #expect(merged.code == both.code)
    let twice = Self.merge([one, one])
    #expect(twice.code == .usage && twice.output.isEmpty)
    #expect(
      twice.error
        == """
        explore: error: race.json5 is in 1.json and in 2.json; give whole reports of different \
        files, or the partitions of one check
        see 'explore merge --help'

        """.replacing("see 'explore merge --help'\n", with: ""))
  }

  @Test func `rows that a partition did not run are not run, and the code is 3`() throws {
    let whole = TestSession().run("check", "races", "race.json5", "--format=json").output
    let parts = try (1...3).map {
      try Self.part($0, of: 3, from: whole) { ["patched", "swapped"].contains($0) }
    }
    let merged = Self.merge(parts, "--format=json")
    #expect(merged.output.contains("\"rowsNotRun\": 2"))
    #expect(merged.error == "explore: 2 rows not run: their partition ended before them\n")
    #expect(merged.code == .violated)
    let fine = TestSession().run("check", "race.json5", "--format=json").output
    let cut = try (1...3).map { try Self.part($0, of: 3, from: fine) { $0 == "patched" } }
    #expect(Self.merge(cut).code == .undecided)
  }

  // MARK: - Refusals

  private static func refusal(_ reports: [String]) -> String {
    let result = merge(reports)
    #expect(result.code == .usage && result.output.isEmpty)
    #expect(result.error.hasPrefix("explore: error: "))
    return String(result.error.dropFirst("explore: error: ".count).prefix { $0 != "\n" })
  }

  @Test func `what is no one check is refused in words`() throws {
    let parts = try (1...4).map { try Self.part($0, of: 4, from: Self.whole.output) }
    #expect(
      Self.refusal([parts[0], parts[2]])
        == "partitions 2/4 and 4/4 are missing; give the reports of all 4")
    #expect(Self.refusal(Array(parts[1...])).hasPrefix("partition 1/4 is missing; give"))
    #expect(
      Self.refusal(parts + [parts[1]])
        == "2.json and 5.json are both partition 2/4; give each once")
    #expect(
      Self.refusal([parts[0], try Self.part(2, of: 3, from: Self.whole.output)])
        == "1.json is partition 1/4, and 2.json 2/3; give the partitions of one check")
    #expect(
      Self.refusal([parts[0], Self.whole.output]).hasPrefix(
        "2.json is a whole report, and 1.json partition 1/4; "))
    #expect(
      Self.refusal([parts[0].replacing("\"version\": \"0.1.0\"", with: "\"version\": \"0.2.0\"")])
        == "1.json was made by explore 0.2.0, and this is explore 0.1.0; "
        + "merge with the version that made it")
    #expect(
      Self.refusal([TestSession().run("run", "race.json5", "--format=json").output])
        == "1.json is a report of 'run'; merge takes those of 'check'")
  }

  @Test func `other inputs, options and rows are refused`() throws {
    func parts(_ line: [String], _ files: [String: String] = [:]) throws -> [String] {
      var session = TestSession()
      session.files.merge(files) { _, new in new }
      let whole = session.run(["check"] + line + ["--format=json"]).output
      return try (1...2).map { try Self.part($0, of: 2, from: whole) }
    }
    let plain = try parts(["race.json5"])
    let bounded = try parts(["race.json5", "--preemptions=1", "--jobs=1"])
    #expect(
      Self.refusal([plain[0], bounded[1]])
        == "1.json was made with no options, and 2.json with --preemptions=1; "
        + "run all parts with the same options")
    let edited = try parts(["race.json5"], ["race.json5": Samples.race + "\n"])
    #expect(
      Self.refusal([plain[0], edited[1]])
        == "race.json5 has other contents in 2.json than in 1.json; "
        + "run all partitions on the same files")
    let others = try parts(["race.json5", "wrong.json5"])
    #expect(
      Self.refusal([plain[0], others[1]]).hasPrefix(
        "wrong.json5 is in 2.json and not at its place in 1.json; "))
    let broken = try parts(["race.json5", "missing"])
    #expect(
      Self.refusal([plain[0], broken[1]]).hasPrefix(
        "missing is in 2.json and not at its place in 1.json; "))
    let spoiled = try parts(["race.json5", "missing"], ["missing": Samples.misspelt])
    #expect(
      Self.refusal([broken[0], spoiled[1]]).hasPrefix(
        "missing could be read otherwise in 2.json than in 1.json; "))
    let changes = TestSession().run(
      "check", "race.json5", "--diff", "--knob=dedupe=off", "--format=json"
    ).output
    #expect(Self.merge([changes]).error.contains("a report of 'check --diff' has only the rows"))
    // A row that is left out by hand, or of another part.
    let first = try #require(plain.firstIndex { $0.contains("\"title\": \"patched\"") })
    let whole = TestSession().run("check", "race.json5", "--format=json").output
    let report = try Self.part(first + 1, of: 2, from: whole) { $0 == "patched" }
    var cut = plain
    let mark = try #require(report.range(of: "\"notRun\": ["))
    let end = try #require(report.range(of: "]", range: mark.upperBound..<report.endIndex))
    cut[first] = report.replacingCharacters(in: mark.upperBound..<end.lowerBound, with: "")
      .replacing("\"rowsNotRun\": 1", with: "\"rowsNotRun\": 0")
    #expect(Self.refusal(cut).contains("lacks row 'patched' of race.json5, which is of its"))
    var swapped = plain
    swapped[0] = plain[0].replacing("{\"number\": 1, ", with: "{\"number\": 2, ")
    swapped[1] = plain[1].replacing("{\"number\": 2, ", with: "{\"number\": 1, ")
    #expect(Self.refusal(swapped).contains("row '"))
  }

  @Test func `a damaged report is refused at its place`() {
    let result = Self.merge([String(Self.whole.output.prefix(5000))])
    #expect(result.code == .usage && result.output.isEmpty)
    #expect(result.error.hasPrefix("1.json:"))
    #expect(result.error.contains("; give a report as explore wrote it with --format json"))
    let missing = TestSession().run("merge", "nothing.json")
    #expect(missing.code == .usage)
    #expect(missing.error == "nothing.json: error: there is no such file or folder\n")
    #expect(TestSession().run("merge").error.contains("'merge' needs reports; write explore merge"))
  }

  // MARK: - Partitions

  @Test(arguments: [2, 3, 4, 10])
  func `rows are dealt out evenly, alike names too`(count: Int) {
    var sizes = [Int](repeating: 0, count: count)
    for file in 0..<100 {
      for row in 0..<30 {
        sizes[
          Partition.number(ofRow: "row-\(row)", of: "scenario-\(file)", among: count) - 1] += 1
      }
    }
    let mean = Double(3000) / Double(count)
    let square = sizes.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
    // Chance gives more once in a thousand times with nine degrees of freedom, rarer with fewer.
    #expect(square < 27.9, "\(sizes)")
  }

  @Test func `the part of a row is a promise between machines`() {
    let numbers = ["linux-6.1", "patched", "as-is", ""].map {
      Partition.number(ofRow: $0, of: "n01-nested-rmap", among: 1000)
    }
    #expect(numbers == [794, 439, 589, 94])
    #expect(Partition.number(ofRow: "ab", of: "c", among: 1000) == 334)
    #expect(Partition.number(ofRow: "b", of: "ca", among: 1000) == 653)
  }

  @Test func `partitions are read as they are typed`() {
    #expect(Partition("2/4").map { [$0.number, $0.count] } == [2, 4])
    #expect(Partition("2/4")?.text == "2/4" && Partition("1/1") != nil)
    for text in [
      "", "0/4", "5/4", "1", "1/0", "-1/4", "1/4/4", "a/4", "1/", "/4", "+1/2", "1/10001",
    ] {
      #expect(Partition(text) == nil, "\(text)")
    }
  }
}
