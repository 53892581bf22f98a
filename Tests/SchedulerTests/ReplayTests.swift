import Scheduler
import Testing

/// Running a given schedule, and what is told about each of its steps.
@Suite struct ReplayTests {
  private func schedule(_ threads: Int...) -> Schedule {
    Schedule(threads.map { Schedule.Step(ThreadID($0)) })
  }

  private func failure(_ system: System, _ schedule: Schedule) -> ReplayError? {
    do {
      _ = try system.replay(schedule)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a trace tells who did what and what it changed`() throws {
    let toy = Toy("LOCK m; R x>r; W x r+1; UNLOCK m / U x")
    let system = toy.system()
    let trace = try system.replay(schedule(0, 0, 1, 0, 0))
    #expect(trace.steps.map(\.number) == [1, 2, 3, 4, 5])
    #expect(
      trace.steps.map(\.location.label) == ["LOCK m", "R x>r", "U x", "W x r+1", "UNLOCK m"])
    #expect(trace.steps.map(\.isPreemption) == [false, false, true, false, false])
    #expect(trace.preemptions == 1)
    let first = ThreadID(0)
    #expect(trace.steps.map { $0.lockOwners[0] } == [first, first, first, first, nil])
    let shared = trace.steps.map { step in
      step.changes.filter { $0.role == .shared }.map { "\($0.name) \($0.old) \($0.new)" }
    }
    #expect(shared == [[], [], ["x 0 1"], [], []])
    let locks = trace.steps[0].changes.filter { $0.role == .lock }
    #expect(locks.map { "\($0.name) \($0.old) \($0.new)" } == ["m free t0"])
    #expect(trace.unfinished.isEmpty && trace.broken.isEmpty)
  }

  @Test func `the threads that have not finished wait for locks, each with its owner`() throws {
    let system = Toy("LOCK m; LOCK n / LOCK n; AWAIT x=1 / U x; LOCK m").system()
    let trace = try system.replay(schedule(0, 1, 2))
    #expect(trace.unfinished.map(\.thread.index) == [0, 1, 2])
    #expect(trace.unfinished.map(\.canStep) == [false, true, false])
    let waits = trace.unfinished.map { $0.waitsFor.map { "\($0.lock) of \($0.owner.index)" } }
    #expect(waits == [["n of 1"], [], ["m of 0"]])
    #expect(trace.unfinished[1].location.label == "AWAIT x=1")
  }

  @Test func `a deadlock is broken in the step that leads to it`() throws {
    let system = Toy("AWAIT x=9 / U x").system()
    #expect(try system.replay(schedule(1)).steps.last?.broken == ["deadlock"])
    let stuck = Toy("AWAIT x=9").system()
    #expect(try stuck.replay(Schedule()).broken == ["deadlock"])
    #expect(Explorer.explore(stuck).broken == ["deadlock"])
  }

  @Test func `the cell that overflowed is named`() throws {
    let system = Toy("W x 3; U x / U x", bits: 2).system()
    let trace = try system.replay(schedule(0, 0))
    #expect(trace.explanations == ["cell-overflow": "a value did not fit into the cell x"])
    #expect(trace.broken == ["cell-overflow"])
    #expect(try system.replay(schedule(0)).explanations.isEmpty)
  }

  @Test func `a step that cannot be taken is named, with what could run`() {
    let system = Toy("AWAIT x=1; CHOOSE r 2 / U x; ASSERT x=2; U x").system()
    #expect(
      failure(system, schedule(0))?.description
        == "step 1 does not fit: t0 cannot take its step 'AWAIT x=1'; could run: t1 at 'U x'")
    #expect(failure(system, schedule(0))?.problem == .blocked(thread: "t0", label: "AWAIT x=1"))
    let ended = failure(system, schedule(1, 1, 0))
    #expect(ended?.problem == .runHasEnded)
    #expect(
      ended?.description
        == "step 3 does not fit: a broken check has ended the run; nothing could run")
    var choosing = schedule(1, 0)
    choosing.steps.append(Schedule.Step(ThreadID(0), choice: 2))
    #expect(
      failure(system, choosing)?.description
        == "step 3 does not fit: t0's step 'CHOOSE r 2' has no choice 2; "
        + "could run: t0 at 'CHOOSE r 2', t1 at 'ASSERT x=2'")
    let finished = failure(system, schedule(1, 0, 0, 0))
    #expect(finished?.problem == .finished(thread: "t0"))
    #expect(finished?.step == 4)
    #expect(finished?.description.contains("t0 has finished") == true)
  }

  @Test func `a late choice of many is reached at once`() throws {
    let system = Toy("CHOOSE r 200; U x").system()
    let step = Schedule.Step(ThreadID(0), choice: 199)
    let trace = try system.replay(Schedule([step, Schedule.Step(ThreadID(0))]))
    #expect(trace.steps[0].choice == 199)
    #expect(trace.steps[0].changes.map(\.new).contains("199"))
    let tooLate = Schedule([Schedule.Step(ThreadID(0), choice: 200)])
    #expect(
      failure(system, tooLate)?.problem
        == .noSuchChoice(thread: "t0", label: "CHOOSE r 200", choice: 200))
  }
}
