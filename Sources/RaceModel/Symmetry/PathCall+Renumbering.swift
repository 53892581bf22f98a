/// What becomes of the numbers by which a path call names things.
protocol Renumbering {
  func vcpu(_ index: Int) -> Int
  func guest(_ index: Int) -> Int
  /// A page of the guest at an index.
  func page(_ index: Int, ofGuest guest: Int) -> Int
  func slot(_ index: Int) -> Int
  mutating func gfn(_ number: Int) -> Int
  /// The guest frame that a slot is moved to.
  mutating func gfn(_ base: Int, ofSlot slot: Int) -> Int
  mutating func rpn(_ number: Int) -> Int
  /// The guest that the vCPU at an index runs.
  func guest(ofVCPU vcpu: Int) -> Int
}

extension PathCall {
  /// The same call with other numbers.
  func renumbered<R: Renumbering>(by numbers: inout R) -> PathCall {
    func page(_ page: Int, _ vcpu: Int) -> Int {
      numbers.page(page, ofGuest: numbers.guest(ofVCPU: vcpu))
    }
    switch self {
    case .l2Load(let vcpu, let n): return .l2Load(vcpu: numbers.vcpu(vcpu), page: page(n, vcpu))
    case .l2Store(let vcpu, let n): return .l2Store(vcpu: numbers.vcpu(vcpu), page: page(n, vcpu))
    case .l1Load(let vcpu, let gfn):
      return .l1Load(vcpu: numbers.vcpu(vcpu), gfn: numbers.gfn(gfn))
    case .l1Store(let vcpu, let gfn):
      return .l1Store(vcpu: numbers.vcpu(vcpu), gfn: numbers.gfn(gfn))
    case .getDirtyLog(let slot): return .getDirtyLog(slot: numbers.slot(slot))
    case .ageGFN(let gfn): return .ageGFN(gfn: numbers.gfn(gfn))
    case .invalidateRange(let gfn, let rpn):
      return .invalidateRange(gfn: numbers.gfn(gfn), rpn: rpn == 0 ? 0 : numbers.rpn(rpn))
    case .enterNested(let vcpu): return .enterNested(vcpu: numbers.vcpu(vcpu))
    case .exitNested(let vcpu): return .exitNested(vcpu: numbers.vcpu(vcpu))
    case .tlbiePage(let guest, let page):
      return .tlbiePage(guest: numbers.guest(guest), page: numbers.page(page, ofGuest: guest))
    case .tlbieLPID(let guest, let ric): return .tlbieLPID(guest: numbers.guest(guest), ric: ric)
    case .tlbieAll(let ric): return .tlbieAll(ric: ric)
    case .copyFromGuest(let vcpu, let n):
      return .copyFromGuest(vcpu: numbers.vcpu(vcpu), page: page(n, vcpu))
    case .copyToGuest(let vcpu, let n):
      return .copyToGuest(vcpu: numbers.vcpu(vcpu), page: page(n, vcpu))
    case .l1SetGpte(let guest, let page, let entry):
      return .l1SetGpte(
        guest: numbers.guest(guest), page: numbers.page(page, ofGuest: guest),
        entry.map { .init(gfn: numbers.gfn($0.gfn), bits: $0.bits) })
    case .l1SetPartition(let guest, let isSet):
      return .l1SetPartition(guest: numbers.guest(guest), isSet: isSet)
    case .setMemslot(let slot, .move(let base)):
      return .setMemslot(
        slot: numbers.slot(slot), .move(base: numbers.gfn(base, ofSlot: slot)))
    case .setMemslot(let slot, let update):
      return .setMemslot(slot: numbers.slot(slot), update)
    case .switchToHPT: return .switchToHPT
    case .hptLoad(let vcpu, let index): return .hptLoad(vcpu: numbers.vcpu(vcpu), index: index)
    case .hptStore(let vcpu, let index): return .hptStore(vcpu: numbers.vcpu(vcpu), index: index)
    case .hEnter(let vcpu, let index, let gfn, let bits):
      return .hEnter(vcpu: numbers.vcpu(vcpu), index: index, gfn: numbers.gfn(gfn), bits: bits)
    case .hRemove(let vcpu, let index): return .hRemove(vcpu: numbers.vcpu(vcpu), index: index)
    case .hProtect(let vcpu, let index, let mayWrite):
      return .hProtect(vcpu: numbers.vcpu(vcpu), index: index, mayWrite: mayWrite)
    case .stopVCPU(let vcpu): return .stopVCPU(vcpu: numbers.vcpu(vcpu))
    case .flushTLB(let vcpu): return .flushTLB(vcpu: numbers.vcpu(vcpu))
    case .evictTLB(let vcpu, let times):
      return .evictTLB(vcpu: numbers.vcpu(vcpu), times: times)
    }
  }
}
