internal import Scheduler

// Where it stands that a page was stored to: in the dirty bitmap, in C, or still in a core.
extension KVM {
  /// Whether the next harvest will report a page, or the one behind the next flush.
  func willReportDirty<R>(_ state: StateView<R>, backing: Int) -> Bool {
    isMarkedDirty(state, backing: backing) || owesC(state, backing: backing, ifValid: true)
  }

  /// Whether a harvest that begins now has to report a page that was stored to.
  ///
  /// While a vCPU of a guest with a hashed table runs, C may still have to be written: a harvest
  /// that cannot see it leaves it to one to come (`kvm_test_clear_dirty_npages`).
  func isDirtyVisible<R>(_ state: StateView<R>, backing: Int) -> Bool {
    guard case .hashed(let hpt) = tables, state[hpt.vcpusRunning] != 0 else { return true }
    // A hypercall that has made the entry invalid writes C with its flush.
    return isMarkedDirty(state, backing: backing)
      || !owesC(state, backing: backing, ifValid: false)
  }

  /// Whether no harvest would ever report a page.
  ///
  /// A path that moves C into the dirty bitmap has it in its hands for some steps, under a lock:
  /// nothing is lost then.
  func hasLostDirty<R>(_ state: StateView<R>, backing: Int) -> Bool {
    if willReportDirty(state, backing: backing) || !locks.mmu.isFree(state) { return false }
    guard case .hashed(let hpt) = tables else { return true }
    return (hpt.hpteLocks + hpt.rmapLocks).allSatisfy { $0.isFree(state) }
  }

  /// Whether memory says of a page that it was stored to.
  private func isMarkedDirty<R>(_ state: StateView<R>, backing: Int) -> Bool {
    if state[memslots.bitmap, backing] { return true }
    switch tables {
    case .radix(let radix):
      // C that a slot which was moved has left at its old place is never looked at.
      let memslot = memslots.find(state, slot: geometry.pages[backing].slot)
      guard memslot != .null,
        let page = geometry.page(ofGFN: memslots.gfn(memslot, backing: backing))
      else { return false }
      return state[radix.host.entry(state, page).entry].has([.present, .changed])
    case .hashed(let hpt):
      if hpt.readsSavedC, state[hpt.rmap, backing].saved.contains(.changed) { return true }
      return hpt.walk(state, backing) { index in
        state[hpt.first, index].contains(.valid) && state[hpt.second, index].has(.changed)
      }
    }
  }

  /// Whether a core has yet to write C of an entry of a page, or with `ifValid` of a VALID one: a
  /// hashed table only.
  private func owesC<R>(_ state: StateView<R>, backing: Int, ifValid: Bool) -> Bool {
    guard case .hashed(let hpt) = tables else { return false }
    return hpt.walk(state, backing) { index in
      (!ifValid || state[hpt.first, index].contains(.valid))
        && hpt.tlbSlots.indices.contains {
          hpt.tlbSlots[$0].index == index && state[hpt.tlb, $0].owesC
        }
    }
  }
}
