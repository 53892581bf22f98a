import RaceModel

// Calls of paths as tests write them: vCPUs, guests, slots and pages are indices.
extension PathCall {
  static func l2Load(vcpu: Int, page: Int) -> PathCall {
    PathCall(GuestAccess.l2Load, Argument.vcpu(vcpu), Argument.page(page))
  }

  static func l2Store(vcpu: Int, page: Int) -> PathCall {
    PathCall(GuestAccess.l2Store, Argument.vcpu(vcpu), Argument.page(page))
  }

  static func l1Load(vcpu: Int, gfn: Int) -> PathCall {
    PathCall(GuestAccess.l1Load, Argument.vcpu(vcpu), Argument.gfn(gfn))
  }

  static func l1Store(vcpu: Int, gfn: Int) -> PathCall {
    PathCall(GuestAccess.l1Store, Argument.vcpu(vcpu), Argument.gfn(gfn))
  }

  static func getDirtyLog(slot: Int) -> PathCall {
    PathCall(GetDirtyLog.path, Argument.slot(slot))
  }

  static func ageGFN(gfn: Int) -> PathCall { PathCall(AgeGFN.path, Argument.gfn(gfn)) }

  static func invalidateRange(gfn: Int, rpn: Int) -> PathCall {
    PathCall(InvalidateRange.path, Argument.gfn(gfn), Argument.rpn(rpn))
  }

  static func invalidateSlot(slot: Int) -> PathCall {
    PathCall(InvalidateRange.slotPath, Argument.slot(slot))
  }

  static func enterNested(vcpu: Int) -> PathCall {
    PathCall(EnterNested.path, Argument.vcpu(vcpu))
  }

  static func exitNested(vcpu: Int) -> PathCall { PathCall(ExitNested.path, Argument.vcpu(vcpu)) }

  static func tlbiePage(guest: Int, page: Int) -> PathCall {
    PathCall(TlbiePage.path, Argument.guest(guest), Argument.pageOfGuest(page))
  }

  static func tlbieLPID(guest: Int, ric: RIC) -> PathCall {
    PathCall(TlbieLPID.path, Argument.guest(guest), Argument.ric(ric))
  }

  static func tlbieAll(ric: RIC) -> PathCall { PathCall(TlbieLPID.allPath, Argument.ric(ric)) }

  static func copyFromGuest(vcpu: Int, page: Int) -> PathCall {
    PathCall(CopyToFromGuest.load, Argument.vcpu(vcpu), Argument.page(page))
  }

  static func copyToGuest(vcpu: Int, page: Int) -> PathCall {
    PathCall(CopyToFromGuest.store, Argument.vcpu(vcpu), Argument.page(page))
  }

  static func l1SetGpte(guest: Int, page: Int, _ entry: Scenario.L1Entry?) -> PathCall {
    PathCall(
      L1Write.setGpte, Argument.guest(guest), Argument.pageOfGuest(page), Argument.gpte(entry))
  }

  static func l1SetPartition(guest: Int, isSet: Bool) -> PathCall {
    PathCall(L1Write.setPartition, Argument.guest(guest), Argument.root(isSet))
  }

  static func setMemslot(slot: Int, _ update: SlotUpdate) -> PathCall {
    let slot = Argument.slot(slot)
    return switch update {
    case .delete: PathCall(SetMemslot.delete, slot)
    case .move(let base): PathCall(SetMemslot.move, slot, Argument.base(base))
    case .setLogging(true): PathCall(SetMemslot.startLogging, slot)
    case .setLogging(false): PathCall(SetMemslot.stopLogging, slot)
    }
  }

  static var switchToHPT: PathCall { PathCall(SwitchToHPT.path) }

  static func hptLoad(vcpu: Int, index: Int) -> PathCall {
    PathCall(HPTAccess.load, Argument.vcpu(vcpu), Argument.index(index))
  }

  static func hptStore(vcpu: Int, index: Int) -> PathCall {
    PathCall(HPTAccess.store, Argument.vcpu(vcpu), Argument.index(index))
  }

  static func hEnter(vcpu: Int, index: Int, gfn: Int, bits: Scenario.EntryBits) -> PathCall {
    PathCall(
      HEnter.path, Argument.vcpu(vcpu), Argument.index(index), Argument.anyGFN(gfn),
      Argument.bits(bits))
  }

  static func hRemove(vcpu: Int, index: Int) -> PathCall {
    PathCall(HRemove.path, Argument.vcpu(vcpu), Argument.index(index))
  }

  static func hProtect(vcpu: Int, index: Int, mayWrite: Bool) -> PathCall {
    PathCall(
      HProtect.path, Argument.vcpu(vcpu), Argument.index(index), Argument.protection(mayWrite))
  }

  static func stopVCPU(vcpu: Int) -> PathCall { PathCall(StopVCPU.path, Argument.vcpu(vcpu)) }

  static func flushTLB(vcpu: Int) -> PathCall { PathCall(EvictTLB.all, Argument.core(vcpu)) }

  static func evictTLB(vcpu: Int, times: Int) -> PathCall {
    PathCall(EvictTLB.any, Argument.core(vcpu), Argument.times(times))
  }
}
