/// What is known of a machine before any cell is laid out; from it each part lays out its own
/// cells.
struct MachinePlan {
  let machine: Scenario.Machine
  /// What the threads' scripts make of the machine.
  let use: KVM.Use
  let geometry: Geometry
  let shape: NestedShape
  /// By slot: what lookups of it find, first to last.
  let versions: [[SlotVersion]]
  /// How many rmap nodes there are.
  let pool: Int
  let widths: KVM.Widths
  /// Whether the end of a notifier lowers `mmu_notifier_count`.
  let countsDown: Bool
  let checks: KVM.Checks

  init(_ machine: Scenario.Machine, _ use: KVM.Use, _ knobs: KnobReader, _ checks: KVM.Checks) {
    (self.machine, self.use, self.checks) = (machine, use, checks)
    countsDown = knobs.countDown == .on
    geometry = Geometry(machine, use)
    shape = NestedShape(machine, use)
    versions = Memslots.versions(of: machine, use, knobs)
    switch machine.table {
    case .hashed: pool = 0
    case .radix:
      pool = RmapLists.poolSize(
        lists: geometry.backings.count, entries: shape.entryValues.count,
        l2Pages: shape.l2Pages.count, use, knobs)
    }
    widths = KVM.Widths(machine, geometry, shape, use, pool: pool, versions: versions)
  }
}
