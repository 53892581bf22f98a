import RaceModel
import Scheduler

/// The jobs of a scenario: kernels to run on it.
struct ScenarioJobs {
  let input: Input
  let scenario: Scenario

  func jobs(_ request: Request) throws(UsageError) -> [Job] {
    if let define = request.defines.first {
      throw .optionOfOtherLanguage("-D \(define.name)", file: input.file, .scenario)
    }
    let chosen = try Job.row(request, of: input.file, among: scenario.rows, name: \.name)
    guard request.changesKernel else {
      return (chosen.map { [$0] } ?? scenario.rows).map { job($0, request) }
    }
    return [try job(changing: chosen, request)]
  }

  /// A row as its file has it.
  func job(_ row: Scenario.Row, _ request: Request) -> Job {
    let program = KernelProgram(
      scenario: scenario, kernel: row.kernel, threads: row.threads ?? scenario.threads,
      landmarks: scenario.landmarks(of: row))
    return job(program, row: row, replayOptions: request.languageOptions(for: input.file))
  }

  private func job(
    _ program: KernelProgram, row: Scenario.Row?, replayOptions: [String]
  ) -> Job {
    Job(
      file: input.file, inputName: scenario.name, name: row?.name, position: row?.position,
      note: row?.note ?? "", tags: Job.tags(of: input, row: row?.tags),
      title: row?.name ?? "\(program.kernel)",
      setting: .kernel(program.kernel, unread: program.unreadSettings),
      threads: program.threadReports, expectation: row?.expectation.map(Expectation.init),
      isUnpinned: row.map { $0.expectation == nil } ?? false, replayOptions: replayOptions,
      program: program)
  }

  /// Each row as its file has it and, where a path of it reads something that the command line
  /// changes, the row with that.
  func changes(_ request: Request) -> [RowChange] {
    scenario.rows.map { row in
      let options = optionsRead(by: row, request)
      var change = RowChange(asIs: job(row, request))
      if !options.isEmpty {
        change.changed = job(row, changedBy: request)
        change.changed?.changes = options
      }
      return change
    }
  }

  /// The options of the command line that change something that a path of the row reads.
  private func optionsRead(by row: Scenario.Row, _ request: Request) -> [String] {
    let threads = row.threads ?? scenario.threads
    return request.kernelParts.filter { part in
      let kernel = Self.kernel(row.kernel, changedBy: part.request)
      let changed = Knob.allCases.compactMap { knob -> Kernel.Request? in
        let value = kernel.knobs[knob]
        return row.kernel.knobs[knob] == value
          ? nil : .setting(Kernel.Setting(knob: knob, value: value))
      }
      return scenario.unread(changed, in: kernel, threads).count < changed.count
    }.map(\.option)
  }

  private func job(_ row: Scenario.Row, changedBy request: Request) -> Job {
    let program = KernelProgram(
      scenario: scenario, kernel: Self.kernel(row.kernel, changedBy: request),
      threads: row.threads ?? scenario.threads, landmarks: scenario.landmarks(of: row))
    return Job(
      file: input.file, inputName: scenario.name, name: row.name, position: row.position,
      note: row.note, tags: Job.tags(of: input, row: row.tags), title: row.name,
      setting: .kernel(program.kernel, unread: program.unreadSettings),
      threads: program.threadReports, expectation: nil, isUnpinned: false,
      replayOptions: request.languageOptions(for: input.file) + ["--row", row.name]
        + request.kernelOptions, program: program)
  }

  private static func kernel(_ start: Kernel, changedBy request: Request) -> Kernel {
    Kernel(
      base: request.base ?? start.base,
      patches: start.patches + request.patches.filter { !start.patches.contains($0) },
      settings: start.settings + request.settings)
  }

  /// The kernel of the command line, on the scenario's threads or those of `row`.
  private func job(
    changing row: Scenario.Row?, _ request: Request
  ) throws(UsageError) -> Job {
    let kernel = Self.kernel(row?.kernel ?? Kernel(), changedBy: request)
    // What every row must reach this kernel must reach as well, or its verdict means nothing.
    let program = KernelProgram(
      scenario: scenario, kernel: kernel, threads: row?.threads ?? scenario.threads,
      landmarks: scenario.sometimes)
    try refuseUnread(program, request)
    return job(
      program, row: nil,
      replayOptions: request.languageOptions(for: input.file) + request.kernelOptions)
  }

  /// Refuses knobs and patches of the command line that no path of the job reads.
  private func refuseUnread(
    _ program: KernelProgram, _ request: Request
  ) throws(UsageError) {
    let asked =
      (request.base.map { [.base($0)] } ?? []) + request.patches.map(Kernel.Request.patch)
      + request.settings.map(Kernel.Request.setting)
    guard let unread = scenario.unread(asked, in: program.kernel, program.threads).first else {
      return
    }
    let option =
      switch unread.request {
      case .base(let base): "--kernel \(base.id)"
      case .patch(let patch): "--with \(patch.id)"
      case .setting(let setting): "--knob \(setting)"
      }
    let place = request.row.map { "row \(quoted($0))" } ?? "\(shown(input.file))"
    throw .unread(option: option, unread, place: place)
  }
}

/// A kernel that runs on a scenario.
struct KernelProgram: Explorable {
  let scenario: Scenario
  let kernel: Kernel
  let threads: [Scenario.ThreadScript]
  let landmarks: [Landmark]

  var system: System { scenario.system(kernel: kernel, threads: threads, landmarks: landmarks) }

  func role(of _: String) -> FindingRole { .violation }

  var hasCondition: Bool { false }

  var modelLimits: [String] { Scenario.modelLimits }

  func explore(_ options: Explorer.Options, keepingFinalStates: Bool) -> Explored {
    let system = system
    return Explored(system: system, exploration: Explorer.explore(system, options: options))
  }

  /// All landmarks are looked for, as the row may name those that say what its verdict rests on.
  func pin(_ row: RowReport, _ options: Explorer.Options) -> Pinning {
    let all = Landmark.allCases.filter { $0.tables.contains(scenario.machine.table) }
    let system = scenario.system(kernel: kernel, threads: threads, landmarks: all)
    let reached = Explorer.explore(system, options: options).findings.compactMap { finding in
      if case .reached = finding.result { finding.id } else { nil }
    }
    let ofAllRows = scenario.sometimes.map(\.id)
    let broken = row.result.findings.filter { $0.verdict == .violated }.map(\.id).sorted()
    // The reader refuses such a row: nothing shows that its threads meet at all.
    if broken.isEmpty && reached.isEmpty && ofAllRows.isEmpty {
      return .none(
        because: "nothing breaks and no landmark is reached, so 'holds' would say nothing; "
          + "give threads that meet: see 'explore list landmarks'")
    }
    return .line(
      RowPin(broken: broken, landmarks: reached.filter { !ofAllRows.contains($0) }).text)
  }

  /// The settings of patches that no path of the job reads.
  var unreadSettings: [Kernel.Setting] { scenario.unreadSettings(of: kernel, threads) }

  var threadReports: [ThreadReport] {
    threads.map { script in
      ThreadReport(name: script.name, calls: script.run.map { $0.text(on: scenario.machine) })
    }
  }
}
