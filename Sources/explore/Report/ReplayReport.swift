import RaceModel
import Scheduler

/// What a replayed schedule did.
struct ReplayReport: Sendable {
  var scenario: String
  var file: String
  /// The row that the schedule belongs to; nil for a kernel of the command line.
  var row: String?
  var kernel: Kernel
  var threads: [ThreadReport]
  var preemptions: Int
  var switches: Int
  var trace: TraceReport
  /// What broke, in order of appearance.
  var broken: [Broken]

  struct Broken: Sendable {
    var id: String
    var sentence: String
    /// The first step after which it is broken; 0 when it is from the start.
    var step: Int
    var explanation: String
  }

  init(_ job: Job, _ system: System, _ schedule: Schedule, _ trace: Trace) {
    (scenario, file, row, kernel) = (job.scenario.name, job.file, job.name, job.kernel)
    threads = job.threadReports
    (preemptions, switches) = (trace.preemptions, schedule.switches)
    let report = TraceReport(trace, of: system)
    self.trace = report
    let sentences = Dictionary(
      (system.properties.map { ($0.id, $0.sentence) }
        + (system.checks + [Check.deadlock]).map { ($0.id, $0.sentence) }),
      uniquingKeysWith: { first, _ in first })
    broken = trace.broken.map { id in
      let sentence = sentences[id] ?? ""
      return Broken(
        id: id, sentence: sentence,
        step: trace.steps.first { $0.broken.contains(id) }?.number ?? 0,
        explanation: report.explanation(of: id, in: trace) ?? sentence)
    }
  }
}
