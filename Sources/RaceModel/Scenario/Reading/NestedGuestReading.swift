extension ScenarioReader {
  func guests(
    _ machine: CheckedObject, lpid: Int, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) -> [Scenario.NestedGuest] {
    var (l1LPIDs, shadowLPIDs) = (FirstUses(of: .l1LPID), FirstUses(of: .shadowLPID))
    var guests: [Scenario.NestedGuest] = []
    for object in objects(machine, MachineKeys.guests, part: .guests, but: [GuestKeys.pages]) {
      let l2Pages = l2Pages(of: object, slots: slots, pages: pages)
      guard isRight(object, but: [GuestKeys.pages]) else { continue }
      let l1LPID = object.integer(GuestKeys.l1LPID)
      let shadowLPID = object.integer(GuestKeys.shadowLPID)
      l1LPIDs.insert("\(l1LPID)", at: object.position(of: GuestKeys.l1LPID), faults)
      let position = object.position(of: GuestKeys.shadowLPID)
      if shadowLPID == lpid { faults.note(.lpidOfL1(lpid), at: position) }
      shadowLPIDs.insert("\(shadowLPID)", at: position, faults)
      guests.append(
        Scenario.NestedGuest(
          l1LPID: l1LPID, shadowLPID: shadowLPID, pages: l2Pages,
          isKnown: object.flag(GuestKeys.entered) ?? true))
    }
    return guests
  }

  private func l2Pages(
    of guest: CheckedObject, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) -> [Scenario.L2Page] {
    var numbers = FirstUses(of: .pageNumber)
    var l2Pages: [Scenario.L2Page] = []
    for object in objects(guest, GuestKeys.pages, part: .pagesOfGuests)
    where isRight(object) {
      let page = l2Page(object, slots: slots, pages: pages)
      numbers.insert(page.n.hex, at: object.position(of: L2PageKeys.n), faults)
      l2Pages.append(page)
    }
    return l2Pages
  }

  private func l2Page(
    _ object: CheckedObject, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) -> Scenario.L2Page {
    let shadow = object.entry(L2PageKeys.shadow)
    let page = Scenario.L2Page(
      n: object.integer(L2PageKeys.n), gpte: l1Entry(object), shadow: shadow,
      onRmap: object.flag(L2PageKeys.rmap) ?? (shadow != nil))
    guard let gpte = page.gpte, let entry = object.objectIfPresent(L2PageKeys.gpte) else {
      if shadow != nil {
        faults.note(.needsGuestEntry(.shadow), at: object.position(of: L2PageKeys.shadow))
      } else if page.onRmap {
        faults.note(.needsGuestEntry(.rmap), at: object.position(of: L2PageKeys.rmap))
      }
      return page
    }
    let position = entry.position(of: L1EntryKeys.gfn)
    let hostPage = self.page(ofGFN: gpte.gfn, pages, slots, at: position)
    if let hostPage, shadow != nil, hostPage.host == nil {
      faults.note(.shadowOfAbsentPage(gfn: gpte.gfn), at: object.position(of: L2PageKeys.shadow))
    }
    return page
  }

  private func l1Entry(_ page: CheckedObject) -> Scenario.L1Entry? {
    guard let object = page.objectIfPresent(L2PageKeys.gpte),
      let bits = object.entry(L1EntryKeys.bits)
    else { return nil }
    return Scenario.L1Entry(gfn: object.integer(L1EntryKeys.gfn), bits: bits)
  }

  func vcpus(_ machine: CheckedObject, guests: [Scenario.NestedGuest]) -> [Scenario.VCPU] {
    var names = FirstUses(of: .vcpuName)
    var vcpus: [Scenario.VCPU] = []
    for object in objects(machine, MachineKeys.vcpus, part: .vcpus, but: [VCPUKeys.tlb]) {
      let name = text(object, VCPUKeys.name)
      if let name { names.insert(name, at: object.position(of: VCPUKeys.name), faults) }
      let vcpu = faults.attempt { () throws(ScenarioFault) in
        try self.vcpu(object, called: name ?? "", guests: guests)
      }
      if let vcpu = vcpu ?? nil {
        vcpus.append(vcpu)
      } else {
        faults.markUnread(.vcpus)
      }
    }
    return vcpus
  }

  /// A vCPU; nil where something is wrong with it that has been noted.
  private func vcpu(
    _ object: CheckedObject, called name: String, guests: [Scenario.NestedGuest]
  ) throws(ScenarioFault) -> Scenario.VCPU? {
    guard isRight(object, but: [VCPUKeys.tlb]) else { return nil }
    guard object.value(VCPUKeys.l1LPID) != nil else {
      throw ScenarioFault(
        .missingKeys([VCPUKeys.l1LPID.name], all: Shape.signature(of: VCPUKeys.all)),
        at: object.position)
    }
    let lpid = object.integer(VCPUKeys.l1LPID)
    guard let guest = guests.firstIndex(where: { $0.l1LPID == lpid }) else {
      throw ScenarioFault(
        .unknownReference(.guest, "\(lpid)", known: guests.map { "\($0.l1LPID)" }),
        at: object.position(of: VCPUKeys.l1LPID))
    }
    let context = object.choice(VCPUKeys.context, of: VCPUKeys.Context.self)
    if context == .l2, !guests[guest].isKnown {
      faults.note(.notEntered(l1LPID: lpid), at: object.position(of: VCPUKeys.context))
    }
    return Scenario.VCPU(
      name: name, guest: guest, tlb: tlb(of: object, in: guests[guest]),
      startsNested: context == .l2)
  }

  private func tlb(
    of vcpu: CheckedObject, in guest: Scenario.NestedGuest
  ) -> [Scenario.TLBEntry] {
    var numbers = FirstUses(of: .tlbEntry)
    var tlb: [Scenario.TLBEntry] = []
    for object in objects(vcpu, VCPUKeys.tlb) where isRight(object) {
      let position = object.position(of: TLBKeys.n)
      let page = faults.attempt { () throws(ScenarioFault) in
        try Self.pageIndex(of: object.integer(TLBKeys.n), in: guest, at: position)
      }
      guard let page else { continue }
      if guest.pages[page].gpte == nil { faults.note(.needsGuestEntry(.tlb), at: position) }
      numbers.insert(object.integer(TLBKeys.n).hex, at: position, faults)
      guard let bits = object.entry(TLBKeys.bits) else { continue }
      tlb.append(Scenario.TLBEntry(page: page, bits: bits))
    }
    return tlb
  }

  /// The index of the page with number `n` in the guest.
  static func pageIndex(
    of n: Int, in guest: Scenario.NestedGuest, at position: SourcePosition
  ) throws(ScenarioFault) -> Int {
    guard let index = guest.pages.firstIndex(where: { $0.n == n }) else {
      throw ScenarioFault(
        .unknownReference(.page, n.hex, known: guest.pages.map { $0.n.hex }), at: position)
    }
    return index
  }
}
