import Foundation
import Reporting
import Scheduler
import Testing

@testable import explore

/// Runs that go round for ever, as reports show them and as they are replayed.
struct EndlessRunTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
  private static let file = "scenarios/progress-retry-vs-notifier.json5"

  private func session() throws -> TestSession {
    let text = try String(contentsOf: Self.root.appending(path: Self.file), encoding: .utf8)
    return TestSession(files: [Self.file: text])
  }

  @Test func `a lasso is shown as stem and loop`() throws {
    let row = try Toys.row(
      of: Toys.waiting(.spinning, Property("ends", sentence: "Both end.", kind: .terminates(.weak)))
    )
    #expect(row.result.broken == ["ends"] && row.exitCode == .violated)
    Golden.expect(RunText(style: TextStyle()).add([row]), is: "run-lasso.txt")
  }

  @Test func `the JSON report says where the loop starts, as its schema has it`() throws {
    let validator = SchemaValidator(root: Repository.reportSchema, isStrict: true)
    let document = try JSON(
      session().run("run", Self.file, "--row=count-stays-up", "--format=json").output)
    #expect(validator.errors(in: document) == [])
    let row = document["scenarios"]?[0]?["rows"]?[0]
    #expect(row?["properties"]?[0]?["verdict"] == .string("violated"))
    #expect(row?["properties"]?[0]?["loopStart"] == .integer(26))
    #expect(row?["properties"]?[0]?["minimal"] == .flag(false))
    #expect(row?["properties"]?[1]?["loopStart"] == .null)
    #expect(row?["figures"]?[0]?["id"] == .string("fairness"))
  }

  @Test func `the replay of a lasso finds the loop again`() throws {
    let session = try session()
    let run = session.run("run", Self.file, "--row=count-stays-up")
    #expect(run.code == .violated)
    let replays = ReplayCommandTests.replays(in: run.output)
    #expect(replays.count == 1)
    let replay = session.run(replays[0])
    #expect(replay.code == .violated && replay.error == "")
    #expect(replay.output.contains("VIOLATED progress"))
    #expect(replay.output.contains("\nloop:\n"))
    #expect(replay.output.contains("steps 26 to 48 can be repeated for ever"))
  }

  @Test func `a loop that only an unfair schedule stays in breaks nothing`() throws {
    let session = try session()
    let run = session.run("run", Self.file, "--row=linux-6.1")
    #expect(run.code == .success)
    #expect(run.output.contains("fairness       loops only while a thread that waits"))
    // Up to the retry, and the retry once: the notifier stands where it could always step.
    let system = try Toys.job(of: session.files[Self.file] ?? "", named: Self.file).program.system
    let token = try Tokens.token("b15a23", for: system)
    let replay = session.run("replay", Self.file, "--schedule", token)
    #expect(replay.code == .success && replay.output.contains("NOTHING BROKE"))
  }
}
