import Reporting
import Scheduler

/// What a replayed schedule did.
struct ReplayReport: Sendable {
  var input: String
  var file: String
  /// The row that the schedule belongs to; nil for what is no row of the file.
  var row: String?
  /// What was run, besides the threads.
  var setting: Job.Setting
  var threads: [ThreadReport]
  /// The schedule as it can be typed.
  var token: String
  var preemptions: Int
  var switches: Int
  var trace: TraceReport
  /// What it means that each of the broken ones is, in their order.
  var roles: [FindingRole]

  init(_ job: Job, _ system: System, _ schedule: Schedule, _ trace: Trace) {
    (input, file, row) = (job.inputName, job.file, job.name)
    (setting, threads) = (job.setting, job.threads)
    token = schedule.token(for: system)
    (preemptions, switches) = (trace.preemptions, schedule.switches)
    self.trace = TraceReport(trace, of: system)
    roles = self.trace.broken.map { job.program.role(of: $0.id) }
  }
}
