import RaceModel
import Reporting
import Scheduler

extension Session {
  /// Searches a job's system and reports what came of it.
  func search(_ job: Job, _ request: Request) -> RowReport {
    let start = ContinuousClock.now
    let system = job.system
    var row = RowReport(job, system, explore(system, of: job, request), request.strategy)
    row.elapsed = ContinuousClock.now - start
    return row
  }

  /// The line that makes a row of a file expect what was found of it; nil where not all was found.
  ///
  /// All landmarks are looked for, as the row may name those that say what its verdict rests on.
  func pin(_ job: Job, _ row: RowReport, _ request: Request) -> String? {
    guard row.result.isWhole, row.modelFault == nil else { return nil }
    let all = Landmark.allCases.filter { $0.tables.contains(job.scenario.machine.table) }
    let system = job.scenario.system(kernel: job.kernel, threads: job.threads, landmarks: all)
    let reached = explore(system, of: job, request).findings.compactMap { finding in
      if case .reached = finding.result { finding.id } else { nil }
    }
    let ofAllRows = job.scenario.sometimes.map(\.id)
    return RowPin(
      broken: row.result.findings.filter { $0.verdict == .violated }.map(\.id).sorted(),
      landmarks: reached.filter { !ofAllRows.contains($0) }
    ).text
  }

  private func explore(_ system: System, of job: Job, _ request: Request) -> Exploration {
    var limits = request.limits
    limits.bytes = limits.bytes ?? machine.memory
    let line = ProgressLine("\(job.scenario.name) \(job.title)", on: console, within: limits)
    defer { line?.erase() }
    return Explorer.explore(
      system,
      options: Explorer.Options(
        strategy: request.strategy.search(request), limits: limits,
        countsInterleavings: request.format.showsInterleavings(of: request.command),
        reduction: request.reduction, jobs: request.jobs ?? machine.cores,
        isCancelled: isInterrupted,
        progress: { line?.update($0) }))
  }

  /// Says on standard error what makes a row's verdict worthless.
  func complainOfModel(_ row: RowReport, _ job: Job) {
    guard let fault = row.modelFault else { return }
    complain(
      "\(shown(job.file)): row \(job.title): nothing can be concluded: \(fault); "
        + "the model is too small for this scenario, which is a mistake in explore: "
        + "please report it"
    )
  }

  func complainOfInterrupt(done: Int, of all: Int) {
    let missing = all - done
    complain(
      "explore: interrupted" + (missing == 0 ? "" : "; \(counted(missing, "row")) not run"))
  }
}
