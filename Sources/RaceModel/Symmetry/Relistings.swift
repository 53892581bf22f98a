/// The orders in which a scenario's lists can be read without its becoming another one but for
/// names.
///
/// - Complexity: O(product of the lists' orders) anonymous scenarios; lists of more than
///   ``longest`` stay as they are, in those of that length only two things change places, and the
///   pages of each guest and slot stay when the orders are too many.
struct Relistings {
  private static var longest: Int { 4 }
  private static var most: Int { 2000 }
  /// The most orders of the threads for one of the other lists, and the most of all that are
  /// returned.
  private static var few: (threads: Int, all: Int) { (24, 200) }

  private let machine: Scenario.Machine
  private let runs: [[PathCall]]
  private let use: KVM.Use

  init(_ machine: Scenario.Machine, _ threads: [Scenario.ThreadScript]) {
    (self.machine, runs) = (machine, threads.map(\.run))
    use = KVM.Use(of: threads, on: machine)
  }

  /// The equal ones, the order of the file first, then those that move least.
  func equal() -> [Relisting] {
    let equal = all().map { (moved: $0.moved, listing: $0) }.enumerated()
    return equal.sorted { ($0.element.moved, $0.offset) < ($1.element.moved, $1.offset) }
      .prefix(Self.few.all).map(\.element.listing)
  }

  private func all() -> [Relisting] {
    let anonymous = AnonymousScenario(machine, runs)
    return machineListings().flatMap { listing in
      Self.orders(machine.vcpus.count).flatMap { vcpus in
        var listing = listing
        listing.vcpus = vcpus
        let relisted = listing.relisted(machine)
        if AnonymousScenario(relisted, []).machine != anonymous.machine { return [Relisting]() }
        return threadListings(listing, relisted)
      }
    }.filter { listing in
      AnonymousScenario(
        listing.relisted(machine), listing.threads.map { listing.relisted(runs[$0], machine) })
        == anonymous
    }
  }

  /// Orders of guests, L2 pages, slots and pages in which the machine is the same, its vCPUs
  /// apart.
  private func machineListings() -> [Relisting] {
    var plain = machine
    plain.vcpus = []
    let anonymous = AnonymousScenario(plain, [])
    let (guests, slots) = (guestOrders, slotOrders)
    let pages = machine.guests.map { Self.orders($0.pages.count) }
    let offsets = machine.slots.indices.map(pageOrders)
    let areFew =
      (pages + offsets).reduce(guests.count * slots.count) { min($0 * $1.count, Self.most + 1) }
      <= Self.most
    func products(_ orders: [[[Int]]], _ places: [Int]) -> [[[Int]]] {
      places.reduce([[]]) { products, place in
        let own = areFew ? orders[place] : [orders[place][0]]
        return products.flatMap { product in own.map { product + [$0] } }
      }
    }
    return guests.flatMap { guests in
      products(pages, guests).flatMap { pages in
        slots.flatMap { slots in
          products(offsets, slots).map {
            Relisting(guests: guests, pages: pages, slots: slots, offsets: $0)
          }
        }
      }
    }.filter { AnonymousScenario($0.relisted(plain), []).machine == anonymous.machine }
  }

  /// A tlbie of all guests goes through them in their order.
  private var guestOrders: [[Int]] {
    use.walksGuests ? [Array(machine.guests.indices)] : Self.orders(machine.guests.count)
  }

  /// Hashed entries are not exchanged, nor what they map.
  private var slotOrders: [[Int]] {
    machine.table == .radix ? Self.orders(machine.slots.count) : [Array(machine.slots.indices)]
  }

  /// A harvest and a flush go through the pages of their slot in their order, and a leaf has but
  /// one.
  private func pageOrders(ofSlot slot: Int) -> [[Int]] {
    let isWalked = use.walkedSlots.contains(slot)
    let pages = machine.slots[slot].npages
    return isWalked || machine.table == .hashed || machine.slots[slot].isHuge
      ? [Array(0..<pages)] : Self.orders(pages)
  }

  /// `listing` with each order of the threads in which every script reads as the one of that
  /// place.
  private func threadListings(_ listing: Relisting, _ relisted: Scenario.Machine) -> [Relisting] {
    let wanted = runs.map { AnonymousScenario(machine, [$0]).runs }
    let offered = runs.map { AnonymousScenario(relisted, [listing.relisted($0, machine)]).runs }
    var orders: [[Int]] = [[]]
    for run in wanted {
      orders = orders.flatMap { order in
        offered.indices.filter { offered[$0] == run && !order.contains($0) }.map { order + [$0] }
      }
      orders = Array(orders.prefix(Self.few.threads))
    }
    return orders.map { threads in
      var listing = listing
      listing.threads = threads
      return listing
    }
  }

  /// All orders of a list of some length, its own first; only that if it is long.
  private static func orders(_ count: Int) -> [[Int]] {
    if count > longest { return [Array(0..<count)] }
    let orders = (0..<count).reduce([[Int]]([[]])) { orders, _ in
      orders.flatMap { order in
        (0..<count).filter { !order.contains($0) }.map { order + [$0] }
      }
    }
    // Exchanges of two make all others.
    return count < longest ? orders : orders.filter { Relisting.moved($0) <= 2 }
  }
}
