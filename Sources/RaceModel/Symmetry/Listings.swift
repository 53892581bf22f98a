/// The orders in which a scenario's lists can be read without its becoming another one but for names.
///
/// - Complexity: O(product of the lists' permutations) skeletons; lists of more than ``longest`` stay as they
///   are, and so do the L2 pages of each guest when the orders are too many.
struct Listings {
  private static var longest: Int { 4 }
  private static var most: Int { 20_000 }

  private let machine: Scenario.Machine
  private let runs: [[PathCall]]

  init(_ machine: Scenario.Machine, _ threads: [Scenario.ThreadScript]) {
    (self.machine, runs) = (machine, threads.map(\.run))
  }

  /// The equal ones, the order of the file first.
  func equal() -> [Listing] {
    let skeleton = Skeleton(machine, runs)
    return machineListings().flatMap { listing in
      Self.orders(machine.vcpus.count).flatMap { vcpus in
        var listing = listing
        listing.vcpus = vcpus
        let relisted = listing.relisted(machine)
        if Skeleton(relisted, []).machine != skeleton.machine { return [Listing]() }
        return threadListings(listing, relisted)
      }
    }.filter { listing in
      Skeleton(
        listing.relisted(machine), listing.threads.map { listing.relisted(runs[$0], machine) })
        == skeleton
    }
  }

  /// Orders of guests, L2 pages and slots in which the machine is the same, its vCPUs apart.
  private func machineListings() -> [Listing] {
    var plain = machine
    plain.vcpus = []
    let skeleton = Skeleton(plain, [])
    // tlbie of all guests goes through them in their order; hashed entries are not exchanged.
    let isOrdered = runs.joined().contains { if case .tlbieAll = $0 { true } else { false } }
    let guests = isOrdered ? [Array(machine.guests.indices)] : Self.orders(machine.guests.count)
    let slots =
      machine.hpt == nil ? Self.orders(machine.slots.count) : [Array(machine.slots.indices)]
    let counts = machine.guests.map { Self.orders($0.pages.count).count }
    let areFew =
      counts.reduce(guests.count * slots.count) { min($0 * $1, Self.most + 1) }
      <= Self.most
    return guests.flatMap { guests in
      var pages: [[[Int]]] = [[]]
      for guest in guests {
        let count = machine.guests[guest].pages.count
        let orders = areFew ? Self.orders(count) : [Array(0..<count)]
        pages = pages.flatMap { before in orders.map { before + [$0] } }
      }
      return pages.flatMap { pages in
        slots.map { Listing(guests: guests, pages: pages, slots: $0) }
      }
    }.filter { Skeleton($0.relisted(plain), []).machine == skeleton.machine }
  }

  /// `listing` with each order of the threads in which every script reads as the one of that place.
  private func threadListings(_ listing: Listing, _ relisted: Scenario.Machine) -> [Listing] {
    let wanted = runs.map { Skeleton(machine, [$0]).runs }
    let offered = runs.map { Skeleton(relisted, [listing.relisted($0, machine)]).runs }
    var orders: [[Int]] = [[]]
    for run in wanted {
      orders = orders.flatMap { order in
        offered.indices.filter { offered[$0] == run && !order.contains($0) }.map { order + [$0] }
      }
      orders = Array(orders.prefix(Self.most))
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
    return (0..<count).reduce([[]]) { orders, _ in
      orders.flatMap { order in
        (0..<count).filter { !order.contains($0) }.map { order + [$0] }
      }
    }
  }
}
