@testable import RaceModel

// Small worlds of a guest with a hashed page table.
extension SmallWorld {
  /// A guest with these entries in its table, and vcpu0 and vcpu1 to run it.
  ///
  /// Guest frame 0x100 lies in slot 0, which is logged, over host frame 0x21; 0x200 lies in slot
  /// 1, which is not, over 0x42. A store after the last harvest breaks final-harvest, so it is not
  /// among the properties.
  static func hashed(_ entries: Scenario.HashedEntry...) -> SmallWorld {
    SmallWorld().changed { world in
      world.machine = Scenario.Machine(
        lpid: 1,
        slots: [
          .init(id: 0, baseGFN: 0x100, npages: 1, logDirty: true, readOnly: false),
          .init(id: 1, baseGFN: 0x200, npages: 1, logDirty: false, readOnly: false),
        ],
        pages: [page(0x100, rpn: 0x21, host: nil), page(0x200, rpn: 0x42, host: nil)],
        guests: [],
        vcpus: [.init(name: "vcpu0", guest: 0, tlb: []), .init(name: "vcpu1", guest: 0, tlb: [])],
        hpt: .init(entries: entries))
      world.properties = PropertySpec.allCases.filter {
        $0.tables.contains(.hashed) && ![.finalHarvest, .progressUnfairLocks].contains($0)
      }
    }
  }

  /// The same with the VMM's page behind guest frame 0x100 mapped for loads only.
  var readOnlyForVMM: SmallWorld {
    changed { $0.machine.pages[0].vmmWritable = false }
  }

  /// The same with slot 0 two pages long; guest frame 0x101 lies over host frame 0x22.
  var withPage101: SmallWorld {
    changed {
      $0.machine.slots[0].npages = 2
      $0.machine.pages.insert(Self.page(0x101, rpn: 0x22, host: nil), at: 1)
    }
  }
}

extension Scenario.HashedEntry {
  /// An entry that the guest does not use.
  static let free = Self()

  /// A VALID entry, on the chain of its page.
  static func maps(_ gfn: Int, _ bits: String) -> Self {
    Self(gfn: gfn, bits: SmallWorld.bits(bits))
  }

  /// An ABSENT entry, on no chain; `bits` is the guest's view.
  static func absent(_ gfn: Int, _ bits: String) -> Self {
    Self(gfn: gfn, bits: SmallWorld.bits(bits), isAbsent: true)
  }
}

extension PathCall {
  /// H_ENTER of an entry by vcpu0.
  static func entering(_ index: Int, _ gfn: Int, _ bits: String = "rw- --") -> PathCall {
    .hEnter(vcpu: 0, index: index, gfn: gfn, bits: SmallWorld.bits(bits))
  }

  /// H_REMOVE of an entry by vcpu0.
  static func removing(_ index: Int) -> PathCall { .hRemove(vcpu: 0, index: index) }

  /// Slot 0 moves to guest frame 0x300.
  static let move = PathCall.setMemslot(slot: 0, .move(base: 0x300))
}
