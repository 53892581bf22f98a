internal import Scheduler

extension NestedPageFault {
  /// The bit of HDSISR that says why hardware refused; `DSISR_ISSTORE` is the access's own.
  package enum Cause: UInt8, CellValue {
    /// Not faulting.
    case none
    /// `DSISR_NOHPTE`.
    case noHPTE
    /// `DSISR_PROTFAULT`.
    case protFault
    /// `DSISR_SET_RC`.
    case setRC
  }

  /// What the caller is told; it clears the cell.
  package enum Result: UInt8, CellValue {
    /// `RESUME_GUEST`: the access is tried again.
    case resumeGuest
    /// `RESUME_HOST`: L1 gets the fault.
    case resumeHost
    /// L1 or the VMM emulates the access: no memory slot is there.
    case mmio
    /// L2 gets a data storage interrupt: the slot is read-only.
    case dataStorage
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let cause: Cell<Cause>
    let result: Cell<Result>
    /// `gpte`; its frame is kept until the rmap insert.
    let gpte: Cell<PTE>
    /// `memslot`, as it was looked up.
    let memslot: Cell<MemslotRef>
    /// `pte`: the copy of the host entry, then the shadow entry made from it.
    let pte: Cell<PTE>
    /// The copied host entry is a large leaf.
    let isLeaf: Cell<Bool>
    let sample: Cell<UInt16>
    /// `n_rmap`: the allocated node, plus one.
    let node: Cell<UInt16>
    let setRC: NestedSetRC.Cells
    let instantiate: InstantiatePage.Cells
    let create: CreatePTE.Cells
    let insert: InsertNestRmap.Cells
    let invalidate: Cell<InvalidateShadowPTE.Point>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      cause = layout.cell("\(name).dsisr", bits: 2, role: role)
      result = layout.cell("\(name).ret", bits: 2, role: role)
      gpte = layout.cell("\(name).gpte", bits: kvm.widths.guestPTE, role: role)
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      pte = layout.cell("\(name).pte", bits: kvm.widths.hostPTE, role: role)
      isLeaf = layout.cell("\(name).is_leaf", bits: kvm.widths.isLeaf, role: role)
      sample = layout.cell("\(name).mmu_seq", bits: kvm.widths.seq, role: role)
      node = layout.cell("\(name).n_rmap", bits: kvm.widths.node, role: role)
      setRC = NestedSetRC.Cells(&layout, "\(name).setrc", thread)
      instantiate = InstantiatePage.Cells(&layout, "\(name).instantiate", thread, kvm)
      create = CreatePTE.Cells(&layout, "\(name).create", thread)
      insert = InsertNestRmap.Cells(&layout, "\(name).insert", thread, kvm)
      invalidate = layout.cell(
        "\(name).invalidate", bits: InvalidateShadowPTE.Point.bits, role: role)
    }
  }
}
