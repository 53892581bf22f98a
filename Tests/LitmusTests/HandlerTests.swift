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
