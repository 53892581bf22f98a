internal import Scheduler

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
