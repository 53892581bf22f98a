package import Scheduler

/// A pointer to a `struct kvm_memory_slot`: a slot and which version of it; 0 is NULL.
package struct MemslotRef: CellValue, Hashable, CustomStringConvertible {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  static let null = MemslotRef(cellBits: 0)

  init(slot: Int, version: Int) {
    cellBits = UInt64(truncatingIfNeeded: slot &* 4 &+ version &+ 1)
  }

  /// The largest pattern, by slot's number of versions.
  static func largest(_ versions: [Int]) -> Int {
    versions.enumerated().map { Int(MemslotRef(slot: $0, version: $1 - 1).cellBits) }.max() ?? 0
  }

  var slot: Int { Int(truncatingIfNeeded: cellBits &- 1) / 4 }
  var version: Int { Int(truncatingIfNeeded: cellBits &- 1) % 4 }

  /// `#0` for a slot as it stands at the start, then `#0b`, `#0c`.
  package var description: String {
    self == .null ? "NULL" : "#\(slot)" + ["", "b", "c", "d"][version]
  }
}

/// What `struct kvm_memory_slot` says of a slot at one time.
package struct SlotVersion: Hashable, Sendable {
  package let flags: SlotFlags
  package let baseGFN: Int
  /// Whether a lookup finds it; a deleted slot's last version is nothing.
  package let exists: Bool
}

/// `kvm->memslots[]`: the slots, their versions, and what belongs to a slot whatever its version.
package struct Memslots: Sendable {
  /// By slot: the rmap array has been freed.
  package let rmapFreed: CellRow<Bool>
  /// By slot: which of ``versions`` lookups find.
  package let published: CellRow<UInt8>
  /// Ghost, by slot: user space counts on the dirty log.
  package let logged: CellRow<Bool>
  /// First half of `memslot->dirty_bitmap`, by backing.
  package let bitmap: CellRow<Bool>
  /// Second half, the scratch buffer of the harvest, by backing.
  package let scratch: CellRow<Bool>
  /// By slot: `memslot->dirty_bitmap`, both halves, has been freed.
  package let bitmapFreed: CellRow<Bool>
  /// Which `struct kvm_memory_slot` has been freed: those that some update replaces, one after
  /// another.
  package let structFreed: CellRow<Bool>
  /// By slot: what a lookup can find, in the order of publication.
  package let versions: [[SlotVersion]]
  /// By bits of a ``MemslotRef``: its place in ``structFreed``, or -1 for one that stays.
  private let structPlaces: [Int]
  private let geometry: Geometry
  /// By slot: what the VMM calls it.
  private let ids: [Int]
  private let useAfterFree: Check

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let (machine, geometry) = (plan.machine, plan.geometry)
    (self.geometry, versions) = (geometry, plan.versions)
    useAfterFree = plan.checks.useAfterFree
    ids = machine.slots.map(\.id)
    let names = machine.slots.map { "memslot\($0.id)" }
    rmapFreed = layout.row(
      named: names.map { "\($0).rmap" }, bits: versions.contains(where: \.endsDeleted) ? 1 : 0,
      initial: names.map { _ in false }, print: Self.lifetime)
    published = layout.row(
      named: names, bits: versions.contains { $0.count > 1 } ? 2 : 0,
      initial: names.map { _ in UInt8(0) },
      print: { Self.orders[Int($0)] })
    logged = layout.row(
      named: names.map { "\($0).logged" }, bits: 1, role: .ghost,
      initial: machine.slots.map(\.logDirty))
    let (pages, clean) = (geometry.backingGFNs.map(\.hex), geometry.backings.map { _ in false })
    bitmap = layout.row("dirty_bitmap", pages, bits: 1, initial: clean, print: Layout.digit)
    scratch = layout.row("dirty_scratch", pages, bits: 1, initial: clean, print: Layout.digit)
    bitmapFreed = layout.row(
      named: names.map { "\($0).dirty_bitmap" }, bits: versions.contains(where: \.endsLog) ? 1 : 0,
      initial: names.map { _ in false }, print: Self.lifetime)
    let replaced = versions.enumerated().flatMap { slot, versions in
      versions.indices.dropLast().map { MemslotRef(slot: slot, version: $0) }
    }
    structFreed = layout.row(
      named: replaced.map { "\(names[$0.slot]).struct[\(Self.orders[$0.version])]" }, bits: 1,
      initial: replaced.map { _ in false },
      print: Self.lifetime)
    structPlaces = (0...MemslotRef.largest(versions.map(\.count))).map { bits in
      replaced.firstIndex { $0.cellBits == bits } ?? -1
    }
  }

  /// What the versions of a slot are called, in the order in which lookups find them.
  private static let orders = ["old", "second", "third", "fourth"]
  private static let lifetime: @Sendable (Bool) -> String = { $0 ? "freed" : "allocated" }

  /// By slot: what lookups of it find, first to last.
  ///
  /// A deletion goes through an INVALID copy, and so does a move unless `move-flush` says
  /// otherwise.
  static func versions(
    of machine: Scenario.Machine, _ use: KVM.Use, _ knobs: KnobReader
  ) -> [[SlotVersion]] {
    machine.slots.enumerated().map { index, slot in
      var flags: SlotFlags = []
      if slot.logDirty { flags.insert(.logDirty) }
      if slot.readOnly { flags.insert(.readOnly) }
      let old = SlotVersion(flags: flags, baseGFN: slot.baseGFN, exists: true)
      let invalid = SlotVersion(
        flags: flags.union(.invalid), baseGFN: slot.baseGFN, exists: true)
      switch use.updates[index] {
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
  }

  /// When a move unmaps its slot; the choice is there for a hashed table only.
  static func moveFlush(_ machine: Scenario.Machine, _ knobs: KnobReader) -> Knob.MoveFlush {
    switch machine.table {
    case .radix: .invalidStep
    case .hashed: knobs.moveFlush
    }
  }

  /// `gfn_to_memslot`: the visible version of the slot that holds a guest frame, INVALID ones too.
  @inline(__always) func find<R>(_ state: StateView<R>, gfn: Int) -> MemslotRef {
    for slot in versions.indices {
      let version = Int(state[published, slot])
      let found = versions[slot][version]
      if found.exists, gfn >= found.baseGFN, gfn < found.baseGFN + geometry.slotSizes[slot] {
        return MemslotRef(slot: slot, version: version)
      }
    }
    return .null
  }

  /// The visible version of a slot, or NULL.
  @inline(__always) func find<R>(_ state: StateView<R>, slot: Int) -> MemslotRef {
    let version = Int(state[published, slot])
    return versions[slot][version].exists ? MemslotRef(slot: slot, version: version) : .null
  }

  @inline(__always) func flags(_ memslot: MemslotRef) -> SlotFlags {
    versions[memslot.slot][memslot.version].flags
  }

  /// `gfn - memslot->base_gfn` in the slot's backings.
  @inline(__always) func backing(_ memslot: MemslotRef, gfn: Int) -> Int {
    geometry.firstBacking[memslot.slot] + gfn - versions[memslot.slot][memslot.version].baseGFN
  }

  /// The guest frame that a backing has in one version of its slot.
  @inline(__always) func gfn(_ memslot: MemslotRef, backing: Int) -> Int {
    versions[memslot.slot][memslot.version].baseGFN + backing
      - geometry.firstBacking[memslot.slot]
  }

  /// The visible version of a slot when it logs; else nil, and KVM_GET_DIRTY_LOG is -ENOENT.
  @inline(__always) func findLogging<R>(_ state: StateView<R>, slot: Int) -> MemslotRef? {
    let memslot = find(state, slot: slot)
    return memslot != .null && flags(memslot).contains(.logDirty) ? memslot : nil
  }
}

// Lifetimes: whoever follows a pointer to a slot's struct, its rmap array or its dirty bitmap asks
// here, and breaks `use-after-free` when that has been freed.
extension Memslots {
  /// A field of `*memslot` is read.
  @inline(__always) func touch<R>(_ state: StateView<R>, _ memslot: MemslotRef) {
    let place = structPlaces[Int(truncatingIfNeeded: memslot.cellBits)]
    if place >= 0, state[structFreed, place] {
      state.fail(
        useAfterFree,
        saying: "the struct kvm_memory_slot of memslot \(ids[memslot.slot]) that was found has been"
          + " freed")
    }
  }

  /// A word of `memslot->arch.rmap` is read or written, by way of a pointer to it.
  @inline(__always) func touchRmap<R>(_ state: StateView<R>, slot: Int) {
    if state[rmapFreed, slot] {
      state.fail(useAfterFree, saying: "the rmap array of memslot \(ids[slot]) has been freed")
    }
  }

  /// The same, for the slot that a backing belongs to.
  @inline(__always) func touchRmap<R>(_ state: StateView<R>, backing: Int) {
    touchRmap(state, slot: geometry.pages[backing].slot)
  }

  /// `memslot->dirty_bitmap` is looked at: whether the slot has one.
  @inline(__always) func hasBitmap<R>(_ state: StateView<R>, _ memslot: MemslotRef) -> Bool {
    touch(state, memslot)
    return flags(memslot).contains(.logDirty)
  }

  /// A word of `memslot->dirty_bitmap` is read or written, by way of a pointer to it.
  @inline(__always) func touchBitmap<R>(_ state: StateView<R>, slot: Int) {
    if state[bitmapFreed, slot] {
      state.fail(useAfterFree, saying: "the dirty bitmap of memslot \(ids[slot]) has been freed")
    }
  }

  /// `kvmppc_update_dirty_map`: nothing for a slot without a bitmap.
  @inline(__always) func updateDirtyMap<R>(
    _ state: StateView<R>, _ memslot: MemslotRef, _ backing: Int
  ) {
    guard hasBitmap(state, memslot) else { return }
    touchBitmap(state, slot: memslot.slot)
    state[bitmap, backing] = true
  }

  /// `kfree` of the struct.
  func free<R>(_ state: StateView<R>, _ memslot: MemslotRef) {
    state[structFreed, structPlaces[Int(truncatingIfNeeded: memslot.cellBits)]] = true
  }
}

extension [SlotVersion] {
  /// Whether the slot is deleted.
  var endsDeleted: Bool { last?.exists == false }

  /// Whether the slot logs at first, and not in the end: its bitmap is freed.
  var endsLog: Bool {
    first?.flags.contains(.logDirty) == true && last?.flags.contains(.logDirty) == false
  }
}
