/// What there is to know of an argument before one writes it: its key, its values, its meaning.
package struct PathArgumentFacts: Hashable, Sendable {
  /// The key that files give it by.
  package let name: String
  /// What values it takes, in words: `an integer 0...4095`.
  package let takes: String
  /// The value of a key that is left out, as files write it; nil where there is none.
  package let fallback: String?
  /// Whether the key may be left out.
  package let isOptional: Bool
  /// What it says.
  package let meaning: String
  /// A value, as files write it.
  package let example: String

  init(_ argument: any PathParameter) {
    (name, takes) = (argument.key.name, argument.key.shape.words)
    (meaning, example) = (argument.meaning, argument.example)
    switch argument.key.presence {
    case .required: (isOptional, fallback) = (false, nil)
    case .optional: (isOptional, fallback) = (true, nil)
    case .defaultsTo(.integer(let number)): (isOptional, fallback) = (true, "\(number)")
    case .defaultsTo(.text(let text)): (isOptional, fallback) = (true, "\"\(text)\"")
    }
  }
}

extension PathSpec {
  /// The arguments in the order of files, with what is known of each.
  package var argumentFacts: [PathArgumentFacts] { arguments.map(PathArgumentFacts.init) }

  /// A call as files write it, with all arguments.
  package var exampleCall: String { call { $0.example } }

  /// A call as files write it, with a value for each argument.
  func call(_ value: (any PathParameter) -> String) -> String {
    let members =
      ["\(CallKeys.path.name): \"\(id)\""]
      + arguments.map { "\($0.key.name): \(value($0))" }
    return "{ " + members.joined(separator: ", ") + " }"
  }
}

extension Shape {
  /// The values that have the shape, in words.
  var words: String {
    switch self {
    case .flag: "\(ScenarioError.Expected.flag)"
    case .integer(let range): "\(ScenarioError.Expected.integer(range))"
    case .text(let limit): "a text of at most \(limit) characters"
    case .name(let form): "a name of at most \(form.limit) characters"
    case .choice(_, let names): names.map { "\"\($0)\"" }.joined(separator: " or ")
    case .entry(.refused): "an entry's bits, as \"rwx RC\""
    case .entry(.allowed): "an entry's bits, as \"rwx RC\", or \"\(Self.absent)\""
    case .list(let item, let count, _):
      "a list of \(count.lowerBound) to \(count.upperBound) items, each \(item.words)"
    case .object(let keys, let absence):
      Self.object(keys) + (absence == .allowed ? ", or \"\(Self.absent)\"" : "")
    case .variants(let tag, let variants):
      Self.object([tag]) + ", with the keys of one of \(variants.count) kinds"
    }
  }

  /// `an object { gfn, bits? }`.
  private static func object(_ keys: [Key]) -> String {
    let names = keys.map { $0.name + ($0.presence == .required ? "" : "?") }
    return "an object { \(names.joined(separator: ", ")) }"
  }
}
