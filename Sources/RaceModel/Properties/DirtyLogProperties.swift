internal import Scheduler

// That no store of a guest is lost to the dirty log.
extension PropertySpec {
  private typealias State = Property.State

  package static let dirtyLog = PropertySpec(
    "dirty-log", fact: "D1",
    "Every guest store is reported by a harvest, or the next one will report it while the log"
      + " is there.",
    ghosts: [.missed],
    radix: { world, _ in
      let kvm = world.kvm
      return allReported(kvm) { "host[\(kvm.pageName($0))] has" }
    },
    hashed: { world, _ in allReported(world.kvm) { _ in "the entries on its chain have" } })

  package static let finalHarvest = PropertySpec(
    "final-harvest", fact: "D2",
    "When all is done, every store has been reported by a harvest, but those that none was"
      + " bound to see before the log was given up.",
    ghosts: [.missed, .dropped],
    anyTable: { world in
      let kvm = world.kvm
      return .nowhere(.atEnd) { state in
        kvm.geometry.backings.first {
          state[kvm.ghosts.written, $0] || state[kvm.ghosts.dropped, $0]
            || state[kvm.ghosts.missed, $0]
        }
      } explain: { _, backing in
        "page \(kvm.pageName(backing)) was stored to, and no harvest has reported it"
      }
    })

  package static let unmapLogged = PropertySpec(
    "unmap-logged", fact: "D3",
    "When a dirty host entry has been unmapped, the dirty bitmap is set before the unlock.",
    radix: { world, _ in
      let unmaps = world.paths.unmaps
      return Statement(.quiet { state in !unmaps.contains { state[$0.old].has(.changed) } })
    })

  package static let logDroppedWithSlot = PropertySpec(
    "log-dropped-with-slot", fact: "D4",
    "No slot is deleted, and its dirty log with it, before a harvest was bound to see each store.",
    ghosts: [.missed, .dropped],
    anyTable: { world in
      let kvm = world.kvm
      return .nowhere(.atEnd) { state in
        kvm.geometry.backings.first { state[kvm.ghosts.dropped, $0] }
      } explain: { _, backing in
        "page \(kvm.pageName(backing)) was stored to, no harvest was bound to see the store before"
          + " its slot was deleted, and the dirty bitmap went with the slot:"
          + " KVM_GET_DIRTY_LOG is -ENOENT now"
      }
    })

  /// The next harvest will find the log, and in it, or by C, each page that was stored to.
  ///
  /// Otherwise C is clear where it should be set: `orElse` names the place and ends in "has".
  private static func allReported(
    _ kvm: KVM, orElse place: @escaping @Sendable (Int) -> String
  ) -> Statement {
    .nowhere(.atEnd) { state in
      kvm.geometry.backings.first { backing in
        if !state[kvm.ghosts.written, backing] { return false }
        let slot = kvm.geometry.pages[backing].slot
        return kvm.memslots.findLogging(state, slot: slot) == nil
          || !kvm.willReportDirty(state, backing: backing)
      }
    } explain: { state, backing in
      let slot = kvm.geometry.pages[backing].slot
      let lost =
        "page \(kvm.pageName(backing)) was stored to, but no harvest that returned reported the store"
      if kvm.memslots.findLogging(state, slot: slot) == nil {
        return lost + ", not one that began behind it either; the log has ended, and neither the"
          + " dirty bitmap nor C had the page then"
      }
      return lost + ", and \(place(backing)) C clear and the dirty bitmap has no bit:"
        + " the next harvest will not report it either"
    }
  }
}

extension KVM {
  /// A page of the VMM's memory as files name it, by its guest frame.
  func pageName(_ backing: Int) -> String { geometry.pages[backing].gfn.hex }
}
