extension ScenarioReader {
  /// The machine, as far as it can be read; nil where it cannot be told which page tables it has.
  func machine(_ object: CheckedObject) -> Scenario.Machine? {
    if !isRight(object, MachineKeys.lpid) { faults.markUnread(.lpid) }
    let lpid = isRight(object, MachineKeys.lpid) ? object.integer(MachineKeys.lpid) : 1
    if object.value(MachineKeys.hpt) != nil { return hashedMachine(object, lpid: lpid) }
    guard object.value(MachineKeys.guests) != nil else {
      // A key that is not known may be either of the two.
      if !faults.isUnclear(object.position) {
        faults.note(
          .missingKeys([MachineKeys.guests.name], all: Shape.signature(of: MachineKeys.all)),
          at: object.position)
      }
      return nil
    }
    let slots = slots(object)
    let pages = pages(object, in: slots)
    let guests = guests(object, lpid: lpid, slots: slots, pages: pages)
    let vcpus = vcpus(object, guests: guests)
    return Scenario.Machine(lpid: lpid, slots: slots, pages: pages, guests: guests, vcpus: vcpus)
  }

  func slots(_ machine: CheckedObject) -> [Scenario.Slot] {
    var ids = FirstUses(of: .slotID)
    var slots: [(slot: Scenario.Slot, object: CheckedObject)] = []
    for object in objects(machine, MachineKeys.slots, part: .slots) where isRight(object) {
      let flags = object.choices(SlotKeys.flags, of: SlotFlag.self)
      let slot = Scenario.Slot(
        id: object.integer(SlotKeys.id), baseGFN: object.integer(SlotKeys.baseGFN),
        npages: object.integer(SlotKeys.npages), logDirty: flags.contains(.logDirty),
        readOnly: flags.contains(.readOnly), isHuge: object.flag(SlotKeys.huge) ?? false,
        leaf: object.entry(SlotKeys.leaf))
      if slot.leaf != nil, !slot.isHuge {
        faults.note(.leafOfBasePages(id: slot.id), at: object.position(of: SlotKeys.leaf))
      }
      ids.insert("\(slot.id)", at: object.position(of: SlotKeys.id), faults)
      let limit = SlotKeys.gfns.upperBound
      if slot.gfns.upperBound > limit {
        faults.note(
          .slotEndsBeyond(lastGFN: slot.gfns.upperBound, limit: limit),
          at: object.position(of: SlotKeys.npages))
      }
      if let other = slots.first(where: { $0.slot.gfns.overlaps(slot.gfns) }) {
        faults.note(
          .slotsOverlap(
            id: slot.id, otherID: other.slot.id,
            otherLine: other.object.position(of: SlotKeys.baseGFN).line),
          at: object.position(of: SlotKeys.baseGFN))
      }
      slots.append((slot, object))
    }
    return slots.map(\.slot)
  }

  func pages(_ machine: CheckedObject, in slots: [Scenario.Slot]) -> [Scenario.HostPage] {
    var (gfns, rpns) = (FirstUses(of: .gfn), FirstUses(of: .rpn))
    var pages: [Scenario.HostPage] = []
    for object in objects(machine, MachineKeys.pages, part: .pages) where isRight(object) {
      let vmm = object.choice(PageKeys.vmm, of: PageKeys.VMMMapping.self)
      let page = Scenario.HostPage(
        gfn: object.integer(PageKeys.gfn), rpn: object.integer(PageKeys.rpn),
        host: object.entry(PageKeys.host), vmmWritable: vmm == .writable,
        written: object.flag(PageKeys.written) ?? false)
      if !checkIsInSlot(page.gfn, slots, at: object.position(of: PageKeys.gfn)) {
        // It is meant to be another one.
        faults.markUnread(.pages)
      }
      gfns.insert(page.gfn.hex, at: object.position(of: PageKeys.gfn), faults)
      rpns.insert(page.rpn.hex, at: object.position(of: PageKeys.rpn), faults)
      if let host = page.host, host.write, !page.vmmWritable {
        faults.note(.readOnlyForVMM, at: object.position(of: PageKeys.host))
      }
      if page.written, let slot = slots.first(where: { $0.gfns.contains(page.gfn) }),
        !slot.logDirty
      {
        faults.note(.slotNotLogged(id: slot.id), at: object.position(of: PageKeys.written))
      }
      checkHugePage(page, in: slots, pages, at: object)
      pages.append(page)
    }
    return pages
  }

  /// The pages of a huge slot lie one behind another, and do without entries of their own beside a
  /// leaf.
  private func checkHugePage(
    _ page: Scenario.HostPage, in slots: [Scenario.Slot], _ before: [Scenario.HostPage],
    at object: CheckedObject
  ) {
    guard let slot = slots.first(where: { $0.gfns.contains(page.gfn) }), slot.isHuge else { return }
    if let other = before.first(where: { slot.gfns.contains($0.gfn) }),
      page.rpn - other.rpn != page.gfn - other.gfn
    {
      faults.note(
        .hugePageHasGaps(gfn: page.gfn, expected: other.rpn + page.gfn - other.gfn),
        at: object.position(of: PageKeys.rpn))
    }
    if page.host != nil, slot.leaf != nil {
      faults.note(.entryUnderLeaf(gfn: page.gfn), at: object.position(of: PageKeys.host))
    }
  }

  /// Notes a guest frame that is in no slot, and says whether it is in one.
  @discardableResult
  func checkIsInSlot(_ gfn: Int, _ slots: [Scenario.Slot], at position: SourcePosition) -> Bool {
    if slots.contains(where: { $0.gfns.contains(gfn) }) { return true }
    faults.note(.gfnOutsideSlots(gfn, slots: slots.map(\.gfns)), at: position)
    return false
  }

  /// The page with a guest frame; nil, and noted, where there is none.
  func page(
    ofGFN gfn: Int, _ pages: [Scenario.HostPage], _ slots: [Scenario.Slot],
    at position: SourcePosition
  ) -> Scenario.HostPage? {
    if let page = pages.first(where: { $0.gfn == gfn }) { return page }
    // What is in no slot can have no page.
    checkIsInSlot(gfn, slots, at: position)
    faults.note(.gfnWithoutPage(gfn), at: position)
    return nil
  }
}

extension Scenario.Slot {
  /// The guest frames that the slot holds.
  var gfns: ClosedRange<Int> { baseGFN...(baseGFN + npages - 1) }
}
