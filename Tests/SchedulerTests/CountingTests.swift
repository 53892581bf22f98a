import Scheduler
import Testing

/// Interleavings beyond the machine's integers, and the loops that make them infinite.
@Suite struct CountingTests {
  /// C(280, 140) needs more than 128 bits, C(400, 200) more than 256.
  @Test(arguments: [1, 33, 140, 200])
  func `two free threads of n steps have 2n choose n interleavings`(n: Int) {
    let exploration = Explorer.explore(Counters([n, n]).system())
    #expect(exploration.counts.states == (n + 1) * (n + 1))
    #expect(exploration.counts.transitions == 2 * n * (n + 1))
    #expect(exploration.counts.depth == 2 * n + 1)
    #expect(
      exploration.counts.interleavings == .finite(all: binomial(2 * n, n), violating: 0))
  }

  @Test(arguments: [1, 3, 256])
  func `many jobs count within the memory that suffices for one`(jobs: Int) {
    let exploration = Explorer.explore(
      Counters([30, 30]).system(), options: .init(limits: Limits(bytes: 1 << 20), jobs: jobs))
    #expect(exploration.counts.interleavings == .finite(all: binomial(60, 30), violating: 0))
  }

  @Test func `violating interleavings are counted apart`() {
    let counters = Counters([140, 140])
    let all = binomial(280, 140)
    let (left, right) = (counters.counts[0], counters.counts[1])
    let corner = Explorer.explore(
      counters.system(
        Property(
          "c", sentence: "139 and 0.", kind: .always { $0[left].value < 139 || $0[right].value > 0 }
        )))
    // A counter is at 0 before its first step and after its last one. With left at 139, C(279,
    // 139) runs pass where right has finished and 141 where it has not begun; one passes both.
    var violating = binomial(279, 139)
    violating += 140
    #expect(corner.counts.interleavings == .finite(all: all, violating: violating))
    let everything = Explorer.explore(
      counters.system(Property("e", sentence: "Never.", kind: .always { _ in false })))
    #expect(everything.counts.interleavings == .finite(all: all, violating: all))
    let steps = Explorer.explore(
      counters.system(
        Property(
          "s", sentence: "Left steps while right is on its way.",
          kind: .perStep { $0[right].value > 0 || $2.index == 1 })))
    // The clean runs begin and end with a step of right.
    guard case .finite(all, var sum) = steps.counts.interleavings else {
      Issue.record("\(steps.counts.interleavings)")
      return
    }
    sum += binomial(278, 138)
    #expect(sum == all)
  }

  @Test func `a loop that cannot be left is named by its steps`() {
    let exploration = Explorer.explore(petersonLock(.flagThenTurn))
    guard case .unbounded(let loop) = exploration.counts.interleavings else {
      Issue.record("\(exploration.counts.interleavings)")
      return
    }
    #expect(Set(loop.map(\.thread)).isSubset(of: ["left", "right"]))
    #expect(loop.contains { $0.location.label == "critical" })
  }

  @Test func `a step back to the same state is a loop of one`() {
    var builder = SystemBuilder(threads: ["spinner"])
    let point: Cell<RegisterProgram.Place> = builder.layout.cell("point", bits: 1)
    builder.run([Spinner(point: point)], on: builder.threads[0])
    let counts = Explorer.explore(builder.build()).counts
    #expect(counts.states == 1 && counts.transitions == 1 && counts.deadlocks == 0)
    #expect(
      counts.interleavings
        == .unbounded(loop: [.init(thread: "spinner", location: Location(label: "op-0"))]))
  }

  @Test func `counting happens only when it is asked for`() {
    let options = Explorer.Options(countsInterleavings: false)
    let counts = Explorer.explore(Counters([2, 2]).system(), options: options).counts
    #expect(counts.interleavings == .notCounted(.notAsked))
  }
}

private final class Spinner: StepMachine {
  let point: Cell<RegisterProgram.Place>

  init(point: Cell<RegisterProgram.Place>) { self.point = point }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome { .advanced }
}
