package import Scheduler

/// The hashed page table of a guest, as cells: entries, reverse-map entries, rmap words and TLBs.
///
/// An *index* is an entry's place in the table, which stands for the virtual page it maps too.
/// Memory slots, SRCU, the dirty bitmap, the notifier's counters and the other locks belong to
/// ``KVM``.
package struct HPT: Sendable {
  /// First doubleword, by index.
  package let first: CellRow<HPTEFirst>
  /// Second doubleword, by index.
  package let second: CellRow<HPTESecond>
  /// `rev[].guest_rpte`, by index.
  package let guestRPTE: CellRow<HPTESecond>
  /// `rev[].forw` and `rev[].back`, by index: the ring of all entries that map one page.
  package let forw: CellRow<UInt8>
  package let back: CellRow<UInt8>
  /// `memslot->arch.rmap[]`, by backing: the versions of a slot share the array.
  package let rmap: CellRow<HPTRmapWord>
  /// Cached translations, by place in ``tlbSlots``.
  package let tlb: CellRow<HPTTranslation>
  /// `kvm->arch.vcpus_running`.
  package let vcpusRunning: Cell<UInt8>
  /// Ghost, by index: a store was made through the entry, and its C has not been handed on since.
  package let carriesC: CellRow<Bool>

  /// The lock bit of an entry, `HPTE_V_HVLOCK`, by index.
  package let hpteLocks: [Lock]
  /// The lock bit of an rmap word, by backing.
  package let rmapLocks: [Lock]
  /// rmap-dirty=rmap: harvests look at the C that an rmap word has saved, too.
  let readsSavedC: Bool

  package let tlbSlots: [TLBSlot]
  package let widths: Widths

  /// Where a core keeps the translation of an entry.
  package struct TLBSlot: Hashable, Sendable {
    package let core: Int
    package let index: Int
  }

  /// Cell widths that follow from the machine's numbers.
  package struct Widths: Hashable, Sendable {
    package let second: Int
    package let index: Int
  }

  /// How many entries there are.
  package var count: Int { first.count }

  /// `tlbie` of one entry's virtual page: every core drops its translation, and writes C if it
  /// owes it.
  ///
  /// It returns when accesses in flight are done, so it is one step.
  package func tlbie<R>(_ state: StateView<R>, index: Int) {
    for (place, slot) in tlbSlots.enumerated() where slot.index == index {
      if state[tlb, place].owesC { state[second, index] = state[second, index].setting(.changed) }
      state[tlb, place] = .none
    }
  }

  /// The place of a core's translation of an entry that it accesses.
  func tlbSlot(core: Int, index: Int) -> Int {
    guard let place = tlbSlots.firstIndex(of: TLBSlot(core: core, index: index)) else {
      preconditionFailure("core \(core) has no translation of entry \(index)")
    }
    return place
  }

  /// Calls `visit` with the indices of a page's chain until it returns true; whether one did.
  ///
  /// Ends after as many entries as there are, so that a chain that is no ring is survived.
  func walk<R>(_ state: StateView<R>, _ backing: Int, until visit: (Int) -> Bool) -> Bool {
    guard let head = state[rmap, backing].head else { return false }
    var index = head
    for _ in 0..<count {
      if visit(index) { return true }
      index = next(state, index)
      if index == head { return false }
    }
    return false
  }

  /// The next entry on a chain.
  func next<R>(_ state: StateView<R>, _ index: Int) -> Int { Int(state[forw, index]) }

  func set<R>(_ state: StateView<R>, forw index: Int, to other: Int) {
    state[forw, index] = UInt8(truncatingIfNeeded: other)
  }

  func set<R>(_ state: StateView<R>, back index: Int, to other: Int) {
    state[back, index] = UInt8(truncatingIfNeeded: other)
  }

  /// Notes that the C of a store through an entry has reached the rmap word, the bitmap or a
  /// harvest.
  func handOn<R>(_ state: StateView<R>, _ bits: HPTESecond.Bits, of index: Int) {
    if bits.contains(.changed) { state[carriesC, index] = false }
  }
}

extension HPT {
  /// The locks that the lock bits of entries and rmap words stand for.
  ///
  /// Entry before rmap word is the order of hypercalls and faults, the other that of unmapping,
  /// which therefore only tries for the entry: they nest either way.
  static func locks(of machine: Scenario.Machine, _ geometry: Geometry) -> [Lock.Declaration] {
    guard let entries = machine.hpt?.entries else { return [] }
    return entries.indices.map { .init("hpte[\($0)].HVLOCK", kind: .spin, rank: 4, nests: true) }
      + geometry.backingGFNs.map {
        .init("rmap[\($0.hex)].lock", kind: .spin, rank: 4, nests: true)
      }
  }

  /// Lays out `table`, with the locks that ``locks(of:_:)`` declared.
  init(
    _ table: Scenario.HashedTable, _ plan: MachinePlan, locks: ArraySlice<Lock>, _ mode: MMUMode,
    readsSavedC: Bool, in layout: inout Layout
  ) {
    self.readsSavedC = readsSavedC
    let (machine, geometry, use) = (plan.machine, plan.geometry, plan.use)
    let (entries, backings) = (table.entries, geometry.backingGFNs)
    let indices = Array(entries.indices)
    vcpusRunning = mode.vcpusRunning
    hpteLocks = Array(locks.prefix(entries.count))
    rmapLocks = Array(locks.dropFirst(entries.count))
    let largestGFN =
      (backings + entries.compactMap(\.gfn) + use.enteredGFNs + use.updates.values.flatMap(\.bases))
      .max() ?? 1
    widths = Widths(
      second: HPTESecond.width(frame: max(geometry.largestFrame, largestGFN)),
      index: Layout.bits(for: max(entries.count - 1, 1)))
    let names = indices.map { "\($0)" }
    first = layout.row(
      named: names.map { "hpte[\($0)].v" }, bits: HPTEFirst.bits,
      initial: entries.map { $0.bits == nil ? [] : $0.isAbsent ? .absent : .valid })
    second = layout.row(
      named: names.map { "hpte[\($0)].r" }, bits: widths.second,
      initial: entries.map { entry in
        guard let gfn = entry.gfn, let bits = entry.bits, !entry.isAbsent else { return .zero }
        return HPTESecond(bits, frame: machine.frame(ofGFN: gfn))
      })
    guestRPTE = layout.row(
      named: names.map { "rev[\($0)].guest_rpte" }, bits: widths.second,
      initial: entries.map { entry in
        guard let gfn = entry.gfn, let bits = entry.bits else { return .zero }
        return HPTESecond(bits, frame: gfn)
      })
    // The chains as linking the entries one after another would leave them.
    let chains = backings.map { gfn in
      indices.filter { entries[$0].gfn == gfn && entries[$0].bits != nil && !entries[$0].isAbsent }
    }
    func neighbour(_ step: Int) -> [UInt8] {
      indices.map { index in
        guard let chain = chains.first(where: { $0.contains(index) }),
          let place = chain.firstIndex(of: index)
        else { return 0 }
        return UInt8(chain[(place + step + chain.count) % chain.count])
      }
    }
    forw = layout.row(
      named: names.map { "rev[\($0)].forw" }, bits: widths.index, initial: neighbour(1))
    back = layout.row(
      named: names.map { "rev[\($0)].back" }, bits: widths.index, initial: neighbour(-1))
    rmap = layout.row(
      "rmap", backings.map(\.hex), bits: HPTRmapWord.width(entries: entries.count),
      initial: chains.map { HPTRmapWord(head: $0.first, []) })
    tlbSlots = use.hptAccesses
    tlb = layout.row(
      "tlb", tlbSlots.map { "\(machine.vcpus[$0.core].name),hpte \($0.index)" },
      bits: HPTTranslation.width(frame: geometry.largestFrame),
      initial: tlbSlots.map { _ in .none })
    carriesC = layout.row(
      "carries-c", names, bits: 1, role: .ghost,
      initial: entries.map { $0.bits?.changed == true && !$0.isAbsent }, print: Layout.digit)
  }
}

extension SlotUpdate {
  /// The guest frame that the slot comes to begin at, if it moves.
  var bases: [Int] { if case .move(let base) = self { [base] } else { [] } }
}
