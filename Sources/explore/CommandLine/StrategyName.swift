import Scheduler

extension Request {
  /// How runs are searched, as the command line names it.
  enum Strategy: String, CaseIterable, Sendable {
    case exhaustive, bounded, dpor, random, pct, uniform

    /// The strategies that draw runs at random.
    static let drawing: [Self] = [.random, .pct, .uniform]

    /// The engine's strategy of that name, with the parameters that the command line gives.
    func search(_ request: Request) -> Scheduler.Strategy {
      switch self {
      case .exhaustive: .exhaustive
      case .bounded: .bounded(preemptions: request.preemptions)
      case .dpor:
        .dpor(
          maxSteps: request.maxSteps ?? Scheduler.Strategy.defaultTraceSteps,
          countingPreemptions: request.preemptions)
      case .random: .randomWalk(request.sampling)
      case .pct: .pct(request.sampling, depth: request.depth)
      case .uniform: .uniform(request.sampling)
      }
    }
  }
}
