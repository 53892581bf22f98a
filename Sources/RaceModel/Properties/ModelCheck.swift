internal import Scheduler

/// A check that the machines of this model make at every step, besides those of the engine.
package enum ModelCheck: String, CaseIterable, Sendable {
  case wildStore = "wild-store"
  case useAfterFree = "use-after-free"
  case uninitialized = "uninitialized"
  case partitionEntryZero = "partition-entry-zero"
  case rmapPool = "rmap-pool"

  /// What must be true.
  package var sentence: String {
    switch self {
    case .wildStore: "A guest store reaches only host pages that back the guest."
    case .useAfterFree: "No freed object is touched."
    case .uninitialized: "No variable is used before something is assigned to it."
    case .partitionEntryZero: "No core walks for an LPID whose partition-table entry is 0."
    case .rmapPool: "The model's pool of rmap nodes is large enough for the scenario."
    }
  }
}

extension SystemBuilder {
  /// Adds a check of this model.
  mutating func check(_ check: ModelCheck) -> Check {
    self.check(check.rawValue, sentence: check.sentence)
  }
}

extension Scenario {
  /// What every run checks: the deadlock, the checks of the engine and those of the model.
  package static var checks: [(id: String, sentence: String)] {
    [Check.deadlock, .cellOverflow, .assertion, .lockDiscipline, .lockOrder, .sleepUnderSpinlock]
      .map { ($0.id, $0.sentence) } + ModelCheck.allCases.map { ($0.rawValue, $0.sentence) }
  }

  /// The ids of checks of the model itself: when one breaks, nothing can be concluded.
  package static var modelLimits: [String] {
    [Check.cellOverflow.id, ModelCheck.rmapPool.rawValue]
  }

  /// The ids of the checks that a row may expect to break.
  package static var alwaysOnChecks: [String] {
    checks.map(\.id).filter { !modelLimits.contains($0) }
  }
}
