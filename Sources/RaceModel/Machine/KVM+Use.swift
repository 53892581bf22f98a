internal import Scheduler

// What follows from the machine and the scripts together, before any cell is laid out.
extension KVM {
  /// Cells that change with what paths do, and that only some properties have a use for.
  package enum Ghost: Sendable {
    /// ``KVM/weakened``.
    case weakened
  }

  /// What the threads' scripts make of a machine.
  package struct Use: Sendable {
    package var threadNames: [String] = []
    /// The ghosts that are kept, for the properties that are checked.
    package var ghosts: Set<Ghost> = []
    /// The most often that `mmu_notifier_seq` can be incremented in any run.
    package var bumps = 0
    /// How many notifiers can be under way at once.
    package var notifiers = 0
    /// How many threads access memory as L2, and can be in a nested fault.
    package var nestedFaulters = 0
    /// The core and the page of each L1 access.
    package var l1Accesses: [(core: Int, page: Int)] = []
    /// How often each guest is entered.
    package var entries: [Int: Int] = [:]
    /// What becomes of each slot that is changed.
    package var updates: [Int: SlotUpdate] = [:]
    /// The core and the entry of each access by way of a hashed table; each once.
    package var hptAccesses: [HPT.TLBSlot] = []
    /// The guest frames that entries are entered for.
    package var enteredGFNs: [Int] = []
    /// The frames that pages get in the course of a run.
    package var newFrames: [Frame] = []

    package init() {}
  }

  /// The objects that L0 can come to have: one for each guest it knows, one for each entry.
  static func objects(of machine: Scenario.Machine, _ use: Use) -> [GuestObject] {
    let guests = machine.guests
    let counts = guests.indices.map { guest in
      max(1, (guests[guest].isKnown ? 1 : 0) + (use.entries[guest] ?? 0))
    }
    // Later objects get LPIDs that nobody has, by the guests' own and not by their places in the list.
    var spare = (guests.flatMap { [$0.l1LPID, $0.shadowLPID] } + [machine.lpid]).max() ?? 1
    var lpids = guests.map { [$0.shadowLPID] }
    for guest in guests.indices.sorted(by: { guests[$0].l1LPID < guests[$1].l1LPID }) {
      let later = counts[guest] - 1
      lpids[guest] += (0..<later).map { spare + 1 + $0 }
      spare += later
    }
    var objects: [GuestObject] = []
    var shadow = 0
    for (guest, description) in guests.enumerated() {
      for instance in 0..<counts[guest] {
        objects.append(
          GuestObject(
            guest: guest, instance: instance, shadowLPID: lpids[guest][instance],
            firstShadow: shadow, firstPage: firstL2Pages(of: machine)[guest],
            pageCount: description.pages.count))
        shadow += description.pages.count
      }
    }
    return objects
  }

  /// `1` for the object that L0 starts with for lpid 1, then `1b`, `1c`.
  static func name(of object: GuestObject, _ machine: Scenario.Machine) -> String {
    let letters = ["", "b", "c", "d", "e", "f", "g", "h", "i"]
    return "\(machine.guests[object.guest].l1LPID)" + letters[min(object.instance, 8)]
  }

  /// A place for each translation that some core can have: its guest's L2 pages, and the L1 pages
  /// that it accesses.
  static func tlbSlots(
    of machine: Scenario.Machine, _ use: Use, pages: [Page], l2Pages: [L2Page],
    _ objects: [GuestObject]
  ) -> [TLBSlot] {
    machine.vcpus.enumerated().flatMap { core, vcpu in
      let l2 = objects.indices.filter { objects[$0].guest == vcpu.guest }.flatMap { object in
        l2Pages.indices.filter { l2Pages[$0].guest == vcpu.guest }.map { index in
          TLBSlot(
            core: core, lpid: objects[object].shadowLPID, address: l2Pages[index].n,
            shift: pageShift, target: .l2(index, object: object))
        }
      }
      let l1 = pages.indices.filter { page in
        use.l1Accesses.contains { $0.core == core && $0.page == page }
      }.map { page in
        TLBSlot(
          core: core, lpid: machine.lpid, address: pages[page].gfn, shift: pageShift,
          target: .l1(page))
      }
      let slots = Set(use.l1Accesses.filter { $0.core == core }.map { pages[$0.page].slot })
      let leaves = machine.slots.indices.filter { machine.slots[$0].isHuge && slots.contains($0) }
        .map { slot in
          TLBSlot(
            core: core, lpid: machine.lpid, address: machine.slots[slot].baseGFN,
            shift: leafShift, target: .l1Leaf(slot: slot))
        }
      return l2 + l1 + leaves
    }
  }

  /// The frames of the backings, then those that they get later; each once.
  static func frames(_ rpns: [Int], _ use: Use) -> [Frame] {
    var frames = rpns.indices.filter { rpns[$0] != 0 }.map {
      Frame(rpn: rpns[$0], backing: $0)
    }
    for frame in use.newFrames where !frames.contains(frame) { frames.append(frame) }
    return frames
  }

  /// What lookups of a slot find, first to last.
  ///
  /// A deletion goes through an INVALID copy, and so does a move unless `move-flush` says otherwise.
  static func versions(
    of slot: Scenario.Slot, _ update: SlotUpdate?, on machine: Scenario.Machine,
    _ knobs: KnobReader
  ) -> [SlotVersion] {
    var flags: SlotFlags = []
    if slot.logDirty { flags.insert(.logDirty) }
    if slot.readOnly { flags.insert(.readOnly) }
    let old = SlotVersion(flags: flags, baseGFN: slot.baseGFN, exists: true)
    let invalid = SlotVersion(
      flags: flags.union(.invalid), baseGFN: slot.baseGFN, exists: true)
    switch update {
    case nil: return [old]
    case .delete:
      return [old, invalid, SlotVersion(flags: [], baseGFN: slot.baseGFN, exists: false)]
    case .move(let base):
      let new = SlotVersion(flags: flags, baseGFN: base, exists: true)
      let isInvalidated = moveFlush(machine, knobs) == .invalidStep
      return isInvalidated ? [old, invalid, new] : [old, new]
    case .setLogging(let isOn):
      let new = isOn ? flags.union(.logDirty) : flags.subtracting(.logDirty)
      return [old, SlotVersion(flags: new, baseGFN: slot.baseGFN, exists: true)]
    }
  }

  /// When a move unmaps its slot; the choice is there for a hashed table only.
  static func moveFlush(_ machine: Scenario.Machine, _ knobs: KnobReader) -> Knob.MoveFlush {
    machine.hpt == nil ? .invalidStep : knobs.moveFlush
  }
}
