import Litmus
import RaceModel
import Reporting

/// Where the scenarios and race files that were read use what lists name.
struct UseIndex: Sendable {
  private let scenarios: [(file: String, scenario: Scenario)]
  private let races: [(name: String, words: Set<String>)]

  init(_ inputs: [Input]) {
    scenarios = inputs.compactMap { input in
      guard case .scenario(let scenario) = input.content else { return nil }
      return (input.file, scenario)
    }
    races = inputs.compactMap { input in
      guard case .race(let file) = input.content else { return nil }
      return (input.name, Self.words(of: file.bytes))
    }
  }

  /// The scenarios some row of which passes the test, by name.
  func scenarios(where test: (Scenario, Scenario.Row) -> Bool) -> [String] {
    scenarios.filter { entry in entry.scenario.rows.contains { test(entry.scenario, $0) } }
      .map(\.scenario.name)
  }

  /// The rows that pass the test, as `SCENARIO/ROW`.
  func rows(where test: (Scenario, Scenario.Row) -> Bool) -> [String] {
    scenarios.flatMap { entry in
      entry.scenario.rows.filter { test(entry.scenario, $0) }
        .map { "\(entry.scenario.name)/\($0.name)" }
    }
  }

  /// What breaks in rows that run the path, by what is expected of them, each with the first row.
  func broken(by path: PathSpec) -> [ListItem] {
    var first: [String: String] = [:]
    for entry in scenarios {
      for row in entry.scenario.rows where entry.scenario.runs(path, in: row) {
        guard case .violated(let ids)? = row.expectation else { continue }
        for id in ids where first[id] == nil { first[id] = "\(entry.scenario.name)/\(row.name)" }
      }
    }
    let known = PropertySpec.allCases.map(\.id) + Scenario.alwaysOnChecks
    return known.compactMap { id in first[id].map { ListItem(id, "as in \($0)") } }
  }

  /// The race files that have a word.
  func races(with word: String) -> [String] {
    let parts = word.split(separator: " ").map(String.init)
    return races.filter { race in parts.allSatisfy(race.words.contains) }.map(\.name)
  }

  /// The identifiers and keywords of a text, those of its comments left out.
  private static func words(of bytes: [UInt8]) -> Set<String> {
    let text = String(decoding: bytes, as: UTF8.self)
    let code = text.replacing(/(?s)\(\*.*?\*\)|\/\*.*?\*\/|\/\/[^\n]*/, with: " ")
    return Set(code.matches(of: /[A-Za-z_][A-Za-z0-9_-]*/).map { String($0.output) })
  }
}

extension Scenario {
  /// The threads of a row.
  func threads(of row: Row) -> [ThreadScript] { row.threads ?? threads }

  /// Whether a thread of the row runs the path.
  func runs(_ path: PathSpec, in row: Row) -> Bool {
    threads(of: row).contains { $0.run.contains { $0.path == path } }
  }
}

extension UseIndex? {
  /// Names that an index gives, or why there are none to give.
  func names(_ names: (UseIndex) -> [String]) -> ListItem.Value {
    map { .names(names($0)) } ?? .unknown(why: "there is no folder ./scenarios or ./races here")
  }
}
