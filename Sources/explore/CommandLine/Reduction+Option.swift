import Scheduler

extension Reduction {
  /// The name of the option that asks for it, without the dashes.
  var option: String? {
    switch self {
    case .none: nil
    case .partialOrder: "reduce"
    case .symmetry: "symmetry"
    case .fingerprints: "fingerprints"
    }
  }
}
