import Litmus
import RaceModel

/// A file to explore, as it was read.
struct Input: Sendable {
  /// As it was named on the command line.
  var file: String
  let content: Content
  /// What the file's bytes amount to, sixteen hex digits: the same for the same bytes.
  let hash: String

  /// What the file says, by the language that it is written in.
  enum Content: Sendable {
    case scenario(Scenario)
    case race(RaceFile)
  }

  var name: String {
    switch content {
    case .scenario(let scenario): scenario.name
    case .race(let file): file.name
    }
  }

  /// Words that count for all rows of the file, by which they can be chosen.
  var tags: [String] {
    switch content {
    case .scenario(let scenario): scenario.tags
    case .race(let file): file.tags
    }
  }

  /// The file's own summary; race files have none.
  var summary: String {
    switch content {
    case .scenario(let scenario): scenario.summary
    case .race: ""
    }
  }
}

/// The languages of files, by the name that `--language` knows.
enum InputLanguage: String, CaseIterable, Sendable {
  case scenario, litmus, race

  /// How the names of files in the language end.
  var ending: String {
    switch self {
    case .scenario: ".json5"
    case .litmus: ".litmus"
    case .race: ".race"
    }
  }

  /// What a file in it is called in messages.
  var noun: String {
    switch self {
    case .scenario: "scenario"
    case .litmus: "litmus test"
    case .race: "race file"
    }
  }

  /// The language that the name of a file says; nil if it says none.
  init?(ofFile path: String) {
    guard let language = Self.allCases.first(where: { path.hasSuffix($0.ending) }) else {
      return nil
    }
    self = language
  }

  /// The endings of all languages, as patterns.
  static var patterns: [String] { allCases.map { "*" + $0.ending } }
}
