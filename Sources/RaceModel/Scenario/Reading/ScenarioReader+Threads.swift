extension ScenarioReader {
  static func threads(
    _ objects: [CheckedObject], on machine: Scenario.Machine
  ) throws(ScenarioFault) -> [Scenario.ThreadScript] {
    var names = FirstUses(of: .threadName)
    var threads: [Scenario.ThreadScript] = []
    /// The thread that runs the loads and stores of a vCPU, by the vCPU's index.
    var runners: [Int: String] = [:]
    /// The harvests, with where to point, by slot.
    var harvests: [(slot: Int, position: SourcePosition)] = []
    var updates: [Int: SlotUpdate] = [:]
    for object in objects {
      let name = object.text(ThreadKeys.name)
      try names.insert(name, at: object.position(of: ThreadKeys.name))
      var run: [PathCall] = []
      for object in object.objects(ThreadKeys.run) {
        let call = try call(object, on: machine)
        run.append(call)
        let position = object.position(of: CallKeys.slot)
        if case .getDirtyLog(let slot) = call { harvests.append((slot, position)) }
        if case .setMemslot(let slot, let update) = call,
          updates.updateValue(update, forKey: slot) != nil
        {
          throw ScenarioFault(.slotChangedTwice(id: machine.slots[slot].id), at: position)
        }
        guard let vcpu = call.runningVCPU else { continue }
        if let other = runners.updateValue(name, forKey: vcpu), other != name {
          throw ScenarioFault(
            .vcpuOnTwoThreads(machine.vcpus[vcpu].name, otherThread: other),
            at: object.position(of: CallKeys.vcpu))
        }
      }
      threads.append(Scenario.ThreadScript(name: name, run: run))
    }
    for (slot, position) in harvests
    where !machine.slots[slot].logDirty && updates[slot] != .setLogging(true) {
      throw ScenarioFault(.slotNotLogged(id: machine.slots[slot].id), at: position)
    }
    return threads
  }

  private static func call(
    _ object: CheckedObject, on machine: Scenario.Machine
  ) throws(ScenarioFault) -> PathCall {
    try checkTable(of: object, CallKeys.path, noun: "path", on: machine) {
      PathName(rawValue: $0)?.tables ?? []
    }
    switch object.choice(CallKeys.path, of: PathName.self) {
    case .l2Load:
      let vcpu = try vcpu(object, of: machine)
      return .l2Load(vcpu: vcpu, page: try page(object, of: machine, vcpu: vcpu))
    case .l2Store:
      let vcpu = try vcpu(object, of: machine)
      return .l2Store(vcpu: vcpu, page: try page(object, of: machine, vcpu: vcpu))
    case .l1Load:
      return .l1Load(
        vcpu: try vcpu(object, of: machine), gfn: try gfn(object, of: machine))
    case .l1Store:
      return .l1Store(
        vcpu: try vcpu(object, of: machine), gfn: try gfn(object, of: machine))
    case .ageGFN:
      return .ageGFN(gfn: try gfn(object, of: machine))
    case .invalidateRange:
      let gfn = try gfn(object, of: machine)
      return .invalidateRange(gfn: gfn, rpn: try newFrame(object, of: machine, gfn: gfn))
    case .enterNested: return .enterNested(vcpu: try vcpu(object, of: machine))
    case .exitNested: return .exitNested(vcpu: try vcpu(object, of: machine))
    case .deleteMemslot: return .setMemslot(slot: try slot(object, of: machine), .delete)
    case .moveMemslot:
      let slot = try slot(object, of: machine)
      return .setMemslot(slot: slot, .move(base: try newBase(object, of: machine, slot: slot)))
    case .startLogging:
      return .setMemslot(slot: try slot(object, of: machine), .setLogging(true))
    case .stopLogging:
      return .setMemslot(slot: try slot(object, of: machine), .setLogging(false))
    case .switchToHPT: return .switchToHPT
    case .flushTLB: return .flushTLB(vcpu: try vcpu(object, of: machine))
    case .tlbiePage:
      let guest = try guest(object, of: machine)
      return .tlbiePage(guest: guest, page: try page(object, of: machine.guests[guest]))
    case .tlbieLPID:
      return .tlbieLPID(guest: try guest(object, of: machine), ric: ric(object))
    case .tlbieAll: return .tlbieAll(ric: ric(object))
    case .copyFromGuest:
      let vcpu = try vcpu(object, of: machine)
      return .copyFromGuest(vcpu: vcpu, page: try page(object, of: machine, vcpu: vcpu))
    case .copyToGuest:
      let vcpu = try vcpu(object, of: machine)
      return .copyToGuest(vcpu: vcpu, page: try page(object, of: machine, vcpu: vcpu))
    case .l1SetGpte:
      let guest = try guest(object, of: machine)
      return .l1SetGpte(
        guest: guest, page: try page(object, of: machine.guests[guest]),
        try newEntry(object, of: machine))
    case .l1SetPartition:
      let root = object.choice(CallKeys.root, of: CallKeys.Root.self)
      return .l1SetPartition(guest: try guest(object, of: machine), isSet: root == .set)
    case .getDirtyLog:
      return .getDirtyLog(slot: try slot(object, of: machine))
    case .evictTLB:
      return .evictTLB(
        vcpu: try vcpu(object, of: machine), times: object.integer(CallKeys.times))
    case .hptLoad:
      return .hptLoad(
        vcpu: try vcpu(object, of: machine), index: try entryIndex(object, of: machine))
    case .hptStore:
      return .hptStore(
        vcpu: try vcpu(object, of: machine), index: try entryIndex(object, of: machine))
    case .hEnter:
      return .hEnter(
        vcpu: try vcpu(object, of: machine), index: try entryIndex(object, of: machine),
        gfn: object.integer(CallKeys.gfn), bits: entryBits(object))
    case .hRemove:
      return .hRemove(
        vcpu: try vcpu(object, of: machine), index: try entryIndex(object, of: machine))
    case .hProtect:
      let protection = object.choice(CallKeys.protection, of: CallKeys.Protection.self)
      return .hProtect(
        vcpu: try vcpu(object, of: machine), index: try entryIndex(object, of: machine),
        mayWrite: protection == .rw)
    case .stopVCPU: return .stopVCPU(vcpu: try vcpu(object, of: machine))
    }
  }

  private static func vcpu(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let name = object.text(CallKeys.vcpu)
    guard let index = machine.vcpus.firstIndex(where: { $0.name == name }) else {
      throw ScenarioFault(
        .unknownReference(.vcpu, name, known: machine.vcpus.map(\.name)),
        at: object.position(of: CallKeys.vcpu))
    }
    return index
  }

  private static func page(
    _ object: CheckedObject, of machine: Scenario.Machine, vcpu: Int
  ) throws(ScenarioFault) -> Int {
    try page(object, of: machine.guests[machine.vcpus[vcpu].guest])
  }

  private static func page(
    _ object: CheckedObject, of guest: Scenario.NestedGuest
  ) throws(ScenarioFault) -> Int {
    try pageIndex(
      of: object.integer(CallKeys.n), in: guest, at: object.position(of: CallKeys.n))
  }

  private static func guest(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let lpid = object.integer(CallKeys.lpid)
    guard let index = machine.guests.firstIndex(where: { $0.l1LPID == lpid }) else {
      throw ScenarioFault(
        .unknownReference(.guest, "\(lpid)", known: machine.guests.map { "\($0.l1LPID)" }),
        at: object.position(of: CallKeys.lpid))
    }
    return index
  }

  private static func ric(_ object: CheckedObject) -> RIC {
    switch object.integer(CallKeys.ric) {
    case 0: .tlb
    case 1: .pwc
    default: .all
    }
  }

  /// L1's new entry, which must map a page of the machine.
  private static func newEntry(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Scenario.L1Entry? {
    guard let entry = object.objectIfPresent(CallKeys.gpte),
      let bits = entry.entry(L1EntryKeys.bits)
    else { return nil }
    let gfn = entry.integer(L1EntryKeys.gfn)
    guard machine.pages.contains(where: { $0.gfn == gfn }) else {
      throw ScenarioFault(.gfnWithoutPage(gfn), at: entry.position(of: L1EntryKeys.gfn))
    }
    return Scenario.L1Entry(gfn: gfn, bits: bits)
  }

  /// A guest frame that the machine has a page for.
  private static func gfn(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let gfn = object.integer(CallKeys.gfn)
    guard machine.pages.contains(where: { $0.gfn == gfn }) else {
      throw ScenarioFault(.gfnWithoutPage(gfn), at: object.position(of: CallKeys.gfn))
    }
    return gfn
  }

  /// A frame that no other page has; 0 is none.
  private static func newFrame(
    _ object: CheckedObject, of machine: Scenario.Machine, gfn: Int
  ) throws(ScenarioFault) -> Int {
    let rpn = object.integer(CallKeys.rpn)
    if let other = machine.pages.first(where: { $0.rpn == rpn && $0.gfn != gfn }) {
      throw ScenarioFault(
        .frameInUse(rpn: rpn, gfn: other.gfn), at: object.position(of: CallKeys.rpn))
    }
    return rpn
  }

  private static func slot(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let id = object.integer(CallKeys.slot)
    guard let index = machine.slots.firstIndex(where: { $0.id == id }) else {
      throw ScenarioFault(
        .unknownReference(.slot, "\(id)", known: machine.slots.map { "\($0.id)" }),
        at: object.position(of: CallKeys.slot))
    }
    return index
  }

  /// A place for a slot that overlaps none, for a radix table itself included.
  private static func newBase(
    _ object: CheckedObject, of machine: Scenario.Machine, slot: Int
  ) throws(ScenarioFault) -> Int {
    let base = object.integer(CallKeys.base)
    let last = base + machine.slots[slot].npages - 1
    guard last <= SlotKeys.gfns.upperBound else {
      throw ScenarioFault(
        .slotEndsBeyond(lastGFN: last, limit: SlotKeys.gfns.upperBound),
        at: object.position(of: CallKeys.base))
    }
    let own = machine.slots[slot].id
    if let other = machine.slots.first(where: {
      (base...last).overlaps($0.gfns) && ($0.id != own || machine.table == .radix)
    }) {
      throw ScenarioFault(
        .moveOverlaps(id: machine.slots[slot].id, otherID: other.id),
        at: object.position(of: CallKeys.base))
    }
    return base
  }
}

extension PathCall {
  /// The vCPU that executes the call; nil for a call that only acts on one.
  fileprivate var runningVCPU: Int? {
    switch self {
    case .l2Load(let vcpu, _), .l2Store(let vcpu, _), .l1Load(let vcpu, _), .l1Store(let vcpu, _):
      vcpu
    case .enterNested(let vcpu), .exitNested(let vcpu), .copyFromGuest(let vcpu, _),
      .copyToGuest(let vcpu, _):
      vcpu
    case .hptLoad(let vcpu, _), .hptStore(let vcpu, _), .hEnter(let vcpu, _, _, _),
      .hRemove(let vcpu, _), .hProtect(let vcpu, _, _), .stopVCPU(let vcpu):
      vcpu
    case .getDirtyLog, .ageGFN, .invalidateRange, .flushTLB, .evictTLB, .tlbiePage, .tlbieLPID,
      .tlbieAll,
      .l1SetGpte, .l1SetPartition, .setMemslot, .switchToHPT:
      nil
    }
  }
}
