/// An order in which to list what a scenario lists: for each place the number that stands there so
/// far.
struct Relisting: Sendable {
  var guests: [Int]
  /// By place of the guest: its L2 pages.
  var pages: [[Int]]
  var slots: [Int]
  /// By place of the slot: its pages, as distances from its base.
  var offsets: [[Int]]
  var vcpus: [Int] = []
  var threads: [Int] = []

  /// How many things stand at another place.
  var moved: Int {
    ([guests, slots, vcpus, threads] + pages + offsets).reduce(0) { $0 + Self.moved($1) }
  }

  static func moved(_ order: [Int]) -> Int { order.enumerated().count { $0.offset != $0.element } }

  /// The lists of `machine` as `self` orders them; what each is called stays as it is.
  func relisted(_ machine: Scenario.Machine) -> Scenario.Machine {
    var result = machine
    result.slots = zip(slots, offsets).map { slot, offsets in
      var slot = machine.slots[slot]
      slot.order = offsets
      return slot
    }
    result.guests = zip(guests, pages).map { guest, pages in
      var guest = machine.guests[guest]
      guest.pages = pages.map { [guest] in guest.pages[$0] }
      return guest
    }
    let places = Places(self, machine)
    result.vcpus = vcpus.map { number in
      var vcpu = machine.vcpus[number]
      let guest = vcpu.guest
      if !guests.isEmpty { vcpu.guest = places.guest(guest) }
      vcpu.tlb = vcpu.tlb.map { entry in
        .init(page: places.page(entry.page, ofGuest: guest), bits: entry.bits)
      }.sorted { $0.page < $1.page }
      return vcpu
    }
    return result
  }

  /// A script as it reads when the lists of `machine` are ordered like this.
  func relisted(_ run: [PathCall], _ machine: Scenario.Machine) -> [PathCall] {
    let places = Places(self, machine)
    return run.map { $0.renumbered(by: places) }
  }
}

extension Scenario.Slot {
  /// The distances of its pages from its base, in the order in which they are numbered.
  var offsets: [Int] { order ?? Array(0..<npages) }
}

/// Numbers become places in a listing.
private final class Places: Renumbering {
  private let listing: Relisting
  let machine: Scenario.Machine

  init(_ listing: Relisting, _ machine: Scenario.Machine) {
    (self.listing, self.machine) = (listing, machine)
  }

  func vcpu(_ index: Int) -> Int { place(of: index, in: listing.vcpus) }
  func guest(_ index: Int) -> Int { place(of: index, in: listing.guests) }
  func slot(_ index: Int) -> Int { place(of: index, in: listing.slots) }
  func page(_ index: Int, ofGuest guest: Int) -> Int {
    place(of: index, in: listing.pages[self.guest(guest)])
  }
  func gfn(_ number: Int) -> Int { number }
  func gfn(_ base: Int, ofSlot slot: Int) -> Int { base }
  func rpn(_ number: Int) -> Int { number }

  private func place(of index: Int, in list: [Int]) -> Int {
    guard let place = list.firstIndex(of: index) else {
      preconditionFailure("\(index) is not listed")
    }
    return place
  }
}
