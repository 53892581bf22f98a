package import Scheduler

/// The shared state of one virtual machine, as cells, and the constants of its machine.
///
/// What only a guest with one kind of page table has is in ``tables``. Indices: a *page* is an L1
/// page, numbered over all slots; an *L2 page* is numbered over all nested guests; a *core* is a
/// vCPU's. Cells that no path of the scenario writes stay what they were.
///
/// What machines call in most of their steps is inlined: a call takes a copy of the whole part.
package struct KVM: Sendable {
  package let machine: Scenario.Machine
  /// The knobs of the kernel: see ``knobs(for:)``.
  package let knobRecord: KnobRecord
  package let geometry: Geometry
  /// Which cells of nested guests a path has a use for.
  let nestedUse: NestedUse
  /// The bits of the cells that machines keep copies of.
  package let widths: Widths
  package let locks: Locks
  package let checks: Checks

  package let notifier: Notifier
  /// `kvm->srcu`.
  package let srcu: SRCU
  /// `kvm->arch.radix`, and what keeps vCPUs and a switch apart.
  package let mode: MMUMode
  /// The VMM's Linux page table, by backing.
  package let vmm: CellRow<PTE>
  package let hugePages: HugePages
  package let memslots: Memslots
  package let ghosts: Ghosts
  package let tables: PageTables

  /// `PAGE_SHIFT`: pages of 64 KiB.
  package static let pageShift = 16

  /// Lays the machine of a scenario out in `builder`.
  ///
  /// `use` is what the threads' scripts make of it. Cells are added in an order that must stay:
  /// their names are part of what a schedule's token is made from. So a guest with a hashed table
  /// has the few cells of a radix table that has no entries, too.
  package init(
    _ machine: Scenario.Machine, _ knobs: KernelKnobs, _ use: Use, in builder: inout SystemBuilder
  ) {
    self.machine = machine
    knobRecord = KnobRecord(knobs)
    let knobs = KnobReader(knobRecord, name: "KVM")
    let checks = Checks(in: &builder)
    let plan = MachinePlan(machine, use, knobs, checks)
    (self.checks, geometry, widths) = (checks, plan.geometry, plan.widths)
    nestedUse = use.nested
    let locks = AllLocks(
      objects: plan.shape.objects, hashed: HPT.locks(of: machine, plan.geometry), in: &builder)
    self.locks = locks.common
    builder.quiet(whenFree: [locks.common.mmu])

    var layout = builder.layout
    defer { builder.layout = layout }
    notifier = Notifier(plan, in: &layout)
    srcu = SRCU(
      &layout, threads: use.threadNames, hasGracePeriods: !use.updates.isEmpty)
    let isRadix = layout.cell("radix", bits: 1, initial: machine.table == .radix)
    let host = HostTable(plan, in: &layout)
    vmm = layout.row(
      "vmm", plan.geometry.backingGFNs.map(\.hex), bits: plan.widths.hostPTE,
      initial: plan.geometry.backingGFNs.map { gfn in
        guard let page = machine.page(ofGFN: gfn) else { return .absent }
        return PTE(
          page.vmmWritable ? [.present, .read, .write] : [.present, .read], frame: page.rpn)
      })
    let nested = NestedGuests(plan, tlbLocks: locks.tlb, in: &layout)
    let rmap = RmapLists(plan, in: &layout)
    memslots = Memslots(plan, in: &layout)
    let tlb = RadixTLB(plan, in: &layout)
    ghosts = Ghosts(plan, in: &layout)
    mode = MMUMode(isRadix: isRadix, plan, in: &layout)
    hugePages = HugePages(plan, in: &layout)
    if let table = machine.hpt {
      tables = .hashed(
        HPT(
          table, plan, locks: locks.hashed, mode, readsSavedC: knobs.rmapDirty == .rmap,
          in: &layout))
    } else {
      tables = .radix(RadixTables(host: host, nested: nested, rmap: rmap, tlb: tlb))
    }
  }

  /// The VMM's page gets the frame `rpn`, or none for 0; the one it had is free for reuse.
  ///
  /// A huge page of which it was a part has been split before.
  @inline(__always) package func change<R>(_ state: StateView<R>, backing: Int, to rpn: Int) {
    for (index, frame) in geometry.frames.enumerated() where frame.backing == backing {
      state[ghosts.backs, index] = frame.rpn == rpn
    }
    let old = state[vmm, backing]
    if old.frame != rpn { hugePages.split(state, slot: geometry.pages[backing].slot) }
    state[vmm, backing] = rpn == 0 ? .absent : PTE(old.bits, frame: rpn)
  }

  /// `kvm->mmu_notifier_seq++`: whoever holds an older sample is told.
  @inline(__always) func bump<R>(_ state: StateView<R>) {
    state[notifier.seq] += 1
    if ghosts.tracksWeakening { state[ghosts.weakened] = false }
  }
}
