/// A race file as it is written, for one set of macros.
struct SyntaxTree {
  /// What the file says between its header and its condition, in order.
  struct Item {
    enum Kind {
      case declaration(Declaration)
      case function(FunctionSyntax)
      case property(PropertySyntax)
      case option(RaceOption)
      /// The memory model's name, as it is written.
      case model(String)
      /// How often loops are unrolled where a search needs an end.
      case unroll(Expression)
      case pool(PoolSyntax)
    }

    var kind: Kind
    var offset: Int
  }

  var initial: [InitialValue] = []
  var items: [Item] = []
  /// What herd7 shows of final states besides what its condition names.
  var locations: [(term: ConditionTerm, offset: Int)] = []
  /// The final states that count; nil if all do.
  var filter: Proposition?
  var condition: Condition?
  /// The names in items that are not in the tree because something is wrong with them: others may
  /// use what these would have declared.
  var brokenNames: Set<Name> = []
}

/// What a file asks for besides its properties.
enum RaceOption: String, CaseIterable {
  case leaks
  case dataRaces = "data-races"
  case progress
}

/// `pool NAME COUNT [may-fail]`.
struct PoolSyntax {
  var name: Name
  var nameOffset: Int
  var count: Expression
  var mayFail: Bool
}

/// A property of the file's own.
struct PropertySyntax {
  enum Kind: String, CaseIterable {
    case always, quiet, finally, sometimes
  }

  var kind: Kind
  var name: Name
  var expression: Expression
}

/// An entry of herd7's initial state.
struct InitialValue {
  enum Target {
    case global(Name)
    case register(process: Int, Name)
  }

  var target: Target
  /// The type, where one is given; its declarator has what comes after the name.
  var type: TypeName?
  var value: Initializer?
  var offset: Int
}

/// herd7's question: `exists`, `~exists` or `forall`, and of what.
struct Condition {
  enum Quantifier { case exists, notExists, forall }

  var quantifier: Quantifier
  var proposition: Proposition
  var offset: Int
}

/// A statement about a final state.
indirect enum Proposition {
  case all([Proposition])
  case any([Proposition])
  case not(Proposition)
  case implies(Proposition, Proposition)
  case constant(Bool)
  /// `left = right` or `left != right`.
  case compare(ConditionTerm, isEqual: Bool, ConditionTerm, Int)
}

/// What a condition of herd7 speaks of.
enum ConditionTerm {
  case number(Int64)
  /// A global's value on the left of `=`, its address on the right.
  case global(Name, index: Int?)
  case address(Name)
  case register(ThreadReference, Name)
}
