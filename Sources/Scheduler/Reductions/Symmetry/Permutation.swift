/// A permutation of a system's parts: which thread becomes which, where each cell's value goes,
/// and what the names become that values are made of.
///
/// Give a system its permutations in ``System/permutations`` and a search by symmetry
/// (``Reduction/symmetry``) keeps one of the states that differ by them only. A permutation is no
/// more than a candidate: whether machines and properties treat the parts alike is tried in every
/// state, so one that is wrong costs time and makes no answer wrong.
public struct Permutation: Hashable, Sendable {
  /// Parts of one kind, such as guests or pages, as reports name them.
  public struct Parts: Hashable, Sendable {
    let kind: String
    let names: [String]
    /// By part: the one that it becomes.
    let images: [Int]

    /// Describes what becomes of the parts of a kind: the part at an index becomes the one at the
    /// index that `images` has there.
    ///
    /// `kind` is a plural, such as `guests`; `names` and `images` have an element for each part.
    public init(_ kind: String, names: [String], becoming images: [Int]) {
      (self.kind, self.names, self.images) = (kind, names, images)
    }
  }

  /// By scalarset and name: the name that it becomes; names that stay as they are may be left out.
  public typealias Renaming = [Scalarset: [UInt64: UInt64]]

  /// By thread: the one that it becomes.
  let threads: [Int]
  /// By cell: the one that it becomes.
  let cells: [Int]
  let renaming: Renaming
  let parts: [Parts]

  /// The permutation that leaves all as it is.
  init(identityOf system: System) {
    threads = Array(system.threads.indices)
    cells = Array(system.layout.fields.indices)
    (renaming, parts) = ([:], [])
  }

  /// The permutation by which a system becomes `other`: the same system, under the same names,
  /// with its parts added in another order.
  ///
  /// What has the same index in both corresponds: the first thread becomes the one that `other`
  /// has first, the first cell the one that has the name of `other`'s first cell. `renaming` says
  /// what becomes of the names in values, but for those of threads as owners of locks, which
  /// follow from the threads; `parts` tells reports about it.
  ///
  /// Nil if that permutes nothing of the kind: `other` has cells that `system` lacks or that
  /// differ in width, role or scalarset; scripts of other machines; names of which two become one;
  /// or an initial state that is not the image of `system`'s.
  /// - Complexity: O(cells)
  public init?(of system: System, as other: System, renaming: Renaming, parts: [Parts] = []) {
    let (fields, others) = (system.layout.fields, other.layout.fields)
    let threads = other.threads.compactMap { thread in
      system.threads.firstIndex { $0.name == thread.name }
    }
    let numbers = Dictionary(
      fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    let cells = others.compactMap { numbers[$0.name] }
    if threads.count != other.threads.count || cells.count != others.count { return nil }
    self.init(of: system, threads: threads, cells: cells, renaming: renaming, parts: parts)
  }

  /// The permutation by which each thread and each cell becomes the one whose number stands at its
  /// place; nil if that permutes nothing of the kind, as above.
  package init?(
    of system: System, threads: [Int], cells: [Int], renaming: Renaming, parts: [Parts] = []
  ) {
    let fields = system.layout.fields
    guard Self.isPermutation(threads, of: system.threads.count),
      Self.isPermutation(cells, of: fields.count)
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

  private static func isPermutation(_ images: [Int], of count: Int) -> Bool {
    images.count == count && Set(images) == Set(0..<count)
  }

  private func leavesScripts(of system: System) -> Bool {
    threads.indices.allSatisfy { thread in
      let (one, other) = (system.threads[thread], system.threads[threads[thread]])
      let (left, right) = (one.script, other.script)
      return one.isDaemon == other.isDaemon && (one.handler == nil) == (other.handler == nil)
        && left.count == right.count
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
      guard from.width > 0, let set = from.scalarset, let names = renaming[set] else { return true }
      let bits = from.width - set.shift
      return names.keys.allSatisfy { bits > 0 && (bits >= 64 || $0 >> UInt64(bits) == 0) }
    }
  }

  private func image(of role: Layout.Role) -> Layout.Role {
    if case .local(let thread) = role { return .local(ThreadID(threads[thread.index])) }
    return role
  }

  private func leavesInitialState(of system: System) -> Bool {
    let initial = StateBuffer(copying: system.layout.initial)
    let image = StateBuffer(1, words: initial.words)
    let width = AnyWidth(words: initial.words)
    StatePermutation(self, of: system.layout).apply(to: initial[0], width, into: image[0])
    return width.equal(initial[0], image[0])
  }

  /// The product: this permutation after another one.
  func after(_ first: Permutation) -> Permutation { Permutation(first, then: self) }

  private init(_ first: Permutation, then second: Permutation) {
    threads = first.threads.map { second.threads[$0] }
    cells = first.cells.map { second.cells[$0] }
    var renaming: Renaming = [:]
    for set in Set(first.renaming.keys).union(second.renaming.keys) {
      let (one, two) = (first.renaming[set] ?? [:], second.renaming[set] ?? [:])
      var names: [UInt64: UInt64] = [:]
      for name in Set(one.keys).union(two.keys) {
        let image = one[name] ?? name
        let last = two[image] ?? image
        if last != name { names[name] = last }
      }
      if !names.isEmpty { renaming[set] = names }
    }
    self.renaming = renaming
    parts = first.parts.map { part in
      let next = second.parts.first { $0.kind == part.kind }?.images
      return Parts(part.kind, names: part.names, becoming: part.images.map { next?[$0] ?? $0 })
    }
  }

  /// Whether two permutations do the same; what they tell reports does not count.
  public static func == (left: Permutation, right: Permutation) -> Bool {
    (left.threads, left.cells, left.renaming) == (right.threads, right.cells, right.renaming)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(threads)
    hasher.combine(cells)
  }
}
