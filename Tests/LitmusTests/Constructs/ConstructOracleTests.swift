import Scheduler
import Testing

@testable import Litmus

/// The package agrees with a brute force that shares nothing with it: programs of the second half
/// of the language as data, written as race files for the one and run as they are by the other.
@Suite struct ConstructOracleTests {
  /// What a comparison comes to.
  enum Comparison: Equatable {
    case same
    /// The brute force gave up.
    case skipped
    case different(String)
  }

  /// Compares the final states of a program, what is found, and with how few preemptions.
  static func compare(
    _ program: BruteForce.Program, states limit: Int, _ mutation: BruteForce.Mutation? = nil
  ) throws -> Comparison {
    guard let answer = BruteForce.explore(program, limit: limit, mutation) else { return .skipped }
    let text = BruteForce.Printer(program: program).text
    let file = try read(text)
    let race = try RaceProgram(file)
    for reduction in [Reduction.none, .partialOrder, .symmetry] {
      let (states, result) = race.finalStates(Explorer.Options(reduction: reduction))
      let found = Set(result.found.map(\.id))
      if found != Set(answer.findings.keys) {
        return .different("\(reduction): found \(found.sorted()), not \(answer.text)")
      }
      if states != answer.finals {
        let surplus = states.symmetricDifference(answer.finals)
        return .different("\(reduction): final states differ in \(surplus)")
      }
      if reduction != .none { continue }
      for entry in result.found {
        guard let expected = answer.findings[entry.id] ?? nil, let count = entry.preemptions,
          count != expected
        else { continue }
        return .different("\(entry.id)@\(count), not @\(expected)")
      }
    }
    return .same
  }

  @Test(arguments: ConstructSample.all)
  func `the brute force gives what is known, and notices another reading`(
    sample: ConstructSample
  ) throws {
    let answer = try #require(BruteForce.explore(sample.program, limit: 1_000))
    #expect(answer.text == sample.answer)
    let other = try #require(BruteForce.explore(sample.program, limit: 1_000, sample.mutation))
    #expect(other.text == sample.otherwise)
  }

  @Test func `every wrong reading has a sample`() {
    let noticed = Set(ConstructSample.all.map(\.mutation))
    #expect(BruteForce.Mutation.allCases.filter { !noticed.contains($0) } == [])
  }

  @Test(arguments: ConstructSample.all)
  func `samples have the answer of the brute force, and no other`(sample: ConstructSample) throws {
    #expect(try Self.compare(sample.program, states: 1_000) == .same)
    let other = try Self.compare(sample.program, states: 1_000, sample.mutation)
    #expect(other != .same && other != .skipped)
  }

  @Test func `final states and findings are those of a brute force`() throws {
    let campaign = Campaign("constructs", usual: 60)
    var (skipped, groups) = (0, Set<BruteForce.Group>())
    let rounds = try campaign.run { round, random in
      let made = BruteForce.Generator(seed: random.next())
      groups.formUnion(made.groups)
      switch try Self.compare(made.program, states: campaign.isAsked ? 3_000 : 800) {
      case .same: break
      case .skipped: skipped += 1
      case .different(let how):
        let text = BruteForce.Printer(program: made.program).text
        try #require(Bool(false), "\(campaign.label(round)): \(how)\n\(text)")
      }
    }
    print("constructs: \(rounds) programs, \(skipped) skipped")
    #expect(skipped * 4 <= rounds)
    if rounds >= 60 { #expect(groups == Set(BruteForce.Group.allCases)) }
  }
}
