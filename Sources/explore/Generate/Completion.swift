import Reporting

/// What a shell can offer at some place of a command line.
enum Completion: Hashable, Sendable {
  /// One of a few words.
  case words([String])
  /// A word that something is typed behind, such as `json=`.
  case beginnings([String])
  /// Files with one of these endings, and folders.
  case files([String])
  /// Nothing can be said of it.
  case none

  /// Endings of what the program explores.
  static var inputs: Completion { .files(InputLanguage.allCases.map(\.ending)) }
}

extension Option {
  /// What can be offered for the value; `.none` for a flag.
  func completion(for command: Command) -> Completion {
    if let values { return .words(values(command)) }
    return placeholder.flatMap { Self.placeholders[$0] } ?? .none
  }

  /// What the words that stand for values without a table mean; a test asks for each.
  static let placeholders: [String: Completion] = [
    "D": .none, "FILE": .files([]),
    "FORMAT=FILE": .beginnings(OutputFormats.all.map { "\($0.name)=" }),
    "K": .none, "K/N": .none, "N": .none, "NAME": .none,
    "NAME,...": .words(StrategySpec.allCases.map(\.rawValue)), "NAME[=VALUE]": .none,
    "PATTERN": .none,
    "REPORT": .files([".json"]), "S": .none, "SIZE": .none, "TOKEN": .none,
  ]
}

/// Where an operand stands that something can be offered for.
struct OperandCompletion: Sendable {
  let place: Place
  let completion: Completion

  enum Place: Hashable, Sendable {
    /// Right behind the command.
    case first
    /// Behind this word.
    case after(String)
    /// Anywhere.
    case any
  }

  init(_ place: Place, _ completion: Completion) {
    (self.place, self.completion) = (place, completion)
  }
}

extension Command {
  /// What can be offered for operands.
  var operandCompletions: [OperandCompletion] {
    switch self {
    case .run, .check, .compare, .replay: [OperandCompletion(.any, .inputs)]
    case .merge: [OperandCompletion(.any, .files([".json"]))]
    case .list:
      [OperandCompletion(.first, .words(ListSection.allCases.map(\.id)))]
        + ListSection.allCases.map { section in
          OperandCompletion(
            .after(section.id), section.source == nil ? .words(section.names) : .inputs)
        }
    case .new: [OperandCompletion(.first, .words(NewCommand.Kind.allCases.map(\.rawValue)))]
    case .generate:
      [
        OperandCompletion(.first, .words(Generator.allCases.map(\.id))),
        OperandCompletion(.after("schema"), .words(Schema.allCases.map(\.rawValue))),
      ]
    case .help: [OperandCompletion(.first, .words(HelpPage.names))]
    }
  }
}
