internal import Scheduler

/// A place that a search must have visited for its verdict to mean something.
package struct Landmark: CatalogEntry {
  package let id: String
  /// What the landmark is, in one sentence.
  package let sentence: String
  private let statement: PerTable

  /// Every landmark, in the order of lists and messages; each stands in the file of its topic.
  package static let allCases: [Landmark] = [
    staleCopy, retry, shadowInserted, upgrade, instantiated, setRC, reflected, harvestReported,
    rmapSingle, rmapList, staleTLB, unmapped, aged, guestEntered, guestFreed, mmio,
    pageSizeChanged, hpteEntered, hpteRemoved, removedWhileInvalid, backOff, leftValid,
    otherSlotUnmapped, owedC, modeSwitched,
  ]

  /// A landmark of guests with a radix table, a hashed table, or either.
  init(
    _ id: String, _ sentence: String, radix: PerTable.Radix? = nil,
    hashed: PerTable.Hashed? = nil
  ) {
    (self.id, self.sentence) = (id, sentence)
    statement = PerTable(radix: radix, hashed: hashed)
  }

  /// A landmark that is the same with any table.
  init(_ id: String, _ sentence: String, anyTable make: @escaping PerTable.EitherTable) {
    self.init(id, sentence, radix: { world, _ in make(world) }, hashed: { world, _ in make(world) })
  }

  /// The tables that the landmark can be reached with.
  package var tables: [TableKind] { statement.tables }

  /// The landmark as a property over `kvm` and the paths of its threads.
  func property(of kvm: KVM, _ paths: PathBuilder) -> Property {
    statement.property(id, sentence, of: kvm, paths)
  }
}
