import RaceModel
import Scheduler

/// The JSON document of a report, as `schemas/report.schema.json` describes it.
enum JSONReport {
  static let schemaVersion = 1

  static func render(_ report: Report) -> String {
    JSONValue.object([
      ("schemaVersion", .integer(schemaVersion)),
      ("tool", .object([("name", .string("explore"))])),
      ("scenarios", .list(report.scenarios.map(scenario))),
      ("run", run(report.run, report.scenarios.flatMap(\.rows))),
    ]).document
  }

  private static func run(_ facts: RunFacts, _ rows: [RowReport]) -> JSONValue {
    .object([
      ("time", .string(facts.time)), ("host", .string(facts.host)),
      ("version", .string(facts.version)),
      ("elapsedMilliseconds", milliseconds(facts.elapsed)),
      ("rowMilliseconds", .list(rows.map { milliseconds($0.elapsed) })),
    ])
  }

  private static func milliseconds(_ duration: Duration) -> JSONValue {
    .integer(Int(duration / .milliseconds(1)))
  }

  private static func scenario(_ scenario: ScenarioReport) -> JSONValue {
    .object([
      ("name", .string(scenario.name)), ("file", .string(scenario.file)),
      ("summary", .string(scenario.summary)), ("rows", .list(scenario.rows.map(row))),
    ])
  }

  private static func row(_ row: RowReport) -> JSONValue {
    let asExpected: Bool? =
      switch row.expectation?.outcome {
      case .asExpected: true
      case .differs: false
      case .undecided, nil: nil
      }
    return .object([
      ("name", .optional(row.name)), ("kernel", kernel(row.kernel)),
      ("threads", .list(row.threads.map(thread))), ("strategy", .string(row.strategy.rawValue)),
      ("verdict", .string(row.verdict.rawValue)), ("broken", .strings(row.broken)),
      ("expected", .optional(row.expectation?.verdict.rawValue)),
      ("expectedBroken", row.expectation.map { .strings($0.broken) } ?? .null),
      ("asExpected", .optional(asExpected)),
      ("counts", row.counts.states == 0 ? .null : counts(row.counts)),
      ("figures", .list(row.statistics.map(statistic))),
      ("properties", .list(row.findings.map(finding))), ("limit", row.limit.map(limit) ?? .null),
      ("modelFault", .optional(row.modelFault)),
    ])
  }

  private static func kernel(_ kernel: Kernel) -> JSONValue {
    let knobs = kernel.knobs
    return .object([
      ("base", .string(kernel.base.rawValue)),
      ("with", .strings(kernel.patches.map(\.rawValue))),
      ("knobs", .object(Knob.allCases.map { ($0.rawValue, .string(knobs[$0])) })),
    ])
  }

  private static func thread(_ thread: ThreadReport) -> JSONValue {
    .object([("name", .string(thread.name)), ("run", .strings(thread.calls))])
  }

  private static func counts(_ counts: Exploration.Counts) -> JSONValue {
    var (all, violating, reason): (String?, String?, String?)
    switch counts.interleavings {
    case .finite(let total, let bad): (all, violating) = ("\(total)", "\(bad)")
    case .unbounded(let loop): reason = "unbounded, " + TextReport.loopText(loop)
    case .notCounted(.notAsked): reason = "not counted"
    case .notCounted(.reduced): reason = "not counted: states were left out"
    case .notCounted(.limit): reason = "not counted: a limit was hit"
    }
    return .object([
      ("states", .integer(counts.states)), ("transitions", .integer(counts.transitions)),
      ("depth", .integer(counts.depth)), ("deadlocks", .integer(counts.deadlocks)),
      ("interleavings", .optional(all)), ("violatingInterleavings", .optional(violating)),
      ("interleavingsReason", .optional(reason)),
    ])
  }

  private static func statistic(_ statistic: Statistic) -> JSONValue {
    let value: JSONValue =
      switch statistic.value {
      case .count(let count): .string("\(count)")
      case .series(let counts): .list(counts.map { .string("\($0)") })
      case .fraction(let part, let whole):
        .object([
          ("numerator", .string("\(part)")), ("denominator", .string("\(whole)")),
          ("decimal", .string(StatisticText.decimal(part, over: whole))),
        ])
      case .text(let text): .string(text)
      }
    return .object([
      ("id", .string(statistic.id)), ("sentence", .string(statistic.sentence)), ("value", value),
    ])
  }

  private static func limit(_ limit: LimitHit) -> JSONValue {
    let (kind, value): (String, JSONValue) =
      switch limit {
      case .states(let count): ("states", .integer(count))
      case .bytes(let bytes): ("bytes", .integer(bytes))
      case .duration(let duration): ("seconds", .string(LimitText.seconds(duration)))
      case .cancelled: ("interrupt", .null)
      case .capacity(let states): ("capacity", .integer(states))
      case .preemptions(let most): ("preemptions", .integer(most))
      case .runs(let count): ("runs", .integer(count))
      case .steps(let most): ("steps", .integer(most))
      case .endlessRuns: ("endless-runs", .null)
      case .fingerprints: ("fingerprints", .null)
      }
    return .object([
      ("kind", .string(kind)), ("value", value), ("text", .string(LimitText.sentence(limit))),
    ])
  }
}

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
