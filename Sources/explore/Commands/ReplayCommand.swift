import RaceModel
import Reporting
import Scheduler

/// `explore replay`: takes the steps of one schedule and shows what they change.
struct ReplayCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let jobs = try Job.jobs(of: try session.inputs(request).read(request.operands[0]), request)
    let (job, system) = try find(jobs)
    let schedule = try Schedule(token: token, for: system)
    let trace = try system.replay(schedule)
    let report = ReplayReport(job, system, schedule, trace)
    guard let render = request.format.replay(session.style(request)) else {
      preconditionFailure("'replay' takes no format \(request.format.name)")
    }
    session.output(render(report))
    if report.roles.contains(.violation) { return .violated }
    return report.trace.undecided.isEmpty ? .success : .undecided
  }

  private var token: String { request.schedule ?? "" }

  /// The job that the token belongs to.
  private func find(_ jobs: [Job]) throws -> (Job, System) {
    for job in jobs {
      let system = job.program.system
      if try Schedule.token(token, belongsTo: system) { return (job, system) }
    }
    throw ReplayRefusal.belongsToNone(token: token, tried: jobs.map(\.title))
  }
}

/// Why a schedule is not replayed at all.
enum ReplayRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case belongsToNone(token: String, tried: [String])

  var description: String {
    switch self {
    case .belongsToNone(let token, let tried):
      "the schedule token \(quoted(token)) belongs to another scenario, kernel or program; tried "
        + list(tried.map { "'\($0)'" }, "and")
        + "; give what it was made with: --kernel, --with, --knob, -D, --row"
    }
  }
}
