internal import Scheduler

/// What a property or a landmark is made from.
struct World {
  typealias State = Property.State

  let kvm: KVM
  /// The cells of the paths that threads run.
  let paths: PathBuilder
  /// Reads knobs in the name of the property or landmark.
  let knobs: KnobReader

  init(_ kvm: KVM, _ paths: PathBuilder, for id: String) {
    (self.kvm, self.paths) = (kvm, paths)
    knobs = KnobReader(kvm.knobRecord, name: id)
  }
}

/// What is made for a guest with a radix table, and for one with a hashed table.
///
/// A property or landmark makes sense with those tables that it has a closure for.
struct PerTable<Made>: Sendable {
  typealias Radix = @Sendable (World, RadixTables) -> Made
  typealias Hashed = @Sendable (World, HPT) -> Made

  let radix: Radix?
  let hashed: Hashed?

  var tables: [TableKind] {
    (radix == nil ? [] : [.radix]) + (hashed == nil ? [] : [.hashed])
  }

  /// What is made in a world; `id` names it in the message of a world without it.
  func make(in world: World, for id: String) -> Made {
    switch world.kvm.tables {
    case .radix(let tables): if let radix { return radix(world, tables) }
    case .hashed(let hpt): if let hashed { return hashed(world, hpt) }
    }
    preconditionFailure("\(id) makes no sense with a \(world.kvm.machine.table.rawValue) table")
  }
}
