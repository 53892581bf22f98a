public import Scheduler

// The keys are literals, here and nowhere else: they stay when a type or a case is renamed.

extension ExplorationReport {
  /// All there is to know, as an object: `verdict`, `broken`, `counts`, `figures`, `properties`,
  /// `limit`.
  public var json: JSONValue { .object(answerMembers + evidenceMembers) }

  /// The answer.
  package var answerMembers: [JSONValue.Member] {
    [("verdict", .string(verdict.rawValue)), ("broken", .strings(broken))]
  }

  /// What the answer rests on.
  package var evidenceMembers: [JSONValue.Member] {
    [
      ("counts", counts.states == 0 ? .null : counts.json),
      ("figures", .list(statistics.map(\.json))),
      ("properties", .list(findings.map(\.json))), ("limit", limit?.json ?? .null),
    ]
  }
}

extension Exploration.Counts {
  /// The counts as an object; those that may exceed 2^53 are decimal strings.
  public var json: JSONValue {
    var (all, violating): (String?, String?)
    if case .finite(let total, let bad) = interleavings {
      (all, violating) = ("\(total)", "\(bad)")
    }
    return .object([
      ("states", .integer(states)), ("transitions", .integer(transitions)),
      ("depth", .integer(depth)), ("deadlocks", .integer(deadlocks)),
      ("interleavings", .optional(all)), ("violatingInterleavings", .optional(violating)),
      ("interleavingsReason", .optional(interleavings.reason)),
    ])
  }
}

extension Statistic {
  /// The statistic as an object; its numbers are decimal strings.
  public var json: JSONValue {
    let json: JSONValue =
      switch value {
      case .count(let count): .string("\(count)")
      case .series(let counts): .list(counts.map { .string("\($0)") })
      case .fraction(let part, let whole):
        .object([
          ("numerator", .string("\(part)")), ("denominator", .string("\(whole)")),
          ("decimal", .string(Self.decimal(part, over: whole))),
        ])
      case .text(let text): .string(text)
      }
    return .object([("id", .string(id)), ("sentence", .string(sentence)), ("value", json)])
  }
}

extension LimitReport {
  /// The limit as an object.
  public var json: JSONValue {
    let json: JSONValue =
      switch value {
      case .count(let count): .integer(count)
      case .duration(let duration): .string(Self.seconds(duration))
      case nil: .null
      }
    return .object([("kind", .string(kind.rawValue)), ("value", json), ("text", .string(text))])
  }
}

extension FindingReport {
  /// The finding as an object; its `trace` is empty unless it is violated.
  public var json: JSONValue {
    let isBroken = verdict == .violated
    return .object(
      [
        ("id", .string(id)), ("sentence", .string(sentence)),
        ("verdict", .string(toldVerdict.rawValue)),
        ("preemptions", .optional(witness?.preemptions)),
        ("switches", .optional(witness?.switches)), ("steps", .optional(witness?.steps)),
        ("loopStart", .optional(witness?.loopStart)),
        ("minimal", isBroken ? .optional(witness?.isMinimal) : .null),
        ("schedule", .optional(witness?.token)), ("replay", .optional(witness?.replay)),
        ("explanation", .optional(witness?.explanation)),
        ("trace", isBroken ? witness?.trace.json ?? .list([]) : .list([])),
      ] + (isBroken ? witness?.trace.contextMembers ?? [] : []))
  }
}

extension FindingReport {
  /// The verdict, in the words of a landmark where it is one of a question.
  private var toldVerdict: Verdict {
    guard isQuestion else { return verdict }
    return switch verdict {
    case .violated: .reached
    case .holds: .neverReached
    case .undecided, .reached, .neverReached: verdict
    }
  }
}

extension TraceReport {
  /// The steps as a list of objects.
  public var json: JSONValue { .list(steps.map(json)) }

  /// What the steps do not say: what the names under `locks` are, and who has not finished.
  var contextMembers: [JSONValue.Member] {
    let used = allRegions.indices.filter { region in
      steps.contains { !inside(after: $0)[region].isEmpty }
    }
    let regions = used.map { allRegions[$0] }.map { region in
      JSONValue.object([
        ("name", .string(region.name)), ("kind", .string(region.kind.jsonName)),
      ])
    }
    return [("regions", .list(regions)), ("unfinished", .list(unfinished.map(json)))]
  }

  private func json(of thread: Trace.Unfinished) -> JSONValue {
    let waits = thread.waitsFor.map { wait in
      JSONValue.object([
        ("lock", .string(wait.lock)), ("owner", .string(name(of: wait.owner))),
      ])
    }
    return .object([
      ("thread", .string(name(of: thread.thread))), ("label", .string(thread.location.label)),
      ("function", .optional(thread.location.function)), ("line", .optional(thread.location.line)),
      ("canStep", .flag(thread.canStep)), ("waitsFor", .list(waits)),
    ])
  }

  private func json(of step: Trace.Step) -> JSONValue {
    let held = zip(allRegions, inside(after: step)).flatMap { region, threads in
      threads.sorted { $0.index < $1.index }.map { thread -> JSONValue in
        let owner: [JSONValue.Member] = [
          ("name", .string(region.name)), ("owner", .string(name(of: thread))),
        ]
        return .object(owner + (region.kind == .readers ? [("reads", .flag(true))] : []))
      }
    }
    return .object(
      [
        ("number", .integer(step.number)), ("thread", .string(name(of: step.thread))),
        ("label", .string(step.location.label)), ("function", .optional(step.location.function)),
        ("choice", .integer(step.choice)), ("preemption", .flag(step.isPreemption)),
        ("changes", .list(step.changes.filter { $0.role != .lock }.map(Self.json))),
        ("locks", .list(held)), ("broken", .strings(step.broken)),
      ] + Self.sourceMembers(of: step))
  }

  /// What is known of a step that is a line of a source.
  private static func sourceMembers(of step: Trace.Step) -> [JSONValue.Member] {
    guard let line = step.location.line else { return [] }
    let calls = step.location.calls.map {
      JSONValue.object([("function", .string($0.function)), ("line", .integer($0.line))])
    }
    let accesses = (step.accesses ?? []).map {
      JSONValue.object([
        ("name", .string($0.name)), ("old", .string($0.old)), ("new", .optional($0.new)),
      ])
    }
    return [("line", .integer(line)), ("calls", .list(calls)), ("accesses", .list(accesses))]
  }

  private static func json(of change: Trace.Change) -> JSONValue {
    .object([
      ("cell", .string(change.name)), ("role", .string(change.role.jsonName)),
      ("old", .string(change.old)),
      ("new", .string(change.new)),
    ])
  }
}

extension Layout.Role {
  /// Its name in JSON.
  var jsonName: String {
    switch self {
    case .shared: "shared"
    case .local: "local"
    case .ghost: "ghost"
    case .lock: "lock"
    }
  }
}

extension Trace.Region.Kind {
  /// All kinds; the names of no two are the same.
  static let all: [Self] = [.lock(.mutex), .lock(.spin), .readers]

  /// Its name in JSON.
  var jsonName: String {
    switch self {
    case .lock(.mutex): "mutex"
    case .lock(.spin): "spin"
    case .readers: "readers"
    }
  }
}
