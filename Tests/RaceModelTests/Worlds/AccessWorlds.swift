import Scheduler

@testable import RaceModel

/// The worlds in which accesses are observed: the scenarios, each for a moment, and small worlds
/// for what they rarely come to.
enum AccessWorlds {
  /// What machines do in them.
  static func observed() throws -> ObservedAccessLists {
    var lists = ObservedAccessLists()
    var known: Set<UInt64> = []
    for row in try Corpus.rows() {
      let system = row.system
      guard known.insert(system.stableHash).inserted else { continue }
      AccessObserver(system, row.row.kernel).observe(into: &lists, idleRuns: 2)
    }
    for world in radix + nested + hashed {
      let observer = AccessObserver(world.system, world.kernel)
      observer.observeAll(into: &lists, states: 1_500)
      observer.observe(into: &lists, idleRuns: 4)
    }
    return lists
  }

  /// Two pages that the VMM maps with one huge page, in a slot that does not log.
  ///
  /// The frame of the second is also a guest frame, in a slot of its own.
  private static func huge(
    leaf: String?, small: String? = nil, l2: String? = nil, rpn: Int = 0x120
  ) -> SmallWorld {
    SmallWorld(host: nil).changed { world in
      world.machine.slots = [
        .init(
          id: 0, baseGFN: 0x100, npages: 2, logDirty: false, readOnly: false, isHuge: true,
          leaf: leaf.map(SmallWorld.bits)),
        .init(id: 1, baseGFN: 0x120, npages: 2, logDirty: true, readOnly: false),
      ]
      world.machine.pages = [
        SmallWorld.page(0x100, rpn: rpn, host: small),
        SmallWorld.page(0x101, rpn: rpn + 1, host: small),
        SmallWorld.page(0x120, rpn: 0x51, host: "rwx RC"),
        SmallWorld.page(0x121, rpn: 0x52, host: "rwx RC"),
      ]
      if let l2 {
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
    // Aging: an old entry, a leaf, the middle of one.
    SmallWorld(host: "rwx -C").running("mm", .age),
    huge(leaf: "rwx RC").running("mm", .age, .ageGFN(gfn: 0x101)),
    // L1's fault: pages that are not writable, leaves, what changes meanwhile.
    SmallWorld(host: "r-x R-", vmmWritable: false).running("vcpu0", .l1Store),
    SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .l1Load).running("mm", .unmap),
    SmallWorld(host: nil).running("vcpu0", .l1Load).running(
      "mm", .invalidateRange(gfn: 0x100, rpn: 0x22), .unmap),
    SmallWorld(host: "rwx R-").running("vcpu0", .l1Store).running("mm", .unmap),
    SmallWorld(host: "r-x R-").running("vcpu0", .l1Store),
    SmallWorld(host: nil).changed { $0.machine.slots[0].readOnly = true }
      .running("vcpu0", .l1Load),
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
    huge(leaf: "rwx RC").changed { $0.machine.slots[0].logDirty = true }
      .running("vcpu0", .l1Load),
    huge(leaf: "r-x R-").changed { $0.machine.slots[0].logDirty = true }
      .running("vcpu0", .l1Store),
    // Logging switched while L1 faults.
    huge(leaf: "r-x R-").running("vcpu0", .l1Store).running(
      "vmm", .setMemslot(slot: 0, .setLogging(true))),
    // The harvest of a slot that has had leaves, the table's end, a flush with nodes.
    huge(leaf: nil, small: "rwx RC").changed { $0.machine.slots[0].logDirty = true }
      .running("vmm", .harvest).running("mm", .unmap),
    huge(leaf: "rwx RC").running("vmm", .switchToHPT),
    huge(leaf: nil).running("vmm", .setMemslot(slot: 1, .delete)),
    huge(leaf: "rwx RC").running("vmm", .setMemslot(slot: 0, .setLogging(true))),
  ]

  private static let nested: [SmallWorld] = [
    // The nested fault: leaves, pages to instantiate, what changes meanwhile.
    huge(leaf: "rwx --", l2: "rwx --").running("vcpu0", .store),
    huge(leaf: "rwx RC", l2: "rwx --").running("vcpu0", .store).running("mm", .age),
    huge(leaf: nil, small: "r-x RC").changed { world in
      world.machine.guests[0].pages = [SmallWorld.l2Page(0x10, gfn: 0x100)]
    }.running("vcpu0", .store),
    huge(leaf: nil, small: "r-x RC").with(\.bumpLeaf, .on).changed { world in
      world.machine.guests[0].pages = [SmallWorld.l2Page(0x10, gfn: 0x100)]
    }.running("vcpu0", .store),
    huge(leaf: nil, small: "r-x RC", rpn: 0x60).changed { world in
      world.machine.guests[0].pages = [SmallWorld.l2Page(0x10, gfn: 0x100)]
    }.running("vcpu0", .store),
    huge(leaf: "r-x RC").changed { world in
      world.machine.slots[0].logDirty = true
      world.machine.guests[0].pages = [
        SmallWorld.l2Page(0x10, gfn: 0x100), SmallWorld.l2Page(0x11, gfn: 0x100, shadow: "r-x R-"),
        SmallWorld.l2Page(0x12, gfn: 0x100, shadow: "r-x R-"),
      ]
    }.running("vcpu0", .store),
    SmallWorld(host: nil).running("vcpu0", .store).running(
      "mm", .invalidateRange(gfn: 0x100, rpn: 0x22), .unmap),
    SmallWorld(host: "rwx --", shadow: "rwx --").running("vcpu0", .store).running("mm", .unmap),
    SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .store),
    SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .load),
    // Accesses by L0, invalidations of L1, references.
    SmallWorld().inL1(isKnown: false).running("l1", .copyFromGuest(vcpu: 0, page: 0), .tlbie),
    SmallWorld(shadow: "rwx RC").running(
      "l1", .copyToGuest(vcpu: 0, page: 0), .copyToGuest(vcpu: 0, page: 0)),
    SmallWorld(shadow: "r-x R-").running("l1", .copyToGuest(vcpu: 0, page: 0)),
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running(
      "l1", .tlbieLPID(guest: 0, ric: .pwc), .tlbieAll(ric: .pwc)),
    SmallWorld(shadow: "rwx RC", tlb: "rwx RC").inL1().running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC").running("vcpu0", .exit).running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)),
    SmallWorld(shadow: "rwx RC").with(\.gpRef, .off).running("vcpu0", .exit).running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieAll(ric: .all)),
    // A root that is 0, and set when the fault asks again; a vCPU that is in L2 already.
    SmallWorld().running("vcpu0", .store).running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all),
      .l1SetPartition(guest: 0, isSet: true)),
    SmallWorld().running("vcpu0", .enter),
    SmallWorld().inL1().running("vcpu0", .exit),
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
    SmallWorld(gpte: "rwx RC").changed { world in
      world.machine.guests[0].pages = [0x10, 0x11].map { SmallWorld.l2Page($0, onRmap: true) }
    }.running("vcpu0", .load),
    SmallWorld().changed { world in
      world.machine.guests[0].pages = [0x10, 0x11, 0x12].map {
        SmallWorld.l2Page($0, shadow: $0 == 0x11 ? "rwx RC" : nil, onRmap: true)
      }
    }.running("vmm", .harvest).running("mm", .age),
  ]

  private static let hashed: [SmallWorld] = [
    // Hypercalls that are refused.
    .hashed(.maps(0x100, "rw- RC")).running("vcpu0", .entering(0, 0x100)),
    .hashed(.free).running(
      "vcpu0", .removing(0), .hProtect(vcpu: 0, index: 0, mayWrite: false)),
    // An invalidation between the sample and the check.
    .hashed(.free).running("vcpu0", .entering(0, 0x100)).running("mm", .unmap),
    .hashed(.absent(0x100, "rw- RC")).running("vcpu0", .hptStore(vcpu: 0, index: 0))
      .running("mm", .unmap),
    // C that a core owes, when the entry becomes writable, is harvested or goes.
    .hashed(.maps(0x100, "rw- --"), .maps(0x100, "rw- --")).running(
      "vcpu0", .hptStore(vcpu: 0, index: 0), .hptStore(vcpu: 0, index: 1), .stopVCPU(vcpu: 0),
      .stopVCPU(vcpu: 1)
    ).running("vmm", .harvest),
    .hashed(.maps(0x100, "rw- --")).running("vcpu0", .hptStore(vcpu: 0, index: 0)).running(
      "vcpu1", .hProtect(vcpu: 1, index: 0, mayWrite: false), .hRemove(vcpu: 1, index: 0)),
    .hashed(.maps(0x100, "rw- --")).running("vcpu0", .hptStore(vcpu: 0, index: 0)).running(
      "mm", .unmap),
    .hashed(.maps(0x100, "rw- RC"), .maps(0x100, "r-- R-")).running("vmm", .harvest).running(
      "vcpu0", .hProtect(vcpu: 0, index: 0, mayWrite: false)),
    // A chain's entry is locked when the page is unmapped.
    .hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- RC")).running("mm", .unmap).running(
      "vcpu0", .removing(0)),
    // A fault of an entry whose page has a chain, or that the guest changes meanwhile.
    .hashed(.maps(0x100, "rw- RC"), .absent(0x100, "rw- RC")).running(
      "vcpu0", .hptStore(vcpu: 0, index: 1)),
    .hashed(.absent(0x100, "rw- RC")).running("vcpu0", .hptLoad(vcpu: 0, index: 0)).running(
      "vcpu1", .hProtect(vcpu: 1, index: 0, mayWrite: false)),
    .hashed(.free).running("vmm", .setMemslot(slot: 1, .setLogging(true))),
    .hashed(.maps(0x100, "rw- RC")).running("vmm", .delete).running("vcpu0", .removing(0)),
  ]
}
