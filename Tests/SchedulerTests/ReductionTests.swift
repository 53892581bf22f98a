import Synchronization
import Testing

@testable import Scheduler

/// The reduced search against the search over all states.
@Suite struct ReductionTests {
  // MARK: - What is left out

  @Test func `threads that share nothing are run one after another`() {
    // From the first step of either on, nothing that is left to do concerns the other one.
    let counts = reduced(Toy("W x 1; U x; R x>r / W y 1; U y; R y>r").system()).counts
    #expect((counts.states, counts.deadlocks) == (2, 0))
    #expect(counts.interleavings == .notCounted(.reduced))
  }

  @Test func `a section under a lock is one step, its release included`() {
    let system = Toy("LOCK m; U x; U x; UNLOCK m / LOCK m; U x; R x; UNLOCK m").system()
    // Nobody has stepped, one of the two has finished, both have; the rest is passed through.
    #expect(reduced(system).counts.states == 2)
    #expect(Explorer.explore(system).counts.states > 12)
  }

  @Test func `a look from outside the lock keeps a section in pieces`() {
    let guarded = Toy("LOCK m; U x; U y; UNLOCK m / LOCK m; R x; R y; UNLOCK m").system()
    let peeking = Toy("LOCK m; U x; U y; UNLOCK m / R x>r; R y>s").system()
    #expect(reduced(peeking).counts.states > reduced(guarded).counts.states + 4)
  }

  @Test func `a property makes the steps visible that write what it reads`() {
    let toy = Toy("W x 1; W x 0 / W y 1; W y 0")
    let (x, y) = (toy.cell("x"), toy.cell("y"))
    let overlap = Property(
      "overlap", sentence: "x and y are never 1 at once.", kind: .always { $0[x] + $0[y] < 2 })
    let blind = reduced(toy.system())
    let seeing = reduced(toy.system(overlap))
    #expect(blind.counts.states == 2)
    #expect(seeing.counts.states == Explorer.explore(toy.system()).counts.states)
    #expect(seeing.broken == ["overlap"])
  }

  @Test(arguments: [0, 5, 20, 40])
  func `what a thread looks at before it waits for a lock is not forgotten`(idle: Int) {
    let system = Gatecrasher.system(idle: idle)
    #expect(Explorer.explore(system).broken == ["assertion"])
    #expect(reduced(system).broken == ["assertion"])
    let naive = Explorer.reduced(
      system, Explorer.Options(),
      observed: ObservedAccesses(of: system))
    #expect(naive.broken == ["assertion"])
  }

  @Test func `a property whose reads are not known breaks unseen`() {
    let toy = Toy("W x 1; W x 0 / W y 1; W y 0")
    let (x, y) = (toy.cell("x"), toy.cell("y"))
    let system = toy.system(
      Property(
        "overlap", sentence: "x and y are never 1 at once.", kind: .always { $0[x] + $0[y] < 2 }))
    var observed = AccessSampling.accesses(of: system, without: CellSet())
    for expectsSight in [false, true] {
      if expectsSight { observed.propertyReads[0] = CellSet([x.number, y.number]) }
      let plan = ReductionPlan(of: system, observed, landmarks: [])
      var search = Search(of: system, Explorer.Options(), reduction: plan)
      let graph = search.run()
      #expect((graph.witnesses[PropertyIndex(0)] != nil) == expectsSight)
      #expect((search.incompleteAt == nil) == expectsSight, "the search knows that it may be blind")
    }
  }

  @Test func `holding a quiet lock hides what a property about quiet states reads`() {
    let text = "LOCK m; W x 1; W x 0; UNLOCK m / LOCK m; W y 1; W y 0; UNLOCK m"
    let property = { (toy: Toy) in
      let x = toy.cell("x")
      return Property("x-is-0", sentence: "x is 0 in quiet states.", kind: .quiet { $0[x] == 0 })
    }
    let toy = Toy(text)
    // Nobody, one of the two, or both have been through: only taking a free lock can be seen.
    #expect(reduced(toy.system(property(toy))).counts.states == 4)
    // The same states, but as a predicate: what holding the lock hides is not known.
    var opaque = Toy(text)
    guard let lock = opaque.locks["m"] else { preconditionFailure("the program has a lock") }
    opaque.quiet { lock.isFree($0) }
    #expect(reduced(opaque.system(property(opaque))).counts.states > 4)
  }

  @Test func `a landmark passed in the middle of a section is reached`() throws {
    let toy = Toy("LOCK m; W x 1; W x 0; UNLOCK m / LOCK m; W x 2; W x 0; UNLOCK m")
    let x = toy.cell("x")
    let system = toy.system(
      Property("two", sentence: "x is 2.", kind: .sometimes { $0[x] == 2 }),
      Property("three", sentence: "x is 3.", kind: .sometimes { $0[x] == 3 }))
    let exploration = reduced(system)
    #expect(exploration.broken == ["three"])
    guard case .reached(let run) = exploration.findings[0].result else {
      Issue.record("two is reached")
      return
    }
    let trace = try system.replay(run)
    #expect(system.view(trace.final) { $0[x] } == 2)
  }

  @Test func `a property about steps keeps every state`() {
    let toy = Toy("W x 1; W x 0 / W y 1; W y 0")
    let x = toy.cell("x")
    let system = toy.system(
      Property(
        "x-grows", sentence: "No step makes x smaller.",
        kind: .perStep { before, after, _ in after[x] >= before[x] }))
    let (all, kept) = (Explorer.explore(system), reduced(system))
    #expect(kept.counts == all.counts && kept.broken == ["x-grows"])
    #expect(kept.statistics.map { $0.id } == ["reduction"])
  }

  // MARK: - The same answers

  @Test func `random programs give the same answers`() {
    var (kept, all) = (0, 0)
    for seed in 0..<200 {
      let toy = randomToy(seed: seed)
      let (before, after) = compare(toy, propertiesOfStates(toy), "seed \(seed)")
      (kept, all) = (kept + after, all + before)
    }
    #expect(kept * 4 < all * 3, "\(kept) of \(all) states")
  }

  @Test func `random programs with sections under locks give the same answers`() {
    var (kept, all) = (0, 0)
    for seed in 0..<200 {
      let toy = sectionedToy(seed: seed)
      let (before, after) = compare(toy, propertiesOfStates(toy), "seed \(seed)")
      (kept, all) = (kept + after, all + before)
    }
    #expect(kept * 2 < all, "\(kept) of \(all) states")
  }

  @Test func `random programs that fail give the same deadlocks and ends`() {
    for seed in 500..<550 { _ = compare(randomToy(seed: seed), [], "seed \(seed)") }
    for seed in 600..<650 { _ = compare(sectionedToy(seed: seed), [], "seed \(seed)") }
  }

  @Test func `known models give the same answers`() {
    for (name, system) in [
      ("peterson", petersonLock(.flagThenTurn)), ("peterson, wrong", petersonLock(.turnThenFlag)),
      ("peterson 3", petersonForMany(3)),
      ("philosophers", philosophers(4)),
    ] {
      let (all, kept) = (Explorer.explore(system), reduced(system))
      #expect(all.verdict == kept.verdict && all.broken == kept.broken, "\(name)")
      #expect(all.counts.deadlocks == kept.counts.deadlocks, "\(name)")
      #expect(kept.counts.states <= all.counts.states, "\(name)")
    }
  }

  @Test func `a search that starts without observed accesses finds them`() {
    for seed in 0..<30 {
      let toy = sectionedToy(seed: seed)
      let system = toy.system(propertiesOfStates(toy))
      let all = Explorer.explore(system)
      let kept = Explorer.reduced(
        system, Explorer.Options(),
        observed: ObservedAccesses(of: system))
      #expect(all.broken == kept.broken && all.counts.deadlocks == kept.counts.deadlocks, "\(seed)")
    }
  }

  @Test func `the answer does not depend on the number of workers`() {
    for seed in 0..<20 {
      let toy = sectionedToy(seed: seed)
      let system = toy.system(propertiesOfStates(toy))
      let one = reduced(system)
      for jobs in 2...3 {
        var options = Explorer.Options(reduction: .partialOrder, jobs: jobs)
        options.sharing = Sharing(smallestLevel: 2, batch: 2, portion: 2)
        let many = Explorer.explore(system, options: options)
        #expect(many.counts == one.counts && "\(many.findings)" == "\(one.findings)", "\(seed)")
      }
    }
  }

  // MARK: -

  private func reduced(_ system: System) -> Exploration {
    Explorer.explore(system, options: Explorer.Options(reduction: .partialOrder))
  }

  /// Compares both searches; returns how many states each has.
  private func compare(_ toy: Toy, _ properties: [Property], _ name: String) -> (Int, Int) {
    let (allEnds, keptEnds) = (Ends(), Ends())
    let system = toy.system(properties)
    let all = Explorer.explore(
      toy.system(properties + [allEnds.property(of: system)]),
      options: Explorer.Options(countsInterleavings: false))
    let kept = reduced(toy.system(properties + [keptEnds.property(of: system)]))
    #expect(all.verdict == kept.verdict && all.broken == kept.broken, "\(name)")
    #expect(all.counts.deadlocks == kept.counts.deadlocks, "\(name)")
    #expect(allEnds.states == keptEnds.states, "\(name)")
    #expect(kept.counts.states <= all.counts.states, "\(name)")
    for finding in kept.findings {
      switch finding.result {
      case .violated(let run): check(run.schedule, breaks: finding.id, in: system, name)
      case .reached(let run): check(run, reaches: finding.id, in: system, name)
      case .holds, .neverReached, .undecided: continue
      }
    }
    return (all.counts.states, kept.counts.states)
  }

  private func check(
    _ run: Schedule, breaks id: String, in system: System, _ name: String
  ) {
    let trace = try? system.replay(run)
    #expect(trace?.broken.contains(id) == true, "\(name) \(id)")
  }

  private func check(
    _ run: Schedule, reaches id: String, in system: System, _ name: String
  ) {
    guard let trace = try? system.replay(run),
      case .sometimes(let isReached) = system.properties.first(where: { $0.id == id })?.kind
    else {
      Issue.record("\(name) \(id): the run cannot be replayed")
      return
    }
    #expect(system.view(trace.final) { isReached($0) }, "\(name) \(id)")
  }
}

/// The states in which all threads have finished.
private final class Ends: Sendable {
  private let found = Mutex<Set<[UInt64]>>([])

  var states: Set<[UInt64]> { found.withLock { $0 } }

  func property(of system: System) -> Property {
    let words = system.layout.wordCount
    return Property(
      "ends-are-noted", sentence: "Every end is noted.",
      kind: .atEnd { state in
        let end = (0..<words).map { state.words[$0] }
        self.found.withLock { _ = $0.insert(end) }
        return true
      })
  }
}

/// Properties of each kind but those about steps, most of which break now and then.
private func propertiesOfStates(_ toy: Toy) -> [Property] {
  let (x, y) = (toy.cell("x"), toy.cell("y"))
  return [
    Property(
      "never-both-two", sentence: "x and y are not both 2.",
      kind: .always { $0[x] != 2 || $0[y] != 2 }),
    Property(
      "y-after-x", sentence: "While x is 0, y is not 1; which looks at y only then.",
      kind: .always { $0[x] != 0 || $0[y] != 1 }),
    Property(
      "quiet-below-three", sentence: "x is below 3 in quiet states.", kind: .quiet { $0[x] < 3 }),
    Property(
      "ends-equal", sentence: "x and y end as equals or zeros.", kind: .atEnd { $0[x] <= $0[y] }),
    Property("sees-three", sentence: "x is 3 somewhere.", kind: .sometimes { $0[x] == 3 }),
  ]
}

/// A random program most of whose steps are in sections under one of two locks.
private func sectionedToy(seed: Int) -> Toy {
  var random = SplitMix64(seed: UInt64(seed))
  let threads = (0..<2 + random.pick(below: 2)).map { _ in
    (0..<1 + random.pick(below: 2)).map { _ in
      let lock = random.pick(from: ["m", "m", "n"])
      let inside = (0..<1 + random.pick(below: 3)).map { _ in sectionOp(&random) }
      let outside = random.pick(from: [
        "R x>r", "CHOOSE s 2", "U y", "R y>s", "AWAIT x!=1", "W x 2",
      ])
      let hasOutside = random.pick(below: 3) == 0
      return (["LOCK \(lock)"] + inside + ["UNLOCK \(lock)"] + (hasOutside ? [outside] : []))
        .joined(separator: "; ")
    }.joined(separator: "; ")
  }
  return Toy(threads.joined(separator: " / "), bits: 2, variables: ["x", "y"])
}

private func sectionOp(_ random: inout SplitMix64) -> String {
  random.pick(from: [
    "R x>r", "W x r+1", "U x", "U y", "W y 1", "W y s", "R y>s", "CHOOSE s 2", "W x 0",
    "ASSERT y!=3", "IF x!=3",
  ])
}
