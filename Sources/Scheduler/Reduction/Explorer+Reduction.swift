/// The exhaustive search over a part of the states that shows all that breaks.
extension Explorer {
  /// Searches with the habits that the searches before have taught, until nothing is new.
  static func reduced<W: Width>(_ system: System, _ width: W, _ options: Options) -> Exploration {
    var habits = Rehearsal.habits(of: system)
    print("rehearsed", habits.conduct.map(\.count))
    var sometimes: Set<Int> = []
    var passes = 0
    while true {
      passes += 1
      let reduction = ReductionPlan(of: system, habits, sometimes: sometimes)
      var search = Search(of: system, width: width, options, reduction)
      search.run()
      let before = (passes, search.store.count, search.surprise)
      for worker in search.workers { if let fusion = worker.successors.fusion { habits.formUnion(fusion.news) } }
      print("pass", before, habits.conduct.map(\.count), search.counts.states, search.counts.transitions, search.counts.depth)
      if passes > 30 { fatalError() }
      if search.limit == nil {
        if search.surprise != nil { continue }
        let missed = search.subjects.sometimes.filter { search.hits[$0] == nil }
        if !sometimes.isSuperset(of: missed) { sometimes.formUnion(missed); continue }
      }
      let findings = search.hits.indices.compactMap { subject -> Exploration.Finding? in
        if search.hits[subject] == nil && subject >= search.subjects.firstCheck { return nil }
        let isSome = search.subjects.sometimes.contains(subject)
        let result: Exploration.Result
        if search.hits[subject] != nil {
          let run = Schedule([])
          result = isSome ? .reached(run) : .violated(Counterexample(schedule: run, preemptions: 0, isMinimal: false))
        } else if search.limit != nil { result = .undecided } else { result = isSome ? .neverReached : .holds }
        return Exploration.Finding(id: search.subjects.id(subject), sentence: search.subjects.sentence(subject), result: result)
      }
      var exploration = Exploration(verdict: .holds, counts: search.counts, findings: findings, limit: search.limit)
      if !exploration.broken.isEmpty { exploration.verdict = .violated } else if search.limit != nil { exploration.verdict = .undecided }
      return exploration
    }
  }
}
