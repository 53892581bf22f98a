internal import Scheduler

/// The properties of the nested radix MMU, as the engine checks them.
///
/// Those about tables are checked while `mmu_lock` is free: inside a section they are broken for a
/// moment by design, such as between the clearing of C in the host entry and in its shadows.
extension PropertyName {
  /// The id in the fact sheet that the paths are restated from.
  package var factID: String {
    switch self {
    case .cSubset: "I1"
    case .rSubset: "I2"
    case .coverage: "I3"
    case .rmapUnique: "I4"
    case .rmapShape: "I5"
    case .authority: "I6"
    case .tlbSubset: "I9"
    case .dirtyLog: "D1"
    case .noEarlyReuse: "I7"
    case .l1TLBSubset: "I9'"
    case .finalHarvest: "D2"
    case .l1Coherence: "I8"
    case .l1Subset: "I2"
    case .seqBump: "S2"
    case .notifierCount: "S1"
    case .unmapLogged: "D3"
    case .slotFlushed: "I3"
    case .entrySucceeds, .progress, .progressUnfairLocks: "P1n"
    case .hpteChained: "J1"
    case .chainConsistent: "J2"
    case .cTransferred: "J3"
    }
  }

  /// What must be true, in one sentence.
  package var sentence: String {
    switch self {
    case .cSubset:
      "A shadow entry on a page's rmap list has C only if the page's host entry has it."
    case .rSubset:
      "A shadow entry on a page's rmap list has R only if the page's host entry has it."
    case .coverage:
      "Every present shadow entry maps the frame of a present host entry and is on its rmap list."
    case .rmapUnique: "No rmap list holds two equal entries."
    case .rmapShape:
      "An rmap word is 0, a tagged entry, or a chain of live nodes that ends in a tagged entry."
    case .authority:
      "A shadow entry permits no more than the host entry and L1's entry do."
    case .tlbSubset: "A cached translation is no stronger than the shadow entry in memory."
    case .dirtyLog: "Every guest store is reported by a harvest, or the next one will report it."
    case .noEarlyReuse:
      "While a notifier is between unmapping a page and its end, no entry maps the page."
    case .l1TLBSubset:
      "A cached translation of L1 is no stronger than the host entry in memory, R apart."
    case .finalHarvest: "When all is done, every store has been reported by a harvest."
    case .l1Coherence:
      "After L1's invalidation of a page has returned, its shadow entry agrees with L1's entry."
    case .seqBump:
      "Whoever weakens a host entry bumps mmu_notifier_seq, or has raised the count, before the unlock."
    case .notifierCount: "mmu_notifier_count is the number of notifiers between their two sections."
    case .unmapLogged:
      "When a dirty host entry has been unmapped, the dirty bitmap is set before the unlock."
    case .l1Subset: "A shadow entry has R and C only if L1's entry has them."
    case .slotFlushed:
      "When all is done, no entry maps a guest frame that no memory slot holds."
    case .entrySucceeds: "When all is done, no entry of a valid guest has been refused."
    case .progress:
      "Every path returns in the end, when all threads run and locks serve those who wait in turn."
    case .progressUnfairLocks:
      "Every path returns in the end, when all threads run, even if a lock passes over who waits."
    case .hpteChained:
      "A VALID hashed entry is on the chain of the page that it maps, in the slot that holds it now."
    case .chainConsistent:
      "The chain of a page is a ring of hashed entries that map that page."
    case .cTransferred:
      "When a hashed entry is VALID no more, the C of its stores has gone to the rmap word or bitmap."
    }
  }

  /// The property over the cells of `kvm`.
  func property(of kvm: KVM, _ paths: PathBuilder) -> Property {
    switch self {
    case .noEarlyReuse: noEarlyReuse(kvm, paths.notifiers)
    case .finalHarvest: finalHarvest(kvm)
    case .notifierCount:
      Property(
        rawValue, sentence,
        .always { [notifiers = paths.notifiers] state in
          let inside = notifiers.count {
            state[$0.point].isCounted && state[$0.memslot] != .null
          }
          return inside == Int(state[kvm.notifier.count])
        })
    case .progress: Property(rawValue, sentence, .terminates(.strong))
    case .progressUnfairLocks: Property(rawValue, sentence, .terminates(.weak))
    case .dirtyLog:
      Property(
        rawValue, sentence, .atEnd { kvm.lostStore($0) == nil },
        explain: { state in
          kvm.lostStore(state).map {
            let place =
              kvm.tables.kind == .radix
              ? "host[\(kvm.geometry.pages[$0].gfn.hex)] has" : "the entries on its chain have"
            return
              "page \(kvm.geometry.pages[$0].gfn.hex) was stored to, but no harvest that returned reported"
              + " the store, and \(place) C clear and the dirty bitmap has no bit:"
              + " the next harvest will not report it either"
          }
        })
    default:
      switch kvm.tables {
      case .radix(let radix): self.radix(kvm, radix, paths)
      case .hashed(let hpt): hashed(kvm, hpt)
      }
    }
  }

  private func radix(_ kvm: KVM, _ radix: RadixTables, _ paths: PathBuilder) -> Property {
    switch self {
    case .cSubset: subset(.changed, "C", kvm, radix)
    case .rSubset: subset(.referenced, "R", kvm, radix)
    case .coverage:
      quiet(kvm) {
        radix.uncovered($0, kvm)
      } explain: { kvm, index in
        "\(radix.shadowName(index)) is present, but no page with its frame has it on its rmap list"
      }
    case .rmapUnique:
      quiet(kvm) {
        radix.duplicate($0, kvm)
      } explain: { kvm, page in
        "\(radix.rmapName(kvm, page)) holds an entry twice"
      }
    case .rmapShape:
      quiet(kvm) {
        radix.misshapen($0, kvm)
      } explain: { kvm, page in
        "\(radix.rmapName(kvm, page)) does not end in a tagged entry, a node on it is not live, or an entry"
          + " of it is 0, which ends the kernel's walk early"
      }
    case .authority:
      quiet(kvm) {
        radix.overpermitted($0, kvm)
      } explain: { kvm, index in
        "\(radix.shadowName(index)) permits what the host entry or L1's entry does not"
      }
    case .tlbSubset:
      quiet(kvm) {
        radix.staleTLB($0, kvm)
      } explain: { kvm, slot in
        radix.staleTLBText(kvm, slot)
      }
    case .l1TLBSubset:
      quiet(kvm) {
        radix.staleL1TLB($0, kvm)
      } explain: { kvm, slot in
        radix.staleTLBText(kvm, slot)
      }
    case .l1Coherence:
      quiet(kvm) {
        radix.incoherent($0, kvm)
      } explain: { kvm, place in
        "\(radix.shadowName(place)) was made from an entry that L1 had invalidated"
      }
    case .seqBump:
      Property(
        rawValue, sentence,
        .quiet { state in !state[kvm.ghosts.weakened] || state[kvm.notifier.count] != 0 },
        explain: { _ in "a host entry was weakened, and older samples still look good" })
    case .unmapLogged:
      Property(
        rawValue, sentence,
        .quiet { [unmaps = paths.unmaps] state in
          !unmaps.contains { state[$0.old].has(.changed) }
        })
    case .l1Subset:
      quiet(kvm) {
        radix.beyondL1($0, kvm)
      } explain: { kvm, place in
        "\(radix.shadowName(place)) has R or C, and L1's entry has not"
      }
    case .slotFlushed:
      Property(
        rawValue, sentence, .atEnd { radix.orphaned($0, kvm) == nil },
        explain: { state in
          radix.orphaned(state, kvm).map {
            "host[\(kvm.geometry.pages[$0].gfn.hex)] is present, but no memory slot holds that frame"
          }
        })
    case .entrySucceeds:
      Property(
        rawValue, sentence,
        .atEnd { state in !kvm.machine.vcpus.indices.contains { state[kvm.ghosts.refused, $0] } },
        explain: { state in
          kvm.machine.vcpus.indices.first { state[kvm.ghosts.refused, $0] }.map {
            "\(kvm.machine.vcpus[$0].name) was refused with H_PARAMETER"
          }
        })
    default: preconditionFailure("\(rawValue) is not about radix tables")
    }
  }

  private func finalHarvest(_ kvm: KVM) -> Property {
    Property(
      rawValue, sentence, .atEnd { kvm.unreported($0) == nil },
      explain: { state in
        kvm.unreported(state).map {
          "page \(kvm.geometry.pages[$0].gfn.hex) was stored to, and no harvest has reported it"
        }
      })
  }

  private func noEarlyReuse(_ kvm: KVM, _ notifiers: [InvalidateRange.Cells]) -> Property {
    Property(
      rawValue, sentence, .always { kvm.reused($0, notifiers) == nil },
      explain: { state in
        kvm.reused(state, notifiers).map {
          "an entry maps page \(kvm.geometry.pages[$0].gfn.hex) while its frame is being changed"
        }
      })
  }

  private func subset(
    _ bit: PTE.Bits, _ letter: String, _ kvm: KVM, _ radix: RadixTables
  ) -> Property {
    quiet(kvm) {
      radix.stronger($0, kvm, bit)
    } explain: { kvm, index in
      "\(radix.shadowName(index)) has \(letter) set, but the host entry of its page has it clear"
    }
  }

  /// A quiet-state property that holds while `find` finds nothing.
  private func quiet(
    _ kvm: KVM, _ find: @escaping @Sendable (Property.State) -> Int?,
    explain: @escaping @Sendable (KVM, Int) -> String
  ) -> Property {
    Property(
      rawValue, sentence, .quiet { find($0) == nil },
      explain: { state in find(state).map { explain(kvm, $0) } })
  }
}
