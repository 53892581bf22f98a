import RaceModel
import Reporting
import Scheduler

// Reads what `JSONReport` writes of files and rows. What is read is written again and compared
// with the text, so that a report that was changed by hand does not pass for one of ours.

extension RowReport {
  /// The row of an object; `elapsed` is what the report says of it elsewhere.
  init(_ node: JSONNode, elapsed: Duration) throws(JSONFault) {
    name = try node["name"].unlessNull.map { (node) throws(JSONFault) in try node.string }
    (title, note) = (try node["title"].string, try node["note"].string)
    position = try SourcePosition(ofFault: node)
    variant = try node["variant"].unlessNull.map { (node) throws(JSONFault) in
      try node.choice(among: [Variant.asIs, .changed].map { ($0.rawValue, $0) })
    }
    setting = try Job.Setting(node)
    let isProgram = if case .program = setting { true } else { false }
    threads = try node["threads"].map { (node) throws(JSONFault) in
      let (name, calls) = (try node["name"].string, try node["run"].strings)
      return ThreadReport(name: name, calls: isProgram && calls == ["\(name)()"] ? [] : calls)
    }
    let context = ReadingContext(threads: threads.map(\.name))
    model = try node["model"].choice(MemoryModel.self)
    strategy = try node["strategy"].choice(StrategySpec.self)
    reduction =
      try node["reduction"].unlessNull.map { (node) throws(JSONFault) in
        try node.choice(among: Reduction.named)
      } ?? .none
    expectation = try Expectation(ofRow: node)
    isUnpinned = try node["isUnpinned"].flag
    result = try ExplorationReport(node, context)
    flags = try node["flags"].map { (node) throws(JSONFault) in
      try FindingReport(node, context)
    }
    question = try node["question"].unlessNull.map { (node) throws(JSONFault) in
      try FindingReport(node, context, isQuestion: true)
    }
    observation = try node["observation"].unlessNull.map { (node) throws(JSONFault) in
      try node.choice(among: ["Never", "Sometimes", "Always"].map { ($0, $0) })
    }
    isWhole = try node["isWhole"].flag
    pin = try node["pin"].unlessNull.map { (node) throws(JSONFault) in try node.string }
    variant = try node["variant"].unlessNull.map { (node) throws(JSONFault) in
      try node.choice(Variant.self)
    }
    unpinnable = try node["unpinnable"].unlessNull.map { (node) throws(JSONFault) in
      try node.string
    }
    modelFault = try node["modelFault"].unlessNull.map { (node) throws(JSONFault) in
      try node.string
    }
    self.elapsed = elapsed
    outcome = expectation?.outcome(of: self)
    if let fault = node.difference(from: .object(members)) { throw fault }
  }
}

extension Reduction {
  /// Those that leave states out, by their names in reports.
  fileprivate static var named: [(name: String, choice: Reduction)] {
    [.partialOrder, .symmetry, .fingerprints].map { reduction in
      (reduction.option ?? "", reduction)
    }
  }
}

extension SourcePosition {
  /// The place of an object with `line` and `column`, which are null together.
  init?(ofFault node: JSONNode) throws(JSONFault) {
    guard let line = try node["line"].unlessNull else { return nil }
    self.init(
      line: try line.integer(1...JSONNode.greatest),
      column: try node["column"].integer(1...JSONNode.greatest))
  }
}

extension Expectation {
  /// What a row expects; nil where that is nothing.
  fileprivate init?(ofRow node: JSONNode) throws(JSONFault) {
    guard let verdict = try node["expected"].unlessNull else { return nil }
    let preemptions = try node["expectedPreemptions"]
    let broken = try node["expectedBroken"].map { (node) throws(JSONFault) in
      let id = try node.string
      return Broken(
        id: id,
        preemptions: try preemptions.member(id)?.integer())
    }
    self = try verdict.choice(among: [
      ("holds", .holds), ("violated", .violated(broken)), ("allowed", .allowed),
      ("forbidden", .forbidden),
    ])
  }
}

extension Job.Setting {
  /// What a row has run.
  fileprivate init(_ row: JSONNode) throws(JSONFault) {
    if let node = try row["kernel"].unlessNull {
      let kernel = Kernel(
        base: try node["base"].choice(Kernel.Base.self),
        patches: try node["with"].map { (node) throws(JSONFault) in
          try node.choice(Kernel.Patch.self)
        },
        settings: try node["settings"].map { (node) throws(JSONFault) in
          try Kernel.Setting(node)
        })
      let unread = Set(try node["unread"].strings)
      self = .kernel(
        kernel,
        unread: (kernel.patches.flatMap(\.settings) + kernel.settings).filter {
          unread.contains($0.knob.rawValue)
        })
    } else {
      let node = try row["program"]
      self = .program(
        defines: try node["defines"].strings, labels: try node["with"].strings,
        result: try node["result"].strings)
    }
  }
}

extension Kernel.Setting {
  fileprivate init(_ node: JSONNode) throws(JSONFault) {
    self = try node.choice(
      among: Knob.allCases.flatMap { knob in
        knob.values.map { Kernel.Setting(knob: knob, value: $0) }
      }.map { ($0.description, $0) })
  }
}

extension InputReport {
  /// A file of an object of which `rows` need not be read.
  init(_ node: JSONNode) throws(JSONFault) {
    name = try node["name"].string
    file = try node["file"].string
    summary = try node["summary"].string
    hash = try node["input"]["hash"].string
    defines = try node["input"]["defines"].strings
    rowTitles = try node["rowTitles"].strings
    comingTitles = rowTitles
  }
}

extension InputError.Fault {
  init(_ node: JSONNode) throws(JSONFault) {
    file = try node["file"].string
    position = try SourcePosition(ofFault: node)
    message = try node["message"].string
    line = try node["source"].string
  }
}

extension Partition {
  init(_ node: JSONNode) throws(JSONFault) {
    let count = try node["of"].integer(1...Self.most)
    guard let partition = Partition(try node["number"].integer(1...count), of: count) else {
      throw node.unexpected("a partition")
    }
    self = partition
  }
}

extension RunFacts {
  init(_ node: JSONNode) throws(JSONFault) {
    func milliseconds(_ node: JSONNode) throws(JSONFault) -> Duration {
      .milliseconds(try node.integer(0...1 << 48))
    }
    (time, host) = (try node["time"].string, try node["host"].string)
    (version, command) = (try node["version"].string, try node["command"].string)
    options = try node["options"].strings
    partition = try node["partition"].unlessNull.map { (node) throws(JSONFault) in
      try Partition(node)
    }
    jobs = try node["jobs"].integer(1...JSONNode.greatest)
    elapsed = try milliseconds(try node["elapsedMilliseconds"])
    rowTimes = try node["rowMilliseconds"].map(milliseconds)
    stopSignal = try node["interrupted"].unlessNull.map { (node) throws(JSONFault) in
      try node.choice(among: StopSignal.allCases.map { ($0.name, $0) })
    }
    notRun = try node["notRun"].map { (node) throws(JSONFault) in
      RowNotRun(
        file: try node["file"].string, row: try node["row"].string,
        strategy: try node["strategy"].unlessNull.map { (node) throws(JSONFault) in
          try node.choice(StrategySpec.self)
        })
    }
  }
}
