import Litmus
import RaceModel

/// A row as its file has it and, where that is another program, with what the command line
/// changes.
struct RowChange: Sendable {
  var asIs: Job
  /// Nil where the row reads nothing of what is changed.
  var changed: Job?
  /// The row as it is, and then what it is compared with, if anything.
  var jobs: [Job] { [asIs] + (changed.map { [$0] } ?? []) }

  /// Each row of a file, with what `check --diff` changes of it.
  ///
  /// - Throws: what ``Job/jobs(of:_:)`` throws.
  static func changes(of input: Input, _ request: Request) throws -> [RowChange] {
    switch input.content {
    case .scenario(let scenario):
      return ScenarioJobs(input: input, scenario: scenario).changes(request)
    case .race:
      var plain = request
      (plain.defines, plain.base, plain.patches, plain.settings) = ([], nil, [], [])
      let asIs = try Job.jobs(of: input, plain)
      plain.defines = request.defines
      let changed = request.defines.isEmpty ? [] : try Job.jobs(of: input, plain)
      return asIs.enumerated().map { place, job in
        if changed.isEmpty { return RowChange(asIs: job) }
        var other = changed[place]
        // Macros that the program does not read leave it as it is.
        if other.program.system.stableHash == job.program.system.stableHash {
          return RowChange(asIs: job)
        }
        other.changes = request.defineWords
        return RowChange(asIs: job, changed: other)
      }
    }
  }
}

extension Request {
  /// What the command line asks for that scenarios or race files may read, one option at a time.
  var changes: [String] { kernelParts.map(\.option) + defineWords }

  /// The options that change kernels, each as it was typed and as a request of its own.
  var kernelParts: [(option: String, request: Request)] {
    func part(_ option: String, _ set: (inout Request) -> Void) -> (String, Request) {
      var request = Request(command: command)
      set(&request)
      return (option, request)
    }
    return (base.map { base in [part("--kernel \(base.rawValue)") { $0.base = base }] } ?? [])
      + patches.map { patch in part("--with \(patch.rawValue)") { $0.patches = [patch] } }
      + settings.map { setting in part("--knob \(setting)") { $0.settings = [setting] } }
  }
}
