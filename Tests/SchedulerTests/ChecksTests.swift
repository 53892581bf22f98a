import Scheduler
import Testing

/// The checks that come with every system: each fires where it should, and only there.
@Suite struct ChecksTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let program: String
    let broken: [String]
    var testDescription: String { program }

    init(_ program: String, _ broken: String...) { (self.program, self.broken) = (program, broken) }
  }

  @Test(arguments: [
    Case("W x 3; U x", "cell-overflow"),
    Case("W x 2; U x"),
    Case("U x; ASSERT x=1 / U x", "assertion"),
    Case("U x; ASSERT x!=0 / U x"),
    Case("LOCK m; LOCK m", "lock-discipline"),
    Case("UNLOCK m", "lock-discipline"),
    Case("LOCK m; UNLOCK m; UNLOCK m", "lock-discipline"),
    Case("LOCK m; W x 1; UNLOCK m / AWAIT x=1; UNLOCK m", "lock-discipline"),
    Case("LOCK m; UNLOCK m; LOCK m; UNLOCK m / LOCK m; UNLOCK m"),
    Case("LOCK m; LOCK n; UNLOCK n; UNLOCK m / LOCK m; UNLOCK m; LOCK n; UNLOCK n"),
    Case("LOCK m; UNLOCK m; LOCK n; LOCK m", "lock-order"),
    Case("LOCK mutex; LOCK m; UNLOCK m; UNLOCK mutex"),
    // Locks that nest may be taken in either order; a deadlock between them is one.
    Case("LOCK nest1; LOCK nest2; UNLOCK nest1; LOCK nest1; UNLOCK nest1; UNLOCK nest2"),
    Case("LOCK nest1; LOCK nest2 / LOCK nest2; LOCK nest1", "deadlock"),
    Case("LOCK nest1; LOCK nest1", "lock-discipline"),
    Case("LOCK m; LOCK nest1; UNLOCK nest1; UNLOCK m"),
    Case("LOCK m; UNLOCK m; LOCK nest1; LOCK m", "lock-order"),
    Case("AWAIT x=1 / AWAIT y=1", "deadlock"),
    Case("AWAIT x=1 / U x"),
    Case("LOCK m / LOCK m", "deadlock"),
  ])
  func `a built-in check fires exactly where its rule is broken`(_ this: Case) {
    let exploration = Explorer.explore(Toy(this.program, bits: 2).system())
    #expect(exploration.broken == this.broken)
    #expect(exploration.verdict == (this.broken.isEmpty ? .holds : .violated))
    #expect(exploration.findings.map(\.id) == this.broken, "unbroken checks are no findings")
  }

  @Test func `a mutex under a spinlock is a sleep, whether or not the mutex is free`() {
    // The second thread gets to its mutex only while the first one holds it.
    let busy = Toy("LOCK m; UNLOCK m; LOCK mutex; W x 1 / AWAIT x=1; LOCK m; LOCK mutex")
    #expect(Explorer.explore(busy.system()).broken == ["sleep-under-spinlock"])
    let ordered = Toy("LOCK first; UNLOCK first; LOCK mutex; UNLOCK mutex / LOCK mutex")
    #expect(!Explorer.explore(ordered.system()).broken.contains("sleep-under-spinlock"))
    let free = Toy("LOCK m; LOCK mutex")
    #expect(Explorer.explore(free.system()).broken == ["sleep-under-spinlock"])
  }

  @Test func `a step that breaks a check is taken, even when it is blocked`() throws {
    var builder = SystemBuilder(threads: ["only"])
    let point: Cell<RegisterProgram.Place> = builder.layout.cell("point", bits: 1)
    builder.run([FailsAndBlocks(point: point)], on: builder.threads[0])
    let system = builder.build()
    let exploration = Explorer.explore(system)
    #expect(exploration.broken == ["assertion"])
    #expect(exploration.counts.states == 2)
    let trace = try system.replay(Schedule([Schedule.Step(builder.threads[0])]))
    #expect(trace.broken == ["assertion"])
    #expect(trace.explanations == ["assertion": "it always fails"])
  }

  @Test(arguments: [
    ("W x 3; U x", "a value did not fit into the cell x"),
    ("ASSERT x=1", "the test is false"),
    ("LOCK m; LOCK m", "m is taken by the thread that holds it already"),
    ("UNLOCK m", "m is released, and nobody holds it"),
    ("LOCK m; W x 1; AWAIT y=1 / AWAIT x=1; UNLOCK m", "m is released, and t0 holds it"),
    (
      "LOCK m; UNLOCK m; LOCK n; LOCK m",
      "m is taken while the thread holds n, which is to be taken after it"
    ),
    ("LOCK m; LOCK mutex", "taking mutex may sleep, and the thread holds m"),
  ])
  func `a broken check says what was found, with names`(program: String, words: String) throws {
    let system = Toy(program, bits: 2).system()
    let findings = Explorer.explore(system).findings
    let finding = try #require(findings.first { $0.id != Check.deadlock.id })
    guard case .violated(let counterexample) = finding.result else {
      Issue.record("\(finding.id) holds")
      return
    }
    let trace = try system.replay(counterexample.schedule)
    #expect(trace.explanations == [finding.id: words])
  }

  @Test func `a check of the model's own is reported with its sentence`() {
    let toy = Toy("CHOOSE r 3; AWAIT x=1; FAIL rain / W x 1; FAIL snow", checks: ["rain", "snow"])
    let exploration = Explorer.explore(toy.system())
    #expect(exploration.broken == ["rain", "snow"])
    #expect(exploration.findings.map(\.sentence).first == "The model never says rain.")
    #expect(Explorer.explore(Toy("U x", checks: ["rain"]).system()).findings.isEmpty)
  }

  @Test func `nobody steps from a state in which a check is broken`() {
    let exploration = Explorer.explore(Toy("ASSERT x=1; U y / U y").system())
    // 2 x 2 grid, of which the two states after the failed assertion have no successors.
    #expect(exploration.counts.states == 4)
    #expect(exploration.counts.transitions == 3)
    #expect(exploration.counts.deadlocks == 0)
    #expect(exploration.counts.interleavings == .finite(all: 2, violating: 2))
  }

  @Test func `the first failure of a step counts`() {
    let toy = Toy("LOCK m; UNLOCK n", bits: 2)
    #expect(Explorer.explore(toy.system()).broken == ["lock-discipline"])
  }
}

/// A machine that finds something wrong and then cannot go on.
private final class FailsAndBlocks: StepMachine {
  let point: Cell<RegisterProgram.Place>

  init(point: Cell<RegisterProgram.Place>) { self.point = point }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    state.require(false, saying: "it always fails")
    return .blocked
  }
}
