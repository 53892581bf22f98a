internal import Scheduler

// What faults come across.
extension Landmark {
  package static let staleCopy = Landmark(
    "stale-copy", "A nested fault holds a copy with C of a host entry whose C was cleared since.",
    radix: { world, radix in
      let kvm = world.kvm
      return inNestedFault(world) { cells, state in
        guard state[cells.pte].has([.present, .changed]),
          let page = kvm.geometry.page(ofGFN: state[cells.gpte].frame)
        else { return false }
        return !state[radix.host.entry(state, page).entry].has(.changed)
      }
    })

  package static let retry = Landmark(
    "retry", "An insert was refused with -EAGAIN, or the link of a hashed entry given up.",
    radix: { world, _ in
      let (faults, l1Faults) = (world.paths.faults, world.paths.l1Faults)
      return .reached { state in
        faults.contains {
          state[$0.create.point] == .unlockToRetry
            || state[$0.instantiate.create.point] == .unlockToRetry
        } || l1Faults.contains { state[$0.instantiate.create.point] == .unlockToRetry }
      }
    },
    hashed: { world, _ in
      let (enters, faults) = (world.paths.enters, world.paths.hptFaults)
      return .reached { state in
        enters.contains { state[$0.point] == .unlockRmapToRetry }
          || faults.contains { state[$0.point] == .unlockRmapToRetry }
      }
    })

  package static let shadowInserted = Landmark(
    "shadow-inserted", "A nested fault inserted a shadow entry.",
    radix: { world, _ in
      inNestedFault(world) { cells, state in state[cells.create.point] == .insertRmap }
    })

  package static let upgrade = Landmark(
    "upgrade", "A nested fault met a present shadow entry that differs.",
    radix: { world, _ in
      inNestedFault(world) { cells, state in
        [.orEntry, .clearEntry].contains(state[cells.create.point])
      }
    })

  package static let instantiated = Landmark(
    "instantiated", "A nested fault gave L1 a host entry.",
    radix: { world, _ in
      let (faults, l1Faults) = (world.paths.faults, world.paths.l1Faults)
      return .reached { state in
        faults.contains { state[$0.instantiate.create.point] == .storeEntry }
          || l1Faults.contains { state[$0.instantiate.create.point] == .storeEntry }
      }
    })

  package static let pageSizeChanged = Landmark(
    "page-size-changed",
    "An insert replaced a large leaf by a small entry, or small ones by a leaf.",
    radix: { world, _ in
      let inserts = world.paths.faults.map(\.instantiate) + world.paths.l1Faults.map(\.instantiate)
      return .reached { state in inserts.contains { state[$0.create.point] == .replaceMapping } }
    })

  package static let setRC = Landmark(
    "set-rc", "The nested SET_RC updated an entry of each table.",
    radix: { world, _ in
      inNestedFault(world) { cells, state in
        state[cells.setRC.point] == .unlockMmu && !state[cells.setRC.failed]
      }
    })

  package static let reflected = Landmark(
    "reflected", "A fault was passed on to L1.",
    radix: { world, _ in inNestedFault(world) { cells, state in state[cells.result] == .resumeHost }
    })

  package static let mmio = Landmark(
    "mmio", "A fault or H_ENTER met a slot that is INVALID or gone, and was taken for MMIO.",
    radix: { world, _ in
      let (faults, l1Faults) = (world.paths.faults, world.paths.l1Faults)
      return .reached { state in
        faults.contains { state[$0.result] == .mmio }
          || l1Faults.contains { state[$0.result] == .mmio }
      }
    },
    hashed: { world, _ in
      let (enters, faults) = (world.paths.enters, world.paths.hptFaults)
      return .reached { state in
        enters.contains { state[$0.second].has(.key31) }
          || faults.contains { state[$0.result] == .mmio }
      }
    })

  /// Some thread's nested fault is where `test` is true.
  private static func inNestedFault(
    _ world: World,
    _ test: @escaping @Sendable (NestedPageFault.Cells, Property.State) -> Bool
  ) -> Statement {
    let faults = world.paths.faults
    return .reached { state in faults.contains { test($0, state) } }
  }
}
