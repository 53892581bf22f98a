internal import Scheduler

// That no store of a guest is lost to the dirty log.
extension PropertySpec {
  private typealias State = Property.State

  package static let dirtyLog = PropertySpec(
    "dirty-log", fact: "D1",
    "Every guest store is reported by a harvest, or the next one will report it.",
    ghosts: [.missed],
    radix: { world, radix in
      let kvm = world.kvm
      return allReported(kvm) { state, backing in
        radix.willReport(state, kvm, backing: backing)
      } orElse: { backing in
        "host[\(kvm.pageName(backing))] has"
      }
    },
    hashed: { world, hpt in
      let readsRmapWord = world.knobs.rmapDirty == .rmap
      return allReported(world.kvm) { state, backing in
        hpt.willReport(state, backing: backing, readsRmapWord: readsRmapWord)
      } orElse: { _ in
        "the entries on its chain have"
      }
    })

  package static let finalHarvest = PropertySpec(
    "final-harvest", fact: "D2",
    "When all is done, every store to a log that was not given up has been reported by a harvest.",
    ghosts: [.missed, .dropped],
    anyTable: { world in
      let kvm = world.kvm
      return .nowhere(.atEnd) { state in
        kvm.geometry.backings.first {
          state[kvm.ghosts.written, $0] || state[kvm.ghosts.dropped, $0]
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
    "No slot is deleted, and its dirty log with it, before each store to it has been reported.",
    ghosts: [.missed, .dropped],
    anyTable: { world in
      let kvm = world.kvm
      return .nowhere(.atEnd) { state in
        kvm.geometry.backings.first { state[kvm.ghosts.dropped, $0] }
      } explain: { _, backing in
        "page \(kvm.pageName(backing)) was stored to, no harvest had reported the store when its"
          + " slot was deleted, and the dirty bitmap went with the slot:"
          + " KVM_GET_DIRTY_LOG is -ENOENT now"
      }
    })

  /// Each page that was stored to is in the dirty bitmap, or `willReport` is true of it; and the
  /// next harvest will find the log.
  ///
  /// Otherwise C is clear where it should be set: `orElse` names the place and ends in "has".
  private static func allReported(
    _ kvm: KVM, _ willReport: @escaping @Sendable (State, Int) -> Bool,
    orElse place: @escaping @Sendable (Int) -> String
  ) -> Statement {
    .nowhere(.atEnd) { state in
      kvm.geometry.backings.first { backing in
        if !state[kvm.ghosts.written, backing] { return false }
        let slot = kvm.geometry.pages[backing].slot
        return kvm.memslots.findLogging(state, slot: slot) == nil
          || !(state[kvm.memslots.bitmap, backing] || willReport(state, backing))
      }
    } explain: { state, backing in
      let slot = kvm.geometry.pages[backing].slot
      let lost =
        "page \(kvm.pageName(backing)) was stored to, but no harvest that returned reported the store"
      if kvm.memslots.findLogging(state, slot: slot) == nil {
        return lost + ", not one that began behind it either, and the log has ended"
      }
      return lost + ", and \(place(backing)) C clear and the dirty bitmap has no bit:"
        + " the next harvest will not report it either"
    }
  }
}

extension RadixTables {
  /// Whether a harvest to come will find a page dirty in the host table.
  ///
  /// It looks at the guest frame that the page has now: C that a slot which was moved has left at
  /// its old place is never looked at.
  fileprivate func willReport(_ state: State, _ kvm: KVM, backing: Int) -> Bool {
    let memslot = kvm.memslots.find(state, slot: kvm.geometry.pages[backing].slot)
    guard memslot != .null,
      let page = kvm.geometry.page(ofGFN: kvm.memslots.gfn(memslot, backing: backing))
    else { return false }
    return state[host.entry(state, page).entry].has([.present, .changed])
  }
}

extension KVM {
  /// A page of the VMM's memory as files name it, by its guest frame.
  func pageName(_ backing: Int) -> String { geometry.pages[backing].gfn.hex }
}

extension HPT {
  /// Whether a harvest to come will find a page dirty: in its chain, or in its rmap word.
  fileprivate func willReport(_ state: State, backing: Int, readsRmapWord: Bool) -> Bool {
    if readsRmapWord, state[rmap, backing].saved.contains(.changed) { return true }
    return walk(state, backing) { index in
      state[first, index].contains(.valid)
        && (state[second, index].has(.changed)
          || tlbSlots.indices.contains {
            tlbSlots[$0].index == index && state[tlb, $0].owesC
          })
    }
  }
}
