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
    knobRecord = KnobRecord(knobs)
    let knobs = KnobReader(knobRecord, name: "KVM")
    let backing = Dictionary(uniqueKeysWithValues: machine.pages.map { ($0.gfn, $0) })
    versions = machine.slots.enumerated().map {
      Self.versions(of: $1, use.updates[$0], on: machine, knobs)
    }
    var firstBacking: [Int] = []
    var pages: [Page] = []
    for (index, slot) in machine.slots.enumerated() {
      firstBacking.append(pages.count)
      for (place, offset) in slot.offsets.enumerated() {
        pages.append(
          Page(gfn: slot.baseGFN + offset, slot: index, backing: firstBacking[index] + place))
      }
    }
    let backingGFNs = pages.map(\.gfn)
    for (index, slot) in machine.slots.enumerated() {
      guard case .move(let base) = use.updates[index] else { continue }
      for offset in 0..<slot.npages {
        pages.append(Page(gfn: base + offset, slot: index, backing: firstBacking[index] + offset))
      }
    }
    self.firstBacking = firstBacking
    var values: [UInt64] = []
    var l2Pages: [L2Page] = []
    for (guest, description) in machine.guests.enumerated() {
      for page in description.pages {
        let value = RmapEntry.value(lpid: description.l1LPID, n: page.n)
        if !values.contains(value) { values.append(value) }
        l2Pages.append(
          L2Page(
            guest: guest, n: page.n, l1LPID: description.l1LPID,
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
    let objects = Self.objects(of: machine, use)
    self.objects = objects
    shadowPlaces = objects.enumerated().flatMap { index, object in
      (0..<object.pageCount).map { ShadowPlace(object: index, l2Page: object.firstPage + $0) }
    }
    tlbSlots = Self.tlbSlots(of: machine, use, pages: pages, l2Pages: l2Pages, objects)
    frames = Self.frames(backingGFNs.map { backing[$0]?.rpn ?? 0 }, use)

    let locks = builder.locks(
      [
        Lock.Declaration("slots_lock", kind: .mutex, rank: 0),
        Lock.Declaration("slots_arch_lock", kind: .mutex, rank: 1),
        Lock.Declaration("mmu_setup_lock", kind: .mutex, rank: 1),
      ]
        + objects.map { .init("tlb_lock[\(Self.name(of: $0, machine))]", kind: .mutex, rank: 2) }
        + [
          .init("mn_invalidate_lock", kind: .spin, rank: 3),
          .init("mmu_lock", kind: .spin, rank: 3),
        ]
        + (machine.hpt.map {
          HPT.locks(entries: $0.entries.count, backings: backingGFNs.map(\.hex))
        } ?? []))
    slotsLock = locks[0]
    slotsArchLock = locks[1]
    mmuSetupLock = locks[2]
    tlbLocks = Array(locks[3..<3 + objects.count])
    mnInvalidateLock = locks[3 + objects.count]
    mmuLock = locks[4 + objects.count]
    builder.quiet(whenFree: [mmuLock])
    wildStore = builder.check(.wildStore)
    useAfterFree = builder.check(.useAfterFree)
    uninitialized = builder.check(.uninitialized)
    poolExhausted = builder.check(.rmapPool)

    var layout = builder.layout
    defer { builder.layout = layout }
    let largestFrame = max(1, frames.map(\.rpn).max() ?? 1)
    // OR-ing two frame numbers, as kvmppc_create_pte can, must still fit.
    let described = machine.guests.flatMap(\.pages)
    // L1 may map what no slot backs: that access is emulated.
    let gfns = (pages.map(\.gfn) + described.compactMap(\.gpte?.gfn)).max() ?? 1
    let pool =
      machine.hpt == nil
      ? Self.poolSize(
        lists: backingGFNs.count, entries: values.count, l2Pages: l2Pages.count, use, knobs) : 0
    widths = Widths(
      hostPTE: Width(PTE.width(frame: largestFrame), naming: .hostFrame),
      guestPTE: Width(PTE.width(frame: gfns), naming: .guestFrame),
      seq: Width(Layout.bits(for: use.bumps)),
      isLeaf: Width(machine.slots.contains(where: \.isHuge) ? 1 : 0),
      page: Width(Layout.bits(for: pages.count), naming: .page),
      node: Width(Layout.bits(for: pool)),
      memslot: Width(
        Layout.bits(for: MemslotRef.largest(versions.map(\.count))), naming: .memslot),
      object: Width(Layout.bits(for: objects.count), naming: .object),
      rmapWord: Width(
        RmapWord.width(entries: max(values.count, 1), nodes: pool), naming: .rmapWord),
      rmapEntry: Width(Layout.bits(for: values.count), naming: .rmapEntry))
    let pageNames = pages.map(\.gfn.hex)
    let backingNames = backingGFNs.map(\.hex)
    let l2Names = l2Pages.map { "\($0.l1LPID):\($0.n.hex)" }
    func named(_ name: String, _ keys: [String]) -> [String] { keys.map { "\(name)[\($0)]" } }
    func frame(of page: Scenario.L2Page) -> Int {
      page.gpte.flatMap { backing[$0.gfn]?.rpn } ?? 0
    }

    seq = layout.cell("mmu_seq", bits: widths.seq, initial: 0)
    count = layout.cell("mmu_count", bits: Layout.bits(for: use.notifiers), initial: 0)
    mnActive = layout.cell("mn_active", bits: Layout.bits(for: use.notifiers), initial: 0)
    srcu = SRCU(&layout, threads: use.threadNames, hasGracePeriods: !use.updates.isEmpty)
    radix = layout.cell("radix", bits: 1, initial: machine.hpt == nil)
    pgtableInUse = layout.cell(
      "pgtable", bits: 1, initial: true, print: { $0 ? "allocated" : "freed" })
    // A guest with a hashed table has no radix one, and no nested guests.
    let radixPages = machine.hpt == nil ? pages : []
    host = layout.row(
      named: named("host", machine.hpt == nil ? pageNames : []), bits: widths.hostPTE,
      initial: radixPages.map { page in
        backing[page.gfn].flatMap { page in page.host.map { PTE($0, frame: page.rpn) } } ?? .absent
      })
    let huge = machine.slots.indices.filter { machine.slots[$0].isHuge }
    leafIndex = machine.slots.indices.map { huge.firstIndex(of: $0) }
    leaves = layout.row(
      named: huge.map { "leaf[\(machine.slots[$0].baseGFN.hex)]" }, bits: widths.hostPTE,
      initial: huge.map { slot in
        let first = backing[machine.slots[slot].baseGFN]?.rpn ?? 0
        return machine.slots[slot].leaf.map { PTE($0, frame: first) } ?? .absent
      })
    vmm = layout.row(
      named: named("vmm", backingNames), bits: widths.hostPTE,
      initial: backingGFNs.map { gfn in
        guard let backing = backing[gfn] else { return .absent }
        return PTE(
          backing.vmmWritable ? [.present, .read, .write] : [.present, .read], frame: backing.rpn)
      })
    gpte = layout.row(
      named: named("gpte", l2Names), bits: widths.guestPTE,
      initial: described.map { page in
        page.gpte.map { PTE($0.bits, frame: $0.gfn) } ?? .absent
      })
    let objectNames = objects.map { Self.name(of: $0, machine) }
    shadow = layout.row(
      named: objects.flatMap { object in
        machine.guests[object.guest].pages.map {
          "shadow[\(Self.name(of: object, machine)):\($0.n.hex)]"
        }
      }, bits: widths.hostPTE,
      initial: objects.flatMap { object in
        machine.guests[object.guest].pages.map { page in
          object.instance > 0
            ? .absent : page.shadow.map { PTE($0, frame: frame(of: page)) } ?? .absent
        }
      })
    l1Root = layout.row(
      named: machine.guests.map { "patb[\($0.l1LPID)]" }, bits: 1,
      initial: machine.guests.map { _ in true }, print: { $0 ? "set" : "0" })
    root = layout.row(
      named: objectNames.map { "gp[\($0)].l1_gr_to_hr" }, bits: 1,
      initial: objects.map { machine.isKnown($0) }, print: { $0 ? "set" : "0" })
    let cores = machine.vcpus
    refcnt = layout.row(
      named: objectNames.map { "gp[\($0)].refcnt" },
      bits: Layout.bits(for: 2 + threads + cores.count),
      initial: objects.map { object in
        guard machine.isKnown(object) else { return 0 }
        return UInt8(1 + cores.count { $0.guest == object.guest && $0.startsNested })
      })
    objectInUse = layout.row(
      named: objectNames.map { "gp[\($0)]" }, bits: 1, initial: objects.map { machine.isKnown($0) },
      print: { $0 ? "allocated" : "free" })
    let instances = objects.map(\.instance).max() ?? 0
    idr = layout.row(
      named: machine.guests.map { "idr[\($0.l1LPID)]" },
      bits: IDRSlot.width(instances: instances + 1),
      initial: machine.guests.map { $0.isKnown ? IDRSlot(instance: 0) : .free })
    nested = layout.row(
      named: cores.map { "\($0.name).nested" }, bits: widths.object,
      initial: cores.map { vcpu in
        guard vcpu.startsNested,
          let object = objects.firstIndex(where: { $0.guest == vcpu.guest && $0.instance == 0 })
        else { return UInt8(0) }
        return UInt8(object + 1)
      }, print: { $0 == 0 ? "NULL" : "gp[\(objectNames[Int($0) - 1])]" })

    let entry: @Sendable (RmapEntry) -> String = { [values] in
      $0 == .none ? "0" : Self.name(of: values[$0.index])
    }
    let word: @Sendable (RmapWord) -> String = { word in
      if word.isEmpty { return "0" }
      return word.isSingle ? "single \(entry(word.entry))" : "node \(word.nodeIndex)"
    }
    let lists = Self.initialLists(
      backingGFNs,
      entries: zip(described, l2Pages).compactMap { page, l2 in
        page.onRmap ? page.gpte.map { (gfn: $0.gfn, entry: l2.entry) } : nil
      }, pool: pool)
    rmap = layout.row(
      named: named("rmap", machine.hpt == nil ? backingNames : []), bits: widths.rmapWord,
      initial: machine.hpt == nil ? lists.heads : [], print: word)
    nodeNext = layout.row(
      named: (0..<pool).map { "node\($0).next" }, bits: widths.rmapWord, initial: lists.next,
      print: word)
    nodeEntry = layout.row(
      named: (0..<pool).map { "node\($0).rmap" },
      bits: widths.rmapEntry, initial: lists.entries, print: entry)
    nodeInUse = layout.row(
      named: (0..<pool).map { "node\($0)" }, bits: 1, initial: lists.inUse,
      print: { $0 ? "allocated" : "free" })

    let slotNames = machine.slots.map { "memslot\($0.id)" }
    rmapInUse = layout.row(
      named: slotNames.map { "\($0).rmap" }, bits: 1, initial: slotNames.map { _ in true },
      print: { $0 ? "allocated" : "freed" })
    slotVersion = layout.row(
      named: slotNames, bits: use.updates.isEmpty ? 0 : 2,
      initial: slotNames.map { _ in UInt8(0) },
      print: { ["old", "second", "third", "fourth"][Int($0)] })
    logged = layout.row(
      named: slotNames.map { "\($0).logged" }, bits: 1, role: .ghost,
      initial: machine.slots.map(\.logDirty))
    let clean = backingGFNs.map { _ in false }
    let bit: @Sendable (Bool) -> String = { $0 ? "1" : "0" }
    bitmap = layout.row(
      named: named("dirty_bitmap", backingNames), bits: 1, initial: clean, print: bit)
    scratch = layout.row(
      named: named("dirty_scratch", backingNames), bits: 1, initial: clean, print: bit)
    tlb = layout.row(
      named: tlbSlots.map { "tlb[\(machine.vcpus[$0.core].name),\($0.lpid):\($0.address.hex)]" },
      bits: widths.hostPTE,
      initial: tlbSlots.map { slot in
        guard case .l2(let l2Page, let object) = slot.target, objects[object].instance == 0
        else { return .absent }
        let vcpu = machine.vcpus[slot.core]
        return vcpu.tlb.first { $0.page == l2Page - first[vcpu.guest] }.map {
          PTE($0.bits, frame: frame(of: described[l2Page]))
        } ?? .absent
      })
    written = layout.row(
      named: named("written", backingNames), bits: 1, role: .ghost,
      initial: backingGFNs.map { backing[$0]?.written ?? false }, print: bit)
    coherent = layout.row(
      named: named("coherent", l2Names), bits: 1, role: .ghost,
      initial: described.map { _ in false }, print: bit)
    tracksWeakening = use.ghosts.contains(.weakened)
    weakened = layout.cell(
      "weakened", bits: tracksWeakening ? 1 : 0, role: .ghost, initial: false, print: bit)
    refused = layout.row(
      named: cores.map { "refused[\($0.name)]" }, bits: use.entries.isEmpty ? 0 : 1, role: .ghost,
      initial: cores.map { _ in false }, print: bit)
    backs = layout.row(
      named: frames.map { "backs[\($0.rpn.hex)]" }, bits: 1, role: .ghost,
      initial: frames.map { frame in
        frame.rpn == backing[backingGFNs[frame.backing]]?.rpn
      }, print: bit)
    hpt = machine.hpt.map { table in
      HPT(
        table, backings: backingGFNs, rpn: { backing[$0]?.rpn ?? 0 }, largestFrame: largestFrame,
        vcpus: cores, use, locks: locks[(5 + objects.count)...], in: &layout)
    }
  }

  /// `lpid:page`, as scenario files write them.
  static func name(of value: UInt64) -> String {
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
}

extension Scenario.Machine {
  /// Whether L0 has the object when the scenario starts.
  fileprivate func isKnown(_ object: KVM.GuestObject) -> Bool {
    object.instance == 0 && guests[object.guest].isKnown
  }
}
