import RaceModel
import Reporting
import Scheduler

/// One kernel to run on a scenario: a row of its file, or what the command line made of one.
struct Job: Sendable {
  let scenario: Scenario
  let file: String
  let name: String?
  /// Where its row stands in the file; nil for a kernel of the command line.
  let position: SourcePosition?
  let note: String
  let kernel: Kernel
  let threads: [Scenario.ThreadScript]
  let landmarks: [Landmark]
  let expectation: Scenario.Expectation?
  /// What `explore replay` must be told besides the file and the schedule.
  let replayOptions: [String]

  var system: System { scenario.system(kernel: kernel, threads: threads, landmarks: landmarks) }

  /// A row as its file has it.
  init(_ input: ScenarioInput, row: Scenario.Row) {
    (scenario, file) = (input.scenario, input.file)
    (name, position, note, kernel) = (row.name, row.position, row.note, row.kernel)
    threads = row.threads ?? input.scenario.threads
    landmarks = input.scenario.landmarks(of: row)
    expectation = row.expectation
    replayOptions = []
  }

  /// The kernel of the command line, on the scenario's threads or those of `row`.
  init(_ input: ScenarioInput, row: Scenario.Row?, _ request: Request) {
    (scenario, file) = (input.scenario, input.file)
    (name, position, note) = (nil, nil, "")
    let start = row?.kernel ?? Kernel()
    kernel = Kernel(
      base: request.base ?? start.base,
      patches: start.patches + request.patches.filter { !start.patches.contains($0) },
      settings: start.settings + request.settings)
    threads = row?.threads ?? scenario.threads
    // What every row must reach this kernel must reach as well, or its verdict means nothing.
    (landmarks, expectation) = (scenario.sometimes, nil)
    replayOptions = request.kernelOptions
  }

  /// The jobs that a command line asks of one scenario.
  ///
  /// - Throws: ``UsageError/unknownRow(_:file:allowed:)``, and for a knob or patch that changes
  ///   nothing ``UsageError/unread(option:_:place:)``.
  static func jobs(
    of input: ScenarioInput, _ request: Request
  ) throws(UsageError) -> [Job] {
    let all = input.scenario.rows
    var rows = all
    if let wanted = request.row {
      rows = rows.filter { $0.name == wanted }
      if rows.isEmpty {
        throw .unknownRow(wanted, file: input.file, allowed: all.map(\.name))
      }
    }
    guard request.changesKernel else { return rows.map { Job(input, row: $0) } }
    let job = Job(input, row: request.row == nil ? nil : rows[0], request)
    try job.refuseUnread(request)
    return [job]
  }

  /// Refuses knobs and patches of the command line that no path of the job reads.
  private func refuseUnread(_ request: Request) throws(UsageError) {
    let asked =
      (request.base.map { [.base($0)] } ?? []) + request.patches.map(Kernel.Request.patch)
      + request.settings.map(Kernel.Request.setting)
    guard let unread = scenario.unread(asked, in: kernel, threads).first else { return }
    let option =
      switch unread.request {
      case .base(let base): "--kernel \(base.id)"
      case .patch(let patch): "--with \(patch.id)"
      case .setting(let setting): "--knob \(setting)"
      }
    let place = request.row.map { "row \(quoted($0))" } ?? "\(shown(file))"
    throw .unread(option: option, unread, place: place)
  }

  /// The settings of patches that no path of the job reads.
  var unreadSettings: [Kernel.Setting] { scenario.unreadSettings(of: kernel, threads) }

  /// The command that replays a schedule of this job, quoted for a POSIX shell.
  func replayCommand(token: String) -> String {
    let words = ["explore", "replay", typedFile, "--schedule", token] + replayOptions
    return words.map(shellQuoted).joined(separator: " ")
  }

  /// The file as a command line can name it: an operand that starts with a dash is an option.
  private var typedFile: String { file != "-" && file.hasPrefix("-") ? "./" + file : file }

  var threadReports: [ThreadReport] {
    threads.map { script in
      ThreadReport(name: script.name, calls: script.run.map { $0.text(on: scenario.machine) })
    }
  }

  /// What reports call it.
  var title: String { name ?? "\(kernel)" }
}
