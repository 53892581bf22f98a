import Reporting
import Scheduler

// The keys are literals: they stay when a type or a case is renamed.

extension RunFacts {
  var json: JSONValue {
    .object([
      ("time", .string(time)), ("host", .string(host)), ("version", .string(version)),
      ("command", .string(command)), ("options", .strings(options)), ("commit", .null),
      ("partition", partition?.json ?? .null), ("jobs", .integer(jobs)),
      ("elapsedMilliseconds", elapsed.milliseconds),
      ("rowMilliseconds", .list(rowTimes.map(\.milliseconds))),
      ("interrupted", .optional(stopSignal?.name)), ("notRun", .list(notRun.map(\.json))),
    ])
  }
}

extension RowNotRun {
  var json: JSONValue {
    .object([
      ("file", .string(file)), ("row", .string(row)), ("strategy", .optional(strategy?.rawValue)),
    ])
  }
}

extension ReportSummary.Differences {
  var json: JSONValue {
    .object([
      ("changed", .integer(changed)), ("undecided", .integer(undecided)),
      ("same", .integer(same)), ("unaffected", .integer(unaffected)),
    ])
  }
}

extension Duration {
  /// Whole milliseconds, as JSON has times.
  var milliseconds: JSONValue { .integer(Int(self / .milliseconds(1))) }
}

extension ReportSummary {
  var json: JSONValue {
    let verdictNames: [(String, Verdict)] = [
      ("holds", .holds), ("violated", .violated), ("undecided", .undecided),
    ]
    let outcomes: [(String, RowReport.Outcome)] = [
      ("met", .asExpected), ("differ", .differs), ("undecided", .undecided),
    ]
    let expecting = outcomes.reduce(0) { $0 + count($1.1) }
    let byVerdict = verdictNames.map { ($0, JSONValue.integer(verdicts[$1] ?? 0)) }
    var byOutcome = outcomes.map { ($0, JSONValue.integer(count($1))) }
    byOutcome += [("none", .integer(rows - expecting)), ("unpinned", .integer(unpinned))]
    return .object([
      ("scenarios", .integer(scenarios)), ("rows", .integer(rows)),
      ("rowsNotRun", .integer(rowsNotRun)), ("filesNotRead", .integer(filesNotRead)),
      ("verdicts", .object(byVerdict)), ("expectations", .object(byOutcome)),
      ("differences", differences?.json ?? .null), ("modelFaults", .integer(modelFaults)),
      ("states", .integer(states)),
    ])
  }
}
