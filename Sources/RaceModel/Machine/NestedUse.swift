/// What the threads' scripts make of nested guests: which of their cells a system has a use for.
package struct NestedUse: Sendable {
  /// Whether anything can reread a root: L1 changes one or has it invalidated, or a guest is new.
  private(set) var rereadsRoots = false
  /// The guests whose root L1 zeroes at some time.
  private(set) var zeroedRoots: Set<Int> = []
  /// Whether a vCPU can come back from H_ENTER_NESTED.
  private(set) var leaves = false
  /// Whether a vCPU can call H_ENTER_NESTED.
  private(set) var enters = false
  /// How many objects accesses of L2 can make that begin with H_ENTER_NESTED, by guest.
  private(set) var newObjects: [Int: Int] = [:]

  private var changesEntries = false
  /// How often a guest can be taken out of the idr.
  private var removals: [Int: Int] = [:]
  private var accesses: [L2Access] = []
  /// By core: what its last call was.
  private var last: [Int: Last] = [:]

  private enum Last { case outside, entered, accessed }

  private struct L2Access {
    let core: Int
    let page: Int
    let access: Access
    /// What the core did before it.
    let after: Last
  }

  /// L1 enters the guest of a core.
  mutating func enter(core: Int) {
    enters = true
    last[core] = .entered
  }

  /// A core leaves its guest.
  mutating func exit(core: Int) {
    leaves = true
    last[core] = .outside
  }

  /// L1 writes one of its entries for L2 pages.
  mutating func changeEntry() { changesEntries = true }

  /// L1 sets or zeroes a guest's root.
  mutating func writeRoot(ofGuest guest: Int, isSet: Bool) {
    rereadsRoots = true
    if !isSet { zeroedRoots.insert(guest) }
  }

  /// L1 has what L0 caches of the partition-table entries of `guests` invalidated.
  mutating func invalidateRoots(ofGuests guests: Range<Int>) {
    rereadsRoots = true
    for guest in guests { removals[guest, default: 0] += 1 }
  }

  /// A core accesses an L2 page, by its number among those of its guest.
  mutating func access(_ access: Access, core: Int, page: Int, on machine: Scenario.Machine) {
    let after = last[core] ?? (machine.vcpus[core].startsNested ? .entered : .outside)
    accesses.append(L2Access(core: core, page: page, access: access, after: after))
    last[core] = .accessed
  }

  /// Draws the conclusions, when all is known.
  mutating func settle(on machine: Scenario.Machine, _ use: KVM.Use) {
    rereadsRoots = rereadsRoots || machine.guests.contains { !$0.isKnown }
    let isSteady = zeroedRoots.isEmpty && !changesEntries && !use.takesPagesAway
    // A fault is passed on to L1, or taken for MMIO.
    let isReflected = accesses.contains { !(isSteady && Self.isServed($0, on: machine)) }
    let entries = accesses.filter {
      $0.after == .outside || ($0.after == .accessed && isReflected)
    }
    leaves = leaves || isReflected
    enters = enters || !entries.isEmpty
    for (guest, entries) in Dictionary(
      grouping: entries, by: { machine.vcpus[$0.core].guest })
    {
      let removals = zeroedRoots.contains(guest) ? removals[guest, default: 0] : 0
      guard removals > 0 || !machine.guests[guest].isKnown else { continue }
      // One for each that is removed, and one in the hands of each core that enters.
      newObjects[guest] = min(entries.count, removals + Set(entries.map(\.core)).count)
    }
  }

  /// Whether L0 makes a shadow entry for the access, as long as nothing changes.
  private static func isServed(_ access: L2Access, on machine: Scenario.Machine) -> Bool {
    guard let gpte = machine.guests[machine.vcpus[access.core].guest].pages[access.page].gpte,
      let page = machine.page(ofGFN: gpte.gfn)
    else { return false }
    let entry = PTE(gpte.bits, frame: gpte.gfn)
    return access.access.isPermitted(by: entry) && entry.has(access.access.referenceAndChange)
      && page.vmmWritable
  }
}
