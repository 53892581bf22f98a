import Synchronization
import Testing

@testable import explore

/// `--watch`: a command line is done again whenever a file changes.
@Suite struct WatchTests {
  /// Files that change while a command waits, one change at a time, and then a signal.
  private final class Desk: Sendable {
    let files: MemoryFiles
    private let changes: Mutex<[@Sendable (MemoryFiles) -> Void]>
    private let waits = Mutex(0)

    init(_ texts: [String: String], _ changes: [@Sendable (MemoryFiles) -> Void]) {
      files = MemoryFiles(texts)
      self.changes = Mutex(changes)
    }

    /// Every third look finds a change, so that files are seen to settle.
    func pause() {
      let isDue = waits.withLock { waits in
        waits += 1
        return waits.isMultiple(of: 3)
      }
      guard isDue else { return }
      let change = changes.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      if let change { change(files) } else { isOver.withLock { $0 = true } }
    }

    let isOver = Mutex(false)

    func run(_ arguments: String...) -> TestSession.Result {
      var session = TestSession()
      session.system = files
      session.pause = { self.pause() }
      session.isInterrupted = { self.isOver.withLock { $0 } }
      return session.run(arguments)
    }
  }

  private static let fixed = RaceTexts.kick.replacing(
    "row buggy        violated: no_lost_kick@1\n", with: "")

  private static func write(_ name: String, _ text: String?) -> @Sendable (MemoryFiles) -> Void {
    { files in files.texts.withLock { $0[name] = text } }
  }

  @Test func `a changed file is checked again, and Ctrl-C ends it`() {
    let desk = Desk(["kick.race": RaceTexts.kick], [Self.write("kick.race", Self.fixed)])
    let result = desk.run("check", "kick.race", "--watch")
    let rounds = result.output.components(separatedBy: "as expected").count - 1
    #expect(rounds == 2)
    #expect(result.output.contains("2 rows of 1 file") && result.output.contains("1 row of 1 file"))
    #expect(result.error.contains("exit code 0; waiting for changes of the file, Ctrl-C ends it"))
    #expect(result.code == .interrupted)
  }

  @Test func `mistakes are told, and what mends them is waited for`() {
    let desk = Desk(
      ["kick.race": "C kick\nthraed a(void) { }\n"], [Self.write("kick.race", RaceTexts.kick)])
    let result = desk.run("run", "kick.race", "--watch")
    #expect(result.error.contains("did you mean 'thread'?"))
    #expect(result.error.contains("exit code 2; waiting"))
    #expect(result.output.contains("VIOLATED"))
    #expect(result.code == .interrupted)
  }

  @Test func `a file that is made, and one that goes, are changes of a folder`() {
    let desk = Desk(
      ["races/a.race": RaceTexts.kick],
      [Self.write("races/b.race", Self.fixed), Self.write("races/a.race", nil)])
    let result = desk.run("check", "races", "--watch")
    for count in ["2 rows of 1 file", "3 rows of 2 files", "1 row of 1 file"] {
      #expect(result.output.contains(count), "\(count)")
    }
    #expect(result.error.contains("changes of 2 files"))
  }

  @Test func `a change during a search stops it, and what it had to say is dropped`() {
    let files = MemoryFiles(["kick.race": RaceTexts.kick])
    var session = TestSession()
    session.system = files
    let isOver = Mutex(false)
    // The heading of the first round is the change.
    let rounds = Mutex(0)
    session.written = { text in
      guard text.contains("kick.race") else { return }
      if rounds.withLock({
        $0 += 1; return $0
      }) == 1 {
        files.texts.withLock { $0["kick.race"] = Self.fixed }
      } else {
        isOver.withLock { $0 = true }
      }
    }
    session.isInterrupted = { isOver.withLock { $0 } }
    let result = session.run(
      "run", "kick.race", "--watch", "--strategy=random", "--runs=100000000")
    #expect(result.code == .interrupted)
    #expect(!result.output.contains("VIOLATED"))
  }

  @Test(arguments: [
    (["check", "-", "--watch", "--language", "race"], "'-' is none; name a file"),
    (["check", "kick.race", "--watch", "--format", "json"], "--watch"),
    (["check", "--watch", "--rerun-failed", "report.json"], "--watch"),
    (["compare", "kick.race", "--watch"], "'compare' takes no option '--watch'"),
  ])
  func `what cannot be watched is refused`(arguments: [String], message: String) {
    let result = TestSession().run(arguments)
    #expect(result.code == .usage)
    #expect(result.error.contains(message), "\(result.error)")
  }
}
