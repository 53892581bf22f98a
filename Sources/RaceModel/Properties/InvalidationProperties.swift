internal import Scheduler

// What notifiers owe to those who hold copies of what they take away.
extension PropertySpec {
  package static let noEarlyReuse = PropertySpec(
    "no-early-reuse", fact: "I7",
    "While a notifier is between unmapping a page and its end, no entry maps the page.",
    radix: { world, radix in
      let kvm = world.kvm
      // A guest that is no longer radix has nobody in it who could use what is left of the table.
      return noneMaps(world) { state, page in
        state[kvm.mode.isRadix] && radix.isMapped(state, kvm, page)
      }
    },
    hashed: { world, hpt in
      let kvm = world.kvm
      return noneMaps(world) { state, page in
        hpt.maps(state, kvm, backing: kvm.geometry.pages[page].backing)
      }
    })

  package static let seqBump = PropertySpec(
    "seq-bump", fact: "S2",
    "Whoever weakens a host entry bumps mmu_notifier_seq, or has raised the count, before the"
      + " unlock.",
    ghosts: [.weakened],
    radix: { world, _ in
      let kvm = world.kvm
      return Statement(
        .quiet { state in !state[kvm.ghosts.weakened] || state[kvm.notifier.count] != 0 },
        explain: { _ in "a host entry was weakened, and older samples still look good" })
    })

  package static let notifierCount = PropertySpec(
    "notifier-count", fact: "S1",
    "mmu_notifier_count is the number of notifiers between their two sections.",
    anyTable: { world in
      let (kvm, notifiers) = (world.kvm, world.paths.notifiers)
      return Statement(
        .always { state in
          let inside = notifiers.count {
            state[$0.point].isCounted && state[$0.memslot] != .null
          }
          return inside == Int(state[kvm.notifier.count])
        })
    })

  /// No notifier has a page unmapped, and its end not announced, of which `isMapped` is true.
  private static func noneMaps(
    _ world: World, _ isMapped: @escaping @Sendable (World.State, Int) -> Bool
  ) -> Statement {
    let (kvm, notifiers) = (world.kvm, world.paths.notifiers)
    return .nowhere(.always) { state in
      for notifier in notifiers where state[notifier.point].isUnmapped {
        let page = state[notifier.page].index
        if page >= 0, isMapped(state, page) { return page }
      }
      return nil
    } explain: { _, page in
      "an entry maps page \(kvm.geometry.pages[page].gfn.hex) while its frame is being changed"
    }
  }
}

extension RadixTables {
  /// Whether a host entry or a shadow entry maps a page.
  fileprivate func isMapped(_ state: State, _ kvm: KVM, _ page: Int) -> Bool {
    state[host.entry(state, page).entry].isPresent
      || nested.livePlaces(state).contains { place in
        state[nested.shadow, place].isPresent
          && kvm.geometry.backing(ofFrame: state[nested.shadow, place].frame)
            == kvm.geometry.pages[page].backing
      }
  }
}

extension HPT {
  /// Whether some VALID entry maps a frame of a page.
  fileprivate func maps(_ state: State, _ kvm: KVM, backing: Int) -> Bool {
    (0..<count).contains { index in
      state[first, index].contains(.valid)
        && kvm.geometry.backing(ofFrame: state[second, index].frame) == backing
    }
  }
}
