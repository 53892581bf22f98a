import RaceModel
import Scheduler

extension Session {
  /// Searches a job's system and reports what came of it.
  func search(_ job: Job, _ request: Request) -> RowReport {
    let start = ContinuousClock.now
    let system = job.system
    var limits = request.limits
    limits.bytes = limits.bytes ?? machine.memory
    let line = ProgressLine("\(job.scenario.name) \(job.title)", on: console, within: limits)
    defer { line?.erase() }
    let exploration = Explorer.explore(
      system,
      options: Explorer.Options(
        strategy: request.strategy.search(request), limits: limits,
        countsInterleavings: request.showsInterleavings,
        reduction: request.reduction, jobs: request.jobs ?? machine.cores,
        isCancelled: isInterrupted,
        progress: { line?.update($0) }))
    var row = RowReport(job, system, exploration, request.strategy)
    row.elapsed = ContinuousClock.now - start
    return row
  }

  /// Says on standard error what makes a row's verdict worthless.
  func complainOfModel(_ row: RowReport, _ job: Job) {
    guard let fault = row.modelFault else { return }
    complain(
      "\(shown(job.file)): row \(job.title): nothing can be concluded: \(fault); "
        + "the model is too small for this scenario, which is a mistake in explore: please report it"
    )
  }

  /// The facts of a report that starts now and was begun at `start`.
  func facts(since start: ContinuousClock.Instant) -> RunFacts {
    RunFacts(
      time: machine.now(), host: machine.host, version: Version.current,
      elapsed: ContinuousClock.now - start)
  }
}
