import Testing

@testable import Scheduler

/// Tokens on systems that they were not made for.
@Suite struct TokenReadingTests {
  private func schedule(_ threads: Int...) -> Schedule {
    Schedule(threads.map { Schedule.Step(ThreadID($0)) })
  }

  /// The token of a schedule for one program, read on another.
  private func reading(
    _ schedule: Schedule, of program: String, on other: String, checks: [String] = []
  ) throws -> ScheduleToken.Reading {
    let token = try schedule.token(for: Toy(program, checks: checks).system())
    return try ScheduleToken(token).reading(on: Toy(other, checks: checks).system())
  }

  private func parting(
    _ schedule: Schedule, of program: String, on other: String, checks: [String] = []
  ) throws -> ReplayError? {
    do {
      _ = try reading(schedule, of: program, on: other, checks: checks)
      return nil
    } catch let error as Schedule.TokenError {
      guard case .parts(let origin, let misfit) = error else { throw error }
      #expect(!origin.isSameSystem && error.description.contains("\(misfit)"))
      return misfit
    }
  }

  @Test func `steps that came or went on the way change nothing`() throws {
    let program = "R x>r; W x r+1; U y / R x>r; W x r+1"
    let other = "CHOOSE q 1; R x>r; CHOOSE p 1; W x r+1; U y / R y; R x>r; W x r+1"
    let reading = try reading(schedule(0, 1, 1, 0), of: program, on: other)
    #expect(reading.schedule == schedule(0, 0, 1, 1, 1, 0, 0))
    #expect(reading.isByLabels && reading.stepsWhenMade == 4)
    #expect(try #require(reading.note).contains("7 steps where there were 4"))
    let back = try self.reading(reading.schedule, of: other, on: program)
    #expect(back.schedule == schedule(0, 1, 1, 0))
  }

  @Test func `a label that comes again is counted`() throws {
    let reading = try reading(
      schedule(0, 0, 0, 1), of: "U x; R y; U x; U x / R x", on: "R z; U x; U x; U x / R x")
    #expect(reading.schedule == schedule(0, 0, 0, 1))
  }

  @Test func `a thread that had finished finishes`() throws {
    let reading = try reading(
      schedule(0, 0, 1), of: "U x; U y / R x", on: "U x; U y; R z; CHOOSE q 2 / R x")
    #expect(reading.schedule == schedule(0, 0, 0, 0, 1))
    let unfinished = try self.reading(
      schedule(0, 1), of: "U x; U y / R x; R y", on: "U x; R z; U y / R x; R y")
    #expect(unfinished.schedule == schedule(0, 1))
  }

  @Test func `the last step of a segment takes its choice`() throws {
    let steps = Schedule([.init(ThreadID(0)), .init(ThreadID(0), choice: 2), .init(ThreadID(0))])
    let reading = try reading(
      steps, of: "R x; CHOOSE r 3; W x r", on: "CHOOSE q 2; R x; CHOOSE r 3; W x r")
    #expect(reading.schedule.steps.map(\.choice) == [0, 0, 2, 0])
    let system = Toy("R x; CHOOSE r 3; W x r").system()
    let token = SealedTokens.strange(try steps.token(for: system)).split(separator: ":")
    let more = token[2].replacing("+2", with: "+3")
    do {
      _ = try ScheduleToken(SealedTokens.v2("v2::00000000:\(more)")).reading(on: system)
      Issue.record("accepted")
    } catch {
      guard case .parts(_, let misfit) = error else { throw error }
      #expect(misfit.step == 2)
      #expect(misfit.problem == .noSuchChoice(thread: "t0", label: "CHOOSE r 3", choice: 3))
    }
  }

  @Test func `who must wait on the way is named, and what could run`() throws {
    let misfit = try #require(
      try parting(
        schedule(0, 0, 1, 1), of: "LOCK m; U x; UNLOCK m / R x; U y",
        on: "LOCK m; U x; UNLOCK m / R x; LOCK m; U y; UNLOCK m"))
    #expect(misfit.step == 4)
    #expect(misfit.problem == .blocked(thread: "t1", label: "LOCK m"))
    #expect(misfit.runnable == ["t0 at 'UNLOCK m'"])
    #expect(
      misfit.description
        == "step 4 does not fit: t1 cannot take its step 'LOCK m'; expected it to come to 'U-y' "
        + "from step 3 on; could run: t0 at 'UNLOCK m'")
  }

  @Test func `who finishes before the label has come is named`() throws {
    let misfit = try #require(
      try parting(schedule(1, 0, 0), of: "R x; U y / U x", on: "R x; U z / U x"))
    #expect(misfit.step == 4)
    #expect(misfit.problem == .finished(thread: "t0"))
    #expect(misfit.runnable.isEmpty)
    #expect(misfit.description.contains("expected it to come to 'U-y' from step 2 on; nothing"))
    let early = try #require(
      try parting(schedule(0, 1, 0, 0), of: "R x; U y; U y / U x", on: "R x; U y / U x"))
    #expect(early.step == 4 && early.expected == .init(label: "U-y", since: 3))
  }

  @Test func `who was to finish and cannot is named`() throws {
    let misfit = try #require(
      try parting(schedule(0, 1), of: "U x / U y", on: "U x; AWAIT y=1 / U y"))
    #expect(misfit.step == 2 && misfit.expected == .init(label: nil, since: 1))
    #expect(misfit.description.contains("expected it to finish from step 1 on"))
  }

  @Test func `who goes round without coming to the label is named`() throws {
    let misfit = try #require(
      try parting(schedule(1, 0, 0), of: "R x; U y / U z", on: "R x; GOTO 0 x=0; U y / U z"))
    // The state after step 3 comes again after step 5 at the latest.
    #expect(misfit.problem == .goesRound(thread: "t0", label: "GOTO 0 x=0") && misfit.step == 5)
    #expect(misfit.description.contains("for ever at 'GOTO 0 x=0'; expected it to come to 'U-y'"))
    // A loop that ends, or that has the label in it, is none of that kind.
    let ends = try reading(schedule(0, 0), of: "R x; R y", on: "U x; GOTO 0 x!=9; R x; R y")
    #expect(ends.schedule.steps.count == 20)
    let waits = try reading(
      schedule(0, 0, 0), of: "R x; R x; R x; R y", on: "R x; GOTO 0 x=0; R x")
    #expect(waits.schedule.steps.count == 5)
  }

  @Test func `who breaks a check on the way is told`() throws {
    let misfit = try #require(
      try parting(
        schedule(0, 0), of: "R x; R y", on: "R x; FAIL never; R y", checks: ["never"]))
    #expect(misfit.step == 3 && misfit.problem == .runHasEnded && misfit.runnable.isEmpty)
  }

  @Test func `a system of fewer threads has no such thread`() throws {
    #expect(throws: Schedule.TokenError.unknownThread("c", threads: 2)) {
      try self.reading(self.schedule(0, 2), of: "U x / U x / U x", on: "U x / U x")
    }
  }

  /// A system whose hash says nothing of its ops.
  private func system(_ program: String, version: String?, isNamed: Bool = false) -> System {
    var builder = Toy(program, variables: ["x", "y"]).builder
    builder.identity = "one for all"
    builder.version = version
    builder.isNamedByIdentity = isNamed
    return builder.build()
  }

  @Test func `steps that changed under the same hash are found by their labels`() throws {
    let before = system("R x; U x / R y", version: "1.0")
    let after = system("R x; R y; U x / R y", version: "1.1")
    #expect(before.stableHash == after.stableHash)
    let token = try ScheduleToken(of: schedule(0, 0, 1), for: before)
    let reading = try token.reading(on: after)
    #expect(reading.isByLabels && reading.schedule == schedule(0, 0, 0, 1))
    let note = try #require(reading.note)
    #expect(note.contains("version 1.0 of the model, this is version 1.1"), "\(note)")
    #expect(throws: Schedule.TokenError.otherSteps(reading.origin)) {
      try Schedule(token: token.text, for: after)
    }
    let same = try token.reading(on: system("R x; R y; U x / R y", version: "1.0"))
    #expect(try #require(same.note).contains("before their steps changed"))
  }

  @Test func `another version with the same steps is named`() throws {
    let before = system("R x; U x / R y", version: "1.0")
    let token = try ScheduleToken(of: schedule(0, 0, 1), for: before)
    #expect(try token.reading(on: before).note == nil)
    let reading = try token.reading(on: system("R x; U x / R y", version: "2.0"))
    #expect(!reading.isByLabels && reading.schedule == schedule(0, 0, 1))
    let note = try #require(reading.note)
    #expect(note.contains("1.0") && note.contains("2.0") && note.contains("same"), "\(note)")
    #expect(try token.reading(on: system("R x; U x / R y", version: nil)).note == nil)
  }

  @Test func `of another system and version both are named, whether it fits or not`() throws {
    let token = try ScheduleToken(
      of: schedule(0, 0), for: system("R x; U x", version: "1.0"))
    var builder = Toy("R x; R x; U x").builder
    builder.version = "2.0"
    let other = builder.build()
    let reading = try token.reading(on: other)
    let note = try #require(reading.note)
    let versions = "\(token.systemHash) of version 1.0, this is \(other.hashText) of version 2.0"
    #expect(note.contains(versions), "\(note)")
    #expect(throws: Schedule.TokenError.otherSystem(reading.origin)) {
      try Schedule(token: token.text, for: other)
    }
    builder = Toy("R x; R x").builder
    builder.version = "2.0"
    do {
      _ = try token.reading(on: builder.build())
      Issue.record("accepted")
    } catch {
      #expect("\(error)".contains("of version 1.0, this is"), "\(error)")
    }
  }

  @Test func `where the hash is of all that a program does, labels are spelling`() throws {
    let before = system("R x; U x / R y", version: "1.0", isNamed: true)
    let token = try ScheduleToken(of: schedule(0, 0, 1), for: before)
    let renamed = system("R y; U y / R x", version: "1.0", isNamed: true)
    let reading = try token.reading(on: renamed)
    #expect(!reading.isByLabels && reading.schedule == schedule(0, 0, 1) && reading.note == nil)
  }

  @Test func `a label in a loop that never ends stops at the longest schedule`() throws {
    let spin = Toy("U x; GOTO 0 x!=0", bits: 8).system()
    let goal = StepName(of: "GOTO 0 x!=0").text
    // The counter wraps nowhere: its overflow ends the run first.
    let token = SealedTokens.v2("v2::00000000:a9000.\(goal)@9000")
    do {
      _ = try ScheduleToken(token).reading(on: spin)
      Issue.record("accepted")
    } catch {
      guard case .parts(_, let misfit) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(misfit.step > 200 && misfit.expected?.since == 1)
    }
  }
}
