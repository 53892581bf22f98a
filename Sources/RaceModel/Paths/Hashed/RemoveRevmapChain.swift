package import Scheduler

/// `remove_revmap_chain`: takes an entry off its page's chain and hands its R and C on.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_rm_mmu.c, `remove_revmap_chain` and `revmap_for_hpte`, read
/// at 6.1.192. The caller holds the entry's lock. The slot is looked up by the frame that the
/// guest's view names, among the slots that are visible now. The entry's own links stay as they
/// are. Knobs: `invalid-check=on` turns back at an INVALID slot, as it did before the patch of
/// August 2012; `rmap-dirty=rmap` keeps C in the rmap word only, as it did before 4.15.
package final class RemoveRevmapChain: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case findMemslot, readMemslot, lockRmap, unlinkNext, unlinkPrev, storeRmap, setBitmap,
      unlockRmap

    package var function: String? {
      switch self {
      case .findMemslot, .readMemslot: "revmap_for_hpte"
      case .lockRmap, .unlinkNext, .unlinkPrev, .storeRmap, .setBitmap, .unlockRmap:
        "remove_revmap_chain"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let memslot: Cell<MemslotRef>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  private let index: Int
  /// The R and C that the caller read from the entry, as a second doubleword.
  private let rcbits: Cell<HPTESecond>
  /// invalid-check=on: turns back at an INVALID slot.
  private let checksInvalid: Bool
  private let rmapDirty: Knob.RmapDirty

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, index: Int,
    rcbits: Cell<HPTESecond>
  ) {
    (self.kvm, self.hpt, self.thread, self.cells) = (kvm, hpt, thread, cells)
    (self.index, self.rcbits) = (index, rcbits)
    let knobs = kvm.knobs(for: RemoveRevmapChain.self)
    (checksInvalid, rmapDirty) = (knobs.invalidCheck == .on, knobs.rmapDirty)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gfn = state[hpt.guestRPTE, index].frame
    let bits = state[rcbits].referenceAndChange
    if state[point] == .findMemslot {  // rev->guest_rpte gets R and C; __gfn_to_memslot
      state[hpt.guestRPTE, index] = state[hpt.guestRPTE, index].setting(bits)
      let memslot = kvm.memslots.find(state, gfn: gfn)
      let isRefused =
        memslot != .null && checksInvalid && kvm.memslots.flags(memslot).contains(.invalid)
      if memslot == .null || isRefused { return .completed }
      state[cells.memslot] = memslot
      state[point] = .readMemslot
      return .advanced
    }
    let memslot = state[cells.memslot]
    if state[point] == .readMemslot {  // memslot->arch.rmap, memslot->base_gfn
      kvm.memslots.touch(state, memslot)
      state[point] = .lockRmap
      return .advanced
    }
    let backing = kvm.memslots.backing(memslot, gfn: gfn)
    kvm.memslots.touchRmap(state, backing: backing)
    let rmap = hpt.rmap[backing]
    let (forw, back) = (hpt.next(state, index), Int(state[hpt.back, index]))
    switch state[point] {
    case .findMemslot, .readMemslot: break
    case .lockRmap:  // lock_rmap
      guard hpt.rmapLocks[backing].acquire(state, by: thread) else { return .blocked }
      state[point] = .unlinkNext
    case .unlinkNext:  // next->back
      hpt.set(state, back: forw, to: back)
      state[point] = .unlinkPrev
    case .unlinkPrev:  // prev->forw
      hpt.set(state, forw: back, to: forw)
      state[point] = .storeRmap
    case .storeRmap:  // the head moves on, or the chain is empty; R and C are saved
      var word = state[rmap]
      if word.head == index { word = word.heading(forw == index ? nil : forw) }
      state[rmap] = word.saving(word.saved.union(bits))
      if rmapDirty == .bitmap, bits.contains(.changed) {
        state[point] = .setBitmap
      } else {
        hpt.handOn(state, bits, of: index)
        state[point] = .unlockRmap
      }
    case .setBitmap:  // kvmppc_update_dirty_map
      kvm.memslots.updateDirtyMap(state, memslot, backing)
      hpt.handOn(state, bits, of: index)
      state[point] = .unlockRmap
    case .unlockRmap:  // unlock_rmap
      hpt.rmapLocks[backing].release(state, by: thread)
      state[cells.memslot] = .null
      state[point] = .findMemslot
      return .completed
    }
    return .advanced
  }
}
