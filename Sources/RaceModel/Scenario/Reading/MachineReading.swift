extension ScenarioReader {
  static func machine(_ object: CheckedObject) throws(ScenarioFault) -> Scenario.Machine {
    let lpid = object.integer(MachineKeys.lpid)
    if object.value(MachineKeys.hpt) != nil { return try hashedMachine(object, lpid: lpid) }
    guard object.value(MachineKeys.guests) != nil else {
      throw ScenarioFault(.missingKey(MachineKeys.guests.name), at: object.position)
    }
    let slots = try slots(object.objects(MachineKeys.slots))
    let pages = try pages(object.objects(MachineKeys.pages), in: slots)
    let guests = try guests(
      object.objects(MachineKeys.guests), lpid: lpid, slots: slots, pages: pages)
    let vcpus = try vcpus(object.objects(MachineKeys.vcpus), guests: guests)
    return Scenario.Machine(lpid: lpid, slots: slots, pages: pages, guests: guests, vcpus: vcpus)
  }

  static func slots(_ objects: [CheckedObject]) throws(ScenarioFault) -> [Scenario.Slot] {
    var ids = FirstUses(of: .slotID)
    var slots: [Scenario.Slot] = []
    for object in objects {
      let flags = object.choices(SlotKeys.flags, of: SlotFlag.self)
      let slot = Scenario.Slot(
        id: object.integer(SlotKeys.id), baseGFN: object.integer(SlotKeys.baseGFN),
        npages: object.integer(SlotKeys.npages), logDirty: flags.contains(.logDirty),
        readOnly: flags.contains(.readOnly), isHuge: object.flag(SlotKeys.huge) ?? false,
        leaf: object.entry(SlotKeys.leaf))
      if slot.leaf != nil, !slot.isHuge {
        throw ScenarioFault(.leafOfBasePages(id: slot.id), at: object.position(of: SlotKeys.leaf))
      }
      try ids.insert("\(slot.id)", at: object.position(of: SlotKeys.id))
      let limit = SlotKeys.gfns.upperBound
      guard slot.gfns.upperBound <= limit else {
        throw ScenarioFault(
          .slotEndsBeyond(lastGFN: slot.gfns.upperBound, limit: limit),
          at: object.position(of: SlotKeys.npages))
      }
      if let other = slots.firstIndex(where: { $0.gfns.overlaps(slot.gfns) }) {
        throw ScenarioFault(
          .slotsOverlap(
            id: slot.id, otherID: slots[other].id,
            otherLine: objects[other].position(of: SlotKeys.baseGFN).line),
          at: object.position(of: SlotKeys.baseGFN))
      }
      slots.append(slot)
    }
    return slots
  }

  static func pages(
    _ objects: [CheckedObject], in slots: [Scenario.Slot]
  ) throws(ScenarioFault) -> [Scenario.HostPage] {
    var (gfns, rpns) = (FirstUses(of: .gfn), FirstUses(of: .rpn))
    var pages: [Scenario.HostPage] = []
    for object in objects {
      let vmm = object.choice(PageKeys.vmm, of: PageKeys.VMMMapping.self)
      let page = Scenario.HostPage(
        gfn: object.integer(PageKeys.gfn), rpn: object.integer(PageKeys.rpn),
        host: object.entry(PageKeys.host), vmmWritable: vmm == .writable,
        written: object.flag(PageKeys.written) ?? false)
      try checkIsInSlot(page.gfn, slots, at: object.position(of: PageKeys.gfn))
      try gfns.insert(page.gfn.hex, at: object.position(of: PageKeys.gfn))
      try rpns.insert(page.rpn.hex, at: object.position(of: PageKeys.rpn))
      if let host = page.host, host.write, !page.vmmWritable {
        throw ScenarioFault(.readOnlyForVMM, at: object.position(of: PageKeys.host))
      }
      if page.written, let slot = slots.first(where: { $0.gfns.contains(page.gfn) }),
        !slot.logDirty
      {
        throw ScenarioFault(
          .slotNotLogged(id: slot.id), at: object.position(of: PageKeys.written))
      }
      try checkHugePage(page, in: slots, pages, at: object)
      pages.append(page)
    }
    return pages
  }

  /// The pages of a huge slot lie one behind another, and do without entries of their own beside a
  /// leaf.
  private static func checkHugePage(
    _ page: Scenario.HostPage, in slots: [Scenario.Slot], _ before: [Scenario.HostPage],
    at object: CheckedObject
  ) throws(ScenarioFault) {
    guard let slot = slots.first(where: { $0.gfns.contains(page.gfn) }), slot.isHuge else { return }
    if let other = before.first(where: { slot.gfns.contains($0.gfn) }),
      page.rpn - other.rpn != page.gfn - other.gfn
    {
      throw ScenarioFault(
        .hugePageHasGaps(gfn: page.gfn, expected: other.rpn + page.gfn - other.gfn),
        at: object.position(of: PageKeys.rpn))
    }
    if page.host != nil, slot.leaf != nil {
      throw ScenarioFault(.entryUnderLeaf(gfn: page.gfn), at: object.position(of: PageKeys.host))
    }
  }

  static func checkIsInSlot(
    _ gfn: Int, _ slots: [Scenario.Slot], at position: SourcePosition
  ) throws(ScenarioFault) {
    guard slots.contains(where: { $0.gfns.contains(gfn) }) else {
      throw ScenarioFault(.gfnOutsideSlots(gfn, slots: slots.map(\.gfns)), at: position)
    }
  }
}

extension Scenario.Slot {
  /// The guest frames that the slot holds.
  var gfns: ClosedRange<Int> { baseGFN...(baseGFN + npages - 1) }
}
