import Scheduler

extension JSONReport {
  static func finding(_ finding: FindingReport) -> JSONValue {
    let witness = finding.witness
    let isBroken = finding.verdict == .violated
    return .object([
      ("id", .string(finding.id)), ("sentence", .string(finding.sentence)),
      ("verdict", .string(finding.verdict.rawValue)),
      ("preemptions", .optional(witness?.preemptions)),
      ("switches", .optional(witness?.switches)), ("steps", .optional(witness?.steps)),
      ("loopStart", .optional(witness?.loopStart)),
      ("minimal", isBroken ? .optional(witness?.isMinimal) : .null),
      ("schedule", .optional(witness?.token)), ("replay", .optional(witness?.replay)),
      ("explanation", .optional(witness?.explanation)),
      ("trace", .list(isBroken ? witness.map { steps($0.trace) } ?? [] : [])),
    ])
  }

  private static func steps(_ trace: TraceReport) -> [JSONValue] {
    trace.steps.map { step in
      let held = trace.locks.indices.filter { step.lockOwners[$0] != nil }
      return .object([
        ("number", .integer(step.number)), ("thread", .string(trace.name(of: step.thread))),
        ("label", .string(step.location.label)),
        ("function", .optional(step.location.function)), ("choice", .integer(step.choice)),
        ("preemption", .flag(step.isPreemption)),
        ("changes", .list(step.changes.filter { $0.role != .lock }.map(change))),
        (
          "locks",
          .list(
            held.map { index in
              .object([
                ("name", .string(trace.locks[index].name)),
                ("owner", .optional(step.lockOwners[index].map(trace.name))),
              ])
            })
        ),
        ("broken", .strings(step.broken)),
      ])
    }
  }

  private static func change(_ change: Trace.Change) -> JSONValue {
    let role =
      switch change.role {
      case .shared: "shared"
      case .local: "local"
      case .ghost: "ghost"
      case .lock: "lock"
      }
    return .object([
      ("cell", .string(change.name)), ("role", .string(role)), ("old", .string(change.old)),
      ("new", .string(change.new)),
    ])
  }
}
