import Reporting
import Scheduler

/// How rows are searched: by the options of the command line, with what the machine has.
///
/// Rows that are searched side by side share its threads, its memory and its progress line.
struct RowSearch: Sendable {
  private let session: Session
  private let request: Request
  private let limits: Limits
  private let line: ProgressLine?
  /// How many threads there are in all, and how many rows may be searched at a time.
  private let jobs: Int
  let threads: Int
  /// The threads that searches may borrow, besides those that search rows.
  let allowance: ThreadAllowance

  /// How much of the memory a search may use.
  enum Share {
    /// All of it.
    case whole
    /// So much that as many rows as there are threads need no more than half of it together.
    case shared
  }

  /// For `rows` rows, which is what a progress line says how many of them are done.
  init(_ session: Session, _ request: Request, rows: Int) {
    (self.session, self.request) = (session, request)
    jobs = min(request.jobs ?? session.machine.cores, session.machine.mostThreads)
    threads = max(1, min(jobs, rows))
    allowance = ThreadAllowance(jobs - threads)
    var limits = session.machine.limits(request.limits)
    limits.deadline = request.totalDuration.map { Limits.Deadline(in: $0) }
    self.limits = limits
    line = ProgressLine(on: session.console, of: rows, within: limits)
  }

  /// Whether no more rows should be searched: the user wants an end, or the time is over.
  var isStopped: Bool { session.isInterrupted() || isLate }

  /// Whether the time for all rows is over.
  var isLate: Bool { limits.deadline?.isOver ?? false }

  /// Takes the progress line away, for something is about to be printed; a row of it may be done.
  func clearLine(after rows: Int = 0) { line?.erase(after: rows) }

  /// Searches a job's system and reports what came of it; a row that its file says nothing of is
  /// searched for the line that would pin it, too.
  ///
  /// `isFirst` tells whether the progress is this row's to tell.
  func report(
    _ job: Job, _ share: Share = .whole,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    isFirst: @escaping @Sendable () -> Bool = { true }
  ) -> RowReport {
    let options = options(job, share, isCancelled, isFirst)
    let start = ContinuousClock.now
    var row = RowReport(
      job,
      job.program.explore(
        options,
        keepingFinalStates: request.formats.contains { $0.showsFinalStates(of: request.command) }),
      request.strategy, request.reduction)
    if request.showsChanges { row.variant = job.changes.isEmpty ? .asIs : .changed }
    row.elapsed = ContinuousClock.now - start
    if request.command == .check, !request.showsChanges, row.isUnpinned, row.isWhole,
      row.modelFault == nil
    {
      switch job.program.pin(row, options) {
      case .line(let line): row.pin = line
      case .none(let reason): row.unpinnable = reason
      }
    }
    return row
  }

  private func options(
    _ job: Job, _ share: Share, _ isCancelled: @escaping @Sendable () -> Bool,
    _ isFirst: @escaping @Sendable () -> Bool
  ) -> Explorer.Options {
    var limits = limits
    if case .shared = share, threads > 1 {
      limits.bytes = limits.bytes.map { $0 / (2 * threads) }
      limits.addressSpace = limits.addressSpace.map { $0 / (2 * threads) }
    }
    let (session, line) = (session, line)
    let title = "\(job.inputName) \(job.title)"
    var options = Explorer.Options(
      strategy: request.strategy.search(request), limits: limits,
      countsInterleavings: request.formats.contains {
        $0.showsInterleavings(of: request.command)
      },
      reduction: request.reduction, jobs: jobs,
      isCancelled: { session.isInterrupted() || isCancelled() },
      progress: { line?.update($0, title, isFirst) })
    options.allowance = allowance
    return options
  }
}

extension RowReport {
  /// Whether more memory than its search had could make a difference.
  var needsMoreMemory: Bool {
    switch result.limit?.kind {
    case .bytes, .capacity: true
    default: false
    }
  }
}

extension Session {
  /// Says on standard error what makes a row's verdict worthless.
  func complainOfModel(_ row: RowReport, of file: String) {
    guard let fault = row.modelFault else { return }
    complain(
      "\(shown(file)): row \(row.title): nothing can be concluded: \(fault); "
        + "the model is too small for this file, which is a mistake in explore: "
        + "please report it"
    )
  }

  /// What a command ends with, after rows that came to `code`; says what was not run, and why.
  func exitCode(_ code: ExitCode, after search: RowSearch, _ notRun: [RowNotRun]) -> ExitCode {
    let missing = RowNotRun.counted(notRun) + " not run"
    if let signal = stopSignal() {
      complain("explore: \(signal.word)" + (notRun.isEmpty ? "" : "; \(missing)"))
      return signal.exitCode
    }
    if notRun.isEmpty { return code }
    if search.isLate {
      complain("explore: the time of --max-total-seconds is over; \(missing)")
      return code.worse(.undecided)
    }
    complain("explore: ended by --fail-fast; \(missing)")
    return code
  }

  /// Says on standard error which rows are run that the report of `--rerun-failed` is silent on.
  func tellOfUnknown(_ rows: Int, to report: String) {
    if rows == 0 { return }
    complain(
      "\(shown(report)): \(counted(rows, "row")) \(rows == 1 ? "is" : "are") not in the report: "
        + "run, too")
  }

  /// Says on standard error that reports lack rows.
  func complainOfRowsNotRun(_ rows: Int) {
    complain("explore: \(counted(rows, "row")) not run: their partition ended before them")
  }
}
