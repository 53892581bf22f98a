internal import Scheduler

extension Landmark {
  /// What the landmark is, in one sentence.
  package var sentence: String {
    switch self {
    case .staleCopy:
      "A nested fault holds a copy with C of a host entry whose C was cleared since."
    case .retry:
      "An insert was refused with -EAGAIN, or the link of a hashed entry given up."
    case .shadowInserted: "A nested fault inserted a shadow entry."
    case .upgrade: "A nested fault met a present shadow entry that differs."
    case .instantiated: "A nested fault gave L1 a host entry."
    case .setRC: "The nested SET_RC updated an entry of each table."
    case .reflected: "A fault was passed on to L1."
    case .harvestReported: "A harvest reported a page."
    case .rmapSingle: "An rmap word holds a single tagged entry."
    case .rmapList: "An rmap word points at a list."
    case .staleTLB:
      "A cached translation is stronger than the shadow entry in memory, with mmu_lock free."
    case .unmapped: "A notifier unmapped an entry."
    case .aged: "Aging cleared R in a host entry."
    case .pageSizeChanged:
      "An insert replaced a large leaf by a small entry, or small ones by a leaf."
    case .mmio: "A fault or H_ENTER met a slot that is INVALID or gone, and was taken for MMIO."
    case .hpteEntered: "H_ENTER linked an entry into its page's chain."
    case .hpteRemoved: "H_REMOVE invalidated a VALID entry."
    case .removedWhileInvalid: "H_REMOVE looks for the chain of an entry whose slot is INVALID."
    case .backOff: "Unmapping or a harvest found an entry of a chain locked, and let the chain go."
    case .leftValid:
      "Unmapping took an entry off a chain whose page it does not map: it stays VALID."
    case .owedC: "A core has stored through a hashed entry, and owes it C."
    case .guestEntered: "A vCPU created a nested guest's object and ran it."
    case .guestFreed: "A nested guest's object that L0 started with has been freed."
    }
  }

  /// The landmark as a property over `kvm` and the paths of its threads.
  func property(of kvm: KVM, _ paths: PathBuilder) -> Property {
    switch kvm.tables {
    case .radix(let radix): return self.radix(kvm, radix, paths)
    case .hashed(let hpt):
      return Property(rawValue, sentence, .sometimes(hashed(kvm, hpt, paths)))
    }
  }

  private func radix(_ kvm: KVM, _ radix: RadixTables, _ paths: PathBuilder) -> Property {
    let (faults, harvests) = (paths.faults, paths.harvests)
    let (l1Faults, notifiers, agings) = (paths.l1Faults, paths.notifiers, paths.agings)
    func fault(_ test: @escaping @Sendable (NestedPageFault.Cells, Property.State) -> Bool)
      -> Property.Kind
    {
      .sometimes { state in faults.contains { test($0, state) } }
    }
    let kind: Property.Kind =
      switch self {
      case .staleCopy:
        fault { cells, state in
          guard state[cells.pte].has([.present, .changed]),
            let page = kvm.geometry.page(ofGFN: state[cells.gpte].frame)
          else { return false }
          return !state[radix.host.entry(state, page).entry].has(.changed)
        }
      case .retry:
        .sometimes { state in
          faults.contains {
            state[$0.create.point] == .unlockToRetry
              || state[$0.instantiate.create.point] == .unlockToRetry
          } || l1Faults.contains { state[$0.instantiate.create.point] == .unlockToRetry }
        }
      case .shadowInserted: fault { $1[$0.create.point] == .insertRmap }
      case .upgrade: fault { [.orEntry, .clearEntry].contains($1[$0.create.point]) }
      case .instantiated:
        .sometimes { state in
          faults.contains { state[$0.instantiate.create.point] == .storeEntry }
            || l1Faults.contains { state[$0.instantiate.create.point] == .storeEntry }
        }
      case .setRC:
        fault { $1[$0.setRC.point] == .unlockMmu && !$1[$0.setRC.failed] }
      case .reflected: fault { $1[$0.result] == .resumeHost }
      case .harvestReported:
        .sometimes { state in
          harvests.contains { state[$0.point] == .unlockSlots }
            && kvm.geometry.backings.contains { state[kvm.memslots.scratch, $0] }
        }
      case .rmapSingle:
        .sometimes { state in
          kvm.geometry.backings.contains { state[radix.rmap.heads, $0].isSingle }
        }
      case .rmapList:
        .sometimes { state in
          kvm.geometry.backings.contains {
            !state[radix.rmap.heads, $0].isSingle && !state[radix.rmap.heads, $0].isEmpty
          }
        }
      case .staleTLB: .sometimes { kvm.locks.mmu.isFree($0) && radix.staleTLB($0, kvm) != nil }
      case .unmapped:
        .sometimes { state in
          notifiers.contains { $0.unmap.radix.map { state[$0.1.point] == .tlbieHost } ?? false }
        }
      case .pageSizeChanged:
        .sometimes { state in
          (faults.map(\.instantiate) + l1Faults.map(\.instantiate)).contains {
            state[$0.create.point] == .replaceMapping
          }
        }
      case .mmio:
        .sometimes { state in
          faults.contains { state[$0.result] == .mmio }
            || l1Faults.contains { state[$0.result] == .mmio }
        }
      case .guestEntered:
        .sometimes { state in
          kvm.machine.vcpus.indices.contains { core in
            !kvm.machine.vcpus[core].startsNested && state[radix.nested.ofVCPU, core] != 0
          }
        }
      case .guestFreed:
        .sometimes { state in
          radix.nested.objects.indices.contains { object in
            radix.nested.objects[object].instance == 0 && !state[radix.nested.inUse, object]
              && kvm.machine.guests[radix.nested.objects[object].guest].isKnown
          }
        }
      case .hpteEntered, .hpteRemoved, .removedWhileInvalid, .backOff, .leftValid, .owedC:
        preconditionFailure("a guest with a radix table cannot reach \(rawValue)")
      case .aged: .sometimes { state in agings.contains { state[$0.point] == .updateRmap } }
      }
    return Property(rawValue, sentence, kind)
  }
}
