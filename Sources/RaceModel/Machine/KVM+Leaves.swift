internal import Scheduler

// Large leaves: a slot that the VMM maps with one huge page can have one entry in the host table.
extension KVM {
  /// The page size of a large leaf, log2: 2 MiB; its pages are as many as its slot has.
  static let leafShift = 21

  /// Whether some slot can have a large leaf.
  var hasLeaves: Bool { leaves.count > 0 }

  /// The cell of a slot's large leaf; nil for a slot of base pages.
  @inline(__always) func leaf(ofSlot slot: Int) -> Cell<PTE>? { leafIndex[slot].map { leaves[$0] } }

  /// `find_kvm_secondary_pte`: the entry that maps a page now, and whether it is the large leaf.
  @inline(__always) func hostEntry<R>(_ state: StateView<R>, _ page: Int) -> (
    entry: Cell<PTE>, isLeaf: Bool
  ) {
    if let leaf = leaf(ofSlot: pages[page].slot), state[leaf].isPresent { return (leaf, true) }
    return (host[page], false)
  }

  /// How far a page lies behind the first of its slot.
  @inline(__always) func offset(_ page: Int) -> Int {
    pages[page].backing - firstBacking[pages[page].slot]
  }

  /// The first page of a page's slot, where a large leaf begins and its rmap entries are kept.
  @inline(__always) func leafStart(_ page: Int) -> Int { page - offset(page) }

  /// Whether `frame` lies in the mapping of `old`, as the kernel's mask compare finds it.
  @inline(__always) func covers(
    _ old: PTE, isLeaf: Bool, slot: Int, _ frame: Int
  ) -> Bool {
    isLeaf
      ? frame >= old.frame && frame < old.frame + machine.slots[slot].npages : frame == old.frame
  }

  /// Whether a fault that looked up `memslot` maps with a large leaf: not while the slot logs.
  @inline(__always) func wantsLeaf(_ memslot: MemslotRef) -> Bool {
    leafIndex[memslot.slot] != nil && !flags(memslot).contains(.logDirty)
  }
}
