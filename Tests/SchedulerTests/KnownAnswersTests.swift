import Scheduler
import Testing

/// Programs of the literature, with the numbers that other tools and pencils give for them.
@Suite struct KnownAnswersTests {
  struct Answer: Sendable, CustomTestStringConvertible {
    let name: String
    let program: String
    let states: Int
    let transitions: Int
    let interleavings: BigNatural
    var testDescription: String { name }

    init(
      _ name: String, _ program: String, states: Int, transitions: Int, interleavings: BigNatural
    ) {
      (self.name, self.program) = (name, program)
      (self.states, self.transitions, self.interleavings) = (states, transitions, interleavings)
    }
  }

  private func check(_ answer: Answer) {
    let exploration = Explorer.explore(Toy(answer.program).system())
    #expect(exploration.verdict == .holds)
    #expect(exploration.counts.states == answer.states)
    #expect(exploration.counts.transitions == answer.transitions)
    #expect(exploration.counts.deadlocks == 0)
    #expect(
      exploration.counts.interleavings == .finite(all: answer.interleavings, violating: 0))
  }

  @Test(arguments: Self.racing)
  func `racing accesses have the known counts`(_ answer: Answer) { check(answer) }

  static let racing = [
    Answer(
      "readers(2)", readers(2), states: 8, transitions: 12, interleavings: 6),
    Answer(
      "readers(8)", readers(8), states: 512, transitions: 2304, interleavings: 362_880),
    Answer(
      "binc(2)", "U x; U y / U x; U y", states: 9, transitions: 12, interleavings: 6),
  ]

  @Test(arguments: Self.litmus)
  func `litmus tests have the known counts`(_ answer: Answer) { check(answer) }

  static let litmus = [
    Answer("SB", "W x 1; R y / W y 1; R x", states: 9, transitions: 12, interleavings: 6),
    Answer("MP", "W x 1; W y 1 / R y; R x", states: 9, transitions: 12, interleavings: 6),
    Answer("LB", "R x; W y 1 / R y; W x 1", states: 9, transitions: 12, interleavings: 6),
    Answer(
      "IRIW", "W x 1 / W y 1 / R x; R y / R y; R x", states: 36, transitions: 84,
      interleavings: 180),
  ]

  @Test(arguments: Self.lastZero)
  func `searching an array for its last zero has the known counts`(_ answer: Answer) {
    check(answer)
  }

  static let lastZero = [
    Answer(
      "lastzero(1)", lastZero(1), states: 7, transitions: 8, interleavings: 3),
    Answer(
      "lastzero(2)", lastZero(2), states: 28, transitions: 45, interleavings: 35),
    Answer(
      "lastzero(3)", lastZero(3), states: 109, transitions: 225, interleavings: 920),
    Answer(
      "lastzero(4)", lastZero(4), states: 416, transitions: 1053, interleavings: 44_300),
    Answer(
      "lastzero(5)", lastZero(5), states: 1571, transitions: 4726, interleavings: 3_487_880),
  ]

  @Test(arguments: 1...10)
  func `n atomic increments have n factorial interleavings`(n: Int) {
    check(
      Answer(
        "ainc(\(n))", copies(n, of: "U x"), states: 1 << n, transitions: n << (n - 1),
        interleavings: factorial(n)))
  }

  @Test(arguments: zip([2, 3, 4], [17, 61, 257]))
  func `increments under a lock run one after another`(n: Int, states: Int) {
    check(
      Answer(
        "lockinc(\(n))", copies(n, of: "LOCK m; R x>r; W x r+1; UNLOCK m"), states: states,
        transitions: states - 1, interleavings: factorial(n)))
  }

  private func factorial(_ n: Int) -> BigNatural {
    BigNatural((1...UInt64(n)).reduce(1, *))
  }

  private static func readers(_ n: Int) -> String { "W x 42 / " + copies(n, of: "R x") }

  private static func lastZero(_ n: Int) -> String {
    let reader = (1...n).reversed().map { "IF a\($0)!=0; " }.joined() + "R a0"
    return ([reader] + (1...n).map { "R a\($0 - 1)>r; W a\($0) r+1" }).joined(separator: " / ")
  }
}

/// A program of `n` equal threads.
func copies(_ n: Int, of thread: String) -> String {
  Array(repeating: thread, count: n).joined(separator: " / ")
}
