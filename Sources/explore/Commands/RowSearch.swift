import Reporting
import Scheduler

extension Session {
  /// Searches a job's system and reports what came of it.
  func search(_ job: Job, _ request: Request) -> RowReport {
    let start = ContinuousClock.now
    var row = RowReport(
      job,
      searching(job, request) {
        job.program.explore(
          $0, keepingFinalStates: request.format.showsFinalStates(of: request.command))
      }, request.strategy, request.reduction)
    row.elapsed = ContinuousClock.now - start
    return row
  }

  /// The line that makes a row of a file expect what was found of it; nil where not all was found.
  func pin(_ job: Job, _ row: RowReport, _ request: Request) -> String? {
    guard row.isWhole, row.modelFault == nil else { return nil }
    return searching(job, request) { job.program.pin(row, $0) }
  }

  /// Runs `search` with the options that the command line gives, and tells of its progress.
  private func searching<Result>(
    _ job: Job, _ request: Request, _ search: (Explorer.Options) -> Result
  ) -> Result {
    let limits = machine.limits(request.limits)
    let line = ProgressLine("\(job.inputName) \(job.title)", on: console, within: limits)
    defer { line?.erase() }
    return search(
      Explorer.Options(
        strategy: request.strategy.search(request), limits: limits,
        countsInterleavings: request.format.showsInterleavings(of: request.command),
        reduction: request.reduction, jobs: min(request.jobs ?? machine.cores, machine.mostThreads),
        isCancelled: isInterrupted,
        progress: { line?.update($0) }))
  }

  /// Says on standard error what makes a row's verdict worthless.
  func complainOfModel(_ row: RowReport, _ job: Job) {
    guard let fault = row.modelFault else { return }
    complain(
      "\(shown(job.file)): row \(job.title): nothing can be concluded: \(fault); "
        + "the model is too small for this file, which is a mistake in explore: "
        + "please report it"
    )
  }

  /// Says by what signal the search was stopped, if it was, and what was not run for it; returns
  /// the exit code for that.
  func complainOfStop(_ notRun: [RowNotRun]) -> ExitCode? {
    guard let signal = stopSignal() else { return nil }
    let missing = RowNotRun.counted(notRun)
    complain("explore: \(signal.word)" + (missing.isEmpty ? "" : "; \(missing) not run"))
    return signal.exitCode
  }
}
