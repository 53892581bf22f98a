import Testing

@testable import Scheduler

/// Threads that never end, whatever is scheduled.
@Suite struct DeadlockTests {
  private static let abba =
    "LOCK nesta; LOCK nestb; UNLOCK nestb; UNLOCK nesta"
    + " / LOCK nestb; LOCK nesta; UNLOCK nesta; UNLOCK nestb"

  /// A toy whose deadlocks are judged by who can still end.
  private func system(
    _ program: String, daemons: [Int] = [], checks: [String] = [], _ properties: Property...
  ) -> System {
    var toy = Toy(program, bits: 2, variables: ["x", "y"], checks: checks)
    toy.judgeEnds(daemons: daemons)
    return toy.system(properties)
  }

  private func counterexample(_ exploration: Exploration) -> Counterexample? {
    for finding in exploration.findings where finding.id == "deadlock" {
      if case .violated(let found) = finding.result { return found }
    }
    return nil
  }

  /// The explanation of a deadlock, which must have so many preemptions and be found again by its
  /// token alone.
  private func explanation(of system: System, preemptions: Int) throws -> String? {
    let exploration = Explorer.explore(system)
    #expect(exploration.broken == ["deadlock"])
    let found = try #require(counterexample(exploration))
    #expect(found.preemptions == preemptions && found.isMinimal)
    let token = try found.schedule.token(for: system)
    let trace = try system.replay(Schedule(token: token, for: system))
    #expect(trace.broken == ["deadlock"] && trace.preemptions == preemptions)
    #expect(!trace.steps.dropLast().contains { !$0.broken.isEmpty })
    #expect(!trace.stuck.isEmpty)
    return trace.explanations["deadlock"]
  }

  @Test func `two threads that wait for each other are stuck beside one that goes round`() throws {
    let stuck = system(Self.abba + " / GOTO 0 x=0", daemons: [2])
    #expect(
      try explanation(of: stuck, preemptions: 1)
        == "t0 never ends: it waits at LOCK nestb for nestb, which t1 holds; "
        + "t1 never ends: it waits at LOCK nesta for nesta, which t0 holds")
    // By the other rule somebody can always step.
    var toy = Toy(Self.abba + " / GOTO 0 x=0")
    #expect(Explorer.explore(toy.system()).verdict == .holds)
    // Where nobody goes round nobody can step in the end, by either rule.
    for judgesEnds in [false, true] {
      toy = Toy(Self.abba)
      if judgesEnds { toy.judgeEnds() }
      let found = try #require(counterexample(Explorer.explore(toy.system())))
      #expect(found.preemptions == 1 && found.steps == 2)
    }
    let ordered = system(
      "LOCK nesta; LOCK nestb; UNLOCK nestb; UNLOCK nesta"
        + " / LOCK nesta; LOCK nestb; UNLOCK nestb; UNLOCK nesta / GOTO 0 x=0", daemons: [2])
    #expect(Explorer.explore(ordered).verdict == .holds)
  }

  @Test func `a thread that goes round for a value that never comes is stuck`() throws {
    #expect(
      try explanation(of: system("GOTO 0 x=0"), preemptions: 0)
        == "t0 never ends: it goes round, and is at GOTO 0 x=0")
    #expect(Explorer.explore(system("GOTO 0 x=0 / W x 1")).verdict == .holds)
    // The one that holds the lock has ended.
    #expect(
      try explanation(
        of: system("LOCK m; W x 1 / LOCK m; UNLOCK m / GOTO 0 y=0", daemons: [2]), preemptions: 0)
        == "t1 never ends: it waits at LOCK m for m, which t0 holds")
  }

  @Test func `a thread that steps now and then is stuck where no way on ends it`() throws {
    // The two hand a turn to and fro.
    #expect(
      try explanation(
        of: system("AWAIT x=0; W x 1; GOTO 0 y=0 / AWAIT x=1; W x 0; GOTO 0 y=0"),
        preemptions: 0)?.contains("t1 never ends") == true)
  }

  @Test func `a run that a broken check ends is an end of all its threads`() {
    let broken = system("AWAIT x=1 / FAIL bad / GOTO 0 y=0", daemons: [2], checks: ["bad"])
    #expect(Explorer.explore(broken).broken == ["bad"])
    let apart = system(
      "CHOOSE r 2; W x r; IF x=1; FAIL bad / AWAIT y=1 / GOTO 0 y=0", daemons: [2], checks: ["bad"])
    #expect(Explorer.explore(apart).broken == ["bad", "deadlock"])
  }

  @Test func `daemons need not end, and the end is judged wherever they stand`() throws {
    func ended(_ holds: @escaping @Sendable (UInt8) -> Bool, _ program: String) -> [String] {
      var toy = Toy(program, bits: 2, variables: ["x"])
      toy.judgeEnds(daemons: [1])
      let x = toy.cell("x")
      let property = Property("end", sentence: "x is so.", kind: .atEnd { holds($0[x]) })
      let exploration = Explorer.explore(toy.system(property))
      for strategy in Strategy.proving + [.bounded(preemptions: 3)] {
        let other = Explorer.explore(toy.system(property), options: .init(strategy: strategy))
        if other.limit == nil { #expect(other.broken == exploration.broken, "\(strategy)") }
      }
      for reduction in [Reduction.partialOrder, .symmetry] {
        let other = Explorer.explore(toy.system(property), options: .init(reduction: reduction))
        #expect(other.broken == exploration.broken, "\(reduction)")
      }
      return exploration.broken
    }
    // It blocks, it goes round, it is in the middle.
    #expect(ended({ $0 == 1 }, "W x 1 / AWAIT x=2") == [])
    #expect(ended({ $0 == 1 }, "W x 1 / GOTO 0 x!=2") == [])
    #expect(ended({ $0 == 1 }, "W x 1 / AWAIT x=1; W x 3; AWAIT x=2") == ["end"])
    #expect(ended({ $0 != 1 }, "W x 1 / AWAIT x=1; W x 3; AWAIT x=2") == ["end"])
    #expect(ended({ $0 == 3 || $0 == 1 }, "W x 1 / AWAIT x=1; W x 3; AWAIT x=2") == [])
    // Threads that must end do not where the daemon has to help.
    #expect(ended({ _ in true }, "AWAIT x=1 / AWAIT x=1; W x 1") == ["deadlock"])
    #expect(ended({ _ in false }, "AWAIT x=1 / W x 1; AWAIT x=2") == ["end"])
  }

  @Test func `a loop of daemons alone is no lack of progress`() {
    func broken(_ program: String) -> [String] {
      Explorer.explore(
        system(
          program, daemons: [1],
          Property("progress", sentence: "All end.", kind: .terminates(.weak)))
      ).broken
    }
    #expect(broken("W x 1 / GOTO 0 x!=3") == [])
    #expect(broken("GOTO 0 x=0 / GOTO 0 x!=3") == ["progress", "deadlock"])
    // It is passed over by a lock that serves nobody in turn.
    #expect(broken("LOCK m; UNLOCK m / LOCK m; UNLOCK m; GOTO 0 x=0") == ["progress"])
  }

  // MARK: - Every strategy, against a decision by reachability

  @Test func `stuck threads are found where reachability finds them, and nowhere else`() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<300 {
      let system = randomSystem(seed: seed)
      guard let oracle = StuckOracle(system, most: 150) else { continue }
      let exploration = Explorer.explore(system)
      #expect(exploration.counts.states == oracle.states.count, "seed \(seed)")
      let expected = oracle.hasDeadlock
      #expect(exploration.broken.contains("deadlock") == expected, "seed \(seed)")
      if let found = counterexample(exploration) {
        #expect(found.preemptions == oracle.fewestPreemptions, "seed \(seed)")
        #expect(found.isMinimal, "seed \(seed)")
        try check(found, in: system, oracle, "seed \(seed)")
      }
      #expect(
        exploration.broken.contains("end") == oracle.breaksAtEnd { Self.end(system)($0) },
        "seed \(seed)")
      try compare(system, exploration, oracle, "seed \(seed)")
      let isTold = tellsByNumbers(system, oracle, "seed \(seed)")
      seen["told by numbers \(isTold)", default: 0] += expected ? 0 : 1
      let kind = oracle.hasDeadEnd ? "dead end" : expected ? "stuck" : "none"
      seen["cycle \(oracle.hasCycle), \(kind)", default: 0] += 1
    }
    #expect(seen.count == 7 && seen.values.allSatisfy { $0 >= 5 }, "\(seen)")
  }

  /// Whether numbers of states alone tell that no thread is stuck, which must be so.
  private func tellsByNumbers(
    _ system: System, _ oracle: StuckOracle, _ name: String
  ) -> Bool {
    var search = Search(of: system, Explorer.Options())
    let graph = search.run()
    let isTold = RisingRuns.leadToEnds(in: graph)
    if isTold { #expect(!oracle.hasDeadlock, "\(name)") }
    return isTold
  }

  @Test func `equal threads are stuck as often where one of each set of states is kept`() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<300 {
      var random = SplitMix64(seed: UInt64(seed))
      let (count, length) = (2 + random.pick(below: 2), 2 + random.pick(below: 2))
      let alike = Array(repeating: randomThread(length, &random), count: count)
      let other = randomThread(2, &random)
      let program = (alike + [other]).joined(separator: " / ")
      let daemons = random.pick(below: 2) == 0 ? [count] : []
      @Sendable func made(_ order: [Int]) -> System {
        var toy = Toy(program, bits: 1, variables: ["x", "y"], checks: ["bad"], order: order)
        toy.judgeEnds(daemons: daemons)
        return toy.system()
      }
      var system = made(Array(0...count))
      system.permutations = { [system] in
        (1..<count).compactMap { other in
          var order = Array(0...count)
          order.swapAt(0, other)
          return Permutation(of: system, as: made(order), renaming: [:])
        }
      }
      guard let oracle = StuckOracle(system, most: 300) else { continue }
      var uncounted = Explorer.Options(reduction: .symmetry)
      uncounted.countsInterleavings = false
      let exploration = Explorer.explore(system, options: uncounted)
      let name = "seed \(seed)"
      #expect(exploration.broken.contains("deadlock") == oracle.hasDeadlock, "\(name)")
      if let found = counterexample(exploration) { try check(found, in: system, oracle, name) }
      try expectSameWithoutLog(system, oracle, name)
      let isMerged = exploration.counts.states < oracle.states.count
      let kind = oracle.hasDeadEnd ? "dead end" : oracle.hasDeadlock ? "stuck" : "none"
      seen["merged \(isMerged), cycle \(oracle.hasCycle), \(kind)", default: 0] += 1
    }
    for kind in ["dead end", "stuck", "none"] {
      #expect(seen["merged true, cycle true, \(kind)", default: 0] >= 5, "\(seen)")
    }
  }

  /// Steps that were not logged are taken anew.
  private func expectSameWithoutLog(
    _ system: System, _ oracle: StuckOracle, _ name: String
  ) throws {
    let symmetry = Symmetry(of: system)
    var search = Search(of: system, Explorer.Options(), symmetry: symmetry)
    let logged = search.run()
    if search.isAsymmetric { return }
    let graph = StateGraph(
      of: logged.properties, in: logged.store, witnesses: logged.witnesses, counts: logged.counts,
      limits: logged.limits, symmetry: symmetry)
    #expect((StuckStates.find(in: graph).states != nil) == oracle.hasDeadlock, "\(name), no log")
  }

  /// Every other way to search says the same, or that it does not know.
  private func compare(
    _ system: System, _ whole: Exploration, _ oracle: StuckOracle, _ name: String
  ) throws {
    var shared = Explorer.Options(jobs: 3)
    shared.sharing = Sharing(smallestLevel: 2, batch: 3, portion: 2)
    var ways: [(String, Explorer.Options)] = [
      ("jobs", shared), ("uncounted", Explorer.Options(countsInterleavings: false)),
    ]
    let few = Sampling(runs: 20, maxSteps: 100)
    for strategy in [
      Strategy.bounded(preemptions: nil), .bounded(preemptions: 1), .randomWalk(few),
      .pct(few, depth: 2), .uniform(few),
    ] {
      ways.append((strategy.id, Explorer.Options(strategy: strategy)))
    }
    // Where runs can go round there are too many of them.
    ways.append(
      (
        "dpor",
        Explorer.Options(
          strategy: .dpor(maxSteps: 30), limits: Limits(duration: .milliseconds(20)))
      ))
    for reduction in [Reduction.partialOrder, .symmetry, .fingerprints] {
      ways.append(("\(reduction)", Explorer.Options(reduction: reduction)))
    }
    for (way, options) in ways {
      let exploration = Explorer.explore(system, options: options)
      if let found = counterexample(exploration) {
        try check(found, in: system, oracle, "\(name), \(way)")
        if found.isMinimal {
          #expect(found.preemptions == oracle.fewestPreemptions, "\(name), \(way)")
        }
      }
      switch exploration.verdict {
      case .holds: #expect(whole.verdict == .holds, "\(name), \(way)")
      case .violated:
        #expect(Set(whole.broken).isSuperset(of: exploration.broken), "\(name), \(way)")
      case .undecided: #expect(exploration.limit != nil, "\(name), \(way)")
      }
      if exploration.limit == nil {
        #expect(Set(exploration.broken) == Set(whole.broken), "\(name), \(way)")
      }
    }
  }

  /// A run to a state in which a thread is stuck, which is found again by its token alone.
  private func check(
    _ found: Counterexample, in system: System, _ oracle: StuckOracle, _ name: String
  ) throws {
    let token = try found.schedule.token(for: system)
    let trace = try system.replay(Schedule(token: token, for: system))
    #expect(trace.broken.contains("deadlock"), "\(name)")
    #expect(trace.preemptions == found.preemptions, "\(name)")
    #expect(trace.stuck.map(\.index) == oracle.stuck(in: trace.final), "\(name)")
  }

  private static func end(_ system: System) -> (Property.State) -> Bool {
    for property in system.properties {
      if case .atEnd(let holds) = property.kind { return holds }
    }
    return { _ in true }
  }

  /// A program of two or three threads with jumps, of which one may be a daemon.
  private func randomSystem(seed: Int) -> System {
    var random = SplitMix64(seed: UInt64(seed))
    let lengths = random.pick(from: [[3, 4], [4, 3], [3, 2, 2], [2, 2, 2], [3, 3], [2, 3, 3]])
    let threads = lengths.map { randomThread($0, &random) }
    var toy = Toy(
      threads.joined(separator: " / "), bits: 1, variables: ["x", "y"], checks: ["bad"])
    let daemon = random.pick(below: lengths.count * 2)
    toy.judgeEnds(daemons: daemon < lengths.count ? [daemon] : [])
    let (x, y) = (toy.cell("x"), toy.cell("y"))
    return toy.system(
      Property("end", sentence: "x and y end as equals.", kind: .atEnd { $0[x] == $0[y] }))
  }

  private func randomThread(_ length: Int, _ random: inout SplitMix64) -> String {
    let jumpsLast = random.pick(below: 3) > 0
    return (0..<length).map { place in
      place == length - 1 && jumpsLast
        ? randomJump(&random, length) : randomOp(&random, length)
    }.joined(separator: "; ")
  }

  /// A jump to one of the first `length` ops, or to the one after them.
  private func randomJump(_ random: inout SplitMix64, _ length: Int) -> String {
    "GOTO \(random.pick(below: length + 1)) \(random.pick(from: ["x", "y"]))"
      + random.pick(from: ["=0", "=1"])
  }

  private func randomOp(_ random: inout SplitMix64, _ length: Int) -> String {
    let shared = random.pick(from: ["x", "y"])
    let test = random.pick(from: ["=0", "=1"])
    let ops = [
      "W \(shared) \(random.pick(below: 2))", "LOCK nestm", "UNLOCK nestm", "LOCK nestn",
      "AWAIT \(shared)\(test)", randomJump(&random, length), "CHOOSE r 2", "W \(shared) r",
      "W \(shared) \(random.pick(below: 2))",
    ]
    return random.pick(below: 25) == 0 ? "FAIL bad" : random.pick(from: ops)
  }
}
