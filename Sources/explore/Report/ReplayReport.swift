import RaceModel
import Reporting
import Scheduler

/// What a replayed schedule did.
struct ReplayReport: Sendable {
  var scenario: String
  var file: String
  /// The row that the schedule belongs to; nil for a kernel of the command line.
  var row: String?
  var kernel: Kernel
  /// What the kernel sets and no path here reads.
  var unread: [Kernel.Setting]
  var threads: [ThreadReport]
  var preemptions: Int
  var switches: Int
  var trace: TraceReport

  init(_ job: Job, _ system: System, _ schedule: Schedule, _ trace: Trace) {
    (scenario, file, row, kernel) = (job.scenario.name, job.file, job.name, job.kernel)
    (unread, threads) = (job.unreadSettings, job.threadReports)
    (preemptions, switches) = (trace.preemptions, schedule.switches)
    self.trace = TraceReport(trace, of: system)
  }
}
