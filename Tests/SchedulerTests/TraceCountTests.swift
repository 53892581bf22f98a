import Testing

@testable import Scheduler

/// One run for each Mazurkiewicz trace: no trace is lost, none is met twice.
@Suite struct TraceCountTests {
  struct Answer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let program: String
    let traces: Int

    init(_ name: String, _ program: String, _ traces: Int) {
      (testDescription, self.program, self.traces) = (name, program, traces)
    }
  }

  static let answers =
    [
      Answer("readers(2)", "W x 42 / " + copies(2, of: "R x"), 4),
      Answer("readers(8)", "W x 42 / " + copies(8, of: "R x"), 256),
      Answer("binc(2)", "U x; U y / U x; U y", 4),
      Answer("SB", "W x 1; R y / W y 1; R x", 3),
      Answer("MP", "W x 1; W y 1 / R y; R x", 3),
      Answer("LB", "R x; W y 1 / R y; W x 1", 3),
      Answer("IRIW", "W x 1 / W y 1 / R x; R y / R y; R x", 15),
    ]
    + zip(1...5, [2, 5, 12, 28, 64]).map {
      Answer("lastzero(\($0))", lastZeroThreads($0).joined(separator: " / "), $1)
    }
    + zip(1...5, [1, 2, 6, 24, 120]).map { Answer("ainc(\($0))", copies($0, of: "U x"), $1) }
    + zip(2...4, [2, 6, 24]).map {
      Answer("lockinc(\($0))", copies($0, of: "LOCK m; R x>r; W x r+1; UNLOCK m"), $1)
    }

  @Test(arguments: answers)
  func `programs of the literature have their known numbers of traces`(_ answer: Answer) {
    #expect(Walked(Toy(answer.program).system()).counts.traces == answer.traces)
  }

  @Test func `with the oldest thread first, lastzero(5) takes 97 runs`() {
    let counts = Walked(Toy(lastZeroThreads(5).joined(separator: " / ")).system()).counts
    #expect(counts.traces == 64)
    #expect(counts.blocked == 33)
  }

  /// The orders in which lesser algorithms lose traces are among them.
  @Test(arguments: 0..<6)
  func `lastzero(5) has 64 traces in every order of its threads`(first: Int) {
    var threads = lastZeroThreads(5)
    let begin = threads.remove(at: first)
    var orders = 0
    permute(threads) { rest in
      let program = ([begin] + rest).joined(separator: " / ")
      #expect(Walked(Toy(program, bits: 3).system()).counts.traces == 64, "\(program)")
      orders += 1
    }
    #expect(orders == 120)
  }

  private func permute(_ items: [String], _ chosen: [String] = [], _ body: ([String]) -> Void) {
    if items.isEmpty { return body(chosen) }
    for index in items.indices {
      var rest = items
      let item = rest.remove(at: index)
      permute(rest, chosen + [item], body)
    }
  }

  @Test(arguments: [
    ("U x; U y / U x; U y", [2, 4, 4]), ("W x 1; W y 1 / R y; R x", [2, 3, 3]),
    ("W x 1 / W y 1 / R x; R y / R y; R x", [14, 15, 15]), ("R x / R x", [1, 1, 1]),
  ])
  func `traces within a number of preemptions are counted exactly`(
    _ program: String, _ traces: [Int]
  ) {
    let exploration = Explorer.explore(
      Toy(program).system(), options: .init(strategy: .dpor(countingPreemptions: 2)))
    let statistic = exploration.statistics.first { $0.id == "traces-within-preemptions" }
    #expect(statistic?.value == .series(traces))
  }

  @Test func `random programs have as many traces as their runs fall into`() {
    for seed in 0..<250 { compare(randomToy(seed: seed).system(), "seed \(seed)") }
  }

  /// The first ones lost traces when races were looked at only when a step is taken, or when a
  /// choice was left out of what its step touches.
  @Test func `so have programs whose footprints depend on what they read`() {
    let lost = [60, 426, 1212, 1416, 1929, 2283, 2911, 3630, 4650, 10412, 13505]
    for seed in lost + Array(0..<150) { compare(randomTangle(seed: seed), "tangle \(seed)") }
  }

  private func compare(_ system: System, _ name: String) {
    let (all, walked) = (AllTraces(system), Walked(system))
    #expect(walked.counts.traces == all.count, "\(name)")
    #expect(walked.finalStates == all.finalStates, "\(name)")
  }

  @Test func `the cuts of all traces are all reachable states, each met once a trace`() {
    for seed in 0..<80 {
      let system = randomTangle(seed: seed)
      #expect(Walked(system).cutStates == Oracle(system).states, "seed \(seed)")
    }
  }
}

/// What a walk through the traces of a system has seen.
private struct Walked {
  private(set) var counts = SourceDPOR.Counts()
  private(set) var finalStates: Set<[UInt64]> = []
  private(set) var search: SourceDPOR
  private let system: System

  init(_ system: System) {
    self.system = system
    search = SourceDPOR(of: system, maxSteps: 1000)
    while let end = search.nextRun(isStopped: { _, _ in false }) {
      if end == .maximal { finalStates.insert(search.state) }
    }
    counts = search.counts
  }

  var cutStates: Set<[UInt64]> {
    var search = SourceDPOR(of: system, maxSteps: 1000)
    var states: Set<[UInt64]> = []
    while let end = search.nextRun(isStopped: { _, _ in false }) {
      if end != .maximal { continue }
      var cuts: Set<[Int]> = []
      TraceCuts(of: search.run, from: system.layout.initial).visit(
        beyond: 0,
        TraceCuts.Visitor(
          state: { state, places in
            states.insert((0..<system.layout.wordCount).map { state[$0] })
            #expect(cuts.insert(Array(places)).inserted)
          }, step: nil, isStopped: { false }))
    }
    return states
  }
}

/// The threads that look for the last zero of an array while others fill it.
func lastZeroThreads(_ n: Int) -> [String] {
  let reader = (1...n).reversed().map { "IF a\($0)!=0; " }.joined() + "R a0"
  return [reader] + (1...n).map { "R a\($0 - 1)>r; W a\($0) r+1" }
}
