import RaceModel
import Reporting
import Scheduler

/// `explore replay`: takes the steps of one schedule and shows what they change.
struct ReplayCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let token = try ScheduleToken(request.schedule ?? "")
    let jobs = try Job.jobs(of: try session.inputs(request).read(request.operands[0]), request)
    let found = try find(jobs, token)
    let trace = try found.system.replay(found.reading.schedule)
    let report = try ReplayReport(
      found.job, found.system, found.reading, isOnlyFit: found.isOnlyFit, trace)
    guard let render = request.format.replay(session.style(request)) else {
      preconditionFailure("'replay' takes no format \(request.format.name)")
    }
    session.output(render(report))
    if report.roles.contains(.violation) { return .violated }
    return report.trace.undecided.isEmpty ? .success : .undecided
  }

  /// The job to replay on.
  private struct Found {
    var job: Job
    var system: System
    var reading: ScheduleToken.Reading
    /// Whether the token belongs to no job, and its labels fit this one of several.
    var isOnlyFit = false
  }

  /// The job that the token belongs to, or else the only one that its labels fit.
  private func find(_ jobs: [Job], _ token: ScheduleToken) throws -> Found {
    let systems = jobs.lazy.map { ($0, $0.program.system) }
    if let (job, system) = systems.first(where: { token.belongs(to: $0.1) }) {
      return Found(job: job, system: system, reading: try token.reading(on: system))
    }
    guard token.hasLabels else {
      throw ReplayRefusal.belongsToNone(token, tried: jobs.map(\.title))
    }
    var fits: [Found] = []
    var misfits: [ReplayRefusal.Misfit] = []
    for (job, system) in systems {
      do throws(Schedule.TokenError) {
        let reading = try token.reading(on: system)
        fits.append(Found(job: job, system: system, reading: reading, isOnlyFit: jobs.count > 1))
      } catch {
        if jobs.count == 1 { throw error }
        misfits.append(ReplayRefusal.Misfit(title: job.title, why: error))
      }
    }
    if fits.count == 1 { return fits[0] }
    throw fits.isEmpty
      ? ReplayRefusal.fitsNone(token, misfits)
      : ReplayRefusal.fitsSeveral(token, rows: fits.map(\.job.title))
  }
}

/// Why a schedule is not replayed at all.
enum ReplayRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case belongsToNone(ScheduleToken, tried: [String])
  case fitsNone(ScheduleToken, [Misfit])
  case fitsSeveral(ScheduleToken, rows: [String])

  /// A row that the labels of a token do not fit.
  struct Misfit: Hashable, Sendable {
    var title: String
    var why: Schedule.TokenError
  }

  /// How many rows a message names.
  private static let most = 16

  var description: String {
    switch self {
    case .belongsToNone(let token, let tried):
      "\(Self.stranger(token)); tried \(Self.named(tried, "and")); "
        + "\(ScheduleToken.Origin.noLabels); or give what it was made with: \(Self.options)"
    case .fitsNone(let token, let misfits):
      "\(Self.stranger(token)), and its labels fit no row; "
        + "give what it was made with: \(Self.options)"
        + misfits.prefix(Self.most).map { "\n  \(quoted($0.title)): \($0.reason)" }.joined()
        + (misfits.count > Self.most ? "\n  and \(misfits.count - Self.most) rows more" : "")
    case .fitsSeveral(let token, let rows):
      "\(Self.stranger(token)), and its labels fit the rows \(Self.named(rows, "and")); "
        + "name one, as with --row \(shellQuoted(rows[0])), or give what it was made with: "
        + Self.options
    }
  }

  private static let options = "--kernel, --with, --knob, -D, --row"

  private static func stranger(_ token: ScheduleToken) -> String {
    let version = token.modelVersion.flatMap { $0 == Version.current ? nil : $0 }
    return "the schedule token \(quoted(token.text)) belongs to another scenario, kernel or program"
      + (version.map { ": it was made by explore \($0), and this is \(Version.current)" } ?? "")
  }

  private static func named(_ rows: [String], _ word: String) -> String {
    rows.count > most
      ? rows.prefix(most).map(quoted).joined(separator: ", ")
        + " \(word) \(rows.count - most) more"
      : list(rows.map(quoted), word)
  }
}

extension ReplayRefusal.Misfit {
  /// Why, without what is the same for all rows.
  fileprivate var reason: String {
    if case .parts(_, let error) = why { "\(error)" } else { "\(why)" }
  }
}
