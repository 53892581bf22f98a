package import Scheduler

/// A tlbie hypercall for a whole lpid (IS=2), or for all of them (IS=3).
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_emulate_priv_tlbie` and
/// `kvmhv_emulate_tlbie_all_lpid`, read at 6.1.192, where the iteration takes a reference on each
/// object. Knob `gp-ref=off` leaves it out, as kernels before that fix did.
package final class TlbieLPID: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case begin, getNested, flush, putNested, lockMmu, nextNested, unlockMmu, lastUnlockMmu
    case returnToL1

    package var function: String? {
      switch self {
      case .begin, .getNested, .flush, .putNested, .returnToL1: "kvmhv_emulate_priv_tlbie"
      case .lockMmu, .nextNested, .unlockMmu, .lastUnlockMmu: "kvmhv_emulate_tlbie_all_lpid"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let object: Cell<UInt8>
    /// IS=3: how many guests of the idr have been looked at.
    let position: Cell<UInt8>
    let get: Cell<GetNested.Point>
    let flush: FlushNested.Cells
    let put: PutNested.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      object = layout.cell("\(name).gp", bits: kvm.widths.object, role: role)
      position = layout.cell(
        "\(name).lpid", bits: Layout.bits(for: kvm.machine.guests.count), role: role)
      get = layout.cell("\(name).get", bits: GetNested.Point.bits, role: role)
      flush = FlushNested.Cells(
        &layout, "\(name).flush", thread, isAll: kvm.nestedUse.rereadsRoots)
      put = PutNested.Cells(&layout, "\(name).put", thread)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  /// The guest, or nil for all.
  private let guest: Int?
  private let ric: RIC
  private let get: GetNested
  private let flush: FlushNested
  private let put: PutNested
  private let takesReference: Bool

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, guest: Int?, ric: RIC)
  {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.guest, self.ric) = (guest, ric)
    takesReference = guest != nil || kvm.knobs(for: TlbieLPID.self).gpRef == .on
    get = GetNested(kvm, radix, thread, cells.get, guest: guest ?? 0, object: cells.object)
    flush = FlushNested(kvm, radix, thread, cells.flush, object: cells.object, ric: ric)
    put = PutNested(kvm, radix, thread, cells.put, object: cells.object)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .begin:  // IS=2 or IS=3
      if guest == nil { return lock(state) }
      state[point] = .getNested
      return self.step(state, choice: choice)
    case .getNested:
      let outcome = get.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = state[cells.object] == 0 ? .returnToL1 : .flush
    case .flush:  // kvmhv_emulate_tlbie_lpid
      let outcome = flush.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      if takesReference {
        state[point] = .putNested
      } else {
        state[cells.object] = 0
        state[point] = .lockMmu
      }
    case .putNested:  // kvmhv_put_nested
      let outcome = put.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = guest == nil ? .lockMmu : .returnToL1
    case .lockMmu: return lock(state)
    case .nextNested:  // idr_for_each_entry, with a reference
      nextNested(state)
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .flush
    case .lastUnlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .returnToL1
    case .returnToL1:  // H_SUCCESS
      // Translations are still there after RIC 1.
      for (index, page) in radix.nested.l2Pages.enumerated()
      where ric != .pwc && (guest == nil || page.guest == guest) {
        state[kvm.ghosts.coherent, index] = true
      }
      state[cells.position] = 0
      state[point] = .begin
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .begin where guest != nil, .getNested: get.location(in: state)
    case .begin: Location(label: Point.lockMmu.label, function: Point.lockMmu.function)
    case .flush: flush.location(in: state)
    case .putNested: put.location(in: state)
    case let point: Location(label: point.label, function: point.function)
    }
  }

  private func lock<R>(_ state: StateView<R>) -> Outcome {
    guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
    state[point] = .nextNested
    return .advanced
  }

  private func nextNested<R>(_ state: StateView<R>) {
    for guest in Int(state[cells.position])..<kvm.machine.guests.count {
      guard let gp = radix.nested.find(state, guest: guest) else { continue }
      radix.nested.touch(state, gp)
      if takesReference { state[radix.nested.refcnt, gp] += 1 }
      state[cells.object] = UInt8(truncatingIfNeeded: gp &+ 1)
      state[cells.position] = UInt8(truncatingIfNeeded: guest &+ 1)
      state[point] = .unlockMmu
      return
    }
    state[point] = .lastUnlockMmu
  }
}

extension TlbieLPID {
  package static let path = PathSpec(
    "tlbie-lpid", "H_TLB_INVALIDATE of a whole nested guest by L1",
    functions: ["kvmhv_emulate_tlbie_lpid", "kvmhv_flush_nested", "kvmhv_remove_nested"],
    arguments: [Argument.guest, Argument.ric], identity: .init("tlbieLPID"),
    use: { call, _, use in
      let guest = call[Argument.guest]
      if call[Argument.ric] == .all { use.nested.invalidateRoots(ofGuests: guest..<(guest + 1)) }
    },
    radix: { call, radix, site in
      TlbieLPID(
        site.kvm, radix, site.thread, site.cells("tlbie-lpid", Cells.init),
        guest: call[Argument.guest], ric: call[Argument.ric])
    })

  package static let allPath = PathSpec(
    "tlbie-all", "H_TLB_INVALIDATE of every nested guest by L1",
    functions: ["kvmhv_emulate_tlbie_all_lpid", "kvmhv_flush_nested", "kvmhv_remove_nested"],
    arguments: [Argument.ric], identity: .init("tlbieAll"),
    use: { call, machine, use in
      use.walksGuests = true
      if call[Argument.ric] == .all {
        use.nested.invalidateRoots(ofGuests: 0..<machine.guests.count)
      }
    },
    radix: { call, radix, site in
      TlbieLPID(
        site.kvm, radix, site.thread, site.cells("tlbie-lpid", Cells.init), guest: nil,
        ric: call[Argument.ric])
    })
}
