import Scheduler
import Testing

@testable import Litmus

/// The machine agrees with a brute force that shares nothing with it behind the typed tree.
@Suite struct OracleTests {
  /// What a comparison comes to.
  enum Comparison {
    case same
    /// The brute force gave up.
    case skipped
    case different(String)
  }

  /// Compares final states and deadlocks of a program.
  static func compare(_ text: String, states limit: Int) throws -> Comparison {
    let file = try read(text)
    let oracle = TreeOracle(try file.program(defines: []))
    guard let (finals, hasDeadlock) = oracle.explore(limit: limit) else { return .skipped }
    let program = try RaceProgram(file)
    // The brute force has the locks among its cells; they are free at the end.
    let expected = Set(finals.map { $0.prefix(GeneratedProgram.shown.count).map { "\($0)" } })
    for reduction in [Reduction.none, .partialOrder] {
      let (states, result) = program.finalStates(Explorer.Options(reduction: reduction))
      // A lock that its holder takes again is no deadlock but a misuse; the brute force waits.
      let isStuck = result.found.contains {
        $0.id == Check.deadlock.id || $0.id == Finding.lockMisuse.id
      }
      if states != expected || isStuck != hasDeadlock {
        return .different(
          "\(reduction): \(states.count) \(isStuck), not \(expected.count) \(hasDeadlock)")
      }
    }
    return .same
  }

  @Test func `final states are those of a brute force`() throws {
    let campaign = Campaign("programs", usual: 60)
    var skipped = 0
    let rounds = try campaign.run { round, random in
      let text = GeneratedProgram(seed: random.next()).text
      switch try Self.compare(text, states: campaign.isAsked ? 3_000 : 1_500) {
      case .same: break
      case .skipped: skipped += 1
      case .different(let how):
        try #require(Bool(false), "\(campaign.label(round)): \(how)\n\(text)")
      }
    }
    print("programs: \(rounds) programs, \(skipped) skipped")
    // Of a thread that goes round for ever between two accesses the brute force says nothing.
    #expect(skipped * (campaign.isAsked ? 8 : 5) <= rounds)
  }
}
