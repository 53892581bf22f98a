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
  /// How the schedule was read from its token, and of which row; nil if it was made for this one.
  var scheduleNote: String?
  var trace: TraceReport
  /// What it means that each of the broken ones is, in their order.
  var roles: [FindingRole]

  /// `isOnlyFit` says that of several rows it is the only one that the schedule's labels fit.
  init(
    _ job: Job, _ system: System, _ reading: ScheduleToken.Reading, isOnlyFit: Bool, _ trace: Trace
  ) throws(ReplayError) {
    (input, file, row) = (job.inputName, job.file, job.name)
    (setting, threads) = (job.setting, job.threads)
    token = try reading.schedule.token(for: system)
    (preemptions, switches) = (trace.preemptions, reading.schedule.switches)
    scheduleNote = reading.note.map { $0 + (isOnlyFit ? "; no other row fits them" : "") }
    self.trace = TraceReport(trace, of: system)
    roles = self.trace.broken.map { job.program.role(of: $0.id) }
  }
}
