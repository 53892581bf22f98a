internal import Scheduler

// The landmarks of a guest with a hashed table.
extension Landmark {
  func hashed(
    _ kvm: KVM, _ hpt: HPT, _ paths: PathBuilder
  ) -> @Sendable (Property.State) -> Bool {
    let (enters, removes, faults) = (paths.enters, paths.removes, paths.hptFaults)
    let (notifiers, harvests) = (paths.notifiers, paths.harvests)
    let unmaps =
      notifiers.compactMap(\.unmapHPT) + paths.slotUpdates.compactMap(\.flush.hashed?.1.unmap)
    switch self {
    case .retry:
      return { state in
        enters.contains { state[$0.point] == .unlockRmapToRetry }
          || faults.contains { state[$0.point] == .unlockRmapToRetry }
      }
    case .harvestReported:
      return { state in
        harvests.contains { state[$0.point] == .unlockSlots }
          && kvm.geometry.backings.contains { state[kvm.memslots.scratch, $0] }
      }
    case .unmapped:
      return { state in
        notifiers.contains { cells in
          cells.unmapHPT.map { state[$0.point] == .tlbieHpte } ?? false
        }
      }
    case .mmio:
      return { state in
        enters.contains { state[$0.second].has(.key31) }
          || faults.contains { state[$0.result] == .mmio }
      }
    case .hpteEntered: return { state in enters.contains { state[$0.point] == .keepRc } }
    case .hpteRemoved: return { state in removes.contains { state[$0.point] == .tlbieHpte } }
    case .removedWhileInvalid:
      return { state in
        removes.indices.contains { place in
          guard state[removes[place].point] == .removeChain,
            state[removes[place].remove.point] == .findMemslot
          else { return false }
          return kvm.memslots.versions.indices.contains { slot in
            kvm.memslots.versions[slot][Int(state[kvm.memslots.published, slot])].flags.contains(
              .invalid)
          }
        }
      }
    case .backOff:
      return { state in
        unmaps.contains { state[$0.point] == .backOff }
          || harvests.contains { $0.testHPT.map { state[$0.point] == .backOff } ?? false }
      }
    case .leftValid:
      return { state in
        unmaps.contains {
          state[$0.point] == .unlockRmap && state[hpt.first, Int(state[$0.index])].contains(.valid)
        }
      }
    case .owedC:
      return { state in hpt.tlbSlots.indices.contains { state[hpt.tlb, $0].owesC } }
    case .staleCopy, .shadowInserted, .upgrade, .instantiated, .setRC, .reflected, .rmapSingle,
      .rmapList, .staleTLB, .aged, .guestEntered, .guestFreed, .pageSizeChanged:
      preconditionFailure("a guest with a hashed table cannot reach \(rawValue)")
    }
  }
}
