package import Scheduler

extension RaceProgram {
  /// What came of exploring a program.
  package struct Result {
    /// The system that was explored.
    package var system: System
    /// What the file claims and what must not be found in it, and nothing else.
    package var exploration: Exploration
    /// What was found that breaks nothing: in herd7's dialect all that no condition speaks of.
    package var flags: [Exploration.Finding]
    /// What became of the question of `exists`, which is broken on a run that answers it with yes;
    /// nil for a file that does not ask.
    package var question: Exploration.Finding?
    /// How the final states answer herd7's condition; nil without one, and as long as states that
    /// nobody has seen might change it.
    package var observation: Observation?
    /// Whether every reachable state was looked at.
    package var isWhole: Bool

    /// What was found, by id, with the preemptions of the run that shows it.
    ///
    /// A `sometimes` property that is never true has no such run.
    package var found: [(id: String, preemptions: Int?)] {
      (exploration.findings + flags + (question.map { [$0] } ?? [])).compactMap { finding in
        switch finding.result {
        case .violated(let counterexample): (finding.id, counterexample.preemptions)
        case .neverReached: (finding.id, nil)
        case .holds, .reached, .undecided: nil
        }
      }
    }

    /// The answer about what the file claims.
    package var verdict: Verdict { exploration.verdict }
  }

  /// How often the final states are as herd7's condition says, in herd7's words.
  package enum Observation: String, Sendable {
    case never = "Never"
    case sometimes = "Sometimes"
    case always = "Always"
  }

  /// What the final states that count have been seen to answer.
  struct Answers {
    var hasYes = false
    var hasNo = false

    mutating func note(_ answer: Bool) {
      if answer { hasYes = true } else { hasNo = true }
    }

    /// The observation, if no further state can change it.
    func observation(isWhole: Bool) -> Observation? {
      if hasYes && hasNo { return .sometimes }
      guard isWhole else { return nil }
      return hasYes ? .always : .never
    }
  }
}

extension RaceProgram.Result {
  /// Sorts what a search says of a program's properties and checks by what it means.
  init(
    _ explored: Exploration, of system: System, _ answers: RaceProgram.Answers,
    in program: RaceProgram
  ) {
    var (exploration, flags) = (explored, [Exploration.Finding]())
    var question: Exploration.Finding?
    var isWhole = explored.limit == nil
    exploration.findings = explored.findings.filter { finding in
      if finding.id == RaceProgram.endsID {
        // It never breaks, so that it holds once all states are known.
        if case .holds = finding.result { isWhole = true } else { isWhole = false }
        return false
      }
      if finding.id == RaceSystem.finalStateID {
        // Where something breaks, runs may end with it.
        guard case .neverReached = finding.result else { return false }
        return !explored.findings.contains {
          if case .violated = $0.result { true } else { false }
        }
      }
      if program.isQuestion(finding.id) {
        question = finding
      } else if program.isClaim(finding.id) {
        return true
      } else {
        flags.append(finding)
      }
      return false
    }
    let isAnswered =
      switch question?.result {
      case .violated?: true
      default: isWhole
      }
    let hasClaims = program.file.language == .race || !exploration.findings.isEmpty
    if !exploration.broken.isEmpty {
      exploration.verdict = .violated
    } else if exploration.findings.contains(where: \.isUndecided) {
      exploration.verdict = .undecided
    } else {
      exploration.verdict = (hasClaims ? isWhole : isAnswered) ? .holds : .undecided
    }
    flags.removeAll { finding in
      switch finding.result {
      case .violated: false
      case .holds, .reached, .neverReached, .undecided: true
      }
    }
    (self.system, self.exploration, self.flags) = (system, exploration, flags)
    (self.question, self.isWhole) = (question, isWhole)
    observation = program.quantifier.flatMap { _ in answers.observation(isWhole: isWhole) }
  }
}

extension Exploration.Finding {
  fileprivate var isUndecided: Bool {
    if case .undecided = result { return true }
    return false
  }
}
