import Scheduler
import Testing

/// Each kind of property, on a system that breaks it and on one that does not.
@Suite struct PropertyTests {
  private let counting = Toy("U x; U x / U y")

  private func result(_ toy: Toy, _ kind: Property.Kind) -> Exploration.Result? {
    let exploration = Explorer.explore(
      toy.system(Property("it", sentence: "It is so.", kind: kind)))
    return exploration.findings.first.map(\.result)
  }

  private func counterexample(_ toy: Toy, _ kind: Property.Kind) -> Counterexample? {
    guard case .violated(let counterexample) = result(toy, kind) else { return nil }
    return counterexample
  }

  private func holds(_ toy: Toy, _ kind: Property.Kind) -> Bool {
    guard case .holds = result(toy, kind) else { return false }
    return true
  }

  @Test func `always is about every state, the first and the last included`() {
    let (x, y) = (counting.cell("x"), counting.cell("y"))
    #expect(holds(counting, .always { $0[x] <= 2 && $0[y] <= 1 }))
    #expect(counterexample(counting, .always { $0[x] < 2 })?.steps == 2)
    #expect(counterexample(counting, .always { $0[x] > 0 })?.steps == 0)
    #expect(counterexample(counting, .always { $0[x] < 2 || $0[y] < 1 })?.steps == 3)
  }

  @Test func `quiet is about the states in which no lock is held`() {
    let locked = Toy("LOCK m; U x; U x; UNLOCK m; U y / R x")
    let (x, y) = (locked.cell("x"), locked.cell("y"))
    #expect(holds(locked, .quiet { $0[x] != 1 }))
    #expect(counterexample(locked, .always { $0[x] != 1 })?.steps == 2)
    #expect(counterexample(locked, .quiet { $0[y] == 0 })?.steps == 5)
  }

  @Test func `a model may say itself when it is quiet`() {
    var toy = Toy("LOCK m; U x; U y; UNLOCK m")
    let (x, y) = (toy.cell("x"), toy.cell("y"))
    toy.quiet { $0[y] == 0 }
    #expect(counterexample(toy, .quiet { $0[x] == 0 })?.steps == 2)
    #expect(holds(toy, .quiet { $0[y] == 0 }))
  }

  @Test func `a system without locks is always quiet`() {
    let x = counting.cell("x")
    #expect(counterexample(counting, .quiet { $0[x] == 0 })?.steps == 1)
  }

  @Test func `at the end is about states in which every thread has finished`() {
    let stuck = Toy("U x; AWAIT y=1 / U x")
    let x = stuck.cell("x")
    #expect(holds(stuck, .atEnd { $0[x] == 7 }), "a deadlock is no end")
    let counted = counting.cell("x")
    #expect(holds(counting, .atEnd { $0[counted] == 2 }))
    #expect(counterexample(counting, .atEnd { $0[counted] != 2 })?.steps == 3)
  }

  @Test func `per step is about each step and who takes it`() {
    let (x, y) = (counting.cell("x"), counting.cell("y"))
    #expect(holds(counting, .perStep { before, after, _ in after[x] - before[x] < 2 }))
    #expect(holds(counting, .perStep { $1[y] == $0[y] || $2.index == 1 }))
    let found = counterexample(
      counting, .perStep { old, new, _ in new[x] == old[x] || old[y] == 0 })
    #expect(found?.steps == 2)
    #expect(found?.schedule.steps.map(\.thread.index) == [1, 0])
  }

  @Test func `sometimes gives a shortest run to what is reached`() {
    let (x, y) = (counting.cell("x"), counting.cell("y"))
    guard case .reached(let schedule) = result(counting, .sometimes { $0[x] == 2 && $0[y] == 0 })
    else {
      Issue.record("not reached")
      return
    }
    #expect(schedule.steps.map(\.thread.index) == [0, 0])
    guard case .reached(let empty) = result(counting, .sometimes { $0[x] == 0 }) else {
      Issue.record("not reached")
      return
    }
    #expect(empty.steps.isEmpty)
  }

  @Test func `what is never reached breaks the verdict`() {
    let x = counting.cell("x")
    let system = counting.system(
      Property("reached", sentence: "x is 1 somewhere.", kind: .sometimes { $0[x] == 1 }),
      Property("vacuous", sentence: "x is 9 somewhere.", kind: .sometimes { $0[x] == 9 }))
    let exploration = Explorer.explore(system)
    #expect(exploration.verdict == .violated)
    #expect(exploration.broken == ["vacuous"])
    #expect(exploration.counts.interleavings == .finite(all: 3, violating: 0))
  }

  @Test func `findings come in the order of the properties, then checks, then deadlock`() {
    let toy = Toy("U x; FAIL odd / AWAIT y=1 / U x; U x; ASSERT x=9", checks: ["odd"])
    let x = toy.cell("x")
    let exploration = Explorer.explore(
      toy.system(
        Property("second", sentence: "x is small.", kind: .always { $0[x] < 3 }),
        Property(
          "first", sentence: "x never moves.", kind: .perStep { old, new, _ in old[x] == new[x] })))
    #expect(exploration.broken == ["second", "first", "assertion", "odd"])
  }

  @Test func `more than sixty-four broken step properties each get a counterexample`() {
    let x = counting.cell("x")
    let properties = (0..<70).map { number in
      Property(
        "never-\(number)", sentence: "x stays.", kind: .perStep { old, new, _ in old[x] == new[x] })
    }
    let exploration = Explorer.explore(counting.system(properties))
    #expect(exploration.broken.count == 70)
  }

  @Test func `an explanation is of the state in which the property broke`() throws {
    let x = counting.cell("x")
    let system = counting.system(
      Property(
        "not-one", sentence: "x is not 1.", kind: .always { $0[x] != 1 },
        explain: { "x is \($0[x])" }))
    let steps = [0, 0, 1].map { Schedule.Step(ThreadID($0)) }
    let trace = try system.replay(Schedule(steps))
    #expect(trace.broken == ["not-one"])
    #expect(trace.explanations == ["not-one": "x is 1"])
  }

  @Test func `a property that the first state breaks is broken in the replay of no steps`() throws {
    let x = counting.cell("x")
    let system = counting.system(
      Property(
        "moved", sentence: "x is not 0.", kind: .always { $0[x] != 0 }, explain: { "x is \($0[x])" }
      ))
    let trace = try system.replay(Schedule())
    #expect(trace.broken == ["moved"])
    #expect(trace.explanations == ["moved": "x is 0"])
  }

  @Test func `a check that a thread's last step breaks is not an end`() throws {
    let toy = Toy("ASSERT x=1")
    let x = toy.cell("x")
    let system = toy.system(Property("end", sentence: "x ends as 5.", kind: .atEnd { $0[x] == 5 }))
    #expect(Explorer.explore(system).broken == ["assertion"])
    let trace = try system.replay(Schedule([Schedule.Step(ThreadID(0))]))
    #expect(trace.broken == ["assertion"])
  }
}
