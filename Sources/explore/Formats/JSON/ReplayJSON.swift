import Reporting
import Scheduler

/// The JSON document of `replay`, as `schemas/replay.schema.json` describes it.
struct ReplayJSON {
  func render(_ report: ReplayReport) -> String {
    let trace = report.trace
    let broken = zip(trace.broken, report.roles).map { this, role in
      JSONValue.object([
        ("id", .string(this.id)), ("sentence", .string(this.sentence)),
        ("role", .string(Self.name(of: role))), ("step", .integer(this.step)),
        ("explanation", .optional(this.explanation)),
      ])
    }
    let members: [JSONValue.Member] =
      [
        ("schemaVersion", .integer(JSONReport.schemaVersion)),
        ("tool", .object([("name", .string("explore"))])),
        ("name", .string(report.input)), ("file", .string(report.file)),
        ("row", .optional(report.row)),
      ] + report.setting.members + [
        ("threads", .list(report.threads.map(\.json))), ("schedule", .string(report.token)),
        ("scheduleNote", .optional(report.scheduleNote)),
        ("preemptions", .integer(report.preemptions)), ("switches", .integer(report.switches)),
        ("steps", .integer(trace.steps.count)), ("loopStart", .optional(trace.loopStart)),
        ("broken", .list(broken)), ("undecided", .strings(trace.undecided)),
        ("unfinished", .strings(trace.isEndedByCheck ? [] : trace.unfinishedText)),
        ("trace", trace.json),
      ]
    return JSONValue.object(members).document
  }

  private static func name(of role: FindingRole) -> String {
    switch role {
    case .violation: "violation"
    case .flag: "flag"
    case .answer: "answer"
    }
  }
}
