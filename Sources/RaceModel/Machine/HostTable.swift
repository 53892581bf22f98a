package import Scheduler

/// `kvm->arch.pgtable`, L1 real to host real.
///
/// A slot that the VMM maps with one huge page (``HugePages``) can have one entry here, a large
/// leaf, in place of one a page.
package struct HostTable: Sendable {
  /// Whether the pages of the table have not been freed.
  package let inUse: Cell<Bool>
  /// The small entries, by page.
  package let entries: CellRow<PTE>
  /// The large leaves, by place in ``leafIndex``.
  package let leaves: CellRow<PTE>
  /// By slot: the place of its large leaf, if the VMM maps it with one huge page at the start.
  package let leafIndex: [Int?]
  let geometry: Geometry
  private let useAfterFree: Check

  /// The page size of a large leaf, log2: 2 MiB; its pages are as many as its slot has.
  static let leafShift = 21

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let (machine, geometry, widths) = (plan.machine, plan.geometry, plan.widths)
    self.geometry = geometry
    useAfterFree = plan.checks.useAfterFree
    inUse = layout.cell(
      "pgtable", bits: 1, initial: true, print: { $0 ? "allocated" : "freed" })
    let pages = machine.table == .radix ? geometry.pages : []
    entries = layout.row(
      "host", pages.map(\.gfn.hex), bits: widths.hostPTE,
      initial: pages.map { page in
        machine.page(ofGFN: page.gfn).flatMap { page in
          page.host.map { PTE($0, frame: page.rpn) }
        } ?? .absent
      })
    let huge = machine.slots.indices.filter { machine.slots[$0].isHuge }
    leafIndex = machine.slots.indices.map { huge.firstIndex(of: $0) }
    leaves = layout.row(
      "leaf", huge.map { machine.slots[$0].baseGFN.hex }, bits: widths.hostPTE,
      initial: huge.map { slot in
        let first = machine.frame(ofGFN: machine.slots[slot].baseGFN)
        return machine.slots[slot].leaf.map { PTE($0, frame: first) } ?? .absent
      })
  }

  /// The cell of a slot's large leaf; nil for a slot of base pages.
  @inline(__always) func leaf(ofSlot slot: Int) -> Cell<PTE>? { leafIndex[slot].map { leaves[$0] } }

  /// A page of the table is read or written, by way of `kvm->arch.pgtable` or a pointer into it.
  @inline(__always) func touch<R>(_ state: StateView<R>) {
    if !state[inUse] { state.fail(useAfterFree, saying: "the radix table of L1 has been freed") }
  }

  /// `find_kvm_secondary_pte`, for a machine that walks the table: it may have been freed.
  @inline(__always) func find<R>(_ state: StateView<R>, _ page: Int) -> (
    entry: Cell<PTE>, isLeaf: Bool
  ) {
    touch(state)
    return entry(state, page)
  }

  /// The entry that maps a page now, and whether it is the large leaf.
  @inline(__always) func entry<R>(_ state: StateView<R>, _ page: Int) -> (
    entry: Cell<PTE>, isLeaf: Bool
  ) {
    if let leaf = leaf(ofSlot: geometry.pages[page].slot), state[leaf].isPresent {
      return (leaf, true)
    }
    return (entries[page], false)
  }

  /// Whether `frame` lies in the mapping of `old`, as the kernel's masked compare finds it.
  ///
  /// The removal, the update of R and C and the properties all go by this.
  @inline(__always) func covers(
    _ old: PTE, isLeaf: Bool, slot: Int, _ frame: Int
  ) -> Bool {
    isLeaf
      ? frame >= old.frame && frame < old.frame + geometry.slotSizes[slot] : frame == old.frame
  }
}
