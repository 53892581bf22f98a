import Scheduler
import Testing

/// Models that others have published counts for, or whose counts follow from a short argument.
@Suite struct KnownModelsTests {
  @Test func `Peterson's lock has the counts of the TLA+ examples, and loops`() {
    let exploration = Explorer.explore(petersonLock(.flagThenTurn))
    #expect(exploration.verdict == .holds)
    #expect(exploration.counts.states == 42)
    #expect(exploration.counts.transitions == 76, "TLC counts the initial state too: 77")
    #expect(exploration.counts.depth == 11)
    guard case .unbounded(let loop) = exploration.counts.interleavings else {
      Issue.record("\(exploration.counts.interleavings)")
      return
    }
    #expect(!loop.isEmpty)
  }

  @Test func `Peterson's lock for three has the counts of the BEEM database`() {
    let exploration = Explorer.explore(petersonForMany(3))
    #expect(exploration.verdict == .holds)
    #expect(exploration.counts.states == 12_498)
    #expect(exploration.counts.transitions == 33_369)
  }

  /// Each fork is free, in its left or in its right neighbour's hand; that all are in the right
  /// ones' and waiting is the one combination that cannot come about.
  @Test(arguments: zip(2...6, [8, 26, 80, 242, 728]))
  func `n philosophers have 3^n - 1 states and one deadlock`(n: Int, states: Int) {
    let exploration = Explorer.explore(philosophers(n))
    #expect(exploration.counts.states == states)
    #expect(exploration.counts.deadlocks == 1)
    #expect(exploration.broken == ["deadlock"])
    guard case .unbounded = exploration.counts.interleavings else {
      Issue.record("\(exploration.counts.interleavings)")
      return
    }
  }

  @Test func `a seqlock reader never accepts a torn pair`() {
    let exploration = Explorer.explore(seqlock(opening: "R ctr>r; W ctr r+1; "))
    #expect(exploration.counts.states == 1441)
    #expect(exploration.counts.transitions == 1912)
    #expect(exploration.counts.interleavings == .finite(all: 9690, violating: 0))
    #expect(exploration.verdict == .holds)
  }

  private func seqlock(opening: String) -> System {
    let writers = [1, 2].map {
      "LOCK m; \(opening)W x \($0); W y \($0); R ctr>r; W ctr r+1; UNLOCK m"
    }
    let toy = Toy(
      (["R ctr>before; R x>x; R y>y; R ctr>after"] + writers).joined(separator: " / "))
    let registers = ["before", "x", "y", "after"].map { toy.cell("t0.\($0)") }
    return toy.system(
      Property(
        "untorn", sentence: "A pair read between two equal even counts was written by one writer.",
        kind: .atEnd { state in
          let (before, x) = (state[registers[0]], state[registers[1]])
          return before % 2 != 0 || before != state[registers[3]] || x == state[registers[2]]
        }))
  }
}
