import Scheduler
import Testing

/// Counterexamples whose smallest number of preemptions is known by hand.
@Suite struct MinimalPreemptionsTests {
  private func only(_ toy: Toy, _ properties: Property...) -> Counterexample? {
    let exploration = Explorer.explore(toy.system(properties))
    guard exploration.broken.count == 1,
      case .violated(let found)? = exploration.findings.first?.result
    else { return nil }
    #expect(found.isMinimal)
    return found
  }

  @Test func `a lost update needs one preemption`() {
    let toy = Toy(copies(2, of: "R x>r; W x r+1"))
    let x = toy.cell("x")
    let found = only(
      toy, Property("both", sentence: "Both updates count.", kind: .atEnd { $0[x] == 2 }))
    #expect(found?.preemptions == 1)
    #expect(found?.steps == 4)
    #expect(found?.schedule.steps.map(\.thread.index) == [0, 1, 1, 0])
  }

  @Test func `a lost update of three threads needs no more than one`() {
    let toy = Toy(copies(3, of: "R x>r; W x r+1"))
    let x = toy.cell("x")
    let found = only(
      toy, Property("all", sentence: "All updates count.", kind: .atEnd { $0[x] == 3 }))
    #expect(found?.preemptions == 1)
    #expect(found?.steps == 6)
  }

  /// The reader must see 1 and then 0: it comes between the writes, and so does the last write.
  @Test func `a value that is gone again takes two preemptions to see`() {
    let toy = Toy("W x 1; W x 0 / IF x=1; IF x=0; FAIL seen", checks: ["seen"])
    let found = only(toy)
    #expect(found?.preemptions == 2)
    #expect(found?.steps == 5)
    #expect(found?.switches == 3)
    #expect(found?.schedule.steps.map(\.thread.index) == [0, 1, 0, 1, 1])
  }

  @Test func `an order nobody enforced needs no preemption`() {
    let found = only(Toy("W x 1 / ASSERT x=1"))
    #expect(found?.preemptions == 0)
    #expect(found?.steps == 1)
  }

  @Test func `a thread that blocks is not preempted`() {
    let found = only(Toy("AWAIT y=1; ASSERT x=0 / W x 1; W y 1; AWAIT y=2; W z 1 / AWAIT y=7; U z"))
    #expect(found?.preemptions == 0)
    #expect(found?.switches == 1)
    #expect(found?.steps == 4)
  }

  /// One preemption in two steps exists, and so does a longer run without any.
  @Test func `a longer run with fewer preemptions is preferred`() {
    let toy = Toy("W x 1; U y; U y; U y; W x 1; W z 1 / IF x=1; FAIL seen", checks: ["seen"])
    let found = only(toy)
    #expect(found?.preemptions == 0)
    #expect(found?.steps == 8)
  }

  @Test func `a two-lock deadlock needs one preemption`() {
    let toy = Toy(
      "AWAIT a=0; W a 1; AWAIT b=0; W b 1; W b 0; W a 0 / AWAIT b=0; W b 1; AWAIT a=0; W a 1")
    let exploration = Explorer.explore(toy.system())
    guard case .violated(let found)? = exploration.findings.last?.result else {
      Issue.record("no deadlock")
      return
    }
    #expect(exploration.broken == ["deadlock"])
    #expect(found.preemptions <= 1)
  }
}
