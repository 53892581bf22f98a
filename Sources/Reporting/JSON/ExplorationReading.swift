internal import Scheduler

// Reads what `ExplorationJSON` writes. What a report cannot say is left as it is where nothing was
// found out; whoever reads a row writes it again and compares, so that nothing else gets through.

/// What the findings of a report need to be read: the names that a system has.
package struct ReadingContext: Sendable {
  /// The names of the threads, by number.
  package var threads: [String]

  package init(threads: [String]) { self.threads = threads }

  /// The thread of a name.
  func thread(_ node: JSONNode) throws(JSONFault) -> ThreadID {
    let name = try node.string
    if let index = threads.firstIndex(of: name) { return ThreadID(index) }
    throw JSONFault("the row has no thread \"\(name.shown(limit: 40))\"", at: node.offset)
  }
}

extension ExplorationReport {
  /// The report of an object that has the members of ``answerMembers`` and ``evidenceMembers``.
  package init(_ node: JSONNode, _ context: ReadingContext) throws(JSONFault) {
    verdict = try node["verdict"].choice(
      among: [Verdict.holds, .violated, .undecided].map { ($0.rawValue, $0) })
    counts =
      try node["counts"].unlessNull.map { (node) throws(JSONFault) in
        try Exploration.Counts(node)
      } ?? Exploration.Counts()
    statistics = try node["figures"].map { (node) throws(JSONFault) in try Statistic(node) }
    findings = try node["properties"].map { (node) throws(JSONFault) in
      try FindingReport(node, context)
    }
    limit = try node["limit"].unlessNull.map { (node) throws(JSONFault) in try LimitReport(node) }
    broken = Self.broken(in: findings)
  }
}

extension Exploration.Counts {
  /// More states than any search can keep, so few that a sum of them is a number.
  private static let mostStates = 1 << 44

  init(_ node: JSONNode) throws(JSONFault) {
    self.init()
    states = try node["states"].integer(1...Self.mostStates)
    transitions = try node["transitions"].integer()
    depth = try node["depth"].integer()
    deadlocks = try node["deadlocks"].integer()
    interleavings = try Self.interleavings(node)
  }

  private static func interleavings(
    _ node: JSONNode
  ) throws(JSONFault) -> Exploration.Interleavings {
    if let all = try node["interleavings"].unlessNull {
      return .finite(
        all: try BigNatural(all), violating: try BigNatural(try node["violatingInterleavings"]))
    }
    let reason = try node["interleavingsReason"]
    return try reason.choice(
      among: Exploration.Interleavings.uncounted(by: try reason.string).map {
        ($0.reason ?? "", $0)
      })
  }
}

extension Exploration.Interleavings {
  /// The ways not to be counted, that of a loop with the places that `reason` names.
  fileprivate static func uncounted(by reason: String) -> [Self] {
    let start = Self.unbounded(loop: []).reason ?? ""
    let words = reason.dropFirst(start.count).split(separator: " ", maxSplits: 1)
    // A label may hold commas, so the places are not told apart: all but the first is one label.
    let loop =
      words.count == 2 && reason.hasPrefix(start)
      ? [Loop(thread: String(words[0]), location: Location(label: String(words[1])))] : []
    return [
      .notCounted(.notAsked), .notCounted(.reduced), .notCounted(.limit), .unbounded(loop: loop),
    ]
  }
}

extension BigNatural {
  /// Longer numbers take too long to read and to write.
  private static let mostDigits = 20_000

  init(_ node: JSONNode) throws(JSONFault) {
    let text = try node.string
    guard let number = Self.read(text) else {
      throw node.unexpected("the decimal digits of a whole number, at most \(Self.mostDigits)")
    }
    self = number
  }

  /// The number that a text is in decimal digits, without needless zeros; else nil.
  fileprivate static func read(_ text: String) -> BigNatural? {
    text.utf8.count <= mostDigits ? BigNatural(decimal: text) : nil
  }
}

extension Statistic {
  init(_ node: JSONNode) throws(JSONFault) {
    let value = try node["value"]
    self.init(
      try node["id"].string, sentence: try node["sentence"].string, value: try Value(value))
  }
}

extension Statistic.Value {
  init(_ node: JSONNode) throws(JSONFault) {
    switch node.value {
    case .string(let text): self = BigNatural.read(text).map { .count($0) } ?? .text(text)
    case .list:
      self = .series(
        try node.map { (item) throws(JSONFault) in
          guard let number = Int(try item.string), number >= 0 else {
            throw item.unexpected("the decimal digits of a whole number")
          }
          return number
        })
    case .object:
      let whole = try BigNatural(try node["denominator"])
      if whole == 0 {
        throw JSONFault("a fraction has no denominator 0", at: try node["denominator"].offset)
      }
      self = .fraction(try BigNatural(try node["numerator"]), over: whole)
    case .null, .flag, .integer, .number: throw node.unexpected("a string, a list or an object")
    }
  }
}

extension LimitReport {
  init(_ node: JSONNode) throws(JSONFault) {
    kind = try node["kind"].choice(Kind.self)
    let amount = try node["value"]
    value = try amount.unlessNull.map { (amount) throws(JSONFault) in
      guard case .string(let text) = amount.value else { return .count(try amount.integer()) }
      guard let duration = Self.duration(text) else {
        throw amount.unexpected("decimal seconds, as in \"2.5\"")
      }
      return .duration(duration)
    }
    text = try node["text"].string
  }

  /// The time that ``seconds(_:)`` prints like this.
  private static func duration(_ text: String) -> Duration? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = Int(parts[0]), (0...1 << 40).contains(whole)
    else { return nil }
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard (1...9).contains(fraction.utf8.count), let digits = Int(fraction), digits >= 0 else {
      return nil
    }
    let nanoseconds = (0..<9 - fraction.utf8.count).reduce(digits) { value, _ in value * 10 }
    return .seconds(whole) + .nanoseconds(nanoseconds)
  }
}

extension FindingReport {
  /// A finding among `flags` or `properties`, or with `isQuestion` what became of a question.
  package init(
    _ node: JSONNode, _ context: ReadingContext, isQuestion: Bool = false
  ) throws(JSONFault) {
    (id, sentence) = (try node["id"].string, try node["sentence"].string)
    verdict = try node["verdict"].choice(Verdict.self)
    self.isQuestion = isQuestion
    if isQuestion {
      switch verdict {
      case .reached: verdict = .violated
      case .neverReached: verdict = .holds
      case .undecided: break
      case .holds, .violated:
        throw try node["verdict"].unexpected("\"reached\", \"never-reached\" or \"undecided\"")
      }
    }
    if try node["schedule"].unlessNull != nil {
      witness = try WitnessReport(node, context, of: self)
    }
  }
}

extension WitnessReport {
  fileprivate init(
    _ node: JSONNode, _ context: ReadingContext, of finding: FindingReport
  ) throws(JSONFault) {
    token = try node["schedule"].string
    preemptions = try node["preemptions"].integer()
    switches = try node["switches"].integer()
    steps = try node["steps"].integer()
    loopStart = try node["loopStart"].unlessNull.map { (node) throws(JSONFault) in
      try node.integer(1...JSONNode.greatest)
    }
    isMinimal =
      try node["minimal"].unlessNull.map { (node) throws(JSONFault) in
        try node.flag
      } ?? false
    explanation = try node["explanation"].unlessNull.map { (node) throws(JSONFault) in
      try node.string
    }
    replay = try node["replay"].unlessNull.map { (node) throws(JSONFault) in try node.string }
    trace = TraceReport(
      steps: [], threads: context.threads, regions: [], unfinished: [], loopStart: loopStart)
    guard finding.verdict == .violated else { return }
    trace = try TraceReport(node, context, loopStart: loopStart)
    if trace.steps.count != steps {
      throw JSONFault(
        "the run has \(counted(trace.steps.count, "step")), and 'steps' says \(steps)",
        at: try node["trace"].offset)
    }
    let step = trace.steps.first { $0.broken.contains(finding.id) }?.number ?? 0
    trace.broken = [
      TraceReport.Broken(
        id: finding.id, sentence: finding.sentence, step: step, explanation: explanation)
    ]
  }
}
