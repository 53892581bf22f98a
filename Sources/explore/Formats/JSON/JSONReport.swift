import RaceModel
import Reporting
import Scheduler

/// The JSON document of `run`, `check` and `compare`, as `schemas/report.schema.json` describes
/// it.
///
/// The keys are literals, here and in `Reporting` for what a search found out: they stay when a
/// type or a case is renamed. Readers let keys pass that they do not know, so that adding one
/// does not change ``schemaVersion``.
struct JSONReport: ReportRenderer {
  static let schemaVersion = 2

  private var writer = JSONWriter()
  private var isInScenario = false

  mutating func begin(_ input: InputReport) -> String {
    var text = writer.isAtTop ? start() : endOfScenario()
    isInScenario = true
    text += writer.openObject()
    text += writer.write(.string(input.name), for: "name")
    text += writer.write(.string(input.file), for: "file")
    text += writer.write(.string(input.summary), for: "summary")
    text += writer.write(
      .object([("hash", .string(input.hash)), ("defines", .strings(input.defines))]), for: "input")
    return text + writer.openList(for: "rows")
  }

  mutating func add(_ rows: [RowReport]) -> String {
    rows.map { writer.write(Self.row($0)) }.joined()
  }

  mutating func end(_ end: ReportEnd) -> String {
    var text = writer.isAtTop ? start() : endOfScenario()
    text += writer.close()
    text += writer.write(.list(end.errors.flatMap(\.faults).map(Self.error)), for: "errors")
    text += writer.write(Self.run(end.run), for: "run")
    text += writer.write(Self.summary(end.summary), for: "summary")
    return text + writer.close()
  }

  private mutating func start() -> String {
    writer.openObject() + writer.write(.integer(Self.schemaVersion), for: "schemaVersion")
      + writer.write(.object([("name", .string("explore"))]), for: "tool")
      + writer.openList(for: "scenarios")
  }

  /// Closes the rows and the scenario that they are of.
  private mutating func endOfScenario() -> String {
    guard isInScenario else { return "" }
    isInScenario = false
    return writer.close() + writer.close()
  }

  private static func row(_ row: RowReport) -> JSONValue {
    .object(
      [
        ("name", .optional(row.name)), ("line", .optional(row.position?.line)),
        ("column", .optional(row.position?.column)),
      ] + setting(row.setting) + [
        ("threads", .list(row.threads.map(thread))), ("model", .string(row.model.rawValue)),
        ("strategy", .string(row.strategy.rawValue)),
      ] + [
        ("verdict", .string(row.result.verdict.rawValue)),
        ("broken", .strings(row.found.map(\.id))),
      ] + expectation(of: row) + [
        ("answer", .optional(row.answer?.rawValue)), ("observation", .optional(row.observation)),
      ] + row.result.evidenceMembers + [
        ("flags", .list(row.flags.map(\.json))), ("question", row.question?.json ?? .null),
        ("modelFault", .optional(row.modelFault)),
      ])
  }

  private static func expectation(of row: RowReport) -> [JSONValue.Member] {
    let expectation = row.expectation
    let asExpected: Bool? =
      switch row.outcome {
      case .asExpected: true
      case .differs: false
      case .undecided, nil: nil
      }
    let counted = expectation?.broken.filter { $0.preemptions != nil } ?? []
    return [
      ("expected", .optional(expectation?.verdict)),
      ("expectedBroken", expectation.map { .strings($0.broken.map(\.id)) } ?? .null),
      (
        "expectedPreemptions",
        .object(counted.map { ($0.id, .optional($0.preemptions)) })
      ),
      ("asExpected", .optional(asExpected)),
      ("isUnpinned", .flag(row.isUnpinned)), ("pin", .optional(row.pin)),
    ]
  }

  /// What is run: `kernel`, which race files do not have, and their `program`.
  private static func setting(_ setting: Job.Setting) -> [JSONValue.Member] {
    switch setting {
    case .kernel(let kernel, let unread):
      [("kernel", self.kernel(kernel, unread)), ("program", .null)]
    case .program(let defines, let labels, let result):
      [
        ("kernel", .null),
        (
          "program",
          .object([
            ("defines", .strings(defines)), ("with", .strings(labels)),
            ("result", .strings(result)),
          ])
        ),
      ]
    }
  }

  private static func kernel(_ kernel: Kernel, _ unread: [Kernel.Setting]) -> JSONValue {
    let knobs = kernel.knobs
    return .object([
      ("base", .string(kernel.base.rawValue)),
      ("with", .strings(kernel.patches.map(\.rawValue))),
      ("knobs", .object(Knob.allCases.map { ($0.rawValue, .string(knobs[$0])) })),
      ("unread", .strings(unread.map(\.knob.rawValue))),
    ])
  }

  private static func thread(_ thread: ThreadReport) -> JSONValue {
    let calls = thread.calls.isEmpty ? ["\(thread.name)()"] : thread.calls
    return .object([("name", .string(thread.name)), ("run", .strings(calls))])
  }

  static func error(_ error: InputError.Fault) -> JSONValue {
    .object([
      ("file", .string(error.file)), ("line", .optional(error.position?.line)),
      ("column", .optional(error.position?.column)), ("message", .string(error.message)),
    ])
  }

  private static func run(_ facts: RunFacts) -> JSONValue {
    .object([
      ("time", .string(facts.time)), ("host", .string(facts.host)),
      ("version", .string(facts.version)), ("commit", .null), ("partition", .null),
      ("jobs", .integer(facts.jobs)), ("elapsedMilliseconds", milliseconds(facts.elapsed)),
      ("rowMilliseconds", .list(facts.rowTimes.map(milliseconds))),
    ])
  }

  private static func milliseconds(_ duration: Duration) -> JSONValue {
    .integer(Int(duration / .milliseconds(1)))
  }

  private static func summary(_ summary: ReportSummary) -> JSONValue {
    let verdicts: [(String, Verdict)] = [
      ("holds", .holds), ("violated", .violated), ("undecided", .undecided),
    ]
    let outcomes: [(String, RowReport.Outcome)] = [
      ("met", .asExpected), ("differ", .differs), ("undecided", .undecided),
    ]
    let expecting = outcomes.reduce(0) { $0 + summary.count($1.1) }
    return .object([
      ("scenarios", .integer(summary.scenarios)), ("rows", .integer(summary.rows)),
      ("rowsNotRun", .integer(summary.rowsNotRun)),
      (
        "verdicts",
        .object(verdicts.map { ($0, .integer(summary.verdicts[$1] ?? 0)) })
      ),
      (
        "expectations",
        .object(
          outcomes.map { ($0, .integer(summary.count($1))) }
            + [
              ("none", .integer(summary.rows - expecting)),
              ("unpinned", .integer(summary.unpinned)),
            ])
      ),
      ("modelFaults", .integer(summary.modelFaults)), ("states", .integer(summary.states)),
    ])
  }
}
