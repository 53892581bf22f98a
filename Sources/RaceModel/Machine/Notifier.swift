package import Scheduler

/// The counters by which MMU notifiers tell faults that what they have read may be out of date.
package struct Notifier: Sendable {
  /// `kvm->mmu_notifier_seq`; `mmu_invalidate_seq` since 6.0.
  package let seq: Cell<UInt16>
  /// `kvm->mmu_notifier_count`; `mmu_invalidate_in_progress` since 6.0.
  package let count: Cell<UInt8>
  /// `kvm->mn_active_invalidate_count`.
  package let active: Cell<UInt8>

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let use = plan.use
    seq = layout.cell("mmu_seq", bits: plan.widths.seq, initial: 0)
    // Without count-down each notifier that ever ran counts, and each bumps the sequence once.
    let count = plan.countsDown ? use.notifiers : max(use.notifiers, use.bumps)
    self.count = layout.cell("mmu_count", bits: Layout.bits(for: count), initial: 0)
    active = layout.cell("mn_active", bits: Layout.bits(for: use.notifiers), initial: 0)
  }
}
