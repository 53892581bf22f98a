import Testing

@testable import Scheduler

/// The search over one of each set of equal states against the search over all of them.
@Suite struct SymmetryTests {
  @Test func `equal threads are found, and their orders merged`() {
    let system = alike(copies(3, of: "R x>r; W x r+1")) { toy in
      let x = toy.cell("x")
      return [Property("three", sentence: "The sum is 3.", kind: .atEnd { $0[x] == 3 })]
    }
    let (all, kept) = compare(system, "increments")
    #expect(all.broken == ["three"] && kept.counts.states * 2 < all.counts.states)
    #expect(text(kept) == "threads t0 = t1 = t2")
  }

  @Test func `atomic increments by n threads have n + 1 states`() {
    for count in 2...4 {
      #expect(symmetric(alike(copies(count, of: "U x"))).counts.states == count + 1)
    }
  }

  @Test func `owners of locks are exchanged with the threads`() {
    let (all, kept) = compare(alike(copies(3, of: "LOCK m; R x>r; W x r+1; UNLOCK m")), "locked")
    #expect(kept.counts.states * 4 < all.counts.states)
  }

  @Test func `threads that only look alike are told apart`() {
    let system = alike("U x; W y 1 / U x; W y 2", as: ["", ""])
    #expect(!Symmetry(of: system).permutations.isEmpty)
    let (all, kept) = compare(system, "y")
    #expect(kept.counts == all.counts)
    #expect(text(kept) == "none: threads t0 = t1 look alike and differ")
  }

  @Test func `what a thread accesses is exchanged with it`() {
    let system = alike("U x; R x>r / U y; R y>r", as: ["", ""]) { toy in
      let (x, y) = (toy.cell("x"), toy.cell("y"))
      return [
        Property("one", sentence: "x and y are 1 in the end.", kind: .atEnd { $0[x] + $0[y] == 1 })
      ]
    }
    let (all, kept) = compare(system, "variables")
    #expect((all.counts.states, kept.counts.states) == (9, 6) && kept.broken == ["one"])
  }

  @Test func `a property that tells threads apart ends the symmetry`() {
    func told(by holds: @escaping @Sendable (UInt8, UInt8) -> Bool) -> System {
      alike("R x>r; U x / R x>r; U x") { toy in
        let (first, second) = (toy.cell("t0.r"), toy.cell("t1.r"))
        return [
          Property(
            "told", sentence: "A relation of what they read.",
            kind: .always { holds($0[first], $0[second]) })
        ]
      }
    }
    let (_, kept) = compare(told { $0 <= $1 }, "first")
    #expect(text(kept) == "none: threads t0 = t1 look alike and differ")
    #expect(text(compare(told { $0 + $1 < 2 }, "either").kept) == "threads t0 = t1")
  }

  @Test func `a landmark that tells threads apart ends the symmetry`() {
    let system = alike(copies(2, of: "R x>r; U x")) { toy in
      let second = toy.cell("t1.r")
      return [
        Property("second-reads-1", sentence: "t1 reads 1.", kind: .sometimes { $0[second] == 1 })
      ]
    }
    #expect(text(compare(system, "landmark").kept).hasPrefix("none: "))
  }

  @Test func `a property about steps or endless runs keeps every state`() {
    for kind in [Property.Kind.perStep { _, _, thread in thread.index == 0 }, .terminates(.weak)] {
      let system = alike(copies(2, of: "U x; AWAIT x!=1")) { _ in
        [Property("needy", sentence: "Something about steps.", kind: kind)]
      }
      let (all, kept) = compare(system, "steps")
      #expect(all.counts.states == kept.counts.states)
      #expect(text(kept) == "none: 'needy' is about steps or endless runs")
    }
  }

  @Test func `a system that nobody has said anything of is searched whole`() {
    let system = Toy(copies(2, of: "U x")).system()
    let (all, kept) = compare(system, "unsaid")
    #expect(all.counts.states == kept.counts.states)
    #expect(text(kept) == "none: nothing is interchangeable")
  }

  @Test func `a search that a limit ends claims nothing of states that were not tried`() {
    // The states that would show that the threads are told apart lie beyond the limit.
    let system = alike(copies(2, of: "R x>r; U x; U x; W y r")) { toy in
      ["t0.r", "t1.r"].map { name in
        let register = toy.cell(name)
        return Property(
          name, sentence: "The thread does not read 2.", kind: .always { $0[register] != 2 })
      }
    }
    for states in 1..<60 {
      var options = Explorer.Options(limits: Limits(states: states), reduction: .symmetry)
      options.countsInterleavings = false
      check(Explorer.explore(system, options: options), of: system, "at most \(states) states")
    }
  }

  @Test func `the names in values are exchanged with what they name`() {
    for (threads, items) in [(1, 4), (2, 2), (2, 3), (3, 3)] {
      let system = Claims(threads: threads, items: items).system { _, taken in
        let all = (0..<items)
        return [
          Property(
            "not-all", sentence: "An item is left.",
            kind: .atEnd { s in all.contains { !s[taken, $0] } })
        ]
      }
      let (all, kept) = compare(system, "\(threads) threads, \(items) items")
      #expect(all.broken == (threads < items ? [] : ["not-all"]))
      if threads == 1 { #expect((all.counts.states, kept.counts.states) == (9, 3)) }
      #expect(kept.counts.states * 2 < all.counts.states)
      #expect(text(kept).contains("items 0 = 1"))
    }
  }

  @Test func `names that the layout does not tell of are found out`() {
    let system = Claims(threads: 2, items: 2, namesItems: false).system()
    #expect(!Symmetry(of: system).permutations.isEmpty)
    #expect(text(compare(system, "undeclared").kept).hasPrefix("none: "))
  }

  @Test func `items that only a machine tells apart are found out`() {
    let system = Claims(threads: 2, items: 2, heavy: 1).system()
    let (all, kept) = compare(system, "heavy")
    #expect(kept.counts == all.counts)
    #expect(text(kept) == "none: items 0 = 1, threads t0 = t1 look alike and differ")
  }

  @Test func `what is no exchange is none`() throws {
    let claims = Claims(threads: 2, items: 2)
    let (system, other) = (claims.system(), Claims(threads: 2, items: 3).system())
    #expect(Permutation(of: system, as: other, renaming: [:]) == nil)
    #expect(
      Permutation(of: system, as: Claims(threads: 1, items: 2).system(), renaming: [:]) == nil)
    #expect(Permutation(of: system, as: system, renaming: [Claims.item: [1: 2]]) == nil)
    #expect(Permutation(of: system, as: system, renaming: [Claims.item: [0: 1, 1: 0]]) == nil)
    #expect(Permutation(of: system, as: system, renaming: [Claims.item: [1: 7, 7: 1]]) == nil)
    let identity = try #require(
      Permutation(of: system, as: system, renaming: [Claims.item: [1: 1]]))
    #expect(identity == Permutation(identityOf: system))
  }

  @Test func `what two permutations make together is one of the group`() {
    let system = Claims(threads: 2, items: 3).system()
    let permutations = Symmetry(of: system).permutations
    #expect(permutations.count == 2 * 6 - 1)
    let identity = Permutation(identityOf: system)
    for (one, two) in permutations.flatMap({ one in permutations.map { (one, $0) } }) {
      let both = two.after(one)
      #expect(both == identity || permutations.contains(both))
    }
  }

  @Test func `of too many permutations a group of some is taken`() {
    let system = Claims(threads: 4, items: 3).system()
    let count = Symmetry(of: system).permutations.count + 1
    #expect(count <= 24 && 144 % count == 0 && count > 4)
    _ = compare(system, "many")
  }

  @Test func `pairs of random threads give the same answers`() {
    var (before, after) = (0, 0)
    for seed in 0..<150 {
      let text = randomThread(seed: seed)
      let program = [text, text, randomThread(seed: seed + 1000)].joined(separator: " / ")
      let system = alike(program, bits: 2, variables: ["x", "y"]) { toy in
        let (x, y) = (toy.cell("x"), toy.cell("y"))
        return [
          Property(
            "not-both-two", sentence: "x and y are not both 2.",
            kind: .always { $0[x] != 2 || $0[y] != 2 }),
          Property("quiet", sentence: "x is below 3 in quiet states.", kind: .quiet { $0[x] < 3 }),
          Property("ends", sentence: "x ends below y.", kind: .atEnd { $0[x] <= $0[y] }),
          Property("three", sentence: "x is 3 somewhere.", kind: .sometimes { $0[x] == 3 }),
        ]
      }
      let (all, kept) = compare(system, "seed \(seed)")
      (before, after) = (before + all.counts.states, after + kept.counts.states)
    }
    #expect(after * 10 < before * 9, "\(after) of \(before) states")
  }

  @Test func `the answer does not depend on the number of workers`() {
    let systems = [
      alike(copies(3, of: "R x>r; W x r+1; R y>s; U y")),
      Claims(threads: 3, items: 3).system(),
    ]
    for system in systems {
      let one = symmetric(system)
      for jobs in 2...3 {
        var options = Explorer.Options(reduction: .symmetry, jobs: jobs)
        options.sharing = Sharing(smallestLevel: 2, batch: 2, portion: 2)
        let many = Explorer.explore(system, options: options)
        #expect(many.counts == one.counts && many.statistics == one.statistics)
      }
    }
  }

  /// A program whose threads may be exchanged where their texts are equal, or else those in
  /// `texts`.
  private func alike(
    _ program: String, bits: Int = 8, variables: [String] = [],
    as texts: [String]? = nil, _ properties: (Toy) -> [Property] = { _ in [] }
  ) -> System {
    let texts = texts ?? program.split(separator: " / ").map(String.init)
    let toy = Toy(program, bits: bits, variables: variables)
    var system = toy.system(properties(toy))
    system.permutations = { [system] in
      Claims.orders(of: Array(texts.indices)).filter { $0.map { texts[$0] } == texts }.compactMap {
        Permutation(
          of: system, as: Toy(program, bits: bits, variables: variables, order: $0).system(),
          renaming: [:])
      }
    }
    return system
  }

  private func symmetric(_ system: System) -> Exploration {
    Explorer.explore(system, options: Explorer.Options(reduction: .symmetry))
  }

  private func text(_ exploration: Exploration) -> String {
    for statistic in exploration.statistics {
      if case .text(let text) = statistic.value, statistic.id == "symmetry" { return text }
    }
    return "no figure"
  }

  private func compare(_ system: System, _ name: String) -> (all: Exploration, kept: Exploration) {
    let (all, kept) = (Explorer.explore(system), symmetric(system))
    #expect(all.verdict == kept.verdict && all.broken == kept.broken, "\(name)")
    #expect(kept.counts.states <= all.counts.states, "\(name)")
    // The orbits of the states kept are all the states there are.
    for statistic in kept.statistics where statistic.id == "all-states" {
      #expect(statistic.value == .count(BigNatural(UInt64(all.counts.states))), "\(name)")
    }
    check(kept, of: system, name)
    return (all, kept)
  }

  /// Every run that was found can be taken, and breaks what it is said to break.
  private func check(_ exploration: Exploration, of system: System, _ name: String) {
    for finding in exploration.findings {
      switch finding.result {
      case .violated(let run):
        let trace = try? system.replay(run.schedule)
        #expect(trace?.broken.contains(finding.id) == true, "\(name) \(finding.id)")
      case .reached(let run): #expect((try? system.replay(run)) != nil, "\(name) \(finding.id)")
      case .holds, .neverReached, .undecided: continue
      }
    }
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
