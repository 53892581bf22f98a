/// What race files are made of: a word, function or type, and what an engine makes of it.
package struct Construct: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A word of C.
    case keyword
    /// A word that begins an item or a statement of a race file.
    case word
    case function, macro, type
  }

  package enum Meaning: String, Hashable, Sendable, CaseIterable {
    case given
    /// It may stand there and changes nothing: what it orders is in order anyway.
    case noEffect = "no effect"
    /// It is refused by its name, line and column.
    case refused

    /// What it says of a construct, in one sentence.
    package var summary: String {
      switch self {
      case .given: "means what the C language or the kernel says"
      case .noEffect: "changes nothing under this memory model"
      case .refused: "is refused by name, with line and column"
      }
    }
  }

  package var kind: Kind
  package var name: String
  /// What each engine makes of it.
  package var meanings: [RaceEngine: Meaning]

  init(_ kind: Kind, _ name: String, _ meaning: Meaning) {
    (self.kind, self.name, meanings) = (kind, name, [.sc: meaning])
  }
}

/// What judges the runs of a race file.
package enum RaceEngine: String, Hashable, Sendable, CaseIterable {
  /// The search under sequential consistency.
  case sc
}

/// The constructs of race files, as the code has them.
package enum RaceLanguage {
  /// What takes a lock and gives it back where a block ends.
  private static let guards = ["guard", "scoped_guard"]

  /// All constructs, by kind and name.
  package static let constructs: [Construct] = {
    var all: [Construct] = []
    for keyword in Keyword.allCases {
      let meaning: Construct.Meaning =
        keyword.isRefused ? .refused : keyword.hasNoEffect ? .noEffect : .given
      all.append(Construct(.keyword, keyword.rawValue, meaning))
    }
    for word in RaceWord.allCases { all.append(Construct(.word, word.rawValue, word.meaning)) }
    for (name, function) in PrimitiveFunction.table {
      all.append(Construct(.function, name, function.meaning.isOrdering ? .noEffect : .given))
    }
    for name in CompositeFunction.table.keys { all.append(Construct(.function, name, .given)) }
    let macros = Set(Prelude.macros.map(\.name))
    // Some are what a macro of the same name is made of.
    for name in PreludeText.functions.keys where !macros.contains(name) {
      all.append(Construct(.function, name, .given))
    }
    for name in PreludeText.structures.keys {
      all.append(Construct(.type, "struct \(name)", .given))
    }
    for name in Self.guards { all.append(Construct(.function, name, .given)) }
    for name in PrimitiveFunction.later { all.append(Construct(.function, name, .refused)) }
    for macro in Prelude.macros { all.append(Construct(.macro, macro.name, .given)) }
    all.append(Construct(.macro, "IS_ENABLED", .given))
    for name in Checker.cpuCounts { all.append(Construct(.macro, name, .given)) }
    for name in KnownConstant.table.keys { all.append(Construct(.macro, name, .given)) }
    for name in KnownType.integers.keys { all.append(Construct(.type, name, .given)) }
    for name in KnownType.objects {
      let isGiven =
        ObjectKind.named[name] != nil || name == BuiltInStructure.sequenceLock.rawValue
      all.append(Construct(.type, name, isGiven ? .given : .refused))
    }
    for name in KnownType.structures {
      let isGiven = ObjectKind.structures[name] != nil || name == BuiltInStructure.kref.rawValue
      all.append(Construct(.type, "struct \(name)", isGiven ? .given : .refused))
    }
    return all.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
  }()
}

extension PrimitiveFunction.Meaning {
  /// Whether it does nothing but order what other functions do, or let time pass.
  fileprivate var isOrdering: Bool {
    switch self {
    case .primitive(.fence), .primitive(.nothing): true
    default: false
    }
  }
}

/// The words that race files have beyond C.
enum RaceWord: String, CaseIterable {
  case thread, daemon, `init`, irq, softirq, work, timer, pool
  case always, quiet, finally, sometimes
  case dataRaces = "data-races"
  case leaks, progress
  case model, unroll, row
  case exists, forall, filter, locations
  case atomic, maybe

  fileprivate var meaning: Construct.Meaning {
    switch self {
    case .work, .timer: .refused
    // Loops need no end where all states are kept.
    case .unroll: .noEffect
    default: .given
    }
  }
}
