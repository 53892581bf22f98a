import Scheduler
import Testing

/// The search against a walk of every single run, on a few hundred random programs.
@Suite struct OracleTests {
  @Test func `the search agrees with walking every run of random programs`() {
    for seed in 0..<400 { compare(randomSystem(seed: seed), seed) }
  }

  @Test func `the search agrees with walking every run of random programs without properties`() {
    for seed in 400..<500 { compare(randomToy(seed: seed).system(), seed) }
  }

  private func compare(_ system: System, _ seed: Int) {
    let oracle = Oracle(system)
    let exploration = Explorer.explore(system)
    let counts = exploration.counts
    let name = "seed \(seed): \(system.threads.count) threads"
    #expect(counts.states == oracle.states.count, "\(name)")
    #expect(counts.transitions == oracle.transitions, "\(name)")
    #expect(counts.deadlocks == oracle.deadlocks, "\(name)")
    #expect(
      counts.interleavings
        == .finite(
          all: BigNatural(UInt64(oracle.interleavings)),
          violating: BigNatural(UInt64(oracle.violating))), "\(name)")
    var costs: [String: Oracle.Cost] = [:]
    for finding in exploration.findings {
      switch finding.result {
      case .violated(let found):
        costs[finding.id] = Oracle.Cost(preemptions: found.preemptions, steps: found.steps)
        #expect(found.isMinimal, "\(name)")
        checkReplay(found, of: finding.id, in: system, name)
      case .reached(let schedule):
        #expect(schedule.steps.count == oracle.reached[finding.id], "\(name) \(finding.id)")
      case .neverReached: #expect(oracle.reached[finding.id] == nil, "\(name) \(finding.id)")
      case .holds: break
      case .undecided: Issue.record("\(name): \(finding.id) is undecided without a limit")
      }
    }
    #expect(costs == oracle.cheapest, "\(name)")
  }

  private func checkReplay(
    _ counterexample: Counterexample, of id: String, in system: System, _ name: String
  ) {
    do {
      let token = try counterexample.schedule.token(for: system)
      let trace = try system.replay(Schedule(token: token, for: system))
      #expect(trace.broken.contains(id), "\(name) \(id)")
      #expect(trace.preemptions == counterexample.preemptions, "\(name) \(id)")
      #expect(trace.steps.count == counterexample.steps, "\(name) \(id)")
    } catch {
      Issue.record("\(name) \(id): \(error)")
    }
  }
}

/// A random program of two or three threads and at most seven ops.
func randomToy(seed: Int) -> Toy {
  var random = SplitMix64(seed: UInt64(seed))
  let lengths = random.pick(from: [[3, 4], [4, 3], [3, 2, 2], [2, 2, 2], [3, 3], [1, 2, 3]])
  let threads = lengths.map { length in
    (0..<length).map { _ in randomOp(&random) }.joined(separator: "; ")
  }
  return Toy(threads.joined(separator: " / "), bits: 2, variables: ["x", "y"])
}

private func randomOp(_ random: inout SplitMix64) -> String {
  let shared = random.pick(from: ["x", "y"])
  let lock = random.pick(from: ["m", "n", "mutex"])
  return random.pick(from: [
    "R \(shared)>r", "R \(shared)>r", "W \(shared) \(random.pick(below: 4))", "W \(shared) r+1",
    "U \(shared)", "LOCK \(lock)", "UNLOCK \(lock)", "IF \(shared)!=0", "AWAIT \(shared)!=0",
    "CHOOSE r 2", "ASSERT \(shared)!=3", "W \(shared) r",
  ])
}

/// A random program with a property of each kind, most of which break now and then.
func randomSystem(seed: Int) -> System {
  let toy = randomToy(seed: seed)
  return toy.system(randomProperties(of: toy))
}

/// A property of each kind for a toy that has x and y.
func randomProperties(of toy: Toy) -> [Property] {
  let (x, y) = (toy.cell("x"), toy.cell("y"))
  return [
    Property(
      "never-both-two", sentence: "x and y are not both 2.",
      kind: .always { $0[x] != 2 || $0[y] != 2 }),
    Property(
      "quiet-below-three", sentence: "x is below 3 in quiet states.", kind: .quiet { $0[x] < 3 }),
    Property(
      "ends-equal", sentence: "x and y end as equals or zeros.", kind: .atEnd { $0[x] <= $0[y] }),
    Property(
      "never-shrinks", sentence: "Only thread 0 makes y smaller.",
      kind: .perStep { $1[y] >= $0[y] || $2.index == 0 }),
    Property("sees-three", sentence: "x is 3 somewhere.", kind: .sometimes { $0[x] == 3 }),
  ]
}
