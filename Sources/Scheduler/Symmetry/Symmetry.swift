/// The exchanges of threads that may leave a system as it is.
///
/// Found from the cells' names, the scripts and the initial state, not declared; only candidates, because
/// what the machines do is not known: see ``Orbits``.
struct Symmetry: Sendable {
  /// All but the identity; with it they are a group.
  let exchanges: [ThreadExchange]
  /// The threads that are interchangeable, by name.
  let names: [[String]]

  /// The most threads that are exchanged with each other, and the most exchanges: each is tried in
  /// every state.
  private static var most: (threads: Int, exchanges: Int) { (4, 24) }

  init(of system: System) {
    let count = system.threads.count
    var classes: [[Int]] = []
    for thread in 0..<count {
      let place = classes.firstIndex { members in
        members.count < Self.most.threads
          && members.allSatisfy { member in
            var threads = Array(0..<count)
            threads.swapAt(member, thread)
            return ThreadExchange(of: system, threads) != nil
          }
      }
      if let place { classes[place].append(thread) } else { classes.append([thread]) }
    }
    var orders = [Array(0..<count)]
    var names: [[String]] = []
    for members in classes where members.count > 1 {
      let more = Self.orders(of: members).flatMap { order in
        orders.map { threads in
          var threads = threads
          for (member, other) in zip(members, order) { threads[member] = other }
          return threads
        }
      }
      if more.count > Self.most.exchanges { continue }
      orders = more
      names.append(members.map { system.threads[$0].name })
    }
    let exchanges = orders.filter { $0 != Array(0..<count) }.map {
      ThreadExchange(of: system, $0)
    }
    // What two exchanges allow, both together do as well; if not, none is used.
    let isGroup = exchanges.allSatisfy { $0 != nil }
    self.exchanges = isGroup ? exchanges.compactMap { $0 } : []
    self.names = isGroup ? names : []
  }

  private static func orders(of members: [Int]) -> [[Int]] {
    if members.count < 2 { return [members] }
    return members.indices.flatMap { index in
      var rest = members
      let first = rest.remove(at: index)
      return orders(of: rest).map { [first] + $0 }
    }
  }
}
