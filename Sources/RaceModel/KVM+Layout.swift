package import Scheduler

extension KVM {
  /// Lays the machine of a scenario out in `builder`.
  ///
  /// `bumps` is the most often that `mmu_notifier_seq` can be incremented in any run.
  package init(
    _ machine: Scenario.Machine, _ knobs: Knobs, bumps: Int, in builder: inout SystemBuilder
  ) {
    let threads = builder.threads.count
    self.machine = machine
    self.knobs = knobs
    let backing = Dictionary(uniqueKeysWithValues: machine.pages.map { ($0.gfn, $0) })
    let pages = machine.slots.enumerated().flatMap { index, slot in
      (slot.baseGFN..<slot.baseGFN + slot.npages).map { gfn in
        Page(gfn: gfn, slot: index, rpn: backing[gfn]?.rpn ?? 0, isLogged: slot.logDirty)
      }
    }
    var values: [UInt64] = []
    var l2Pages: [L2Page] = []
    for (guest, description) in machine.guests.enumerated() {
      for page in description.pages {
        let value = RmapEntry.value(lpid: description.l1LPID, n: page.n)
        if !values.contains(value) { values.append(value) }
        l2Pages.append(
          L2Page(
            guest: guest, n: page.n, l1LPID: description.l1LPID,
            shadowLPID: description.shadowLPID,
            entry: RmapEntry(values.firstIndex(of: value) ?? 0)))
      }
    }
    self.pages = pages
    self.l2Pages = l2Pages
    entryValues = values
    pageOfEntry = values.indices.map { entry in
      l2Pages.firstIndex { $0.entry.index == entry } ?? 0
    }
    let first = Self.firstL2Pages(of: machine)
    tlbSlots = machine.vcpus.enumerated().flatMap { core, vcpu in
      machine.guests[vcpu.guest].pages.enumerated().map { index, page in
        TLBSlot(
          core: core, lpid: machine.guests[vcpu.guest].shadowLPID, address: page.n,
          shift: Self.pageShift, l2Page: first[vcpu.guest] + index)
      }
    }

    let locks = builder.locks(
      [Lock.Declaration("slots_lock", .mutex, rank: 0)]
        + machine.guests.map { .init("tlb_lock[\($0.l1LPID)]", .mutex, rank: 1) }
        + [.init("mmu_lock", .spin, rank: 2)])
    slotsLock = locks[0]
    tlbLocks = Array(locks[1..<locks.count - 1])
    mmuLock = locks[locks.count - 1]
    let mmuLock = mmuLock
    builder.quiet { mmuLock.isFree($0) }
    wildStore = builder.check(
      "wild-store", "A guest store reaches only host pages that back the guest.")
    useAfterFree = builder.check("use-after-free", "No freed object is touched.")
    poolExhausted = builder.check(
      "rmap-pool", "The model's pool of rmap nodes is large enough for the scenario.")

    var layout = builder.layout
    defer { builder.layout = layout }
    let frames = max(1, machine.pages.map(\.rpn).max() ?? 1)
    // OR-ing two frame numbers, as kvmppc_create_pte can, must still fit.
    let described = machine.guests.flatMap(\.pages)
    // L1 may map what no slot backs: that access is emulated.
    let gfns =
      (machine.slots.map { $0.baseGFN + $0.npages - 1 } + described.compactMap(\.gpte?.gfn)).max()
      ?? 1
    // At most one list node per L2 page and one in flight per thread; without the duplicate scan a
    // list can grow with every fault, and the check tells when the pool was too small.
    let pool = l2Pages.count * (knobs.dedupe == .on ? 1 : 3) + threads
    widths = Widths(
      hostPTE: PTE.width(frame: frames), guestPTE: PTE.width(frame: gfns),
      seq: Layout.bits(for: bumps), page: Layout.bits(for: pages.count),
      node: Layout.bits(for: pool),
      rmapWord: RmapWord.width(entries: max(values.count, 1), nodes: pool),
      rmapEntry: Layout.bits(for: max(values.count - 1, 1)))
    let pageNames = pages.map(\.gfn.hex)
    let l2Names = l2Pages.map { "\($0.l1LPID):\($0.n.hex)" }
    func named(_ name: String, _ keys: [String]) -> [String] { keys.map { "\(name)[\($0)]" } }
    func frame(of page: Scenario.L2Page) -> Int {
      page.gpte.flatMap { backing[$0.gfn]?.rpn } ?? 0
    }

    seq = layout.cell("mmu_seq", bits: widths.seq, initial: 0)
    count = layout.cell("mmu_count", bits: 1, initial: 0)
    srcuReaders = layout.cell("srcu", bits: Layout.bits(for: threads), initial: 0)
    radix = layout.cell("radix", bits: 1, initial: true)
    host = layout.row(
      named: named("host", pageNames), bits: widths.hostPTE,
      initial: pages.map { page in
        backing[page.gfn]?.host.map { PTE($0, frame: page.rpn) } ?? .absent
      })
    vmm = layout.row(
      named: named("vmm", pageNames), bits: widths.hostPTE,
      initial: pages.map { page in
        guard let backing = backing[page.gfn] else { return .absent }
        return PTE(
          backing.vmmWritable ? [.present, .read, .write] : [.present, .read], frame: page.rpn)
      })
    gpte = layout.row(
      named: named("gpte", l2Names), bits: widths.guestPTE,
      initial: described.map { page in
        page.gpte.map { PTE($0.bits, frame: $0.gfn) } ?? .absent
      })
    shadow = layout.row(
      named: named("shadow", l2Names), bits: widths.hostPTE,
      initial: described.map { page in
        page.shadow.map { PTE($0, frame: frame(of: page)) } ?? .absent
      })
    root = layout.row(
      named: machine.guests.map { "gp[\($0.l1LPID)].l1_gr_to_hr" }, bits: 1,
      initial: machine.guests.map { _ in true })

    let entry: @Sendable (RmapEntry) -> String = { [values] in
      Self.name(of: values[$0.index])
    }
    let word: @Sendable (RmapWord) -> String = { word in
      if word.isEmpty { return "0" }
      return word.isSingle ? "single \(entry(word.entry))" : "node \(word.nodeIndex)"
    }
    let lists = Self.initialLists(
      pages: pages,
      entries: zip(described, l2Pages).compactMap { page, l2 in
        page.onRmap ? page.gpte.map { (gfn: $0.gfn, entry: l2.entry) } : nil
      }, pool: pool)
    rmap = layout.row(
      named: named("rmap", pageNames), bits: widths.rmapWord, initial: lists.heads, print: word)
    nodeNext = layout.row(
      named: (0..<pool).map { "node\($0).next" }, bits: widths.rmapWord, initial: lists.next,
      print: word)
    nodeEntry = layout.row(
      named: (0..<pool).map { "node\($0).rmap" },
      bits: widths.rmapEntry, initial: lists.entries, print: entry)
    nodeInUse = layout.row(
      named: (0..<pool).map { "node\($0)" }, bits: 1, initial: lists.inUse,
      print: { $0 ? "allocated" : "free" })

    slotFlags = layout.row(
      named: machine.slots.map { "memslot\($0.id).flags" }, bits: SlotFlags.bits,
      initial: machine.slots.map { slot in
        var flags: SlotFlags = []
        if slot.logDirty { flags.insert(.logDirty) }
        if slot.readOnly { flags.insert(.readOnly) }
        return flags
      })
    let clean = pages.map { _ in false }
    let bit: @Sendable (Bool) -> String = { $0 ? "1" : "0" }
    bitmap = layout.row(
      named: named("dirty_bitmap", pageNames), bits: 1, initial: clean, print: bit)
    scratch = layout.row(
      named: named("dirty_scratch", pageNames), bits: 1, initial: clean, print: bit)
    tlb = layout.row(
      named: tlbSlots.map { "tlb[\(machine.vcpus[$0.core].name),\($0.lpid):\($0.address.hex)]" },
      bits: widths.hostPTE,
      initial: tlbSlots.map { slot in
        let vcpu = machine.vcpus[slot.core]
        let index = slot.l2Page - first[vcpu.guest]
        return vcpu.tlb.first { $0.page == index }.map {
          PTE($0.bits, frame: frame(of: described[slot.l2Page]))
        } ?? .absent
      })
    written = layout.row(
      named: named("written", pageNames), bits: 1, role: .ghost, initial: clean, print: bit)
  }

  /// `lpid:page`, as scenario files write them.
  private static func name(of value: UInt64) -> String {
    let lpid = value >> RmapEntry.lpidShift
    let n = (value & RmapEntry.gpaMask) >> UInt64(pageShift)
    return "\(lpid):\(n.hex)"
  }

  /// By guest: the number of its first L2 page.
  package static func firstL2Pages(of machine: Scenario.Machine) -> [Int] {
    var first = [0]
    for guest in machine.guests { first.append(first[first.count - 1] + guest.pages.count) }
    return Array(first.dropLast())
  }

  private struct Lists {
    var heads: [RmapWord]
    var next: [RmapWord]
    var entries: [RmapEntry]
    var inUse: [Bool]
  }

  /// The rmap lists as inserting `entries` one after another would leave them.
  private static func initialLists(
    pages: [Page], entries: [(gfn: Int, entry: RmapEntry)], pool: Int
  ) -> Lists {
    var lists = Lists(
      heads: pages.map { _ in .empty }, next: Array(repeating: .empty, count: pool),
      entries: Array(repeating: RmapEntry(0), count: pool),
      inUse: Array(repeating: false, count: pool))
    var node = 0
    for (gfn, entry) in entries {
      guard let page = pages.firstIndex(where: { $0.gfn == gfn }) else { continue }
      if lists.heads[page].isEmpty {
        lists.heads[page] = .single(entry)
      } else {
        lists.next[node] = lists.heads[page]
        lists.entries[node] = entry
        lists.inUse[node] = true
        lists.heads[page] = .node(node)
        node += 1
      }
    }
    return lists
  }
}
