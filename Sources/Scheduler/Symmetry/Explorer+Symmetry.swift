/// The exhaustive search over one state of each set of states that exchanging equal threads makes.
extension Explorer {
  /// Searches with the exchanges that the system seems to have, or all states if it has none after all.
  ///
  /// Verdict and broken properties are those of the search over all states; runs are runs of the system.
  static func symmetric<W: Width>(_ system: System, _ width: W, _ options: Options) -> Exploration {
    let subjects = Subjects(of: system)
    if let needy = (subjects.perStep + subjects.terminates).first {
      return unreduced(
        system, width, options, because: "'\(subjects.id(needy))' is about who takes a step")
    }
    let symmetry = Symmetry(of: system)
    guard !symmetry.exchanges.isEmpty else {
      return unreduced(system, width, options, because: "no two threads look alike")
    }
    var uncounted = options
    uncounted.countsInterleavings = false
    var search = Search(of: system, width: width, uncounted, symmetry: symmetry)
    search.run()
    if search.isAsymmetric {
      return unreduced(system, width, options, because: "threads that look alike differ")
    }
    return search.symmetricReport(symmetry)
  }

  private static func unreduced<W: Width>(
    _ system: System, _ width: W, _ options: Options, because reason: String
  ) -> Exploration {
    var exploration = whole(system, width, options)
    exploration.figures.append(
      Figure("symmetry", "interchangeable threads", .text("none: " + reason)))
    return exploration
  }
}

extension Search {
  /// What a search by symmetry has found out.
  fileprivate mutating func symmetricReport(_ symmetry: Symmetry) -> Exploration {
    let orbits = Orbits(of: system, width: store.width, symmetry)
    let walker = Walker(system, store.width)
    func run(to number: Int) -> Schedule { orbits.run(for: shortestRun(to: number)) }
    var counterexamples: [Int: Counterexample] = [:]
    for subject in broken {
      counterexamples[subject] = hits[subject].map {
        Shrinker(of: walker, breaking: subject).shrink(run(to: $0).steps)
      }
    }
    var reached: [Int: Schedule] = [:]
    for subject in subjects.sometimes { reached[subject] = hits[subject].map { run(to: $0) } }
    counts.interleavings = .notCounted(.reduced)
    let names = symmetry.names.map { $0.joined(separator: " = ") }.joined(separator: ", ")
    return Exploration(
      of: subjects, counts, counterexamples, reached: reached, limit == nil ? .whole : .part,
      limit: limit, figures: [Figure("symmetry", "interchangeable threads", .text(names))])
  }
}
