internal import Scheduler

/// Makes the machines of path calls, one set of local cells for each thread and kind of path.
///
/// Calls of one thread never overlap and leave their cells cleared, so they share them.
struct PathBuilder {
  /// The cells of one thread, each made when a call first needs it.
  struct Cells {
    var access: Cell<GuestAccess.Point>?
    var nestedFault: NestedPageFault.Cells?
    var l1Fault: L1PageFault.Cells?
    var dirtyLog: GetDirtyLog.Cells?
    var age: AgeGFN.Cells?
    var invalidate: InvalidateRange.Cells?
    var evict: Cell<EvictTLB.Point>?
    var setMemslot: SetMemslot.Cells?
    var switchToHPT: Cell<SwitchToHPT.Point>?
    var enter: EnterNested.Cells?
    var exit: ExitNested.Cells?
    var tlbiePage: TlbiePage.Cells?
    var tlbieLPID: TlbieLPID.Cells?
    var copy: CopyToFromGuest.Cells?
    var write: Cell<L1Write.Point>?
    var hptAccess: Cell<HPTAccess.Point>?
    var hptFault: HPTPageFault.Cells?
    var hEnter: HEnter.Cells?
    var hRemove: HRemove.Cells?
    var hProtect: Cell<HProtect.Point>?
    var stop: Cell<StopVCPU.Point>?
    var machines: [PathCall: any StepMachine] = [:]
  }

  let kvm: KVM
  private var radix: RadixTables {
    guard case .radix(let radix) = kvm.tables else {
      preconditionFailure("a guest with a hashed table does not run this path")
    }
    return radix
  }
  private var cells: [ThreadID: Cells] = [:]

  init(_ kvm: KVM) { self.kvm = kvm }

  /// The cells of every path made so far, by thread: where properties look.
  var faults: [NestedPageFault.Cells] { inOrder(\.nestedFault) }
  var l1Faults: [L1PageFault.Cells] { inOrder(\.l1Fault) }
  var harvests: [GetDirtyLog.Cells] { inOrder(\.dirtyLog) }
  var agings: [AgeGFN.Cells] { inOrder(\.age) }
  var unmaps: [UnmapPTE.Cells] {
    notifiers.compactMap(\.unmap.radix?.1) + slotUpdates.compactMap(\.flush.radix?.1.unmap)
  }
  var notifiers: [InvalidateRange.Cells] { inOrder(\.invalidate) }
  var slotUpdates: [SetMemslot.Cells] { inOrder(\.setMemslot) }
  var hptFaults: [HPTPageFault.Cells] { inOrder(\.hptFault) }
  var enters: [HEnter.Cells] { inOrder(\.hEnter) }
  var removes: [HRemove.Cells] { inOrder(\.hRemove) }

  private func inOrder<T>(_ path: KeyPath<Cells, T?>) -> [T] {
    cells.keys.sorted().compactMap { cells[$0]?[keyPath: path] }
  }

  /// The machines that `thread` runs for `call`; equal calls share one.
  mutating func machines(
    for call: PathCall, on thread: ThreadID, named name: String, in layout: inout Layout
  ) -> [any StepMachine] {
    var own = cells[thread] ?? Cells()
    let machine =
      own.machines[call] ?? make(call, on: thread, named: name, with: &own, in: &layout)
    own.machines[call] = machine
    cells[thread] = own
    if case .evictTLB(_, let times) = call { return Array(repeating: machine, count: times) }
    return [machine]
  }

  private func make(
    _ call: PathCall, on thread: ThreadID, named name: String, with own: inout Cells,
    in layout: inout Layout
  ) -> any StepMachine {
    switch call {
    case .l2Load(let core, let page):
      return l2Access(.load, core, page, thread, name, &own, &layout)
    case .l2Store(let core, let page):
      return l2Access(.store, core, page, thread, name, &own, &layout)
    case .l1Load(let core, let gfn):
      return l1Access(.load, core, gfn, thread, name, &own, &layout)
    case .l1Store(let core, let gfn):
      return l1Access(.store, core, gfn, thread, name, &own, &layout)
    case .getDirtyLog(let slot):
      let cells = keep(&own.dirtyLog) {
        GetDirtyLog.Cells(&layout, "\(name).dirty-log", thread, kvm)
      }
      return GetDirtyLog(kvm, thread, cells, slot: slot)
    case .ageGFN(let gfn):
      let cells = keep(&own.age) { AgeGFN.Cells(&layout, "\(name).age", thread, kvm) }
      return AgeGFN(kvm, radix, thread, cells, page: kvm.page(at: gfn))
    case .invalidateRange(let gfn, let rpn):
      let cells = keep(&own.invalidate) {
        InvalidateRange.Cells(&layout, "\(name).notifier", thread, kvm)
      }
      return InvalidateRange(
        kvm, thread, cells, backing: kvm.geometry.pages[kvm.page(at: gfn)].backing, newFrame: rpn)
    case .enterNested(let core):
      let cells = keep(&own.enter) { EnterNested.Cells(&layout, "\(name).enter", thread, kvm) }
      return EnterNested(kvm, radix, thread, cells, core: core)
    case .exitNested(let core):
      let cells = keep(&own.exit) { ExitNested.Cells(&layout, "\(name).exit", thread, kvm) }
      return ExitNested(kvm, radix, thread, cells, core: core)
    case .tlbiePage(let guest, let page):
      let cells = keep(&own.tlbiePage) {
        TlbiePage.Cells(&layout, "\(name).tlbie-page", thread, kvm)
      }
      return TlbiePage(kvm, radix, thread, cells, l2Page: kvm.l2Page(guest, page))
    case .tlbieLPID(let guest, let ric):
      return tlbie(guest, ric, thread, name, &own, &layout)
    case .tlbieAll(let ric):
      return tlbie(nil, ric, thread, name, &own, &layout)
    case .copyFromGuest(let core, let page):
      return copy(.load, core, page, thread, name, &own, &layout)
    case .copyToGuest(let core, let page):
      return copy(.store, core, page, thread, name, &own, &layout)
    case .l1SetGpte(let guest, let page, let entry):
      let pte = entry.map { PTE($0.bits, frame: $0.gfn) } ?? .absent
      return write(.gpte(l2Page: kvm.l2Page(guest, page), pte), thread, name, &own, &layout)
    case .l1SetPartition(let guest, let isSet):
      return write(.partition(guest: guest, isSet: isSet), thread, name, &own, &layout)
    case .setMemslot(let slot, let update):
      let cells = keep(&own.setMemslot) {
        SetMemslot.Cells(&layout, "\(name).memslot", thread, kvm)
      }
      return SetMemslot(kvm, thread, cells, slot: slot, update)
    case .switchToHPT:
      let point = keep(&own.switchToHPT) {
        layout.cell("\(name).configure", bits: SwitchToHPT.Point.bits, role: .local(thread))
      }
      return SwitchToHPT(kvm, radix, thread, point)
    case .hptLoad, .hptStore, .hEnter, .hRemove, .hProtect, .stopVCPU:
      guard case .hashed(let hpt) = kvm.tables else {
        preconditionFailure("a radix guest cannot run \(call)")
      }
      return make(call, hpt, thread, name, &own, &layout)
    case .flushTLB(let core): return evict(core, .allEntries, thread, name, &own, &layout)
    case .evictTLB(let core, _): return evict(core, .anyEntry, thread, name, &own, &layout)
    }
  }

  private func l2Access(
    _ access: Access, _ core: Int, _ page: Int, _ thread: ThreadID, _ name: String,
    _ own: inout Cells, _ layout: inout Layout
  ) -> GuestAccess {
    let point = accessPoint(thread, name, &own, &layout)
    let cells = keep(&own.nestedFault) {
      NestedPageFault.Cells(&layout, "\(name).nested-fault", thread, kvm)
    }
    let l2Page = kvm.l2Page(kvm.machine.vcpus[core].guest, page)
    let fault = NestedPageFault(
      kvm, radix, thread, cells, core: core, l2Page: l2Page, access: access)
    return GuestAccess(
      kvm, radix, point, core: core, target: .l2(page: l2Page, fault, cells), access: access)
  }

  private func l1Access(
    _ access: Access, _ core: Int, _ gfn: Int, _ thread: ThreadID, _ name: String,
    _ own: inout Cells, _ layout: inout Layout
  ) -> GuestAccess {
    let point = accessPoint(thread, name, &own, &layout)
    let cells = keep(&own.l1Fault) {
      L1PageFault.Cells(&layout, "\(name).l1-fault", thread, kvm)
    }
    let page = kvm.page(at: gfn)
    let fault = L1PageFault(kvm, radix, thread, cells, page: page, access: access)
    return GuestAccess(
      kvm, radix, point, core: core, target: .l1(page: page, fault, cells), access: access)
  }

  private func evict(
    _ core: Int, _ extent: EvictTLB.Extent, _ thread: ThreadID, _ name: String,
    _ own: inout Cells, _ layout: inout Layout
  ) -> EvictTLB {
    let point = keep(&own.evict) {
      layout.cell("\(name).evict", bits: EvictTLB.Point.bits, role: .local(thread))
    }
    return EvictTLB(kvm, radix, point, core: core, extent)
  }

  private func tlbie(
    _ guest: Int?, _ ric: RIC, _ thread: ThreadID, _ name: String, _ own: inout Cells,
    _ layout: inout Layout
  ) -> TlbieLPID {
    let cells = keep(&own.tlbieLPID) {
      TlbieLPID.Cells(&layout, "\(name).tlbie-lpid", thread, kvm)
    }
    return TlbieLPID(kvm, radix, thread, cells, guest: guest, ric: ric)
  }

  private func copy(
    _ access: Access, _ core: Int, _ page: Int, _ thread: ThreadID, _ name: String,
    _ own: inout Cells, _ layout: inout Layout
  ) -> CopyToFromGuest {
    let cells = keep(&own.copy) { CopyToFromGuest.Cells(&layout, "\(name).copy", thread, kvm) }
    let l2Page = kvm.l2Page(kvm.machine.vcpus[core].guest, page)
    return CopyToFromGuest(kvm, radix, thread, cells, core: core, l2Page: l2Page, access: access)
  }

  private func write(
    _ target: L1Write.Target, _ thread: ThreadID, _ name: String, _ own: inout Cells,
    _ layout: inout Layout
  ) -> L1Write {
    let point = keep(&own.write) {
      layout.cell("\(name).l1-write", bits: L1Write.Point.bits, role: .local(thread))
    }
    return L1Write(kvm, radix, point, target)
  }

  private func accessPoint(
    _ thread: ThreadID, _ name: String, _ own: inout Cells, _ layout: inout Layout
  ) -> Cell<GuestAccess.Point> {
    keep(&own.access) {
      layout.cell("\(name).access", bits: GuestAccess.Point.bits, role: .local(thread))
    }
  }

  func keep<T>(_ kept: inout T?, _ make: () -> T) -> T {
    if let kept { return kept }
    let made = make()
    kept = made
    return made
  }
}

extension KVM {
  /// An L2 page's number over all guests.
  fileprivate func l2Page(_ guest: Int, _ page: Int) -> Int {
    guard case .radix(let radix) = tables else {
      preconditionFailure("a hashed guest has no nested guests")
    }
    return radix.nested.l2Page(page, ofGuest: guest)
  }

  /// The page at a guest frame that the scenario reader has checked.
  fileprivate func page(at gfn: Int) -> Int {
    guard let page = geometry.page(ofGFN: gfn) else {
      preconditionFailure("no page at gfn \(gfn.hex)")
    }
    return page
  }
}

// The machines of a guest with a hashed table.
extension PathBuilder {
  func make(
    _ call: PathCall, _ hpt: HPT, _ thread: ThreadID, _ name: String, _ own: inout Cells,
    _ layout: inout Layout
  ) -> any StepMachine {
    let role = Layout.Role.local(thread)
    switch call {
    case .hptLoad(let core, let index):
      return access(.load, core, index, hpt, thread, name, &own, &layout)
    case .hptStore(let core, let index):
      return access(.store, core, index, hpt, thread, name, &own, &layout)
    case .hEnter(_, let index, let gfn, let bits):
      let cells = keep(&own.hEnter) {
        HEnter.Cells(&layout, "\(name).h-enter", thread, kvm, hpt)
      }
      return HEnter(
        kvm, hpt, thread, cells, index: index, guest: HPTESecond(bits, frame: gfn))
    case .hRemove(_, let index):
      let cells = keep(&own.hRemove) {
        HRemove.Cells(&layout, "\(name).h-remove", thread, kvm, hpt)
      }
      return HRemove(kvm, hpt, thread, cells, index: index)
    case .hProtect(_, let index, let mayWrite):
      let point = keep(&own.hProtect) {
        layout.cell("\(name).h-protect", bits: HProtect.Point.bits, role: role)
      }
      return HProtect(kvm, hpt, thread, point, index: index, mayWrite: mayWrite)
    case .stopVCPU:
      let point = keep(&own.stop) {
        layout.cell("\(name).stop", bits: StopVCPU.Point.bits, role: role)
      }
      return StopVCPU(hpt, point)
    case .l2Load, .l2Store, .l1Load, .l1Store, .getDirtyLog, .ageGFN, .invalidateRange,
      .enterNested, .exitNested, .tlbiePage, .tlbieLPID, .tlbieAll, .copyFromGuest, .copyToGuest,
      .l1SetGpte, .l1SetPartition, .setMemslot, .switchToHPT, .flushTLB, .evictTLB:
      preconditionFailure("\(call) is no path of a hashed table alone")
    }
  }

  private func access(
    _ access: Access, _ core: Int, _ index: Int, _ hpt: HPT, _ thread: ThreadID, _ name: String,
    _ own: inout Cells, _ layout: inout Layout
  ) -> HPTAccess {
    let point = keep(&own.hptAccess) {
      layout.cell("\(name).hpt-access", bits: HPTAccess.Point.bits, role: .local(thread))
    }
    let cells = keep(&own.hptFault) {
      HPTPageFault.Cells(&layout, "\(name).hpt-fault", thread, kvm, hpt)
    }
    let fault = HPTPageFault(kvm, hpt, thread, cells, index: index, access: access)
    return HPTAccess(kvm, hpt, point, core: core, index: index, access: access, fault, cells)
  }
}
