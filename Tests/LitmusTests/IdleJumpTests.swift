import Scheduler
import Testing

@testable import Litmus

/// Which jumps back are steps of their own.
@Suite struct IdleJumpTests {
  private static func states(_ body: String) throws -> Int {
    let text = "C t\nint x;\nthread a(void)\n{\nint i, j;\n\(body)\n}\n"
    return try RaceProgram(try read(text)).explore().exploration.counts.states
  }

  @Test(
    arguments: [
      // Two writes, each with two reads behind it.
      ("for (i = 0; i < 2; i++) { WRITE_ONCE(x, i); for (j = 0; j < 2; j++) READ_ONCE(x); }", 7),
      // A read each time round, and no other way round.
      ("for (i = 0; i < 3; i++) READ_ONCE(x);", 4),
      ("for (i = 0; i < 2; i++) { for (j = 0; j < 2; j++) READ_ONCE(x); }", 5),
      // A write every other time round: the other times are steps too.
      ("for (i = 0; i < 6; i++) { if (i % 2) WRITE_ONCE(x, i); }", 7),
      // Nothing shared: each way back is a step.
      ("i = 0; for (;;) i = (i + 1) % 4;", 4),
    ])
  func `only a way back that passes no access is a step`(body: String, states: Int) throws {
    #expect(try Self.states(body) == states)
  }
}
