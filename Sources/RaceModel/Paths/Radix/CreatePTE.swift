package import Scheduler

/// `kvmppc_create_pte`: installs an entry unless the sequence count says that it may be out of
/// date.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvmppc_create_pte`, read at 6.1.192. Left out:
/// the unlocked pre-walk and the tables of the upper levels, which are always there in this model
/// (Docs/limits.md).
/// Knobs: `seq-check` (which halves of `mmu_invalidate_retry` are looked at, nested inserts only);
/// `or-path=replace` removes a present entry that differs, with its flush, and installs afresh.
package final class CreatePTE: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, checkCount, checkSeq, readEntry, replaceMapping, orEntry, clearEntry, tlbieEntry,
      storeEntry
    case insertRmap, unlockMmu, unlockToRetry

    package var function: String? { "kvmppc_create_pte" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// -EAGAIN was returned; the caller clears it.
    let mustRetry: Cell<Bool>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      mustRetry = layout.cell("\(name).eagain", bits: 1, role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let target: Target
  /// `pte`: what to install.
  private let pte: Cell<PTE>
  /// `mmu_seq`: the caller's sample.
  private let sample: Cell<UInt16>
  private let isShadow: Bool
  /// What a nested insert looks at; one into the host table looks at both halves.
  private let seqCheck: Knob.SeqCheck
  /// Whether a present entry that differs is OR-ed into.
  private let orsInto: Bool

  /// Which table is installed into.
  enum Target {
    /// `kvm->arch.pgtable`, at the page of the guest frame that `gpte` holds; no rmap.
    case host(gpte: Cell<PTE>, wantsLeaf: Cell<Bool>, replace: ReplaceMapping)
    /// `gp->shadow_pgtable` of the guest that a core runs, at an L2 page, with its rmap insert.
    case shadow(core: Int, l2Page: Int, insert: InsertNestRmap)
  }

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, into target: Target,
    pte: Cell<PTE>,
    sample: Cell<UInt16>
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.target, self.pte, self.sample) = (target, pte, sample)
    let knobs = kvm.knobs(for: CreatePTE.self)
    isShadow = if case .shadow = target { true } else { false }
    seqCheck = isShadow ? knobs.seqCheck : .both
    orsInto = !isShadow || knobs.orPath == .or
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:  // spin_lock
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = firstCheck
    case .checkCount:  // mmu_invalidate_retry: in progress?
      if state[kvm.notifier.count] != 0 {
        state[point] = .unlockToRetry
      } else {
        state[point] = seqCheck == .count ? .readEntry : .checkSeq
      }
    case .checkSeq:  // mmu_invalidate_retry: has the sequence moved?
      state[point] = state[kvm.notifier.seq] == state[sample] ? .readEntry : .unlockToRetry
    case .readEntry:  // is an entry there, and is it the same?
      if case .host(let gpte, let wantsLeaf, let replace) = target,
        let page = kvm.geometry.page(ofGFN: state[gpte].frame),
        replace.isNeeded(state, page: page, wantsLeaf: state[wantsLeaf])
      {
        state[point] = .replaceMapping
        break
      }
      let old = state[entry(state)]
      if !old.isPresent {
        state[point] = .storeEntry
      } else if old == state[pte] {
        state[point] = .unlockMmu
      } else {
        state[point] = orsInto ? .orEntry : .clearEntry
      }
    case .replaceMapping:  // another page size is in the way
      guard case .host(_, _, let replace) = target else { break }
      let outcome = replace.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .storeEntry
    case .orEntry:  // kvmppc_radix_update_pte adds the whole new entry: no rmap insert
      let entry = entry(state)
      state[entry] = state[entry].or(state[pte])
      state[point] = .unlockMmu
    case .clearEntry:  // or-path=replace: kvmppc_unmap_pte
      state[entry(state)] = .absent
      state[point] = .tlbieEntry
    case .tlbieEntry:
      if case .shadow(let core, let l2Page, _) = target {
        let object = radix.nested.objects[radix.nested.current(state, core: core)]
        radix.tlb.tlbie(state, lpid: object.shadowLPID, address: radix.nested.l2Pages[l2Page].n)
      }
      state[point] = .storeEntry
    case .storeEntry:  // kvmppc_radix_set_pte_at
      state[entry(state)] = state[pte]
      state[point] = isShadow ? .insertRmap : .unlockMmu
    case .insertRmap:  // kvmhv_insert_nest_rmap
      guard case .shadow(_, _, let insert) = target else { break }
      let outcome = insert.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .unlockMmu
    case .unlockMmu:  // success; spin_unlock
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .lockMmu
      return .completed
    case .unlockToRetry:  // -EAGAIN; spin_unlock
      kvm.locks.mmu.release(state, by: thread)
      state[cells.mustRetry] = true
      state[point] = .lockMmu
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch (target, state[point]) {
    case (.shadow(_, _, let insert), .insertRmap): return insert.location(in: state)
    case (.host(_, _, let replace), .replaceMapping): return replace.location(in: state)
    case (.shadow, _), (.host, _): break
    }
    return Location(label: state[point].label, function: state[point].function)
  }

  private var firstCheck: Point {
    switch seqCheck {
    case .both, .count: .checkCount
    case .seq: .checkSeq
    case .none: .readEntry
    }
  }

  private func entry<R>(_ state: StateView<R>) -> Cell<PTE> {
    switch target {
    case .shadow(let core, let l2Page, _):
      let object = radix.nested.current(state, core: core)
      radix.nested.touch(state, object)
      return radix.nested.shadow[radix.nested.shadowIndex(object, l2Page)]
    case .host(let gpte, let wantsLeaf, _):
      guard let page = kvm.geometry.page(ofGFN: state[gpte].frame) else {
        preconditionFailure("a host entry outside every slot")
      }
      radix.host.touch(state)
      if state[wantsLeaf], let leaf = radix.host.leaf(ofSlot: kvm.geometry.pages[page].slot) {
        return leaf
      }
      return radix.host.entries[page]
    }
  }
}
