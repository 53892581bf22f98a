import Scheduler
import Testing

@testable import Litmus

/// The machine agrees with a brute force that shares nothing with it behind the typed tree.
@Suite struct OracleTests {
  /// Compares a program's final states and deadlocks; nil if they agree.
  static func disagreement(_ seed: UInt64, _ compared: inout Int) throws -> String? {
    let text = GeneratedProgram(seed: seed).text
    let file = try read(text)
    let oracle = TreeOracle(try file.program(defines: []))
    guard let (finals, hasDeadlock) = oracle.explore(limit: 700) else { return nil }
    compared += 1
    let program = try RaceProgram(file)
    let (states, result) = program.finalStates()
    // The brute force has the locks among its cells; they are free at the end.
    let expected = Set(finals.map { $0.prefix(GeneratedProgram.shown.count).map { "\($0)" } })
    // A lock that its holder takes again is no deadlock but a misuse; the brute force waits for it.
    let isStuck = result.found.contains {
      $0.id == Check.deadlock.id || $0.id == Finding.lockMisuse.id
    }
    if states == expected, isStuck == hasDeadlock { return nil }
    return "seed \(seed): \(states.count) \(isStuck), not \(expected.count) \(hasDeadlock)\n\(text)"
  }

  @Test func `final states are those of a brute force`() throws {
    var compared = 0
    for seed in 0..<60 {
      let found = try Self.disagreement(UInt64(seed), &compared)
      try #require(found == nil, "\(found ?? "")")
    }
    #expect(compared > 20)
  }
}
