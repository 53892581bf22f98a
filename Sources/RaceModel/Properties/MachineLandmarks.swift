internal import Scheduler

// What the host does to a guest, and what its tables come to hold.
extension Landmark {
  package static let harvestReported = Landmark(
    "harvest-reported", "A harvest reported a page.",
    anyTable: { world in
      let (kvm, harvests) = (world.kvm, world.paths.harvests)
      return .reached { state in
        harvests.contains { state[$0.point] == .unlockSlots }
          && kvm.geometry.backings.contains { state[kvm.memslots.scratch, $0] }
      }
    })

  package static let unmapped = Landmark(
    "unmapped", "A notifier unmapped an entry.",
    radix: { world, _ in
      let unmaps = world.paths.notifiers.compactMap(\.unmap.radix?.1)
      return .reached { state in unmaps.contains { state[$0.point] == .removeRmap } }
    },
    hashed: { world, _ in
      let unmaps = world.paths.notifiers.compactMap(\.unmapHPT)
      return .reached { state in unmaps.contains { state[$0.point] == .tlbieHpte } }
    })

  package static let aged = Landmark(
    "aged", "Aging cleared R in a host entry.",
    radix: { world, _ in
      let agings = world.paths.agings
      return .reached { state in agings.contains { state[$0.point] == .updateRmap } }
    })

  package static let rmapSingle = Landmark(
    "rmap-single", "An rmap word holds a single tagged entry.",
    radix: { world, radix in
      let kvm = world.kvm
      return .reached { state in
        kvm.geometry.backings.contains { state[radix.rmap.heads, $0].isSingle }
      }
    })

  package static let rmapList = Landmark(
    "rmap-list", "An rmap word points at a list.",
    radix: { world, radix in
      let kvm = world.kvm
      return .reached { state in
        kvm.geometry.backings.contains {
          !state[radix.rmap.heads, $0].isSingle && !state[radix.rmap.heads, $0].isEmpty
        }
      }
    })

  package static let staleTLB = Landmark(
    "stale-tlb",
    "A cached translation is stronger than the shadow entry in memory, with mmu_lock free.",
    radix: { world, radix in
      let kvm = world.kvm
      return .reached { state in kvm.locks.mmu.isFree(state) && radix.staleTLB(state, kvm) != nil }
    })

  package static let guestEntered = Landmark(
    "guest-entered", "A vCPU created a nested guest's object and ran it.",
    radix: { world, radix in
      let kvm = world.kvm
      return .reached { state in
        kvm.machine.vcpus.indices.contains { core in
          !kvm.machine.vcpus[core].startsNested && state[radix.nested.ofVCPU, core] != 0
        }
      }
    })

  package static let guestFreed = Landmark(
    "guest-freed", "A nested guest's object that L0 started with has been freed.",
    radix: { world, radix in
      let kvm = world.kvm
      return .reached { state in
        radix.nested.objects.indices.contains { object in
          radix.nested.objects[object].instance == 0 && !state[radix.nested.inUse, object]
            && kvm.machine.guests[radix.nested.objects[object].guest].isKnown
        }
      }
    })

  package static let modeSwitched = Landmark(
    "mode-switched", "The guest has been switched to a hashed table, and its radix table freed.",
    radix: { world, radix in
      let kvm = world.kvm
      return .reached { state in !state[kvm.mode.isRadix] && !state[radix.host.inUse] }
    })
}
