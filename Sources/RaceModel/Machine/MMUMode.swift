package import Scheduler

/// Which kind of page table the guest has, and how its vCPUs and a switch to the other kind keep
/// out of each other's way.
///
/// A vCPU in KVM_RUN counts itself first and then asks whether the MMU is ready; the switch says
/// first that it is not, and then asks whether any vCPU runs.
package struct MMUMode: Sendable {
  /// `kvm->arch.radix`.
  package let isRadix: Cell<Bool>
  /// `kvm->arch.mmu_ready`, turned round so that it starts as 0.
  package let isUnready: Cell<Bool>
  /// `kvm->arch.vcpus_running`.
  package let vcpusRunning: Cell<UInt8>
  /// Whether some path switches: only then are there the last two, and is ``isRadix`` asked for in
  /// a step of its own.
  package let canChange: Bool

  init(
    isRadix: Cell<Bool>, _ plan: MachinePlan, in layout: inout Layout
  ) {
    let (machine, use) = (plan.machine, plan.use)
    self.isRadix = isRadix
    canChange = use.switchesMMU
    isUnready = layout.cell(
      "mmu_ready", bits: canChange ? 1 : 0, initial: false, print: { $0 ? "0" : "1" })
    // A vCPU that has something of L2 to run is inside KVM_RUN, and inside H_ENTER_NESTED.
    let inside = machine.vcpus.indices.count {
      machine.vcpus[$0].startsNested && use.runningCores.contains($0)
    }
    // With a hashed table all are inside until they are stopped.
    let (largest, first) =
      machine.table == .hashed
      ? (machine.vcpus.count, machine.vcpus.count)
      : canChange ? (machine.vcpus.count + use.threadNames.count, inside) : (0, 0)
    vcpusRunning = layout.cell(
      "vcpus_running", bits: largest == 0 ? 0 : Layout.bits(for: largest), initial: UInt8(first))
  }
}

extension KVM {
  /// What the functions for a hashed table do with a page of a guest that was radix a moment ago:
  /// its rmap word is taken by its lock bit, has no chain, and is let go.
  func findNoChain<R>(_ state: StateView<R>, backing: Int) {
    guard case .radix(let radix) = tables else { return }
    memslots.touchRmap(state, backing: backing)
    state.require(
      state[radix.rmap.heads, backing].isEmpty,
      saying: "rmap[\(geometry.backingGFNs[backing].hex)] of a guest with a hashed table has an"
        + " entry of a radix table")
  }
}
