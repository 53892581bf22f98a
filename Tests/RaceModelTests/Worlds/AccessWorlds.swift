import Scheduler

@testable import RaceModel

/// The worlds in which accesses are observed: small ones that come to every branch of every
/// machine, and the scenarios, each for a moment, for what nobody has thought of.
///
/// Nothing is checked in them: what properties keep beside the kernel looks at what no kernel
/// looks at.
enum AccessWorlds {
  /// What machines do in them.
  static func observed() throws -> ObservedAccessLists {
    var lists = ObservedAccessLists()
    var known: Set<UInt64> = []
    for row in try Corpus.rows() {
      let system = SmallWorld(row).checking().system
      guard known.insert(system.stableHash).inserted else { continue }
      AccessObserver(system, row.row.kernel).observe(into: &lists, idleRuns: 1)
    }
    for world in radix + lifetimes + nested + guests + hashed + hypercalls {
      let observer = AccessObserver(world.checking().system, world.kernel)
      if !observer.observeAll(into: &lists, states: 1_500) {
        observer.observe(into: &lists, idleRuns: 8)
      }
    }
    return lists
  }

  /// Two pages that the VMM maps with one huge page, in a slot that does not log unless `logs`.
  ///
  /// Their frames are guest frames of a second slot, which logs. L2 maps pages of that one, or
  /// with `mapsLeaf` or `l2`, its shadow entry, one page of the first.
  private static func huge(
    leaf: String?, small: String? = nil, l2: String? = nil, rpn: Int = 0x120,
    logs: Bool = false, mapsLeaf: Bool = false
  ) -> SmallWorld {
    SmallWorld(host: nil).changed { world in
      world.machine.slots = [
        .init(
          id: 0, baseGFN: 0x100, npages: 2, logDirty: logs, readOnly: false, isHuge: true,
          leaf: leaf.map(SmallWorld.bits)),
        .init(id: 1, baseGFN: 0x120, npages: 2, logDirty: true, readOnly: false),
      ]
      world.machine.pages = [
        SmallWorld.page(0x100, rpn: rpn, host: small),
        SmallWorld.page(0x101, rpn: rpn + 1, host: small),
        SmallWorld.page(0x120, rpn: 0x51, host: "rwx RC"),
        SmallWorld.page(0x121, rpn: 0x52, host: "rwx RC"),
      ]
      if mapsLeaf || l2 != nil {
        world.machine.guests[0].pages = [SmallWorld.l2Page(0x10, gfn: 0x100, shadow: l2)]
      } else {
        world.machine.guests[0].pages = [
          SmallWorld.l2Page(0x10, gfn: 0x120, shadow: "rwx RC"),
          SmallWorld.l2Page(0x11, gfn: 0x120, shadow: "rwx RC"),
          SmallWorld.l2Page(0x12, gfn: 0x120, shadow: "r-x R-"),
        ]
      }
      world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: []))
    }
  }

  private static let radix: [SmallWorld] = [
    // Aging: an old entry, a young one, a leaf, the middle of one.
    SmallWorld(host: "rwx -C").running("mm", .age),
    SmallWorld(shadow: "rwx RC").with(\.bumpAge, .on).running("mm", .age),
    huge(leaf: "rwx RC").running("mm", .age, .ageGFN(gfn: 0x101)),
    // L1's fault: pages that are not writable, leaves, what changes meanwhile.
    SmallWorld(host: "r-x R-", vmmWritable: false).running("vcpu0", .l1Store),
    SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .l1Load).running("mm", .unmap),
    SmallWorld(host: nil).running("vcpu0", .l1Load).running(
      "mm", .invalidateRange(gfn: 0x100, rpn: 0x22), .unmap),
    SmallWorld(host: "rwx R-").running("vcpu0", .l1Store).running("mm", .unmap),
    SmallWorld(host: "r-x R-").running("vcpu0", .l1Store),
    SmallWorld(host: nil).changed { $0.machine.slots[0].readOnly = true }
      .running("vcpu0", .l1Load, .l1Store),
    huge(leaf: "rwx --").running("vcpu0", .l1Store).running("mm", .age),
    huge(leaf: "r-x R-").running("vcpu0", .l1Store, .l1Load),
    huge(leaf: nil).running("vcpu0", .l1Store).running("vcpu1", .l1Load(vcpu: 1, gfn: 0x101)),
    // Another page size in the way, either way; the frames are guest frames of slot 1, or none.
    huge(leaf: nil, small: "r-x RC").running("vcpu0", .l1Store).running(
      "vmm", .setMemslot(slot: 1, .setLogging(false))),
    huge(leaf: nil, small: "r-x RC").with(\.bumpLeaf, .on).running("vcpu0", .l1Store),
    huge(leaf: nil, small: "r-x R-").running("vcpu0", .l1Store).running(
      "vcpu1", .l1Load(vcpu: 1, gfn: 0x120)),
    huge(leaf: nil, small: "r-x R-", rpn: 0x60).running("vcpu0", .l1Store),
    huge(leaf: "rwx RC", logs: true).running("vcpu0", .l1Load),
    huge(leaf: "r-x R-", logs: true).running("vcpu0", .l1Store),
    huge(leaf: "r-x R-").running("vcpu0", .l1Store).running(
      "vmm", .setMemslot(slot: 0, .setLogging(true))),
    // The harvest: beside stores, notifiers and the end of the table; of a slot that has had
    // leaves, or has no log.
    SmallWorld(shadow: "rwx RC").running("vmm", .harvest).running("vcpu0", .l1Store),
    SmallWorld().changed { $0.machine.slots[0].logDirty = false }.running("vmm", .harvest),
    SmallWorld().running("vmm", .harvest).running("owner", .switchToHPT),
    huge(leaf: nil, small: "rwx RC", logs: true).running("vmm", .harvest).running("mm", .unmap),
    SmallWorld(host: nil).changed { world in
      world.machine.slots[0].npages = 2
      world.machine.pages.append(SmallWorld.page(0x101, rpn: 0x22))
    }.running("vmm", .harvest, .delete),
    SmallWorld().with(\.bumpDirty, .before).running("vmm", .harvest),
    SmallWorld().with(\.bumpDirty, .in).running("vmm", .harvest),
    SmallWorld().with(\.bumpDirty, .after).running("vmm", .harvest),
    // Flushes behind the unlock, one for a range.
    SmallWorld(shadow: "rwx RC").with(\.unmapFlush, .afterUnlock)
      .running("vmm", .delete).running("mm", .invalidateSlot(slot: 0)),
    huge(leaf: "rwx RC").with(\.unmapFlush, .afterUnlock).running(
      "mm", .invalidateSlot(slot: 1), .invalidateSlot(slot: 0)),
    SmallWorld(shadow: "rwx RC").inL1().with(\.unmapFlush, .afterUnlock).running("l1", .tlbie),
    SmallWorld(host: nil).with(\.outerSample, .after).running("vcpu0", .l1Store),
    // The notifier.
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running("mm", .unmap),
    SmallWorld().with(\.bitmapLate, .on).running("mm", .unmap),
    huge(leaf: "rwx RC").running("mm", .unmap),
  ]

  /// What is freed: slots, and the host table.
  private static let lifetimes: [SmallWorld] = [
    huge(leaf: "rwx RC").running("owner", .switchToHPT),
    SmallWorld(shadow: "rwx RC").inL1().running("owner", .switchToHPT).running("vcpu0", .l1Load),
    SmallWorld(shadow: "rwx RC").running("owner", .switchToHPT).running("vcpu0", .load, .exit),
    SmallWorld(shadow: "rwx RC").inL1().running("owner", .switchToHPT).running(
      "l1", .tlbie, .tlbieLPID(guest: 0, ric: .tlb), .l1SetPartition(guest: 0, isSet: true)),
    SmallWorld(shadow: "rwx RC").inL1().running("owner", .switchToHPT).running(
      "vcpu0", .enter, .exit),
    SmallWorld(shadow: "rwx RC").inL1().running("owner", .switchToHPT).running(
      "l1", .tlbieAll(ric: .tlb), .copyFromGuest(vcpu: 0, page: 0)),
    huge(leaf: nil).running("vmm", .setMemslot(slot: 1, .delete)),
    huge(leaf: "rwx RC").running("vmm", .setMemslot(slot: 0, .setLogging(true))),
    SmallWorld().running("vmm", .setMemslot(slot: 0, .setLogging(false))),
    SmallWorld().running("vmm", .setMemslot(slot: 0, .move(base: 0x300))),
    SmallWorld().changed { $0.machine.slots[0].logDirty = false }.running("vmm", .delete),
    SmallWorld(shadow: "rwx RC").running("vmm", .delete).running("mm", .unmap),
    SmallWorld(host: nil).running("vmm", .delete).running("vcpu0", .l1Load),
    SmallWorld().running("vmm", .setMemslot(slot: 0, .setLogging(false))).running("vcpu0", .load),
  ]

  private static let nested: [SmallWorld] = [
    // The nested fault: leaves, pages to instantiate, what changes meanwhile.
    huge(leaf: "rwx --", l2: "rwx --").running("vcpu0", .store),
    huge(leaf: "rwx RC", l2: "rwx --").running("vcpu0", .store).running("mm", .age),
    huge(leaf: nil, small: "r-x RC", mapsLeaf: true).running("vcpu0", .store),
    huge(leaf: nil, small: "r-x RC", mapsLeaf: true).with(\.bumpLeaf, .on)
      .running("vcpu0", .store),
    huge(leaf: nil, small: "r-x RC", rpn: 0x60, mapsLeaf: true).running("vcpu0", .store),
    huge(leaf: "r-x RC", logs: true).changed { world in
      world.machine.guests[0].pages = [
        SmallWorld.l2Page(0x10, gfn: 0x100), SmallWorld.l2Page(0x11, gfn: 0x100, shadow: "r-x R-"),
        SmallWorld.l2Page(0x12, gfn: 0x100, shadow: "r-x R-"),
      ]
    }.running("vcpu0", .store),
    SmallWorld(host: nil).running("vcpu0", .store).running(
      "mm", .invalidateRange(gfn: 0x100, rpn: 0x22), .unmap),
    SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .store),
    SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .load),
    SmallWorld(host: "rwx --", shadow: "rwx --").running("vcpu0", .store).running("mm", .unmap),
    SmallWorld(host: "r-x R-", shadow: "r-x R-").running("vcpu0", .store),
    SmallWorld(shadow: "r-x R-").running("vcpu0", .store),
    SmallWorld(shadow: "r-x R-", tlb: "r-x R-").with(\.orPath, .replace).running("vcpu0", .store),
    SmallWorld().with(\.outerSample, .after).running("vcpu0", .store),
    SmallWorld(host: nil).with(\.outerSample, .after).running("vcpu0", .store),
    SmallWorld(host: "rwx --", shadow: "rwx --").with(\.setRCOneSection, .off)
      .running("vcpu0", .store),
    SmallWorld(host: "rwx --", shadow: "rwx --").with(\.setRCOneSection, .off)
      .with(\.setRCOrder, .shadowFirst).running("vcpu0", .store),
    // Faults that L1, the VMM or L2 get.
    SmallWorld(gpte: nil).running("vcpu0", .load),
    SmallWorld(gpte: "r-x R-", shadow: "r-x R-", tlb: "r-x R-").running("vcpu0", .store),
    SmallWorld(gpte: "rwx --", shadow: "rwx --").running("vcpu0", .store),
    SmallWorld().changed { $0.machine.guests[0].pages[0].gpte?.gfn = 0x500 }
      .running("vcpu0", .load),
    SmallWorld().changed { $0.machine.slots[0].readOnly = true }.running("vcpu0", .store),
    // Rmap lists: that grow, that have the entry, and with entries that are out of date.
    SmallWorld().running("vcpu0", .load),
    SmallWorld(shadow: "rwx RC").changed { world in
      world.machine.guests[0].pages.insert(SmallWorld.l2Page(0x11), at: 0)
    }.running("vcpu0", .load),
    SmallWorld().changed { world in
      world.machine.guests[0].pages = [0x10, 0x11, 0x12].map {
        SmallWorld.l2Page($0, onRmap: $0 != 0x10)
      }
    }.running("vcpu0", .load),
    SmallWorld().changed { world in
      world.machine.guests[0].pages = [0x10, 0x11].map { SmallWorld.l2Page($0, onRmap: true) }
    }.running("vcpu0", .load),
    SmallWorld().changed { world in
      world.machine.guests[0].pages = [0x10, 0x11, 0x12].map {
        SmallWorld.l2Page($0, shadow: $0 == 0x11 ? "rwx RC" : nil, onRmap: true)
      }
    }.running("vmm", .harvest).running("mm", .age),
    // L1's number for the second guest is the shadow LPID of the first.
    SmallWorld(tlb: "rwx RC").withGuest2(SmallWorld.l2Page(0x10, shadow: "rwx RC"))
      .running("vmm", .harvest),
  ]

  /// Nested guests that come and go.
  private static let guests: [SmallWorld] = [
    SmallWorld().inL1(isKnown: false).running("l1", .copyFromGuest(vcpu: 0, page: 0), .tlbie),
    SmallWorld().inL1(isKnown: false).running("l1", .tlbieLPID(guest: 0, ric: .tlb)),
    SmallWorld(shadow: "rwx RC").running(
      "l1", .copyToGuest(vcpu: 0, page: 0), .copyToGuest(vcpu: 0, page: 0)),
    SmallWorld(shadow: "r-x R-").running(
      "l1", .copyToGuest(vcpu: 0, page: 0), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running(
      "l1", .l1SetGpte(guest: 0, page: 0, nil), .tlbie),
    // A root that L1 has set again, and a SET_RC without a host entry.
    SmallWorld().running(
      "vcpu0", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all),
      .l1SetPartition(guest: 0, isSet: true), .load),
    SmallWorld(host: nil, shadow: "rwx R-").running("vcpu0", .store),
    // The hardware's entry can change when roots are read anew.
    SmallWorld(shadow: "rwx RC").running(
      "l1", .copyToGuest(vcpu: 0, page: 0), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running(
      "l1", .tlbieLPID(guest: 0, ric: .pwc), .tlbieAll(ric: .pwc)),
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running(
      "l1", .tlbieLPID(guest: 0, ric: .tlb), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").inL1().running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC").running("vcpu0", .exit).running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC").with(\.gpRef, .off).running("vcpu0", .exit).running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieAll(ric: .all)),
    // A root that is 0, and set when the fault asks again.
    SmallWorld().running("vcpu0", .store).running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all),
      .l1SetPartition(guest: 0, isSet: true)),
    // Entering and leaving: for the first time, at once, in L2 already, not in L2.
    SmallWorld().inL1(isKnown: false).changed {
      $0.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: [], startsNested: false))
    }.running("vcpu0", .enter).running("vcpu1", .enterNested(vcpu: 1)),
    SmallWorld().inL1().running("vcpu0", .load, .exit, .exit),
    SmallWorld().inL1(isKnown: false).running("vcpu0", .load),
    SmallWorld().running("vcpu0", .enter),
    SmallWorld(tlb: "rwx RC").running("core", .evictTLB(vcpu: 0, times: 1), .flushTLB(vcpu: 0)),
    SmallWorld(gpte: nil).running("vcpu0", .load, .load),
  ]

  private static let hashed: [SmallWorld] = [
    // Accesses: by the TLB, by the table, by way of a fault.
    .hashed(.maps(0x100, "rw- --")).running(
      "vcpu0", .hptLoad(vcpu: 0, index: 0), .hptStore(vcpu: 0, index: 0),
      .hptStore(vcpu: 0, index: 0)),
    .hashed(.maps(0x100, "rw- RC")).running(
      "vcpu0", .hProtect(vcpu: 0, index: 0, mayWrite: false),
      .hProtect(vcpu: 0, index: 0, mayWrite: true), .hptLoad(vcpu: 0, index: 0),
      .hptStore(vcpu: 0, index: 0)),
    .hashed(.absent(0x100, "r-- RC")).running(
      "vcpu0", .hptLoad(vcpu: 0, index: 0), .hptStore(vcpu: 0, index: 0)),
    .hashed(.maps(0x100, "rw- RC"), .absent(0x100, "rw- RC")).running(
      "vcpu0", .hptStore(vcpu: 0, index: 1)),
    // The fault beside a notifier, a hypercall, the end of its slot.
    .hashed(.absent(0x100, "rw- RC")).running("vcpu0", .hptStore(vcpu: 0, index: 0))
      .running("mm", .unmap),
    .hashed(.absent(0x100, "rw- RC")).running("vcpu0", .hptLoad(vcpu: 0, index: 0)).running(
      "vcpu1", .hProtect(vcpu: 1, index: 0, mayWrite: false)),
    .hashed(.absent(0x100, "rw- RC")).running("vcpu0", .hptLoad(vcpu: 0, index: 0)).running(
      "vmm", .delete),
    // C that a core owes is harvested, or goes with its entry; a chain that is empty.
    .hashed(.maps(0x100, "rw- --"), .maps(0x100, "rw- --")).running(
      "vcpu0", .hptStore(vcpu: 0, index: 0), .hptStore(vcpu: 0, index: 1), .stopVCPU(vcpu: 0),
      .stopVCPU(vcpu: 1)
    ).running("vmm", .harvest),
    .hashed(.maps(0x100, "rw- --")).running("vcpu0", .hptStore(vcpu: 0, index: 0)).running(
      "vcpu1", .hProtect(vcpu: 1, index: 0, mayWrite: false), .hRemove(vcpu: 1, index: 0)),
    .hashed(.maps(0x100, "rw- --")).running("vcpu0", .hptStore(vcpu: 0, index: 0)).running(
      "vcpu1", .hRemove(vcpu: 1, index: 0)),
    .hashed(.maps(0x100, "rw- --")).running("vcpu0", .hptStore(vcpu: 0, index: 0)).running(
      "mm", .unmap),
    .hashed(.maps(0x100, "rw- RC"), .maps(0x100, "r-- R-")).running("vmm", .harvest).running(
      "vcpu0", .hProtect(vcpu: 0, index: 0, mayWrite: false)),
    .hashed(.free).running("vmm", .harvest),
    // Chains that are unmapped: by a notifier and for a slot, with an entry that is locked.
    .hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- RC")).running("mm", .unmap).running(
      "vcpu0", .removing(0)),
    .hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- RC")).running("vmm", .delete).running(
      "vcpu0", .removing(0)),
    SmallWorld.hashed(.maps(0x101, "rw- RC")).withPage101.running("vmm", .delete),
    SmallWorld.hashed(.maps(0x100, "rw- RC")).withPage101.running("vmm", .delete),
    .hashed(.maps(0x100, "rw- RC")).running("vmm", .delete).running("mm", .unmap),
    // Slots that are changed otherwise.
    .hashed(.free).running("vmm", .setMemslot(slot: 1, .setLogging(true))),
    .hashed(.free).running("vmm", .setMemslot(slot: 0, .setLogging(false))),
    .hashed(.maps(0x200, "rw- RC")).running("vmm", .setMemslot(slot: 1, .delete)),
    .hashed(.maps(0x100, "rw- RC")).running("vmm", .move),
  ]

  private static let hypercalls: [SmallWorld] = [
    // Such as are refused.
    .hashed(.maps(0x100, "rw- RC")).running("vcpu0", .entering(0, 0x100)),
    .hashed(.free).running(
      "vcpu0", .removing(0), .hProtect(vcpu: 0, index: 0, mayWrite: false)),
    // An entry that no slot backs, one on a chain, one beside a notifier; its removal.
    .hashed(.free).running("vcpu0", .entering(0, 0x500), .removing(0)),
    .hashed(.maps(0x100, "rw- RC"), .free).running("vcpu0", .entering(1, 0x100), .removing(1)),
    .hashed(.free).running("vcpu0", .entering(0, 0x100)).running("mm", .unmap),
    .hashed(.maps(0x100, "rw- RC")).running("vmm", .delete).running("vcpu0", .removing(0)),
    .hashed(.maps(0x100, "rw- RC")).running(
      "vmm", .setMemslot(slot: 0, .setLogging(false))
    ).running("vcpu0", .removing(0)),
    // On POWER8.
    .hashed(.free).with(\.hcallSRCU, .on).running(
      "vcpu0", .entering(0, 0x100), .hProtect(vcpu: 0, index: 0, mayWrite: false), .removing(0)),
  ]
}
