import Foundation
import Testing

@testable import Scheduler
@testable import explore

/// Signals that ask the built program to end, as a shell, a timer or a dying terminal sends them.
struct StopSignalTests {
  private let program = EndToEndTests()

  /// Starts a search of minutes; its heading is printed before it starts.
  private func startLong(
    _ words: [String] = [], in folder: URL, format: String = "text"
  ) throws -> (process: Process, output: Pipe, error: Pipe, heading: Data) {
    let search = [
      EndToEndTests.program, "run", "endless.json5", "--max-seconds=60", "--format", format,
    ]
    let (process, output, error) = try program.start(words + search, in: folder)
    return (process, output, error, output.fileHandleForReading.availableData)
  }

  @Test(arguments: StopSignal.allCases)
  func `each signal stops the search, and what is known is printed`(signal: StopSignal) throws {
    try program.inFolder { folder in
      let (process, output, error, heading) = try startLong(in: folder, format: "json")
      kill(process.processIdentifier, signal.rawValue)
      let outcome = program.finish(process, output, error, after: heading)
      #expect(outcome.code == 128 + signal.rawValue && !outcome.wasKilled)
      #expect(outcome.error.hasPrefix("explore: \(signal.word)"))
      let report = try JSON(outcome.text)
      #expect(SchemaValidator(root: Repository.reportSchema).errors(in: report) == [])
      #expect(report["run"]?["interrupted"] == .string(signal.name))
    }
  }

  @Test func `the second signal ends the process at once, whatever the first was`() throws {
    try program.inFolder { folder in
      let (process, output, error, heading) = try startLong(in: folder)
      // Both wait for the process to go on, so that it is between them for no time at all.
      for signal in [SIGSTOP, SIGHUP, SIGTERM, SIGCONT] { kill(process.processIdentifier, signal) }
      let outcome = program.finish(process, output, error, after: heading)
      #expect([129, 143].contains(outcome.code) && !outcome.wasKilled)
      #expect(outcome.error.isEmpty)
    }
  }

  @Test func `a signal that is ignored from the start stays so, as under nohup`() throws {
    try program.inFolder { folder in
      let (process, output, error, heading) = try startLong(
        ["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh"], in: folder)
      kill(process.processIdentifier, SIGHUP)
      usleep(100_000)
      #expect(process.isRunning)
      kill(process.processIdentifier, SIGTERM)
      #expect(program.finish(process, output, error, after: heading).code == 143)
    }
  }

  @Test func `a program that waits for standard input can be stopped`() throws {
    try program.inFolder { folder in
      let script = "mkfifo pipe; sleep 5 > pipe 2>&- & exec \"$1\" run - --language=scenario < pipe"
      let (process, output, error) = try program.start(
        ["/bin/sh", "-c", script, "sh", EndToEndTests.program], in: folder)
      usleep(500_000)
      kill(process.processIdentifier, SIGTERM)
      #expect(program.finish(process, output, error).code == 143)
    }
  }

  /// Moments from before the first file is read to after the last row has ended.
  @Test func `at whatever moment it comes, the document is whole`() throws {
    try program.inFolder { folder in
      var random = SplitMix64(seed: 17)
      let validator = SchemaValidator(root: Repository.reportSchema)
      var codes: [Int32: Int] = [:]
      for _ in 0..<50 {
        let (process, output, error) = try program.start(
          [EndToEndTests.program, "check", "race.json5", "three.json5", "--format=json"],
          in: folder)
        usleep(UInt32(random.next() % 150_000))
        kill(process.processIdentifier, SIGTERM)
        let outcome = program.finish(process, output, error)
        codes[outcome.code, default: 0] += 1
        // A process that does not listen yet ends as any other.
        if outcome.wasKilled { continue }
        #expect([0, 1, 143].contains(outcome.code))
        let report = try JSON(outcome.text)
        #expect(validator.errors(in: report) == [])
        let signal: JSON = outcome.code == 143 ? .string("SIGTERM") : .null
        #expect(report["run"]?["interrupted"] == signal)
      }
      #expect(codes[143] ?? 0 > 0, "\(codes)")
    }
  }
}
