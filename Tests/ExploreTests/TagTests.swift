import Testing

@testable import explore

/// Tags reach the jobs that rows become.
struct TagTests {
  private static func jobs(_ text: String, _ file: String, _ options: String...) throws -> [Job] {
    let inputs = InputFiles(system: OneFile(text: text))
    guard case .request(let request) = try CommandLineParser.parse(["run", file] + options) else {
      return []
    }
    return try Job.jobs(of: inputs.read(file), request)
  }

  @Test func `a job has the tags of its file, then those of its row alone`() throws {
    let scenario = Samples.file(
      "s", rows: #"{ name: "a", tags: ["own", "slow"] }, { name: "b" }"#
    ).replacing("machine: {", with: #"tags: ["slow", "nested"], machine: {"#)
    let jobs = try Self.jobs(scenario, "s.json5")
    #expect(jobs.map(\.tags) == [["slow", "nested", "own"], ["slow", "nested"]])
    let race = RaceTexts.kick.replacing("C kick\n", with: "C kick\nTags=slow nested\n")
      .replacing("row buggy ", with: "row buggy tag own tag slow ")
    #expect(
      try Self.jobs(race, "kick.race").map(\.tags) == [
        ["slow", "nested", "own"], ["slow", "nested"],
      ])
    #expect(try Self.jobs(race, "kick.race", "-DFIX").map(\.tags) == [["slow", "nested"]])
    #expect(try Self.jobs(RaceTexts.kick, "kick.race").map(\.tags) == [[], []])
  }

  @Test func `a row to paste keeps its tags`() {
    let text = "C s\nint x;\nthread a(void) { x = 1; }\nrow free tag slow tag own\n"
    let output = TestSession(files: ["s.race": text]).run("check", "s.race").output
    #expect(output.contains("to pin it, write row free tag slow tag own holds\n"))
  }
}
