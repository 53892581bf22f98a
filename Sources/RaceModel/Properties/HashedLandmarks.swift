internal import Scheduler

// What happens to the entries and chains of a hashed table.
extension Landmark {
  package static let hpteEntered = Landmark(
    "hpte-entered", "H_ENTER linked an entry into its page's chain.",
    hashed: { world, _ in
      let enters = world.paths.enters
      return .reached { state in enters.contains { state[$0.point] == .keepRc } }
    })

  package static let hpteRemoved = Landmark(
    "hpte-removed", "H_REMOVE invalidated a VALID entry.",
    hashed: { world, _ in
      let removes = world.paths.removes
      return .reached { state in removes.contains { state[$0.point] == .tlbieHpte } }
    })

  package static let removedWhileInvalid = Landmark(
    "removed-while-invalid", "H_REMOVE looks for the chain of an entry whose slot is INVALID.",
    hashed: { world, _ in
      let (kvm, removes) = (world.kvm, world.paths.removes)
      return .reached { state in
        removes.contains { cells in
          guard state[cells.point] == .removeChain, state[cells.remove.point] == .findMemslot
          else { return false }
          return kvm.memslots.versions.indices.contains { slot in
            kvm.memslots.versions[slot][Int(state[kvm.memslots.published, slot])].flags.contains(
              .invalid)
          }
        }
      }
    })

  package static let backOff = Landmark(
    "back-off", "Unmapping or a harvest found an entry of a chain locked, and let the chain go.",
    hashed: { world, _ in
      let (unmaps, harvests) = (unmaps(world), world.paths.harvests.compactMap(\.testHPT))
      return .reached { state in
        unmaps.contains { state[$0.point] == .backOff }
          || harvests.contains { state[$0.point] == .backOff }
      }
    })

  package static let leftValid = Landmark(
    "left-valid", "Unmapping took an entry off a chain whose page it does not map: it stays VALID.",
    hashed: { world, hpt in
      let unmaps = unmaps(world)
      return .reached { state in
        unmaps.contains {
          state[$0.point] == .unlockRmap && state[hpt.first, Int(state[$0.index])].contains(.valid)
        }
      }
    })

  package static let otherSlotUnmapped = Landmark(
    "other-slot-unmapped", "The flush of a slot made an entry of another slot ABSENT.",
    hashed: { world, _ in
      let updates = world.paths.slotUpdates.compactMap { cells in
        cells.flush.hashed.map { (changing: cells.memslot, flush: $0.1) }
      }
      return .reached { state in
        updates.contains { changing, flush in
          state[flush.unmap.point] == .harvestRc
            && state[flush.memslot] != .null
            && state[flush.memslot].slot != state[changing].slot
        }
      }
    })

  package static let owedC = Landmark(
    "owed-c", "A core has stored through a hashed entry, and owes it C.",
    hashed: { _, hpt in
      .reached { state in hpt.tlbSlots.indices.contains { state[hpt.tlb, $0].owesC } }
    })

  /// Where notifiers and changes of slots take entries off chains.
  private static func unmaps(_ world: World) -> [UnmapRmapp.Cells] {
    world.paths.notifiers.compactMap(\.unmapHPT)
      + world.paths.slotUpdates.compactMap(\.flush.hashed?.1.unmap)
  }
}
