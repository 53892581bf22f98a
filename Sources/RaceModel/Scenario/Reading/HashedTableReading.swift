// Machines with a hashed table.
extension ScenarioReader {
  func hashedMachine(_ machine: CheckedObject, lpid: Int) -> Scenario.Machine {
    refuse([MachineKeys.guests], in: [machine])
    // With both, which of them is meant is not known, nor what else has no place.
    if machine.value(MachineKeys.guests) != nil { faults.markUnread(.table, .guests) }
    refuse([SlotKeys.huge, SlotKeys.leaf], in: objects(machine, MachineKeys.slots))
    refuse([PageKeys.host], in: objects(machine, MachineKeys.pages))
    refuse(
      [VCPUKeys.l1LPID, VCPUKeys.tlb, VCPUKeys.context], in: objects(machine, MachineKeys.vcpus))
    let slots = slots(machine)
    let pages = pages(machine, in: slots)
    var names = FirstUses(of: .vcpuName)
    var vcpus: [Scenario.VCPU] = []
    for object in objects(machine, MachineKeys.vcpus, part: .vcpus) {
      guard let name = text(object, VCPUKeys.name) else { continue }
      names.insert(name, at: object.position(of: VCPUKeys.name), faults)
      vcpus.append(Scenario.VCPU(name: name, guest: 0, tlb: [], startsNested: false))
    }
    let entries = objects(machine, MachineKeys.hpt, part: .hashedEntries).map { object in
      isRight(object)
        ? hashedEntry(object, slots: slots, pages: pages) : Scenario.HashedEntry()
    }
    return Scenario.Machine(
      lpid: lpid, slots: slots, pages: pages, guests: [], vcpus: vcpus,
      hpt: Scenario.HashedTable(entries: entries))
  }

  private func hashedEntry(
    _ object: CheckedObject, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) -> Scenario.HashedEntry {
    if object.members.isEmpty { return Scenario.HashedEntry() }
    for key in [HashedEntryKeys.gfn, HashedEntryKeys.bits] where object.value(key) == nil {
      faults.note(.halfHashedEntry(missing: key.name), at: object.position)
      return Scenario.HashedEntry()
    }
    let gfn = object.integer(HashedEntryKeys.gfn)
    let bits = object.entry(HashedEntryKeys.bits)
    let page = self.page(ofGFN: gfn, pages, slots, at: object.position(of: HashedEntryKeys.gfn))
    if let page, bits?.write == true, !page.vmmWritable {
      faults.note(.readOnlyForVMM, at: object.position(of: HashedEntryKeys.bits))
    }
    return Scenario.HashedEntry(
      gfn: gfn, bits: bits, isAbsent: object.flag(HashedEntryKeys.absent) ?? false)
  }

  /// Notes keys that only a radix machine has.
  private func refuse(_ keys: [Key], in objects: [CheckedObject]) {
    for object in objects {
      for key in keys where object.value(key) != nil {
        faults.note(.keyOfOtherTable(key.name, .hashed), at: object.position(of: key))
      }
    }
  }
}
