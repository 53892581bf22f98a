package import Scheduler

extension KVM {
  /// Lays the machine of a scenario out in `builder`.
  ///
  /// `use` is what the threads' scripts make of it.
  package init(
    _ machine: Scenario.Machine, _ knobs: Knobs, _ use: Use, in builder: inout SystemBuilder
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
    tlbSlots = Self.tlbSlots(of: machine, use, pages: pages, l2Pages: l2Pages)
    frames = Self.frames(pages: pages, use)

    let locks = builder.locks(
      [Lock.Declaration("slots_lock", .mutex, rank: 0)]
        + machine.guests.map { .init("tlb_lock[\($0.l1LPID)]", .mutex, rank: 1) }
        + [.init("mn_invalidate_lock", .spin, rank: 2), .init("mmu_lock", .spin, rank: 2)])
    slotsLock = locks[0]
    tlbLocks = Array(locks[1..<locks.count - 2])
    mnInvalidateLock = locks[locks.count - 2]
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
    let largestFrame = max(1, frames.map(\.rpn).max() ?? 1)
    // OR-ing two frame numbers, as kvmppc_create_pte can, must still fit.
    let gfns = machine.slots.map { $0.baseGFN + $0.npages - 1 }.max() ?? 1
    let described = machine.guests.flatMap(\.pages)
    // At most one list node per L2 page and one in flight per thread; without the duplicate scan a
    // list can grow with every fault, and the check tells when the pool was too small.
    let pool = l2Pages.count * (knobs.dedupe == .on ? 1 : 3) + threads
    widths = Widths(
      hostPTE: PTE.width(frame: largestFrame), guestPTE: PTE.width(frame: gfns),
      seq: Layout.bits(for: use.bumps), page: Layout.bits(for: pages.count),
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
    count = layout.cell("mmu_count", bits: Layout.bits(for: use.notifiers), initial: 0)
    mnActive = layout.cell("mn_active", bits: Layout.bits(for: use.notifiers), initial: 0)
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
        guard case .l2(let l2Page) = slot.target else { return .absent }
        let vcpu = machine.vcpus[slot.core]
        return vcpu.tlb.first { $0.page == l2Page - first[vcpu.guest] }.map {
          PTE($0.bits, frame: frame(of: described[l2Page]))
        } ?? .absent
      })
    written = layout.row(
      named: named("written", pageNames), bits: 1, role: .ghost,
      initial: pages.map { backing[$0.gfn]?.written ?? false }, print: bit)
    backs = layout.row(
      named: frames.map { "backs[\($0.rpn.hex)]" }, bits: 1, role: .ghost,
      initial: frames.map { $0.rpn == pages[$0.page].rpn }, print: bit)
  }

  /// What the threads' scripts make of a machine.
  package struct Use: Sendable {
    /// The most often that `mmu_notifier_seq` can be incremented in any run.
    package var bumps = 0
    /// How many notifiers can be under way at once.
    package var notifiers = 0
    /// The core and the page of each L1 access.
    package var l1Accesses: [(core: Int, page: Int)] = []
    /// The frames that pages get in the course of a run.
    package var newFrames: [Frame] = []

    package init() {}
  }

  /// A place for each translation that some core can have: its guest's L2 pages, and the L1 pages
  /// that it accesses.
  private static func tlbSlots(
    of machine: Scenario.Machine, _ use: Use, pages: [Page], l2Pages: [L2Page]
  ) -> [TLBSlot] {
    machine.vcpus.enumerated().flatMap { core, vcpu in
      let l2 = l2Pages.indices.filter { l2Pages[$0].guest == vcpu.guest }.map { index in
        TLBSlot(
          core: core, lpid: l2Pages[index].shadowLPID, address: l2Pages[index].n,
          shift: pageShift, target: .l2(index))
      }
      let l1 = pages.indices.filter { page in
        use.l1Accesses.contains { $0.core == core && $0.page == page }
      }.map { page in
        TLBSlot(
          core: core, lpid: machine.lpid, address: pages[page].gfn, shift: pageShift,
          target: .l1(page))
      }
      return l2 + l1
    }
  }

  /// The frames of the pages, then those that they get later; each once.
  private static func frames(pages: [Page], _ use: Use) -> [Frame] {
    var frames = pages.indices.filter { pages[$0].rpn != 0 }.map {
      Frame(rpn: pages[$0].rpn, page: $0)
    }
    for frame in use.newFrames where !frames.contains(frame) { frames.append(frame) }
    return frames
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
