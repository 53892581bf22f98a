// Machines with a hashed table, and what may be said of them.
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

  /// Names of paths, properties or landmarks that the machine's table does not have.
  static func checkTable(
    of object: CheckedObject, _ key: Key, noun: String, on machine: Scenario.Machine,
    tables: (String) -> [TableKind]
  ) throws(ScenarioFault) {
    var values: [JSON5Value] = []
    if let value = object.value(key) {
      if case .list(let items) = value.kind { values = items } else { values = [value] }
    }
    for value in values {
      guard case .string(let name) = value.kind, !tables(name).contains(machine.table) else {
        continue
      }
      throw value.fault(.nameOfOtherTable(name, noun: noun, has: machine.table))
    }
  }

  static func checkLandmarks(
    of object: CheckedObject, _ key: Key, on machine: Scenario.Machine
  ) throws(ScenarioFault) {
    try checkTable(of: object, key, noun: "landmark", on: machine) {
      Landmark(rawValue: $0)?.tables ?? []
    }
  }

  /// An entry of the hashed table.
  static func entryIndex(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let index = object.integer(CallKeys.index)
    let count = machine.hpt?.entries.count ?? 0
    guard index < count else {
      throw ScenarioFault(
        .noHashedEntry(index, count: count), at: object.position(of: CallKeys.index))
    }
    return index
  }

  /// The bits of an entry that the guest makes.
  static func entryBits(_ object: CheckedObject) -> Scenario.EntryBits {
    guard let bits = object.entry(CallKeys.bits) else {
      preconditionFailure("'bits' passed its shape but is no entry")
    }
    return bits
  }
}
