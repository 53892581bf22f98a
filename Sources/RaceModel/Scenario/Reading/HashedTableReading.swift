// Machines with a hashed table.
extension ScenarioReader {
  static func hashedMachine(
    _ object: CheckedObject, lpid: Int
  ) throws(ScenarioFault) -> Scenario.Machine {
    try refuse([MachineKeys.guests], in: [object])
    try refuse([SlotKeys.huge, SlotKeys.leaf], in: object.objects(MachineKeys.slots))
    try refuse([PageKeys.host], in: object.objects(MachineKeys.pages))
    try refuse(
      [VCPUKeys.l1LPID, VCPUKeys.tlb, VCPUKeys.context], in: object.objects(MachineKeys.vcpus))
    let slots = try slots(object.objects(MachineKeys.slots))
    let pages = try pages(object.objects(MachineKeys.pages), in: slots)
    var names = FirstUses(of: .vcpuName)
    var vcpus: [Scenario.VCPU] = []
    for object in object.objects(MachineKeys.vcpus) {
      let name = object.text(VCPUKeys.name)
      try names.insert(name, at: object.position(of: VCPUKeys.name))
      vcpus.append(Scenario.VCPU(name: name, guest: 0, tlb: [], startsNested: false))
    }
    var entries: [Scenario.HashedEntry] = []
    for object in object.objects(MachineKeys.hpt) {
      entries.append(try hashedEntry(object, slots: slots, pages: pages))
    }
    return Scenario.Machine(
      lpid: lpid, slots: slots, pages: pages, guests: [], vcpus: vcpus,
      hpt: Scenario.HashedTable(entries: entries))
  }

  private static func hashedEntry(
    _ object: CheckedObject, slots: [Scenario.Slot], pages: [Scenario.HostPage]
  ) throws(ScenarioFault) -> Scenario.HashedEntry {
    if object.members.isEmpty { return Scenario.HashedEntry() }
    for key in [HashedEntryKeys.gfn, HashedEntryKeys.bits] where object.value(key) == nil {
      throw ScenarioFault(.halfHashedEntry(missing: key.name), at: object.position)
    }
    let gfn = object.integer(HashedEntryKeys.gfn)
    let position = object.position(of: HashedEntryKeys.gfn)
    try checkIsInSlot(gfn, slots, at: position)
    guard let page = pages.first(where: { $0.gfn == gfn }) else {
      throw ScenarioFault(.gfnWithoutPage(gfn), at: position)
    }
    let bits = object.entry(HashedEntryKeys.bits)
    if bits?.write == true, !page.vmmWritable {
      throw ScenarioFault(.readOnlyForVMM, at: object.position(of: HashedEntryKeys.bits))
    }
    return Scenario.HashedEntry(
      gfn: gfn, bits: bits, isAbsent: object.flag(HashedEntryKeys.absent) ?? false)
  }

  /// Keys that only a radix machine has.
  private static func refuse(
    _ keys: [Key], in objects: [CheckedObject]
  ) throws(ScenarioFault) {
    for object in objects {
      for key in keys where object.value(key) != nil {
        throw ScenarioFault(.keyOfOtherTable(key.name, .hashed), at: object.position(of: key))
      }
    }
  }
}
