internal import Scheduler

/// When something must hold, and what is said of a state in which it does not.
struct Statement: Sendable {
  typealias State = Property.State

  let kind: Property.Kind
  let explain: @Sendable (State) -> String?

  init(_ kind: Property.Kind, explain: @escaping @Sendable (State) -> String? = { _ in nil }) {
    (self.kind, self.explain) = (kind, explain)
  }

  /// Must be reached: `test` says whether a state is there.
  static func reached(_ test: @escaping @Sendable (State) -> Bool) -> Statement {
    Statement(.sometimes(test))
  }

  /// The states in which a statement is judged.
  enum Moment {
    case always, quiet, atEnd
  }

  /// Holds where `find` finds nothing; what it finds is explained by its number.
  static func nowhere(
    _ moment: Moment, _ find: @escaping @Sendable (State) -> Int?,
    explain: @escaping @Sendable (State, Int) -> String
  ) -> Statement {
    let holds: @Sendable (State) -> Bool = { find($0) == nil }
    let kind: Property.Kind =
      switch moment {
      case .always: .always(holds)
      case .quiet: .quiet(holds)
      case .atEnd: .atEnd(holds)
      }
    return Statement(kind) { state in find(state).map { explain(state, $0) } }
  }
}

/// What a property or landmark says of a guest with a radix table, and of one with a hashed table.
///
/// It makes sense with those tables that there is a closure for.
struct PerTable: Sendable {
  typealias Radix = @Sendable (World, RadixTables) -> Statement
  typealias Hashed = @Sendable (World, HPT) -> Statement
  /// For what is the same with any table.
  typealias EitherTable = @Sendable (World) -> Statement

  let radix: Radix?
  let hashed: Hashed?

  var tables: [TableKind] {
    (radix == nil ? [] : [.radix]) + (hashed == nil ? [] : [.hashed])
  }

  /// The property or landmark `id`, which says `sentence`, over the cells of `kvm` and of `paths`.
  func property(_ id: String, _ sentence: String, of kvm: KVM, _ paths: PathBuilder) -> Property {
    let statement = statement(in: World(kvm, paths, for: id), for: id)
    return Property(id, sentence: sentence, kind: statement.kind, explain: statement.explain)
  }

  private func statement(in world: World, for id: String) -> Statement {
    switch world.kvm.tables {
    case .radix(let tables): if let radix { return radix(world, tables) }
    case .hashed(let hpt): if let hashed { return hashed(world, hpt) }
    }
    preconditionFailure("\(id) makes no sense with a \(world.kvm.machine.table.rawValue) table")
  }
}
