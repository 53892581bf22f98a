public import Scheduler

extension Exploration.Interleavings {
  /// How many there are and how many break something, or why they were not counted.
  public var text: String {
    switch self {
    case .finite(let all, let violating):
      violating == 0
        ? "\(all), none violating"
        : "\(all), \(violating == all ? "all" : "\(violating) of them") violating"
    case .unbounded, .notCounted: reason ?? ""
    }
  }

  /// Why there is no number: `unbounded, ` and where a run can go round, or `not counted`.
  public var reason: String? {
    switch self {
    case .finite: nil
    case .unbounded(let loop): "unbounded, " + Self.text(of: loop)
    case .notCounted(.notAsked): "not counted"
    case .notCounted(.reduced): "not counted: states were left out"
    case .notCounted(.limit): "not counted: a limit was hit"
    }
  }

  /// `loops at vcpu0 walk-shadow, ...`, each place once.
  private static func text(of loop: [Loop]) -> String {
    var places: [String] = []
    for step in loop {
      let place = "\(step.thread) \(step.location.label)"
      if !places.contains(place) { places.append(place) }
    }
    return "loops at " + places.joined(separator: ", ")
  }
}
