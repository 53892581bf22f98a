import Scheduler
import Testing

@testable import Litmus

/// Interrupts: when they come, what stands still meanwhile, and what they end with.
@Suite struct HandlerTests {
  /// How many runs a program has, counted by the search.
  private func runs(_ text: String) throws -> String {
    let result = try RaceProgram(try read("C t\n\(text)\n"))
      .explore()
    guard case .finite(let all, _) = result.exploration.counts.interleavings else { return "?" }
    return "\(all)"
  }

  @Test(arguments: 0...3, 0...3)
  func `an interrupt comes once, anywhere, and the thread stands still`(
    steps: Int, inside: Int
  ) throws {
    // It has one place among the steps of the thread, whatever its own number is; without steps
    // the thread has ended before, and the interrupt comes all the same.
    let text =
      "int x, y;\nthread a(void) { \(String(repeating: "x = 1; ", count: steps))}\n"
      + "irq h(void) on a { \(String(repeating: "y = 1; ", count: inside))}\n"
    #expect(try runs(text) == "\(steps + 1)")
    let other = text.replacing("irq h(void) on a", with: "thread h(void)")
    if inside > 1, steps > 1 { #expect(try runs(other) != "\(steps + 1)") }
  }

  @Test func `hard interrupts of one thread do not nest, and interrupt soft ones`() throws {
    // The thread's step and the two runs, in any order.
    let text = "int x;\nthread a(void) { x = 1; }\nirq g(void) on a { x = 2; x = 3; }\n"
    #expect(try runs(text + "irq h(void) on a { x = 4; x = 5; }\n") == "6")
    // The hard one has two more places, before either step of the soft one, which comes before or
    // after the step of the thread.
    #expect(try runs(text + "softirq h(void) on a { x = 4; x = 5; }\n") == "10")
  }
}

/// Programs with interrupts whose steps are taken by hand as well.
@Suite struct HandlerOracleTests {
  @Test(arguments: 0..<24 as Range<Int>)
  func `final states and deadlocks are those of steps that are taken by hand`(
    seed: Int
  ) throws {
    let oracle = HandlerOracle(seed: UInt64(seed))
    let expected = Self.answers[seed]
    let program = try RaceProgram(try read(oracle.text))
    let found = program.finalStates()
    #expect(found.states == expected.finals, "\(oracle.text)")
    let answer = expected.deadlock.map { "deadlock@\($0)" } ?? "holds"
    #expect(outcome(of: program) == answer, "\(oracle.text)")
    for reduction in [Reduction.partialOrder, .symmetry] {
      let reduced = program.explore(Explorer.Options(reduction: reduction))
      #expect(Set(reduced.found.map(\.id)) == Set(program.explore().found.map(\.id)))
    }
    // No run that is counted wrong is replayed with other preemptions.
    for finding in program.explore(Explorer.Options(strategy: .bounded(preemptions: nil))).found {
      #expect(finding.preemptions == expected.deadlock, "\(oracle.text)")
    }
  }

  @Test func `the programs differ in what comes of them`() {
    let answers = Self.answers
    #expect(answers.contains { $0.deadlock == nil } && answers.contains { $0.deadlock != nil })
    #expect(answers.contains { $0.finals.count > 2 } && answers.contains { $0.finals.count == 1 })
  }

  private static let answers = (0..<24).map { HandlerOracle(seed: UInt64($0)).answer() }
}
