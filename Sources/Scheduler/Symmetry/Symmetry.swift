/// A group of exchanges that may leave a system as it is, out of the candidates that came with it.
///
/// What the machines do is not known: see ``Orbits``.
struct Symmetry: Sendable {
  /// All but the identity.
  let exchanges: [Exchange]

  /// The most exchanges, for each is tried in every state.
  private static var most: Int { 24 }

  /// Takes the candidates in their order, each with all that it makes together with those before it,
  /// unless that is too many.
  init(of system: System) {
    let identity = Exchange(identityOf: system)
    var group = [identity]
    for candidate in system.exchanges() where !group.contains(candidate) {
      if let larger = Self.closure(of: group + [candidate]) { group = larger }
    }
    exchanges = group.filter { $0 != identity }
  }

  /// All products of some exchanges, which are a group because there are finitely many.
  private static func closure(of exchanges: [Exchange]) -> [Exchange]? {
    var members: [Exchange] = []
    var known: Set<Exchange> = []
    func add(_ exchange: Exchange) {
      if known.insert(exchange).inserted { members.append(exchange) }
    }
    exchanges.forEach(add)
    var done = 0
    while done < members.count {
      if members.count > most { return nil }
      let member = members[done]
      for other in exchanges { add(member.after(other)) }
      done += 1
    }
    return members
  }

  /// The parts that are interchangeable, by kind: `guests 1 = 2, threads t0 = t1 = t2`.
  func text(_ system: System) -> String {
    let threads = exchanges.map {
      Exchange.Parts("threads", system.threads.map(\.name), becoming: $0.threads)
    }
    let kinds = exchanges.first?.parts.map(\.kind) ?? []
    let all =
      kinds.map { kind in
        exchanges.flatMap(\.parts).filter { $0.kind == kind }
      } + [threads]
    return all.flatMap { Self.classes(of: $0) }.joined(separator: ", ")
  }

  private static func classes(of exchanges: [Exchange.Parts]) -> [String] {
    guard let parts = exchanges.first else { return [] }
    return parts.names.indices.compactMap { index in
      let members = Set(exchanges.map { $0.images[index] }).union([index]).sorted()
      guard members.count > 1, members[0] == index else { return nil }
      return parts.kind + " " + members.map { parts.names[$0] }.joined(separator: " = ")
    }
  }
}
