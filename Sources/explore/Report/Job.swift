import RaceModel
import Scheduler

/// One kernel to run on a scenario: a row of its file, or what the command line made of one.
struct Job: Sendable {
  let scenario: Scenario
  let file: String
  let name: String?
  let note: String
  let kernel: Kernel
  let threads: [Scenario.ThreadScript]
  let landmarks: [Landmark]
  let expectation: Scenario.Expectation?
  /// What `explore replay` must be told besides the file and the schedule.
  let replayOptions: [String]

  var system: System { scenario.system(kernel: kernel, threads: threads, landmarks: landmarks) }

  /// A row as its file has it.
  init(_ scenario: Scenario, _ file: String, row: Scenario.Row) {
    (self.scenario, self.file) = (scenario, file)
    (name, note, kernel) = (row.name, row.note, row.kernel)
    threads = row.threads ?? scenario.threads
    landmarks = scenario.landmarks(of: row)
    expectation = row.expectation
    replayOptions = []
  }

  /// The kernel of the command line, on the scenario's threads or those of `row`.
  init(_ scenario: Scenario, _ file: String, row: Scenario.Row?, _ request: Request) {
    (self.scenario, self.file) = (scenario, file)
    (name, note) = (nil, "")
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
  /// - Throws: ``UsageError/unknownRow(_:file:allowed:)``.
  static func jobs(
    of scenario: Scenario, _ file: String, _ request: Request
  ) throws(UsageError) -> [Job] {
    var rows = scenario.rows
    if let wanted = request.row {
      rows = rows.filter { $0.name == wanted }
      if rows.isEmpty {
        throw .unknownRow(wanted, file: file, allowed: scenario.rows.map(\.name))
      }
    }
    guard request.changesKernel else { return rows.map { Job(scenario, file, row: $0) } }
    return [Job(scenario, file, row: request.row == nil ? nil : rows[0], request)]
  }

  /// The file as a command line can name it: an operand that starts with a dash is an option.
  var typedFile: String { file != "-" && file.hasPrefix("-") ? "./" + file : file }

  var threadReports: [ThreadReport] {
    threads.map { script in
      ThreadReport(name: script.name, calls: script.run.map { $0.text(on: scenario.machine) })
    }
  }

  /// What reports call it.
  var title: String { name ?? "\(kernel)" }
}
