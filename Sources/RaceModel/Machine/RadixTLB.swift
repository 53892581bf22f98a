package import Scheduler

/// What the cores have cached of the radix tables.
package struct RadixTLB: Sendable {
  /// Cached translations, by place in ``slots``.
  package let entries: CellRow<PTE>
  package let slots: [Slot]

  /// The place that a translation can take in a core's TLB: what it is tagged with.
  package struct Slot: Hashable, Sendable {
    package let core: Int
    /// A hardware LPID.
    package let lpid: Int
    /// A page number of that LPID's address space.
    package let address: Int
    /// log2 of the page size in bytes.
    package let shift: Int
    package let target: Target

    /// The page it caches, for L2 with the object whose shadow table it comes from.
    package enum Target: Hashable, Sendable {
      case l1(Int)
      /// The large leaf of a slot.
      case l1Leaf(slot: Int)
      case l2(Int, object: Int)
    }
  }

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let (machine, shape) = (plan.machine, plan.shape)
    slots = Self.slots(of: plan)
    let described = machine.guests.flatMap(\.pages)
    entries = layout.row(
      "tlb", slots.map { "\(machine.vcpus[$0.core].name),\($0.lpid):\($0.address.hex)" },
      bits: plan.widths.hostPTE,
      initial: slots.map { slot in
        guard case .l2(let l2Page, let object) = slot.target, shape.objects[object].instance == 0
        else { return .absent }
        let page = l2Page - shape.objects[object].firstPage
        return machine.vcpus[slot.core].tlb.first { $0.page == page }.map {
          PTE($0.bits, frame: machine.frame(of: described[l2Page]))
        } ?? .absent
      })
  }

  /// A place for each translation that some core can have: its guest's L2 pages, and the L1 pages
  /// that it accesses.
  private static func slots(of plan: MachinePlan) -> [Slot] {
    let (machine, use, pages) = (plan.machine, plan.use, plan.geometry.pages)
    let (l2Pages, objects) = (plan.shape.l2Pages, plan.shape.objects)
    return machine.vcpus.enumerated().flatMap { core, vcpu in
      let l2 = objects.indices.filter { objects[$0].guest == vcpu.guest }.flatMap { object in
        l2Pages.indices.filter { l2Pages[$0].guest == vcpu.guest }.map { index in
          Slot(
            core: core, lpid: objects[object].shadowLPID, address: l2Pages[index].n,
            shift: KVM.pageShift, target: .l2(index, object: object))
        }
      }
      let l1 = pages.indices.filter { page in
        use.l1Accesses.contains { $0.core == core && $0.page == page }
      }.map { page in
        Slot(
          core: core, lpid: machine.lpid, address: pages[page].gfn, shift: KVM.pageShift,
          target: .l1(page))
      }
      let slots = Set(use.l1Accesses.filter { $0.core == core }.map { pages[$0.page].slot })
      let leaves = machine.slots.indices.filter { machine.slots[$0].isHuge && slots.contains($0) }
        .map { slot in
          Slot(
            core: core, lpid: machine.lpid, address: machine.slots[slot].baseGFN,
            shift: HostTable.leafShift, target: .l1Leaf(slot: slot))
        }
      return l2 + l1 + leaves
    }
  }

  /// The place of a translation in a core's TLB.
  func slot(core: Int, _ target: Slot.Target) -> Int {
    guard let slot = slots.firstIndex(where: { $0.core == core && $0.target == target }) else {
      preconditionFailure("core \(core) has no place for \(target)")
    }
    return slot
  }

  /// `kvmppc_radix_tlbie_page`: drops what any core has cached for one page of one LPID.
  ///
  /// Entries of another page size stay.
  @inline(__always) package func tlbie<R>(
    _ state: StateView<R>, lpid: Int, address: Int, shift: Int = KVM.pageShift
  ) {
    for (index, slot) in slots.enumerated()
    where slot.lpid == lpid && slot.address == address && slot.shift == shift {
      state[entries, index] = .absent
    }
  }

  /// A flush of all LPIDs of the guest, such as `kvm_flush_remote_tlbs` is elsewhere.
  func flushAll<R>(_ state: StateView<R>) {
    for index in slots.indices { state[entries, index] = .absent }
  }

  /// `kvmhv_flush_lpid`: drops everything that any core has cached for one LPID.
  @inline(__always) package func flush<R>(_ state: StateView<R>, lpid: Int) {
    for (index, slot) in slots.enumerated() where slot.lpid == lpid {
      state[entries, index] = .absent
    }
  }
}
