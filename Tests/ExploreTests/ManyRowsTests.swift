import Synchronization
import Testing

@testable import explore

/// Rows are searched side by side, and print what they print one after another.
struct ManyRowsTests {
  /// Files of rows that are as expected, differ, are not pinned, or cannot be read.
  private static let session: TestSession = {
    var session = TestSession()
    for number in 0..<6 {
      session.files["many/r\(number).json5"] = Samples.file("r\(number)")
      session.files["many/s\(number).json5"] = Samples.wrong.replacing(
        "name: \"wrong\"", with: "name: \"s\(number)\"")
      session.files["many/t\(number).race"] = RaceTexts.kick
      session.files["many/u\(number).json5"] = Samples.vacuous.replacing(
        "name: \"vacuous\"", with: "name: \"u\(number)\"")
    }
    session.files["many/r3b.json5"] = Samples.misspelt
    return session
  }()

  private func withoutRun(_ json: String) -> String {
    var isSkipped = false
    return json.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("  \"run\": {") { isSkipped = true }
      defer { if line.hasPrefix("  }") { isSkipped = false } }
      return !isSkipped
    }.joined(separator: "\n")
  }

  @Test(arguments: ["text", "json"]) func `any number of jobs prints the same`(format: String) {
    func check(_ jobs: Int) -> (String, ExitCode) {
      let result = Self.session.run("check", "many", "--format", format, "--jobs", "\(jobs)")
      return (withoutRun(result.output), result.code)
    }
    let alone = check(1)
    #expect(alone.1 == .usage)
    // Of 24 files all but the misspelt one are read.
    if format == "text" { #expect(alone.0.contains("42 rows of 24 files")) }
    for jobs in [2, 3, 8] {
      let found = check(jobs)
      #expect(found.0 == alone.0)
      #expect(found.1 == alone.1)
    }
  }

  @Test func `rows of a run are printed in the order of the file`() {
    func run(_ jobs: Int) -> String {
      Self.session.run("run", "race.json5", "--jobs", "\(jobs)").output
    }
    #expect(run(8) == run(1))
  }

  /// What a search may use when it runs beside others is less than there is for all.
  @Test func `a row that needs the memory of all gets it`() {
    let limit = "3M"
    func check(_ jobs: Int) -> String {
      Self.session.run(
        "check", "many", "--filter", "r*", "--max-memory", limit, "--jobs", "\(jobs)"
      ).output
    }
    #expect(check(8) == check(1))
  }

  @Test func `what is printed does not wait for rows that come later`() {
    let pieces = Mutex<[String]>([])
    var session = Self.session
    session.written = { text in pieces.withLock { $0.append(text) } }
    _ = session.run("check", "many/r0.json5", "many/r1.json5", "--jobs", "1")
    // A heading comes with the first row of its file; the totals come last.
    #expect(pieces.withLock { $0 }.count == 5, "\(pieces.withLock { $0 })")
  }

  private final class Asked: Sendable { let count = Atomic<Int>(0) }

  @Test func `an interrupt ends all rows, and those that have begun are told of`() {
    let asked = Asked()
    var session = Self.session
    session.isInterrupted = { asked.count.add(1, ordering: .relaxed).newValue > 40 }
    let result = session.run("check", "many", "--jobs", "4")
    #expect(result.code == .interrupted)
    #expect(result.error.contains("not run"))
  }
}
