internal import Scheduler

/// A property that a scenario can ask for: what it says, and how it is made in a world.
///
/// Those about radix tables are judged while `mmu_lock` is free. Inside a section they are broken
/// for a moment by design, such as between the clearing of C in the host entry and in its shadows.
/// Those about hashed tables speak of entries and pages whose own lock bits are free: they are
/// judged in every state and pass over what is locked.
package struct PropertySpec: CatalogEntry {
  package let id: String
  /// The id in the fact sheet that the paths are restated from.
  package let factID: String
  /// What must be true, in one sentence.
  package let sentence: String
  /// What paths must note for it.
  let ghosts: Set<KVM.Ghost>
  private let statement: PerTable

  /// Every property, in the order of lists and messages; each stands in the file of its topic.
  package static let allCases: [PropertySpec] = [
    cSubset, rSubset, coverage, rmapUnique, rmapShape, authority, tlbSubset, dirtyLog,
    noEarlyReuse, l1TLBSubset, finalHarvest, l1Coherence, l1Subset, slotFlushed, seqBump,
    notifierCount, unmapLogged, entrySucceeds, progress, progressUnfairLocks, hpteChained,
    chainConsistent, cTransferred, logDroppedWithSlot,
  ]

  /// A property of guests with a radix table, a hashed table, or either.
  init(
    _ id: String, fact: String, _ sentence: String, ghosts: Set<KVM.Ghost> = [],
    radix: PerTable.Radix? = nil, hashed: PerTable.Hashed? = nil
  ) {
    (self.id, factID, self.sentence, self.ghosts) = (id, fact, sentence, ghosts)
    statement = PerTable(radix: radix, hashed: hashed)
  }

  /// A property that is the same with any table.
  init(
    _ id: String, fact: String, _ sentence: String, ghosts: Set<KVM.Ghost> = [],
    anyTable make: @escaping PerTable.EitherTable
  ) {
    self.init(
      id, fact: fact, sentence, ghosts: ghosts, radix: { world, _ in make(world) },
      hashed: { world, _ in make(world) })
  }

  /// The tables that the property speaks of.
  package var tables: [TableKind] { statement.tables }

  /// The property over the cells of `kvm` and of the paths of its threads.
  func property(of kvm: KVM, _ paths: PathBuilder) -> Property {
    statement.property(id, sentence, of: kvm, paths)
  }
}
