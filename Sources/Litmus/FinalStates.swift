package import Scheduler
import Synchronization

/// The final states of a program as herd7 prints them, with its condition.
package struct FinalStates: Sendable {
  package var quantifier: RaceProgram.Quantifier
  /// The condition, as herd7 writes it: `exists (0:r0=0 /\ [x]=1)`.
  package var condition: String
  /// Each state in one line, `0:r0=0; [x]=1;`, in the order of the values.
  package var lines: [String]
  /// How many of the states are as the proposition says, whatever the quantifier.
  package var positive: Int
  /// How many of them are not.
  package var negative: Int

  /// Whether the states are as the quantifier wants them.
  package var isOK: Bool {
    switch quantifier {
    case .exists: positive > 0
    case .notExists: positive == 0
    case .forall: negative == 0
    }
  }
}

extension RaceProgram {
  /// What is shown of a final state: its numbers, and how it answers the condition.
  private struct Seen: Hashable {
    var values: [Int64]
    var answer: Bool
  }

  /// Explores the program and gives its final states; nil if it has no condition.
  ///
  /// They are all of them if the result says that the whole was looked at.
  package func herdStates(_ options: Explorer.Options) -> (states: FinalStates?, result: Result) {
    guard let quantifier, let condition = herdCondition else { return (nil, explore(options)) }
    let (shown, question) = (image.program.shown, image.program.question)
    // Registers come first, by process and name, then variables by name, as herd7 has it.
    let order = shown.indices.sorted {
      HerdText.key(shown[$0].name) < HerdText.key(shown[$1].name)
    }
    let found = Mutex<Set<Seen>>([])
    let result = explore(options) { made, state in
      guard let state else {
        found.withLock { $0 = [] }
        return
      }
      let seen = Seen(
        values: order.map { made.value(of: shown[$0].node, in: state) },
        answer: made.holds(question, in: state))
      found.withLock { _ = $0.insert(seen) }
    }
    let seen = found.withLock { Array($0) }.sorted {
      $0.values.map(HerdText.rank).lexicographicallyPrecedes($1.values.map(HerdText.rank))
    }
    let (printer, names) = (AddressPrinter(image.program), order.map { shown[$0].name })
    let lines = seen.map { state in
      zip(names, state.values).map { name, value in
        "\(HerdText.location(name))=\(HerdText.value(printer.text(value)));"
      }.joined(separator: " ")
    }
    let positive = seen.count { $0.answer }
    return (
      FinalStates(
        quantifier: quantifier, condition: condition, lines: lines, positive: positive,
        negative: seen.count - positive), result
    )
  }

  /// The condition as herd7 writes it.
  private var herdCondition: String? {
    guard let parsed = try? file.tree(defines: defines), let condition = parsed.tree.condition
    else { return nil }
    let names = parsed.names
    let word =
      switch condition.quantifier {
      case .exists: "exists"
      case .notExists: "~exists"
      case .forall: "forall"
      }
    return "\(word) (\(HerdText(names: names).text(condition.proposition)))"
  }
}

/// herd7's way to write locations, values and propositions.
struct HerdText {
  let names: NameTable

  /// What a proposition stands in, which says whether it needs parentheses.
  private enum Around { case nothing, and, or, implication }

  func text(_ proposition: Proposition) -> String { text(proposition, in: .nothing) }

  private func text(_ proposition: Proposition, in around: Around) -> String {
    switch proposition {
    case .all(let parts):
      if parts.isEmpty { return "true" }
      let joined = parts.map { text($0, in: .and) }.joined(separator: " /\\ ")
      return around == .implication ? "(\(joined))" : joined
    case .any(let parts):
      if parts.isEmpty { return "false" }
      let joined = parts.map { text($0, in: .or) }.joined(separator: " \\/ ")
      return around == .implication || around == .and ? "(\(joined))" : joined
    case .not(let part): return "not (\(text(part, in: .nothing)))"
    case .implies(let left, let right):
      let joined = text(left, in: .implication) + " => " + text(right, in: .implication)
      return around == .and || around == .or ? "(\(joined))" : joined
    case .constant(let value): return "\(value)"
    case .compare(let left, let isEqual, let right, _):
      let equation = "\(text(left, isLeft: true))=\(text(right, isLeft: false))"
      return isEqual ? equation : "not (\(equation))"
    }
  }

  private func text(_ term: ConditionTerm, isLeft: Bool) -> String {
    switch term {
    case .number(let value): "\(value)"
    case .global(let name, let index):
      isLeft
        ? Self.location(names.text(of: name) + (index.map { "[\($0)]" } ?? ""))
        : names.text(of: name)
    case .address(let name): names.text(of: name)
    case .register(.process(let process), let name): "\(process):\(names.text(of: name))"
    case .register(.name(let thread), let name):
      "\(names.text(of: thread)):\(names.text(of: name))"
    }
  }

  /// A register as it is, a variable in brackets, an element of an array as it is.
  static func location(_ name: String) -> String {
    name.contains(":") || name.contains("[") ? name : "[\(name)]"
  }

  /// An address without its `&`.
  static func value(_ text: String) -> String { text.hasPrefix("&") ? "\(text.dropFirst())" : text }

  /// What locations are sorted by: registers by process and name, then variables.
  static func key(_ name: String) -> Key {
    let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return Key(process: .max, thread: "", name: name) }
    return Key(process: Int(parts[0]) ?? .max - 1, thread: parts[0], name: parts[1])
  }

  struct Key: Comparable {
    var process: Int
    var thread: String
    var name: String

    static func < (left: Key, right: Key) -> Bool {
      (left.process, left.thread, left.name) < (right.process, right.thread, right.name)
    }
  }

  /// Numbers by size, then addresses.
  static func rank(_ value: Int64) -> Rank {
    Rank(isAddress: Address.isAddress(value), value: value)
  }

  struct Rank: Comparable {
    var isAddress: Bool
    var value: Int64

    static func < (left: Rank, right: Rank) -> Bool {
      left.isAddress == right.isAddress ? left.value < right.value : right.isAddress
    }
  }
}
