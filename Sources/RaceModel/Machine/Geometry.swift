/// Which pages the machine has, and which host pages can back them.
///
/// A *page* is an L1 page, numbered over all slots. A *backing* is a page of the VMM's memory,
/// numbered over the slots as well: it stays what it is when its slot moves to other guest frames.
package struct Geometry: Sendable {
  /// By guest frame: those of the slots in order, then those that slots are moved to.
  package let pages: [Page]
  package let frames: [Frame]
  /// By slot: its first backing.
  package let firstBacking: [Int]
  /// By slot: how many pages it has.
  package let slotSizes: [Int]
  /// By backing: the guest frame that it has at the start.
  package let backingGFNs: [Int]

  /// A guest frame with an entry in the host table.
  ///
  /// Without a move its number is that of its backing.
  package struct Page: Hashable, Sendable {
    package let gfn: Int
    package let slot: Int
    package let backing: Int
  }

  /// A host page that backs, or comes to back, a page of the VMM's memory.
  package struct Frame: Hashable, Sendable {
    package let rpn: Int
    package let backing: Int
  }

  init(_ machine: Scenario.Machine, _ use: KVM.Use) {
    var firstBacking: [Int] = []
    var pages: [Page] = []
    for (index, slot) in machine.slots.enumerated() {
      firstBacking.append(pages.count)
      for (place, offset) in slot.offsets.enumerated() {
        pages.append(
          Page(gfn: slot.baseGFN + offset, slot: index, backing: firstBacking[index] + place))
      }
    }
    backingGFNs = pages.map(\.gfn)
    for (index, slot) in machine.slots.enumerated() {
      guard case .move(let base) = use.updates[index] else { continue }
      for offset in 0..<slot.npages {
        pages.append(Page(gfn: base + offset, slot: index, backing: firstBacking[index] + offset))
      }
    }
    self.pages = pages
    self.firstBacking = firstBacking
    slotSizes = machine.slots.map(\.npages)
    frames = Self.frames(backingGFNs.map(machine.frame(ofGFN:)), use)
  }

  /// The frames of the backings, then those that they get later; each once.
  private static func frames(_ rpns: [Int], _ use: KVM.Use) -> [Frame] {
    var frames = rpns.indices.filter { rpns[$0] != 0 }.map {
      Frame(rpn: rpns[$0], backing: $0)
    }
    for frame in use.newFrames where !frames.contains(frame) { frames.append(frame) }
    return frames
  }

  /// The numbers of the backings.
  package var backings: Range<Int> { 0..<backingGFNs.count }

  /// The largest number of a frame, at least 1.
  var largestFrame: Int { max(1, frames.map(\.rpn).max() ?? 1) }

  /// The page of a guest frame, or nil for one without an entry in the host table.
  @inline(__always) package func page(ofGFN gfn: Int) -> Int? {
    for (index, page) in pages.enumerated() where page.gfn == gfn { return index }
    return nil
  }

  /// The backing that frame `rpn` is or comes to be, or nil when there is none.
  package func backing(ofFrame rpn: Int) -> Int? { frames.first { $0.rpn == rpn }?.backing }

  /// How far a page lies behind the first of its slot.
  @inline(__always) func offset(_ page: Int) -> Int {
    pages[page].backing - firstBacking[pages[page].slot]
  }

  /// The first page of a page's slot.
  @inline(__always) func slotStart(_ page: Int) -> Int { page - offset(page) }

  /// The backings of a slot.
  func backings(ofSlot slot: Int) -> Range<Int> {
    firstBacking[slot]..<firstBacking[slot] + slotSizes[slot]
  }
}

extension Scenario.Machine {
  /// The VMM's page behind a guest frame, as the scenario describes it.
  func page(ofGFN gfn: Int) -> Scenario.HostPage? { pages.first { $0.gfn == gfn } }

  /// The frame behind a guest frame at the start; 0 for none.
  func frame(ofGFN gfn: Int) -> Int { page(ofGFN: gfn)?.rpn ?? 0 }
}
