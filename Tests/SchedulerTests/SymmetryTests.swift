import Testing

@testable import Scheduler

/// The search over one of each set of equal states against the search over all of them.
@Suite struct SymmetryTests {
  @Test func `equal threads are found, and their orders merged`() {
    let toy = Toy(copies(3, of: "R x>r; W x r+1"))
    let x = toy.cell("x")
    let three = Property("three", "The sum is 3.", .atEnd { $0[x] == 3 })
    let (all, kept) = compare(toy.system(three), "increments")
    #expect(all.broken == ["three"] && kept.counts.states * 2 < all.counts.states)
    #expect(kept.figures.map(\.value) == [.text("t0 = t1 = t2")])
  }

  @Test func `atomic increments by n threads have n + 1 states`() {
    for count in 2...4 {
      #expect(symmetric(Toy(copies(count, of: "U x")).system()).counts.states == count + 1)
    }
  }

  @Test func `owners of locks are exchanged with the threads`() {
    let (all, kept) = compare(
      Toy(copies(3, of: "LOCK m; R x>r; W x r+1; UNLOCK m")).system(), "locked")
    #expect(kept.counts.states * 4 < all.counts.states)
  }

  @Test func `threads that only look alike are told apart`() {
    let system = Toy("U x; W y 1 / U x; W y 2").system()
    #expect(!Symmetry(of: system).exchanges.isEmpty)
    let (all, kept) = compare(system, "y")
    #expect(kept.counts == all.counts)
    #expect(kept.figures.map(\.value) == [.text("none: threads that look alike differ")])
  }

  @Test func `a property that tells threads apart ends the symmetry`() {
    let toy = Toy("R x>r; U x / R x>r; U x")
    let (first, second) = (toy.cell("t0.r"), toy.cell("t1.r"))
    let ordered = Property(
      "first-is-less", "t0 reads no more than t1 has.", .always { $0[first] <= $0[second] })
    let (_, kept) = compare(toy.system(ordered), "first")
    #expect(kept.figures.map(\.value) == [.text("none: threads that look alike differ")])
    let either = Property(
      "not-both", "They do not both read 1.", .always { $0[first] + $0[second] < 2 })
    #expect(compare(toy.system(either), "either").1.figures.map(\.value) == [.text("t0 = t1")])
  }

  @Test func `a property about steps keeps every state`() {
    let toy = Toy(copies(2, of: "U x"))
    let x = toy.cell("x")
    let first = Property("only-t0", "Only t0 steps.", .perStep { $1[x] == $0[x] || $2.index == 0 })
    let (all, kept) = compare(toy.system(first), "steps")
    #expect(all.counts == kept.counts && kept.broken == ["only-t0"])
  }

  @Test func `pairs of random threads give the same answers`() {
    var (before, after) = (0, 0)
    for seed in 0..<150 {
      let text = randomThread(seed: seed)
      let toy = Toy(
        [text, text, randomThread(seed: seed + 1000)].joined(separator: " / "), bits: 2,
        variables: ["x", "y"])
      let (x, y) = (toy.cell("x"), toy.cell("y"))
      let (all, kept) = compare(
        toy.system(
          Property("not-both-two", "x and y are not both 2.", .always { $0[x] != 2 || $0[y] != 2 }),
          Property("quiet", "x is below 3 in quiet states.", .quiet { $0[x] < 3 }),
          Property("ends", "x ends below y.", .atEnd { $0[x] <= $0[y] }),
          Property("three", "x is 3 somewhere.", .sometimes { $0[x] == 3 })), "seed \(seed)")
      (before, after) = (before + all.counts.states, after + kept.counts.states)
    }
    #expect(after * 10 < before * 9, "\(after) of \(before) states")
  }

  @Test func `the answer does not depend on the number of workers`() {
    let system = Toy(copies(3, of: "R x>r; W x r+1; R y>s; U y")).system()
    let one = symmetric(system)
    for jobs in 2...3 {
      var options = Explorer.Options(reduction: .symmetry, jobs: jobs)
      options.sharing = Sharing(smallestLevel: 2, batch: 2, portion: 2)
      #expect(Explorer.explore(system, options).counts == one.counts)
    }
  }

  private func symmetric(_ system: System) -> Exploration {
    Explorer.explore(system, Explorer.Options(reduction: .symmetry))
  }

  private func compare(_ system: System, _ name: String) -> (all: Exploration, kept: Exploration) {
    let (all, kept) = (Explorer.explore(system), symmetric(system))
    #expect(all.verdict == kept.verdict && all.broken == kept.broken, "\(name)")
    #expect(kept.counts.states <= all.counts.states, "\(name)")
    for finding in kept.findings {
      switch finding.result {
      case .violated(let run):
        let trace = try? system.replay(run.schedule)
        #expect(trace?.broken.contains(finding.id) == true, "\(name) \(finding.id)")
      case .reached(let run): #expect((try? system.replay(run)) != nil, "\(name) \(finding.id)")
      case .holds, .neverReached, .undecided: continue
      }
    }
    return (all, kept)
  }
}

private func randomThread(seed: Int) -> String {
  var random = SplitMix64(seed: UInt64(seed))
  return (0..<2 + random.pick(below: 2)).map { _ in
    random.pick(from: [
      "R x>r", "W x r+1", "U x", "U y", "W y 1", "W y r", "LOCK m", "UNLOCK m", "CHOOSE r 2",
      "IF x!=0", "AWAIT y!=1", "ASSERT x!=3",
    ])
  }.joined(separator: "; ")
}
