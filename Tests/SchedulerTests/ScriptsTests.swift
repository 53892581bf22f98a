import Scheduler
import Testing

/// Threads that run several machines, steps with several results, and equal answers every time.
@Suite struct ScriptsTests {
  @Test(arguments: [1, 2, 5])
  func `a machine that is listed again runs again`(laps: Int) {
    let one = Explorer.explore(Counters([3], laps: laps).system())
    #expect(one.verdict == .holds)
    #expect(one.counts.states == 3 * laps + 1)
    let two = Explorer.explore(Counters([3, 2], laps: laps).system())
    #expect(two.counts.states == (3 * laps + 1) * (2 * laps + 1))
    #expect(
      two.counts.interleavings
        == .finite(all: binomial(5 * laps, 2 * laps), violating: 0))
  }

  @Test func `machines of a script run in their order`() throws {
    var builder = SystemBuilder(threads: ["only"])
    let points: [Cell<Counter.Count>] = (0..<3).map { number in
      builder.layout.cell("p\(number)", role: .local(builder.threads[0]))
    }
    builder.run(
      points.prefix(2).map { Counter(point: $0, steps: 2) }, on: builder.threads[0])
    builder.run([Counter(point: points[2], steps: 1)], on: builder.threads[0])
    let system = builder.build()
    let trace = try system.replay(
      Schedule(Array(repeating: Schedule.Step(builder.threads[0]), count: 5)))
    let changed = trace.steps.map { $0.changes.map(\.name) }
    #expect(
      changed == [["p0"], ["p0", "only.script"], ["p1"], ["p1", "only.script"], ["only.script"]])
    #expect(trace.unfinished.isEmpty)
  }

  @Test func `a step with k results counts k times`() {
    let toy = Toy("CHOOSE r 3; U x / U y")
    let counts = Explorer.explore(toy.system()).counts
    #expect(counts.states == 2 * (1 + 3 + 3))
    #expect(counts.transitions == 2 * (3 + 3) + 7)
    #expect(counts.interleavings == .finite(all: 9, violating: 0))
  }

  @Test func `results that are equal are one state and several steps`() {
    let toy = Toy("CHOOSE r 3; W x 1; AWAIT x=1")
    let register = toy.cell("t0.r")
    let system = toy.system(
      Property("two", sentence: "Two is not chosen.", kind: .always { $0[register] < 2 }))
    let exploration = Explorer.explore(system)
    #expect(exploration.counts.interleavings == .finite(all: 3, violating: 1))
    guard case .violated(let found) = exploration.findings[0].result else {
      Issue.record("holds")
      return
    }
    #expect(found.schedule.steps == [Schedule.Step(ThreadID(0), choice: 2)])
  }

  @Test func `exploring twice gives the same answer`() {
    for seed in 1000..<1040 {
      let system = randomSystem(seed: seed)
      #expect(
        "\(Explorer.explore(system))" == "\(Explorer.explore(system))", "seed \(seed)")
    }
    #expect("\(Explorer.explore(philosophers(5)))" == "\(Explorer.explore(philosophers(5)))")
  }
}
