import RaceModel
import Scheduler

extension Session {
  /// Searches a job's system and reports what came of it.
  func search(_ job: Job, _ request: Request) -> RowReport {
    let system = job.system
    var limits = request.limits
    limits.bytes = limits.bytes ?? machine.memory
    let line = ProgressLine("\(job.scenario.name) \(job.title)", on: console, within: limits)
    defer { line?.erase() }
    let exploration = Explorer.explore(
      system,
      Explorer.Options(
        limits: limits, countsInterleavings: request.showsInterleavings,
        jobs: request.jobs ?? machine.cores, isCancelled: isInterrupted,
        progress: { line?.update($0) }))
    return RowReport(job, system, exploration, request.strategy)
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
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return RunFacts(
      time: machine.now(), host: machine.host, version: Version.current,
      elapsedMilliseconds: Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
