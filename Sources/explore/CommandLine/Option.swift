import Litmus
import RaceModel
import Reporting
import Scheduler

/// One option: the parser, the help and the tests all read ``Option/all``.
struct Option: Sendable {
  /// Without the dashes.
  let name: String
  /// What stands for the value in the help; nil for a flag, which takes none.
  let placeholder: String?
  /// A letter behind one dash that does the same, as `D` does in `-DNAME`.
  var letter: Character?
  let summary: String
  let commands: [Command]
  let group: Group
  /// The strategies that it means something to; nil for all.
  var strategies: [StrategySpec]? { StrategySpec.taking(name) }
  let isRepeatable: Bool
  /// Whether results depend on it, so that reports that are put together must agree in it.
  let decidesResults: Bool
  /// The values that a command takes, where they are few; nil for any others.
  let values: (@Sendable (Command) -> [String])?
  /// Validates the value, which is empty for a flag, and stores it; nothing more.
  let apply: @Sendable (String, inout Request) throws(UsageError) -> Void

  /// The headings of the help, in its order.
  enum Group: String, CaseIterable, Sendable {
    case kernel = "What to run"
    case file = "What to write"
    case strategy = "How to search"
    case limits = "Limits"
    case output = "Output"
  }

  init(
    _ name: String, _ placeholder: String?, _ summary: String, _ group: Group,
    of commands: [Command], isRepeatable: Bool = false, decidesResults: Bool? = nil,
    letter: Character? = nil, values: (@Sendable (Command) -> [String])? = nil,
    apply: @escaping @Sendable (String, inout Request) throws(UsageError) -> Void
  ) {
    (self.name, self.placeholder, self.summary) = (name, placeholder, summary)
    (self.commands, self.group, self.isRepeatable) = (commands, group, isRepeatable)
    (self.letter, self.values, self.apply) = (letter, values, apply)
    self.decidesResults = decidesResults ?? (group != .output)
  }

  /// An option without a value.
  init(
    flag name: String, _ summary: String, _ group: Group, of commands: [Command],
    apply: @escaping @Sendable (inout Request) throws(UsageError) -> Void
  ) {
    self.init(name, nil, summary, group, of: commands) {
      (_, request) throws(UsageError) in
      try apply(&request)
    }
  }

  /// How it is typed: `--name=VALUE`, `--name` for a flag, or `-DVALUE` where it has a letter.
  var form: String {
    if let letter { return "-\(letter)\(placeholder ?? "")" }
    return "--\(name)" + (placeholder.map { "=\($0)" } ?? "")
  }

  /// How it is typed with a value, which is empty for a flag.
  func typed(_ value: String) -> String {
    if let letter { return "-\(letter)\(value)" }
    return "--\(name)" + (placeholder == nil ? "" : "=\(value)")
  }

  /// What it does; for a command, with the values that this takes.
  func summary(for command: Command?) -> String {
    guard let command, let values, Set(commands.map(values)).count > 1 else { return summary }
    return list(values(command), "or")
  }

  /// The options that a command takes; all of them without one.
  static func all(for command: Command?) -> [Option] {
    all.filter { option in command.map { option.commands.contains($0) } ?? true }
  }
}

extension Option {
  /// Every option there is, in the order of the help.
  static let all: [Option] = [
    Option(
      "kernel", "NAME", "the base kernel: \(names(Kernel.Base.self))", .kernel,
      of: running + [.check], values: { _ in ids(Kernel.Base.self) }
    ) { (text, request) throws(UsageError) in
      request.base = try choice(text, "kernel")
    },
    Option(
      "with", "PATCH", "add a patch to the kernel (repeatable; see 'explore list kernels')",
      .kernel, of: running + [.check], isRepeatable: true, values: { _ in ids(Kernel.Patch.self) }
    ) { (text, request) throws(UsageError) in
      let patch: Kernel.Patch = try choice(text, "patch")
      if request.patches.contains(patch) { throw .repeated(option: "with", value: text) }
      request.patches.append(patch)
    },
    Option(
      "knob", "NAME=VALUE", "set one knob (repeatable; see 'explore list knobs')", .kernel,
      of: running + [.check], isRepeatable: true,
      values: { _ in Knob.allCases.flatMap { knob in knob.values.map { "\(knob.id)=\($0)" } } }
    ) { (text, request) throws(UsageError) in
      let setting = try setting(text)
      if request.settings.contains(where: { $0.knob == setting.knob }) {
        throw .repeated(option: "knob", value: setting.knob.rawValue)
      }
      request.settings.append(setting)
    },
    Option(
      "define", "NAME[=VALUE]",
      "define a macro of a race file, as 1 without a value (repeatable)", .kernel,
      of: running + [.check], isRepeatable: true, letter: "D"
    ) { (text, request) throws(UsageError) in
      guard let define = Define(argument: text) else { throw .malformedDefine(text) }
      if request.defines.contains(where: { $0.name == define.name }) {
        throw .repeated(option: "define", value: define.name)
      }
      if request.defines.count == FileLimits.defines { throw .tooManyDefines(FileLimits.defines) }
      request.defines.append(define)
    },
    Option("row", "NAME", "only this row of the file", .kernel, of: running) { text, request in
      request.row = text
    },
    Option(
      "rerun-failed", "REPORT",
      "only the rows that did not come out as expected in REPORT, a JSON report of 'check', and "
        + "those that it does not know; of its files, unless PATH says otherwise", .kernel,
      of: [.check]
    ) { text, request in
      request.rerunReport = text
    },
    Option(
      "model", "NAME",
      "the memory model, whatever race files say: \(names(MemoryModel.self))", .kernel,
      of: running + [.check], values: { _ in ids(MemoryModel.self) }
    ) { (text, request) throws(UsageError) in
      request.model = try choice(text, "memory model")
    },
    Option(
      "language", "NAME",
      "\(names(InputLanguage.self)), where the names of files do not say it; - needs it", .kernel,
      of: running + [.check], values: { _ in ids(InputLanguage.self) }
    ) { (text, request) throws(UsageError) in
      request.language = try choice(text, "language")
    },
    Option(
      "filter", "PATTERN",
      "only rows that match: SCENARIO/ROW or SCENARIO with *, ? and [...], or tag:TAG; with ! "
        + "before it, only the others (repeatable)", .kernel, of: [.check], isRepeatable: true
    ) { (text, request) throws(UsageError) in
      request.filters.append(try RowFilter(text))
    },
    Option(
      "partition", "K/N", "only the K-th of N parts of the rows; see 'explore merge'", .kernel,
      of: [.check], decidesResults: false
    ) { (text, request) throws(UsageError) in
      guard let partition = Partition(text) else {
        throw .outOfRange(
          option: "partition", text,
          expected: "K/N with K from 1 to N, and N at most \(Partition.most), as in 2/4")
      }
      request.partition = partition
    },
    Option(
      flag: "diff",
      "show the rows whose verdict changes with --kernel, --with, --knob or -D", .kernel,
      of: [.check]
    ) { request throws(UsageError) in request.showsChanges = true },
    Option(
      "path", "PATH",
      "a path that a thread of the scenario runs (repeatable; see 'explore list paths')", .file,
      of: [.new], isRepeatable: true, values: { _ in ids(PathSpec.self) }
    ) { (text, request) throws(UsageError) in
      request.paths.append(try choice(text, "path"))
    },
    Option("schedule", "TOKEN", "the schedule to replay", .kernel, of: [.replay]) {
      text, request in
      request.schedule = text
    },
    Option(
      "strategy", "NAME", "\(names(StrategySpec.self)); see Docs/strategies.md", .strategy,
      of: choosing, values: { _ in ids(StrategySpec.self) }
    ) { (text, request) throws(UsageError) in
      request.strategy = try choice(text, "strategy")
    },
    Option(
      "strategies", "NAME,...",
      "search by these strategies only, in this order (repeatable)", .strategy,
      of: [.compare], isRepeatable: true
    ) { (text, request) throws(UsageError) in
      for name in text.split(separator: ",", omittingEmptySubsequences: false) {
        let strategy: StrategySpec = try choice(String(name), "strategy")
        if request.strategies.contains(strategy) {
          throw .repeated(option: "strategies", value: strategy.rawValue)
        }
        request.strategies.append(strategy)
      }
    },
    Option(
      "preemptions", "K",
      "only runs with at most K preemptions; without it, bounded raises K until something breaks "
        + "or the bound cuts nothing off; dpor counts the traces within 0...K", .strategy,
      of: choosing
    ) { (text, request) throws(UsageError) in
      request.preemptions = try Quantity.whole(
        text, of: "preemptions", 0...Quantity.mostPreemptions)
    },
    Option(
      flag: "reduce",
      "leave out states that only differ in the order of steps that do not concern each other",
      .strategy, of: searching
    ) { request throws(UsageError) in
      try reduce(&request, by: .partialOrder)
    },
    Option(
      flag: "symmetry",
      "of states that only differ in which of equal guests, pages, vCPUs, threads is where, "
        + "keep one",
      .strategy, of: searching
    ) { request throws(UsageError) in
      try reduce(&request, by: .symmetry)
    },
    Option(
      flag: "fingerprints",
      "keep a 64-bit hash of each state: less memory, finds races, proves nothing", .strategy,
      of: choosing
    ) { request throws(UsageError) in
      try reduce(&request, by: .fingerprints)
    },
    Option(
      "seed", "S", "what random runs start from, by default \(Sampling().seed)", .strategy,
      of: searching
    ) { (text, request) throws(UsageError) in
      request.sampling.seed = try Quantity.seed(text)
    },
    Option(
      "runs", "N", "how many random runs, by default \(Sampling().runs)", .strategy,
      of: searching
    ) { (text, request) throws(UsageError) in
      request.sampling.runs = try Quantity.whole(text, of: "runs", 1...Quantity.mostRuns)
    },
    Option(
      "depth", "D", "pct is to find bugs of this depth, by default \(Strategy.defaultDepth)",
      .strategy, of: searching
    ) { (text, request) throws(UsageError) in
      request.depth = try Quantity.whole(text, of: "depth", 1...Quantity.mostDepth)
    },
    Option(
      "max-steps", "N",
      "cut runs after N steps, by default \(Sampling().maxSteps), and "
        + "\(Strategy.defaultTraceSteps) of dpor", .limits,
      of: searching
    ) { (text, request) throws(UsageError) in
      let most = try Quantity.whole(text, of: "max-steps", 1...Schedule.longest)
      (request.maxSteps, request.sampling.maxSteps) = (most, most)
    },
    Option("max-states", "N", "stop after N states", .limits, of: searching) {
      (text, request) throws(UsageError) in
      request.limits.states = try Quantity.whole(text, of: "max-states", 1...Quantity.mostStates)
    },
    Option(
      "max-memory", "SIZE",
      "stop at SIZE bytes; K, M and G are understood; by default three quarters of the memory, or "
        + "half of what 'ulimit -v' leaves", .limits,
      of: searching
    ) { (text, request) throws(UsageError) in
      request.limits.bytes = try Quantity.bytes(text)
    },
    Option(
      "max-seconds", "S",
      "stop the search of a row after S seconds, as in 2.5; where strategies are compared, each",
      .limits, of: searching
    ) { (text, request) throws(UsageError) in
      request.limits.duration = try Quantity.seconds(text, of: "max-seconds")
    },
    Option(
      "max-total-seconds", "S", "search for S seconds, all rows together", .limits, of: choosing
    ) { (text, request) throws(UsageError) in
      request.totalDuration = try Quantity.seconds(text, of: "max-total-seconds")
    },
    Option(
      flag: "fail-fast", "end with the first row that is not as expected", .limits, of: [.check]
    ) { request throws(UsageError) in request.failsFast = true },
    Option(
      "jobs", "N", "use N threads, by default one a core: rows side by side, or one with several",
      .limits, of: searching, decidesResults: false
    ) { (text, request) throws(UsageError) in
      request.jobs = try Quantity.whole(text, of: "jobs", 1...Quantity.mostJobs)
    },
    Option(
      "format", "FORMAT", list(OutputFormats.all.map(\.name), "or"), .output,
      of: (running + Command.allCases.filter { !running.contains($0) }).filter {
        OutputFormats.taken(by: $0).count > 1
      }, values: { OutputFormats.taken(by: $0).map(\.name) }
    ) { (text, request) throws(UsageError) in
      request.format = try OutputFormats.named(text, for: request.command)
    },
    Option(flag: "times", "show how long each row took (text)", .output, of: choosing) {
      request throws(UsageError) in
      request.showsTimes = true
    },
    Option(
      flag: "watch", "do it again whenever a file changes, until Ctrl-C (text)", .output,
      of: choosing
    ) { request throws(UsageError) in
      request.watches = true
    },
    Option(
      "report", "FORMAT=FILE",
      "write a report in this format into FILE as well (repeatable)", .output,
      of: searching + [.merge], isRepeatable: true
    ) { (text, request) throws(UsageError) in
      let report = try report(text, request.command)
      if request.reports.contains(where: { $0.file == report.file }) {
        throw .repeated(option: "report", value: report.file)
      }
      request.reports.append(report)
    },
    Option(
      "color", "WHEN", "auto, always or never; auto minds NO_COLOR", .output,
      of: running + [.check, .merge], values: { _ in ids(ColorChoice.self) }
    ) { (text, request) throws(UsageError) in
      request.color = try choice(text, "colour choice")
    },
  ]

  private static let running: [Command] = [.run, .compare, .replay]
  private static let searching: [Command] = [.run, .compare, .check]
  /// Those that search by one strategy.
  private static let choosing: [Command] = [.run, .check]

  /// Asks for one way to leave states out; there can be but one.
  private static func reduce(
    _ request: inout Request, by reduction: Reduction
  ) throws(UsageError) {
    if let other = request.reduction.option, let option = reduction.option {
      throw .excluded(option, by: other)
    }
    request.reduction = reduction
  }

  private static func report(
    _ text: String, _ command: Command
  ) throws(UsageError) -> Request.Report {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
      case let file = String(text[text.index(after: equals)...]), !file.isEmpty, file != "-"
    else { throw .malformedReport(text) }
    let format = try OutputFormats.named(String(text[..<equals]), for: command)
    return Request.Report(format: format, file: file)
  }

  private static func ids<V: CaseIterable & RawRepresentable<String>>(_: V.Type) -> [String] {
    V.allCases.map(\.rawValue)
  }

  private static func names<V: CaseIterable & RawRepresentable<String>>(_: V.Type) -> String {
    list(ids(V.self), "or")
  }

  /// The value that `text` names.
  private static func choice<V: CaseIterable & RawRepresentable<String>>(
    _ text: String, _ noun: String
  ) throws(UsageError) -> V {
    if let value = V(rawValue: text) { return value }
    throw .unknownName(noun: noun, text, allowed: V.allCases.map(\.rawValue))
  }

  private static func setting(_ text: String) throws(UsageError) -> Kernel.Setting {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw .malformedKnob(text)
    }
    let knob: Knob = try choice(String(text[..<equals]), "knob")
    let value = String(text[text.index(after: equals)...])
    guard knob.values.contains(value) else {
      throw .unknownName(noun: "\(knob.rawValue) value", value, allowed: knob.values)
    }
    return Kernel.Setting(knob: knob, value: value)
  }
}

extension Reduction {
  /// The name of the option that asks for it, without the dashes.
  var option: String? {
    switch self {
    case .none: nil
    case .partialOrder: "reduce"
    case .symmetry: "symmetry"
    case .fingerprints: "fingerprints"
    }
  }
}
