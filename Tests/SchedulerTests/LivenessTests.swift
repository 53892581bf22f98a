import Scheduler
import Synchronization
import Testing

/// Endless runs that a fair scheduler does not avoid, and those that it does.
@Suite struct LivenessTests {
  private static let weak = Property(
    "weak", sentence: "Weak fairness lets all finish.", kind: .terminates(.weak))
  private static let strong = Property(
    "strong", sentence: "Strong fairness lets all finish.", kind: .terminates(.strong))

  private func explore(_ toy: Toy) -> (system: System, exploration: Exploration) {
    let system = toy.system(Self.weak, Self.strong)
    return (system, Explorer.explore(system))
  }

  /// The counterexample of a property, which must be a fair lasso that its replay recognises.
  private func lasso(
    _ id: String, in system: System, _ exploration: Exploration
  ) throws -> (stem: [Schedule.Step], loop: [Schedule.Step]) {
    let finding = try #require(exploration.findings.first { $0.id == id })
    guard case .violated(let found) = finding.result else {
      Issue.record("\(id) is not violated")
      return ([], [])
    }
    let fairness = try #require(Fairness(rawValue: id))
    #expect(FairCycleOracle.faults(of: found, fairness, in: system) == [])
    let token = try found.schedule.token(for: system)
    let trace = try system.replay(Schedule(token: token, for: system))
    #expect(trace.loopStart == found.loopStart)
    #expect(trace.steps.last?.broken.contains(id) == true)
    #expect(!trace.steps.dropLast().contains { $0.broken.contains(id) })
    #expect(trace.preemptions == found.preemptions)
    #expect(!found.isMinimal)
    let start = try #require(found.loopStart) - 1
    return (Array(found.schedule.steps[..<start]), Array(found.schedule.steps[start...]))
  }

  private func statistic(_ exploration: Exploration) -> String? {
    exploration.statistics.first { $0.id == "fairness" }.map { statistic in
      guard case .text(let text) = statistic.value else { return "no text" }
      return "\(statistic.sentence) / \(text)"
    }
  }

  @Test func `Peterson's lock with busy waiting is fair to both`() {
    let (_, exploration) = explore(
      Toy(
        "W c0 1; W turn 1; GOTO 5 c1=0; GOTO 5 turn=0; GOTO 2 c0=1; U in; W c0 0"
          + " / W c1 1; W turn 0; GOTO 5 c0=0; GOTO 5 turn=1; GOTO 2 c1=1; U in; W c1 0"))
    #expect(exploration.verdict == .holds)
    guard case .unbounded = exploration.counts.interleavings else {
      Issue.record("it does not spin")
      return
    }
    #expect(
      statistic(exploration)
        == "loops only under an unfair schedule, which passes over who could always step / t0, t1")
  }

  @Test func `Peterson's lock whose threads come back for ever never finishes`() throws {
    #expect(
      statistic(Explorer.explore(petersonLock(.flagThenTurn)))
        == "loops under a fair schedule too, and never finishes / left, right")
  }

  /// Who waits for the lock can take it only now and then.
  @Test func `a lock that serves nobody in turn needs strong fairness`() throws {
    let (system, exploration) = explore(
      Toy("LOCK m; UNLOCK m; GOTO 0 done=0 / LOCK m; UNLOCK m; W done 1"))
    #expect(exploration.broken == ["weak"])
    let (stem, loop) = try lasso("weak", in: system, exploration)
    #expect(stem.isEmpty && loop.map(\.thread.index) == [0, 0, 0])
    #expect(
      statistic(exploration)
        == "loops only while a thread that waits is never served, whenever it could step / t1")
    guard case .violated(let found) = exploration.findings[0].result else { return }
    #expect(
      try system.replay(found.schedule).explanations["weak"]
        == "steps 1 to 3 can be repeated for ever: t0 goes round; "
        + "t1 is passed over at LOCK m, where it can step only now and then")
  }

  @Test func `two threads that hand a turn to and fro both go round`() throws {
    let (system, exploration) = explore(
      Toy("AWAIT turn=0; W turn 1; GOTO 0 turn!=9 / AWAIT turn=1; W turn 0; GOTO 0 turn!=9"))
    #expect(exploration.broken == ["weak", "strong"])
    for id in ["weak", "strong"] {
      let (stem, loop) = try lasso(id, in: system, exploration)
      #expect(stem.isEmpty)
      if id == "strong" { #expect(Set(loop.map(\.thread.index)) == [0, 1]) }
      #expect(loop.count == 6)
    }
  }

  @Test func `threads that wait for each other's flags spin, each in its own place`() throws {
    let (system, exploration) = explore(Toy("U z; GOTO 1 y=0; W x 1 / GOTO 0 x=0; W y 1"))
    #expect(exploration.broken == ["weak", "strong"])
    for id in ["weak", "strong"] {
      let (stem, loop) = try lasso(id, in: system, exploration)
      #expect(stem.map(\.thread.index) == [0])
      #expect(loop.map(\.thread.index) == [0, 1])
    }
    #expect(
      statistic(exploration) == "loops under a fair schedule too, and never finishes / t0, t1")
  }

  @Test func `a thread that spins alone when the other has finished names both`() throws {
    let (system, exploration) = explore(Toy("GOTO 0 x=0 / U y; AWAIT x=1 / U y"))
    #expect(exploration.broken == ["weak", "strong"])
    let (stem, loop) = try lasso("strong", in: system, exploration)
    #expect(stem.map(\.thread.index).sorted() == [1, 2] && loop.map(\.thread.index) == [0])
    guard case .violated(let found) = exploration.findings[1].result else { return }
    #expect(
      try system.replay(found.schedule).explanations["strong"]
        == "step 3 can be repeated for ever: t0 goes round; t1 waits at AWAIT x=1; "
        + "t2 has finished")
  }

  @Test func `spinning until another thread has done its part is unfair to that thread`() {
    let (_, exploration) = explore(Toy("GOTO 0 x=0 / U y; W x 1"))
    #expect(exploration.verdict == .holds)
    #expect(
      statistic(exploration)
        == "loops only under an unfair schedule, which passes over who could always step / t1")
  }

  @Test func `choices are not fair: who could leave a loop need not`() throws {
    let toy = Toy("CHOOSE r 2; W x r; GOTO 0 x=0")
    let (system, exploration) = explore(toy)
    #expect(exploration.broken == ["weak", "strong"])
    let (stem, loop) = try lasso("strong", in: system, exploration)
    #expect(stem.isEmpty && loop.map(\.choice) == [0, 0, 0])
  }

  @Test func `a deadlock and a broken check are no endless runs`() {
    let deadlock = explore(Toy("AWAIT x=1; W y 1 / AWAIT y=1; W x 1")).exploration
    #expect(deadlock.broken == ["deadlock"])
    let broken = explore(Toy("GOTO 0 x=0 / ASSERT x=1")).exploration
    #expect(broken.broken == ["assertion"])
    #expect(
      statistic(broken)
        == "loops only under an unfair schedule, which passes over who could always step / t1")
  }

  @Test func `without a loop nothing is said of fairness`() {
    let (_, exploration) = explore(Toy("U x; U y / U y"))
    #expect(exploration.verdict == .holds && statistic(exploration) == nil)
  }

  @Test func `a search that a limit ends leaves endless runs undecided`() {
    let system = Toy("U x; U x; GOTO 2 y=0 / U z; U z").system(Self.weak, Self.strong)
    let options = Explorer.Options(limits: Limits(states: 3))
    let exploration = Explorer.explore(system, options: options)
    #expect(exploration.verdict == .undecided && exploration.limit == .states(3))
    #expect(Explorer.explore(system).broken == ["weak", "strong"])
  }

  @Test func `a stop anywhere leaves endless runs undecided or decides them rightly`() {
    let system = Toy("GOTO 0 x=0; U z; U z / U y; U y; U y; W x 1").system(Self.weak, Self.strong)
    var verdicts: Set<Verdict> = []
    for last in 1..<60 {
      let calls = Mutex(0)
      var options = Explorer.Options(countsInterleavings: false)
      options.isCancelled = {
        calls.withLock { calls in
          calls += 1
          return calls >= last
        }
      }
      let exploration = Explorer.explore(system, options: options)
      verdicts.insert(exploration.verdict)
      #expect((exploration.limit == nil) == (exploration.verdict == .holds), "\(last) calls")
    }
    #expect(verdicts == [.holds, .undecided])
  }

  @Test func `only a loop that closes and is fair breaks a replay`() throws {
    let system = Toy("GOTO 0 x=0; U z / U y; GOTO 1 x=0").system(Self.weak, Self.strong)
    func replay(_ threads: Int...) throws -> Trace {
      try system.replay(Schedule(threads.map { Schedule.Step(ThreadID($0)) }))
    }
    // t1 could always step.
    #expect(try replay(0, 0).loopStart == nil)
    #expect(try replay(0, 1).loopStart == nil)
    let fair = try replay(0, 1, 0, 1)
    #expect(fair.loopStart == 3 && fair.broken == ["weak", "strong"])
    #expect(try replay(0, 1, 0, 1, 1).loopStart == 3)
    #expect(try replay(1, 0).broken == [])
  }
}
