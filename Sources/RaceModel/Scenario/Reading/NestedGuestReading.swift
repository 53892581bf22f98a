extension ScenarioReader {
  static func guests(
    _ objects: [CheckedObject], lpid: Int, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) throws(ScenarioFault) -> [Scenario.NestedGuest] {
    var (l1LPIDs, shadowLPIDs) = (FirstUses(of: .l1LPID), FirstUses(of: .shadowLPID))
    var guests: [Scenario.NestedGuest] = []
    for object in objects {
      let l1LPID = object.integer(GuestKeys.l1LPID)
      let shadowLPID = object.integer(GuestKeys.shadowLPID)
      try l1LPIDs.insert("\(l1LPID)", at: object.position(of: GuestKeys.l1LPID))
      let position = object.position(of: GuestKeys.shadowLPID)
      guard shadowLPID != lpid else { throw ScenarioFault(.lpidOfL1(lpid), at: position) }
      try shadowLPIDs.insert("\(shadowLPID)", at: position)
      var numbers = FirstUses(of: .pageNumber)
      var l2Pages: [Scenario.L2Page] = []
      for object in object.objects(GuestKeys.pages) {
        let page = try l2Page(object, slots: slots, pages: pages)
        try numbers.insert(page.n.hex, at: object.position(of: L2PageKeys.n))
        l2Pages.append(page)
      }
      guests.append(
        Scenario.NestedGuest(
          l1LPID: l1LPID, shadowLPID: shadowLPID, pages: l2Pages,
          isKnown: object.flag(GuestKeys.entered) ?? true))
    }
    return guests
  }

  private static func l2Page(
    _ object: CheckedObject, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) throws(ScenarioFault) -> Scenario.L2Page {
    let shadow = object.entry(L2PageKeys.shadow)
    let page = Scenario.L2Page(
      n: object.integer(L2PageKeys.n), gpte: l1Entry(object), shadow: shadow,
      onRmap: object.flag(L2PageKeys.rmap) ?? (shadow != nil))
    guard let gpte = page.gpte, let entry = object.objectIfPresent(L2PageKeys.gpte) else {
      if shadow != nil {
        throw ScenarioFault(.needsGuestEntry(.shadow), at: object.position(of: L2PageKeys.shadow))
      }
      if page.onRmap {
        throw ScenarioFault(.needsGuestEntry(.rmap), at: object.position(of: L2PageKeys.rmap))
      }
      return page
    }
    let position = entry.position(of: L1EntryKeys.gfn)
    try checkIsInSlot(gpte.gfn, slots, at: position)
    guard let hostPage = pages.first(where: { $0.gfn == gpte.gfn }) else {
      throw ScenarioFault(.gfnWithoutPage(gpte.gfn), at: position)
    }
    if shadow != nil, hostPage.host == nil {
      throw ScenarioFault(
        .shadowOfAbsentPage(gfn: gpte.gfn), at: object.position(of: L2PageKeys.shadow))
    }
    return page
  }

  private static func l1Entry(_ page: CheckedObject) -> Scenario.L1Entry? {
    guard let object = page.objectIfPresent(L2PageKeys.gpte),
      let bits = object.entry(L1EntryKeys.bits)
    else { return nil }
    return Scenario.L1Entry(gfn: object.integer(L1EntryKeys.gfn), bits: bits)
  }

  static func vcpus(
    _ objects: [CheckedObject], guests: [Scenario.NestedGuest]
  ) throws(ScenarioFault) -> [Scenario.VCPU] {
    var names = FirstUses(of: .vcpuName)
    var vcpus: [Scenario.VCPU] = []
    for object in objects {
      let name = object.text(VCPUKeys.name)
      try names.insert(name, at: object.position(of: VCPUKeys.name))
      guard object.value(VCPUKeys.l1LPID) != nil else {
        throw ScenarioFault(.missingKey(VCPUKeys.l1LPID.name), at: object.position)
      }
      let lpid = object.integer(VCPUKeys.l1LPID)
      guard let guest = guests.firstIndex(where: { $0.l1LPID == lpid }) else {
        let known = guests.map { "\($0.l1LPID)" }
        throw ScenarioFault(
          .unknownReference(.guest, "\(lpid)", known: known),
          at: object.position(of: VCPUKeys.l1LPID))
      }
      var numbers = FirstUses(of: .tlbEntry)
      var tlb: [Scenario.TLBEntry] = []
      for object in object.objects(VCPUKeys.tlb) {
        let position = object.position(of: TLBKeys.n)
        let page = try pageIndex(of: object.integer(TLBKeys.n), in: guests[guest], at: position)
        guard guests[guest].pages[page].gpte != nil else {
          throw ScenarioFault(.needsGuestEntry(.tlb), at: position)
        }
        try numbers.insert(object.integer(TLBKeys.n).hex, at: position)
        guard let bits = object.entry(TLBKeys.bits) else { continue }
        tlb.append(Scenario.TLBEntry(page: page, bits: bits))
      }
      let context = object.choice(VCPUKeys.context, of: VCPUKeys.Context.self)
      if context == .l2, !guests[guest].isKnown {
        throw ScenarioFault(.notEntered(l1LPID: lpid), at: object.position(of: VCPUKeys.context))
      }
      vcpus.append(
        Scenario.VCPU(name: name, guest: guest, tlb: tlb, startsNested: context == .l2))
    }
    return vcpus
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
