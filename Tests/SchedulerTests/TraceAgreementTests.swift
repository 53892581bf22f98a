import Scheduler
import Synchronization
import Testing

/// What is judged on one run of each trace is judged on every run, or nothing is claimed.
@Suite struct TraceAgreementTests {
  @Test func `random programs with properties of every kind get the exhaustive search's answers`() {
    for seed in 0..<120 { compare(randomSystem(seed: seed), "seed \(seed)") }
    for seed in 0..<80 { compare(randomTangle(seed: seed), "tangle \(seed)") }
  }

  @Test func `so do toys`() {
    let toys = [
      copies(3, of: "R x>r; W x r+1"), copies(3, of: "LOCK m; R x>r; W x r+1; UNLOCK m"),
      "CHOOSE r 3; W x r / R x>s; ASSERT x!=2", "AWAIT x=1; W y 1 / AWAIT y=1; W x 1",
      "LOCK m; LOCK n; UNLOCK n; UNLOCK m / LOCK n; LOCK m; UNLOCK m; UNLOCK n", "R x",
      "UNLOCK m / LOCK m; W x 1", "AWAIT x=1 / AWAIT x=1",
    ]
    for toy in toys { compare(Toy(toy, variables: ["x"]).system(), toy) }
    compare(Counters([3, 4, 2]).system(), "counters")
  }

  private func compare(_ system: System, _ name: String) {
    let whole = Explorer.explore(system, options: .init(countsInterleavings: false))
    let traces = Explorer.explore(system, options: .init(strategy: .dpor()))
    #expect(traces.verdict == whole.verdict, "\(name)")
    #expect(traces.counts.deadlocks == whole.counts.deadlocks, "\(name)")
    #expect(traces.limit == nil, "\(name)")
    #expect(traces.findings.map(\.id) == whole.findings.map(\.id), "\(name)")
    for (found, expected) in zip(traces.findings, whole.findings) {
      let name = "\(name) \(expected.id)"
      switch (found.result, expected.result) {
      case (.violated(let run), .violated(let expected)):
        #expect(run.preemptions == expected.preemptions, "\(name)")
        #expect(run.steps == expected.steps, "\(name)")
        #expect(run.isMinimal, "\(name)")
        let trace = try? system.replay(run.schedule)
        #expect(trace?.preemptions == run.preemptions, "\(name)")
        #expect(trace?.broken.contains(found.id) == true, "\(name)")
      case (.reached(let run), .reached(let expected)):
        #expect(run.steps.count == expected.steps.count, "\(name)")
        #expect((try? system.replay(run)) != nil, "\(name)")
      case (.holds, .holds), (.neverReached, .neverReached): break
      default: Issue.record("\(name): \(found.result), not \(expected.result)")
      }
    }
  }

  @Test func `a system whose runs can be endless never holds`() {
    let exploration = Explorer.explore(
      petersonLock(.flagThenTurn), options: .init(strategy: .dpor(maxSteps: 14)))
    #expect(exploration.verdict == .undecided)
    #expect(exploration.limit == .steps(14))
    #expect(exploration.statistics.contains { $0.id == "runs-cut" })
    let wrong = Explorer.explore(
      petersonLock(.turnThenFlag), options: .init(strategy: .dpor(maxSteps: 16)))
    #expect(wrong.broken == ["mutual-exclusion"])
    guard case .violated(let found)? = wrong.findings.first?.result else { return }
    #expect(!found.isMinimal, "a cheaper run may be longer")
  }

  @Test(arguments: zip(5...7, [LimitHit.steps(5), .steps(6), nil]))
  func `a run that just fits is not cut`(most: Int, limit: LimitHit?) {
    let exploration = Explorer.explore(
      Counters([3, 4]).system(), options: .init(strategy: .dpor(maxSteps: most)))
    #expect(exploration.limit == limit)
    #expect(exploration.verdict == (limit == nil ? .holds : .undecided))
  }

  @Test func `limits on time end the search and leave the answer open`() {
    let system = Toy(copies(5, of: "U x")).system(
      Property("kept", sentence: "Always.", kind: .always { _ in true }),
      Property("met", sentence: "Never.", kind: .sometimes { _ in false }))
    let options: [(Explorer.Options, LimitHit)] = [
      (.init(strategy: .dpor(), limits: Limits(duration: .zero)), .duration(.zero)),
      (.init(strategy: .dpor(), isCancelled: { true }), .cancelled),
    ]
    for (options, limit) in options {
      let exploration = Explorer.explore(system, options: options)
      #expect(exploration.verdict == .undecided)
      #expect(exploration.limit == limit)
      #expect(exploration.broken.isEmpty)
    }
  }

  @Test func `wherever it is stopped it says only what it knows, and progress grows`() {
    let system = Toy(copies(5, of: "R x>r; W x r+1")).system()
    for last in [1, 2, 5, 9] {
      let calls = Mutex(0)
      let steps = Mutex<[Int]>([])
      let exploration = Explorer.explore(
        system,
        options: .init(
          strategy: .dpor(),
          isCancelled: {
            calls.withLock { calls in
              calls += 1
              return calls >= last
            }
          }, progress: { now in steps.withLock { $0.append(now.transitions) } }))
      #expect(exploration.verdict == .undecided)
      #expect(exploration.limit == .cancelled)
      let seen = steps.withLock { $0 }
      #expect(seen.count == last)
      #expect(seen == seen.sorted() && (seen.last ?? 0) <= exploration.counts.transitions)
    }
  }
}
