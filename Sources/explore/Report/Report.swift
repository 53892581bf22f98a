import Reporting
import Scheduler

/// What a report is going to tell of.
struct ReportStart: Sendable {
  /// The files to come, as messages name them, in their order: each will be begun or rejected,
  /// unless the command ends before.
  var files: [String]
  /// The rows that read nothing of what the command line changes, where they are compared.
  var rowsUnaffected = 0
  /// When and where this is, as in ``RunFacts``; the printer knows.
  var time = ""
  var host = ""
  /// The working folder, without a slash at its end.
  var folder = ""

  /// All files that are read, which no report may replace.
  let inputs: [String]

  /// `inputs` are the files that are read, if there are more than are told of.
  init(files: [String], inputs: [String]? = nil, rowsUnaffected: Int = 0) {
    (self.files, self.rowsUnaffected) = (files, rowsUnaffected)
    self.inputs = inputs ?? files
  }
}

/// A file, before its rows are run.
struct InputReport: Sendable {
  var name: String
  /// As it was named on the command line.
  var file: String
  var summary: String
  /// What the file's bytes amount to, sixteen hex digits.
  var hash: String
  /// The macros that the command line defines.
  var defines: [String]
  /// What the file's rows are called; those that follow may be fewer.
  var rowTitles: [String]
  /// What those are called that follow, unless the command ends before.
  var comingTitles: [String]

  init(_ input: Input, _ jobs: [Job], _ request: Request) {
    (name, summary, file, hash) = (input.name, input.summary, input.file, input.hash)
    defines = request.defines.map(\.text)
    (rowTitles, comingTitles) = (jobs.map(\.title), jobs.map(\.title))
  }
}

/// A thread and the calls it makes, as scenario files write them; none of a race file, where it is
/// a function of its own, or what a handler is.
struct ThreadReport: Hashable, Sendable {
  var name: String
  var calls: [String]
}

/// What there is to say when all rows have ended, or when no more will be run.
struct ReportEnd: Sendable {
  /// The files that were not come to, as the start named them.
  var filesNotRun: [String]
  var summary: ReportSummary
  var run: RunFacts
}

/// How a report was made; whatever differs between two runs of the same input is among it.
struct RunFacts: Sendable {
  /// UTC, as in `2019-08-26T09:12:00Z`.
  var time: String
  var host: String
  var version: String
  /// What made the report, as it can be typed.
  var command: String
  /// The options that decide what comes out, as they can be typed again, in the order of the help.
  var options: [String]
  /// Which rows were run; nil for all of them.
  var partition: Partition?
  /// Threads that each search may use.
  var jobs: Int
  var elapsed: Duration
  /// How long each row's search took, in the order of the rows.
  var rowTimes: [Duration]
  /// What the search was stopped by; nil if it came to its end.
  var stopSignal: StopSignal?
  /// The rows that it came before, in the order in which they would have been run.
  var notRun: [RowNotRun]
}

/// How the rows came out, all files together.
struct ReportSummary: Hashable, Sendable {
  var scenarios = 0
  var rows = 0
  /// Rows that a signal came before.
  var rowsNotRun = 0
  /// Files that could not be read.
  var filesNotRead = 0
  /// Rows by verdict.
  var verdicts: [Verdict: Int] = [:]
  /// Rows by what became of the expectation of their file; those that expect nothing are left out.
  var outcomes: [RowReport.Outcome: Int] = [:]
  /// Rows of files that do not say what must come of them.
  var unpinned = 0
  /// Those of them for which a search of all has the line to write.
  var pinnable = 0
  /// Rows of files that cannot say what must come of them, and are broken or not known.
  var seenViolated = 0
  var seenUndecided = 0
  /// Rows that mean nothing, for the model is too small.
  var modelFaults = 0
  /// How rows compare with what the command line makes of them, where that is asked.
  var differences: Differences?
  var states = 0

  /// How many rows differ from what the command line makes of them.
  struct Differences: Hashable, Sendable {
    var same = 0
    var changed = 0
    var undecided = 0
    /// Rows that read nothing of what is changed.
    var unaffected: Int

    var all: Int { same + changed + undecided + unaffected }

    init(unaffected: Int) { self.unaffected = unaffected }

    /// A row as it is, and as it is changed.
    mutating func add(_ rows: [RowReport]) {
      let difference = RowDifference(rows)
      if !difference.isKnown {
        undecided += 1
      } else if difference.isChange {
        changed += 1
      } else {
        same += 1
      }
    }
  }

  mutating func add(_ row: RowReport) {
    rows += 1
    verdicts[row.result.verdict, default: 0] += 1
    if let outcome = row.outcome { outcomes[outcome, default: 0] += 1 }
    unpinned += row.isUnpinned ? 1 : 0
    pinnable += row.isUnpinned && row.isWhole ? 1 : 0
    if !row.isUnpinned, row.outcome == nil {
      seenViolated += row.result.verdict == .violated ? 1 : 0
      seenUndecided += row.result.verdict == .undecided ? 1 : 0
    }
    modelFaults += row.modelFault == nil ? 0 : 1
    states += row.result.counts.states
  }

  /// The rows of files that cannot say what must come of them.
  var seen: Int {
    rows - unpinned - outcomes.values.reduce(0, +) - seenViolated - seenUndecided
  }

  /// All rows that a search came to no answer for.
  var undecided: Int { count(.undecided) + unpinned - pinnable + seenUndecided }

  /// The rows whose expectation came out like this.
  func count(_ outcome: RowReport.Outcome) -> Int { outcomes[outcome] ?? 0 }
}

extension ReportSummary {
  /// All totals in one line, as `check` prints them.
  var text: String {
    var parts = ["\(count(.asExpected)) as expected"]
    if count(.differs) > 0 { parts.append("\(count(.differs)) DIFFER") }
    if seenViolated > 0 { parts.append("\(seenViolated) VIOLATED") }
    if pinnable > 0 { parts.append("\(pinnable) UNPINNED") }
    if seen > 0 { parts.append("\(seen) seen") }
    if undecided > 0 { parts.append("\(undecided) UNDECIDED") }
    if filesNotRead > 0 { parts.append("\(counted(filesNotRead, "file")) NOT READ") }
    if rowsNotRun > 0 { parts.append("\(rowsNotRun) NOT RUN") }
    return "\(counted(rows, "row")) of \(counted(scenarios, "file")): "
      + parts.joined(separator: ", ") + "; \(counted(states, "state"))"
  }
}

extension ReportEnd {
  /// How much an interrupt came before; empty if nothing.
  var notRunText: String {
    let parts = [(summary.rowsNotRun, "row"), (filesNotRun.count, "file")]
    return parts.filter { $0.0 > 0 }.map { counted($0, $1) }.joined(separator: " and ")
  }
}

extension Duration {
  /// Seconds with three decimals, as `0.042`.
  var decimalSeconds: String {
    let milliseconds = Int((self / .milliseconds(1)).rounded())
    let fraction = "\(milliseconds % 1000)"
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
