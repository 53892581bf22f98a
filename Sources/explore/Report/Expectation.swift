import Litmus
import RaceModel
import Scheduler

/// What a file says must come of a row.
enum Expectation: Hashable, Sendable {
  case holds
  /// Exactly these must break, sorted; anything if empty.
  case violated([Broken])
  /// What becomes of the file's question.
  case allowed
  case forbidden

  /// Something that must break.
  struct Broken: Hashable, Sendable {
    var id: String
    /// The fewest preemptions of a run that breaks it; nil where any number will do.
    var preemptions: Int?
    /// Whether ``preemptions`` may be more than the fewest: not all runs were looked at.
    var isUpperBound = false

    /// `id`, `id@1`, or `id@<=1` where that is an upper bound.
    var text: String { id + (preemptions.map { (isUpperBound ? "@<=" : "@") + "\($0)" } ?? "") }
  }

  init(_ expectation: Scenario.Expectation) {
    switch expectation {
    case .holds: self = .holds
    case .violated(let ids): self = .violated(ids.sorted().map { Broken(id: $0) })
    }
  }

  init(_ expectation: Row.Expectation) {
    switch expectation {
    case .holds: self = .holds
    case .allowed: self = .allowed
    case .forbidden: self = .forbidden
    case .violated(let findings):
      let broken = findings.map { Broken(id: $0.id, preemptions: $0.preemptions) }
      self = .violated(broken.sorted { $0.id < $1.id })
    }
  }

  /// What a row would have to expect so that it is as expected.
  init(found report: RowReport) {
    // A number that may be too large is nothing to expect.
    let broken = report.found.map { broken in
      Broken(id: broken.id, preemptions: broken.isUpperBound ? nil : broken.preemptions)
    }
    if !broken.isEmpty {
      self = .violated(broken)
    } else {
      switch report.answer {
      case .allowed?: self = .allowed
      case .forbidden?: self = .forbidden
      case nil: self = .holds
      }
    }
  }

  /// The expected verdict; the raw names that files and reports use.
  var verdict: String {
    switch self {
    case .holds: "holds"
    case .violated: "violated"
    case .allowed: "allowed"
    case .forbidden: "forbidden"
    }
  }

  var broken: [Broken] {
    if case .violated(let broken) = self { return broken }
    return []
  }

  /// As a row of a race file says it.
  var text: String {
    verdict + (broken.isEmpty ? "" : ": " + broken.map(\.text).joined(separator: ", "))
  }

  /// How a row compares with it.
  func outcome(of report: RowReport) -> RowReport.Outcome {
    let found = report.found
    switch self {
    case .allowed, .forbidden:
      if !found.isEmpty { return .differs }
      guard let answer = report.answer else { return .undecided }
      if answer.rawValue != verdict { return .differs }
      // An answer may be known before all states are; that nothing breaks is known afterwards.
      return report.isWhole || report.result.verdict == .holds ? .asExpected : .undecided
    case .holds:
      return found.isEmpty ? (report.isWhole ? .asExpected : .undecided) : .differs
    case .violated(let expected):
      return Self.outcome(expected, found, report)
    }
  }

  private static func outcome(
    _ expected: [Broken], _ found: [Broken], _ report: RowReport
  ) -> RowReport.Outcome {
    if expected.isEmpty {
      if !found.isEmpty { return .asExpected }
      return report.isWhole ? .differs : .undecided
    }
    let isPart = !report.isWhole
    var isSure = true
    for broken in expected {
      guard let this = found.first(where: { $0.id == broken.id }) else {
        if !isPart { return .differs }
        isSure = false
        continue
      }
      guard let wanted = broken.preemptions else { continue }
      let least = this.preemptions
      if least == wanted { continue }
      if this.isUpperBound, let least, least > wanted { continue }
      // Part of a search can show that fewer suffice, never that more are needed.
      if !isPart || least.map({ $0 < wanted }) ?? false { return .differs }
      isSure = false
    }
    let ids = expected.map(\.id)
    if found.contains(where: { !ids.contains($0.id) }) { return .differs }
    return isSure && !isPart ? .asExpected : .undecided
  }
}
