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
          $0,
          keepingFinalStates: request.formats.contains { $0.showsFinalStates(of: request.command) })
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
    var limits = request.limits
    limits.bytes = limits.bytes ?? machine.memory
    let line = ProgressLine("\(job.inputName) \(job.title)", on: console, within: limits)
    defer { line?.erase() }
    return search(
      Explorer.Options(
        strategy: request.strategy.search(request), limits: limits,
        countsInterleavings: request.formats.contains {
          $0.showsInterleavings(of: request.command)
        },
        reduction: request.reduction, jobs: request.jobs ?? machine.cores,
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

  func complainOfInterrupt(done: Int, of all: Int) {
    let missing = all - done
    complain(
      "explore: interrupted" + (missing == 0 ? "" : "; \(counted(missing, "row")) not run"))
  }
}
