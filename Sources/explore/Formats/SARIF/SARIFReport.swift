import RaceModel
import Reporting
import Scheduler

/// A SARIF log of one run of the tool.
///
/// Results come as rows end; the rules that they name, which are few, and what went wrong come
/// behind them.
struct SARIFReport: ReportRenderer {
  let command: Command
  private var writer = JSONWriter()
  private var locations = SARIFLocation(folder: "")
  private var input: InputReport?
  private var startTime = ""
  /// In the order of their first results, which name them by number.
  private var rules: [(id: String, sentence: String)] = []
  private var ruleNumbers: [String: Int] = [:]
  private var notifications: [JSONValue] = []

  private static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  init(command: Command) { self.command = command }

  mutating func start(_ start: ReportStart) -> String {
    locations = SARIFLocation(folder: start.folder)
    startTime = start.time
    return writer.openObject() + writer.write(.string(Self.schema), for: "$schema")
      + writer.write(.string("2.1.0"), for: "version") + writer.openList(for: "runs")
      + writer.openObject() + writer.write(.string("unicodeCodePoints"), for: "columnKind")
      + writer.openList(for: "results")
  }

  mutating func begin(_ input: InputReport) -> String {
    self.input = input
    return ""
  }

  mutating func add(_ rows: [RowReport]) -> String {
    var text = ""
    for row in rows {
      for finding in SARIFFinding.all(in: row, of: command) {
        text += writer.write(result(finding, of: row))
      }
      guard let fault = row.modelFault, let input else { continue }
      notify(
        "error", RowStatus.modelFault.rawValue, "\(row.heading): \(fault)", input.file,
        row.position)
    }
    return text
  }

  mutating func reject(_ error: InputError, ofFile number: Int) -> String {
    for fault in error.faults {
      notify("error", "input", fault.message, fault.file, fault.position)
    }
    return ""
  }

  mutating func end(_ end: ReportEnd) -> String {
    let isWhole = notifications.isEmpty && end.notRunText.isEmpty
    if !end.notRunText.isEmpty {
      notifications.append(Self.notification("warning", "not-run", "not run: " + end.notRunText))
    }
    let driver: [JSONValue.Member] = [
      ("name", .string("explore")), ("version", .string(end.run.version)),
      ("rules", .list(rules.map(Self.descriptor))),
    ]
    let invocation: [JSONValue.Member] = [
      ("executionSuccessful", .flag(isWhole)), ("startTimeUtc", .string(startTime)),
      ("endTimeUtc", .string(end.run.time)), ("machine", .string(end.run.host)),
      ("toolExecutionNotifications", .list(notifications)),
      ("properties", .object([("summary", end.summary.json)])),
    ]
    return writer.close() + writer.write(.object([("driver", .object(driver))]), for: "tool")
      + writer.write(.list([.object(invocation)]), for: "invocations")
      + writer.close() + writer.close() + writer.close()
  }

  private static func descriptor(_ id: String, _ sentence: String) -> JSONValue {
    .object([
      ("id", .string(id)), ("shortDescription", text(sentence.isEmpty ? id : sentence)),
    ])
  }

  private static func text(_ text: String) -> JSONValue { .object([("text", .string(text))]) }
}

extension SARIFReport {
  private mutating func result(_ finding: SARIFFinding, of row: RowReport) -> JSONValue {
    let rule = ruleNumbers[finding.rule] ?? rules.count
    if rule == rules.count {
      rules.append((finding.rule, finding.sentence))
      ruleNumbers[finding.rule] = rule
    }
    let (file, name) = (input?.file ?? "", input?.name ?? "")
    let location = JSONValue.object([
      locations.physical(file, line: row.position?.line, column: row.position?.column),
      (
        "logicalLocations",
        .list([
          .object([
            ("name", .string(row.title)), ("fullyQualifiedName", .string("\(name)/\(row.title)")),
          ])
        ])
      ),
    ])
    // Not the place: a row stays the same where lines come before it.
    let identity = [locations.address(of: file), row.title, finding.rule].joined(separator: "\0")
    let flow = finding.witness.flatMap { codeFlow($0, file) }
    return .object(
      [
        ("ruleId", .string(finding.rule)), ("ruleIndex", .integer(rule)),
        ("level", .string(finding.level.rawValue)), ("message", Self.text(finding.message)),
        ("locations", .list([location])),
        (
          "partialFingerprints",
          .object([("rowAndRule/v1", .string(StableHash.hexDigits(of: identity.utf8)))])
        ),
      ] + (flow.map { [("codeFlows", .list([$0]))] } ?? []))
  }

  /// A flow for each thread that steps; the numbers of the steps say how they interleave.
  private func codeFlow(_ witness: WitnessReport, _ file: String) -> JSONValue? {
    let trace = witness.trace
    let flows = trace.threads.indices.compactMap { thread -> JSONValue? in
      let steps = trace.steps.filter { $0.thread.index == thread }
      if steps.isEmpty { return nil }
      return .object([
        ("id", .string(trace.threads[thread])),
        ("locations", .list(steps.map { self.step($0, of: trace, file) })),
      ])
    }
    if flows.isEmpty { return nil }
    let measure = TextStyle.measure(
      preemptions: witness.preemptions, switches: witness.switches, steps: witness.steps)
    let replay = witness.replay.map { "; replay: " + $0 } ?? ""
    return .object([
      ("message", Self.text(measure + replay)), ("threadFlows", .list(flows)),
    ])
  }

  private func step(_ step: Trace.Step, of trace: TraceReport, _ file: String) -> JSONValue {
    // What the thread alone can see is where it stands, which its next step says.
    let changes = step.changes.filter { $0.role == .shared || $0.role == .ghost }.map {
      "\($0.name): \($0.old) -> \($0.new)"
    }
    let place = step.location.function.map { " in \($0)()" } ?? ""
    let what = ([step.location.label + place] + changes).joined(separator: "; ")
    let broken = step.broken.isEmpty ? "" : "; breaks " + list(step.broken, "and")
    var members: [JSONValue.Member] = []
    // The line of a race file; a scenario's steps are the kernel's, and it is none of its places.
    if let line = step.location.line { members.append(locations.physical(file, line: line)) }
    if let function = step.location.function {
      members.append(("logicalLocations", .list([Self.function(function)])))
    }
    let text = "\(step.number), \(trace.name(of: step.thread)): \(what)\(broken)"
    members.append(("message", Self.text(text)))
    return .object([
      ("location", .object(members)), ("executionOrder", .integer(step.number)),
      ("importance", .string(step.isPreemption || !broken.isEmpty ? "essential" : "important")),
    ])
  }

  private static func function(_ name: String) -> JSONValue {
    .object([("name", .string(name)), ("kind", .string("function"))])
  }

  private mutating func notify(
    _ level: String, _ id: String, _ message: String, _ file: String, _ position: SourcePosition?
  ) {
    let place = locations.physical(file, line: position?.line, column: position?.column)
    notifications.append(
      Self.notification(level, id, message, [("locations", .list([.object([place])]))]))
  }

  private static func notification(
    _ level: String, _ id: String, _ message: String, _ places: [JSONValue.Member] = []
  ) -> JSONValue {
    .object(
      [
        ("descriptor", .object([("id", .string(id))])), ("level", .string(level)),
        ("message", text(message)),
      ] + places)
  }
}
