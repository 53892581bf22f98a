import Reporting

/// A thing that `list` names, with all that is known of it.
///
/// Every format shows the same facts, so that what is known of a thing stands once, where the item
/// is made.
struct ListItem: Sendable {
  let name: String
  /// What it is, in one sentence; may be empty.
  let summary: String
  let facts: [Fact]

  init(_ name: String, _ summary: String, _ facts: [Fact] = []) {
    (self.name, self.summary, self.facts) = (name, summary, facts)
  }

  /// One thing that is known of it.
  struct Fact: Sendable {
    /// Its key in JSON, in camel case.
    let key: String
    /// What text calls it.
    let label: String
    let value: Value
    /// Where text shows it when all items of a section are listed.
    let inList: Place

    init(_ key: String, _ label: String, _ value: Value, inList: Place = .nowhere) {
      (self.key, self.label, self.value, self.inList) = (key, label, value, inList)
    }

    enum Place: Sendable {
      /// It is for whoever asks for the item alone.
      case nowhere
      /// Behind the summary, with its label.
      case below
      /// Before the summary, without its label.
      case before
    }
  }

  /// What a fact says.
  enum Value: Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    /// Names in an order that means something; may be empty.
    case names([String])
    /// Names one of which is what there is unless told otherwise; text marks it.
    case choices([String], standard: String)
    /// Things that belong to it.
    case items([ListItem])
    /// It is not known, and why.
    case unknown(why: String)
  }
}

extension ListItem {
  /// The item as JSON has it: `name` and `summary`, then its facts.
  var json: JSONValue {
    .object(
      [("name", .string(name)), ("summary", .string(summary))]
        + facts.map { ($0.key, $0.value.json) })
  }
}

extension ListItem.Value {
  fileprivate var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .number(let number): .integer(number)
    case .flag(let flag): .flag(flag)
    case .names(let names), .choices(let names, _): .strings(names)
    case .items(let items): .list(items.map(\.json))
    case .unknown: .null
    }
  }
}
