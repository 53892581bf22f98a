package import Scheduler

/// Which slots' memory the VMM still maps with one huge page.
///
/// A slot that is `huge` starts out so. When one base page gets another frame, or none, Linux
/// splits the huge page first, and nothing here makes it one again.
package struct HugePages: Sendable {
  /// Whether the huge page has been split, by place in ``index``.
  ///
  /// No bit where no page of such a slot gets another frame.
  package let isSplit: CellRow<Bool>
  /// By slot: its place in ``isSplit``, if the VMM maps it with one huge page at the start.
  package let index: [Int?]

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let (slots, changed) = (plan.machine.slots, plan.use.changedSlots)
    let huge = slots.indices.filter { slots[$0].isHuge }
    index = slots.indices.map { huge.firstIndex(of: $0) }
    isSplit = layout.row(
      "vmm-pmd", huge.map { slots[$0].baseGFN.hex },
      bits: huge.contains(where: changed.contains) ? 1 : 0, initial: huge.map { _ in false },
      print: { $0 ? "base pages" : "huge" })
  }

  /// Whether the Linux entry of a slot's memory maps all of it: the `shift` that
  /// `find_kvm_host_pte` returns.
  @inline(__always) func isHuge<R>(_ state: StateView<R>, slot: Int) -> Bool {
    index[slot].map { !state[isSplit, $0] } ?? false
  }

  /// `__split_huge_pmd`: from here on the slot's memory is mapped by base pages.
  @inline(__always) func split<R>(_ state: StateView<R>, slot: Int) {
    if let place = index[slot] { state[isSplit, place] = true }
  }
}
