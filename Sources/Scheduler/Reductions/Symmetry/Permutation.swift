/// A way to exchange parts of a system: which thread becomes which, where each cell goes, and what the
/// names of things become that cells hold.
///
/// Only a candidate: whether the machines and properties take part is for ``Orbits`` to try.
public struct Permutation: Hashable, Sendable {
  /// Parts of one kind, such as guests or pages, for reports to name.
  public struct Parts: Hashable, Sendable {
    let kind: String
    let names: [String]
    /// By part: the one that it becomes.
    let images: [Int]

    /// `images` says by part which one it becomes.
    public init(_ kind: String, names: [String], becoming images: [Int]) {
      (self.kind, self.names, self.images) = (kind, names, images)
    }
  }

  /// By sort and name: the name that it becomes, where that is another.
  public typealias Renaming = [Scalarset: [UInt64: UInt64]]

  /// By thread: the one that it becomes.
  let threads: [Int]
  /// By cell: the one that it becomes.
  let cells: [Int]
  let renaming: Renaming
  let parts: [Parts]

  /// The exchange that leaves all as it is.
  init(identityOf system: System) {
    threads = Array(system.threads.indices)
    cells = Array(system.layout.fields.indices)
    (renaming, parts) = ([:], [])
  }

  /// The exchange by which a system becomes `other`: the same with its parts listed in another order.
  ///
  /// What stands at one place in both lists changes places: the first thread becomes the one that `other`
  /// has first, the first cell the one that has the name of its first cell. Nil if that is no exchange:
  /// `other` has cells that `system` lacks or that differ in width, role or sort; scripts of other machines; a
  /// name that nothing becomes; or it does not leave the initial state as it is.
  public init?(of system: System, as other: System, renaming: Renaming, parts: [Parts] = []) {
    let (fields, others) = (system.layout.fields, other.layout.fields)
    let threads = other.threads.compactMap { thread in
      system.threads.firstIndex { $0.name == thread.name }
    }
    let numbers = Dictionary(
      fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    let cells = others.compactMap { numbers[$0.name] }
    guard Self.isPermutation(threads, of: system.threads.count, in: other.threads.count),
      Self.isPermutation(cells, of: fields.count, in: others.count)
    else { return nil }
    var renaming = renaming.mapValues { names in names.filter { $0.key != $0.value } }
      .filter { !$0.value.isEmpty }
    for names in renaming.values where names[0] != nil || Set(names.keys) != Set(names.values) {
      return nil
    }
    let moved = threads.enumerated().filter { $0 != $1 }
    if !moved.isEmpty {
      renaming[.owner] = Dictionary(
        uniqueKeysWithValues: moved.map { (UInt64($0.offset + 1), UInt64($0.element + 1)) })
    }
    (self.threads, self.cells, self.renaming, self.parts) = (threads, cells, renaming, parts)
    if !leavesScripts(of: system) || !fits(fields) || !leavesInitialState(of: system) { return nil }
  }

  private static func isPermutation(_ images: [Int], of count: Int, in all: Int) -> Bool {
    all == count && images.count == count && Set(images).count == count
  }

  private func leavesScripts(of system: System) -> Bool {
    threads.indices.allSatisfy { thread in
      let (left, right) = (system.threads[thread].script, system.threads[threads[thread]].script)
      return left.count == right.count
        && zip(left, right).allSatisfy { type(of: $0) == type(of: $1) }
    }
  }

  private func fits(_ fields: [Layout.Field]) -> Bool {
    fields.indices.allSatisfy { number in
      let (from, to) = (fields[number], fields[cells[number]])
      guard from.width == to.width, from.scalarset == to.scalarset, image(of: from.role) == to.role
      else {
        return false
      }
      // A cell of no bits names nothing.
      guard from.width > 0, let sort = from.scalarset, let names = renaming[sort] else {
        return true
      }
      let most = from.width - sort.shift
      return names.keys.allSatisfy { most > 0 && (most >= 64 || $0 >> UInt64(most) == 0) }
    }
  }

  private func image(of role: Layout.Role) -> Layout.Role {
    if case .local(let thread) = role { return .local(ThreadID(threads[thread.index])) }
    return role
  }

  private func leavesInitialState(of system: System) -> Bool {
    var initial = system.layout.initial
    var image = initial
    let rewriting = StatePermutation(self, of: system.layout)
    return initial.withUnsafeMutableBufferPointer { from in
      image.withUnsafeMutableBufferPointer { to in
        guard let words = from.baseAddress, let result = to.baseAddress else { return true }
        rewriting.apply(to: words, AnyWidth(words: from.count), into: result)
        return from.elementsEqual(to)
      }
    }
  }

  /// This exchange after another one.
  func after(_ first: Permutation) -> Permutation { Permutation(first, then: self) }

  private init(_ first: Permutation, then second: Permutation) {
    threads = first.threads.map { second.threads[$0] }
    cells = first.cells.map { second.cells[$0] }
    var renaming: Renaming = [:]
    for sort in Set(first.renaming.keys).union(second.renaming.keys) {
      let (one, two) = (first.renaming[sort] ?? [:], second.renaming[sort] ?? [:])
      var names: [UInt64: UInt64] = [:]
      for name in Set(one.keys).union(two.keys) {
        let image = one[name] ?? name
        let last = two[image] ?? image
        if last != name { names[name] = last }
      }
      if !names.isEmpty { renaming[sort] = names }
    }
    self.renaming = renaming
    parts = first.parts.map { part in
      let next = second.parts.first { $0.kind == part.kind }?.images
      return Parts(part.kind, names: part.names, becoming: part.images.map { next?[$0] ?? $0 })
    }
  }

  // Parts are words about it.
  public static func == (left: Permutation, right: Permutation) -> Bool {
    (left.threads, left.cells, left.renaming) == (right.threads, right.cells, right.renaming)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(threads)
    hasher.combine(cells)
  }
}
