/// A group of permutations that may leave a system as it is, out of the candidates that came with
/// it.
///
/// What the machines do is not known: see ``Orbits``.
struct Symmetry: Sendable {
  /// All but the identity.
  let permutations: [Permutation]

  /// The most permutations, for each is tried in every state.
  private static var most: Int { 24 }

  /// Takes the candidates in their order, each with all that it makes together with those before
  /// it, unless that is too many.
  init(of system: System) {
    let identity = Permutation(identityOf: system)
    var group = [identity]
    for candidate in system.permutations() where !group.contains(candidate) {
      if let larger = Self.closure(of: group + [candidate]) { group = larger }
    }
    permutations = group.filter { $0 != identity }
  }

  /// All products of some permutations, which are a group because there are finitely many.
  private static func closure(of permutations: [Permutation]) -> [Permutation]? {
    var members: [Permutation] = []
    var known: Set<Permutation> = []
    func add(_ permutation: Permutation) {
      if known.insert(permutation).inserted { members.append(permutation) }
    }
    permutations.forEach(add)
    var done = 0
    while done < members.count {
      if members.count > most { return nil }
      let member = members[done]
      for other in permutations { add(member.after(other)) }
      done += 1
    }
    return members
  }

  /// The parts that are interchangeable, by kind: `guests 1 = 2, threads t0 = t1 = t2`.
  func text(_ system: System) -> String {
    let threads = permutations.map {
      Permutation.Parts("threads", names: system.threads.map(\.name), becoming: $0.threads)
    }
    let kinds = permutations.first?.parts.map(\.kind) ?? []
    let all =
      kinds.map { kind in
        permutations.flatMap(\.parts).filter { $0.kind == kind }
      } + [threads]
    return all.flatMap { Self.classes(of: $0) }.joined(separator: ", ")
  }

  private static func classes(of permutations: [Permutation.Parts]) -> [String] {
    guard let parts = permutations.first else { return [] }
    return parts.names.indices.compactMap { index in
      let members = Set(permutations.map { $0.images[index] }).union([index]).sorted()
      guard members.count > 1, members[0] == index else { return nil }
      return parts.kind + " " + members.map { parts.names[$0] }.joined(separator: " = ")
    }
  }
}
