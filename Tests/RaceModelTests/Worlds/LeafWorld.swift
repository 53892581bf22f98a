@testable import RaceModel

extension SmallWorld {
  /// A slot of two pages that the VMM maps with one huge page: frames 0x20 and 0x21.
  ///
  /// L2's page 0x10 is L1's second page, 0x101.
  static func huge(
    leaf: String? = "rwx RC", hosts: [String?] = [nil, nil], shadow: String? = nil,
    logDirty: Bool = false
  ) -> SmallWorld {
    SmallWorld().changed {
      $0.machine.slots[0].npages = 2
      $0.machine.slots[0].isHuge = true
      $0.machine.slots[0].logDirty = logDirty
      $0.machine.slots[0].leaf = leaf.map(bits)
      $0.machine.pages = zip([0x20, 0x21], hosts).enumerated().map { index, page in
        Self.page(0x100 + index, rpn: page.0, host: page.1)
      }
      $0.machine.guests[0].pages = [l2Page(0x10, gfn: 0x101, shadow: shadow)]
    }
  }
}
