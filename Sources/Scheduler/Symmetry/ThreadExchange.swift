/// A way to exchange threads of a system: which thread becomes which, and where each cell goes.
struct ThreadExchange: Sendable {
  /// By thread: the one whose part it takes.
  let threads: [Int]
  private let moves: [(from: Layout.Field, to: Layout.Field)]
  private let owners: [Layout.Field]

  /// Nil if the cells' names, widths, roles or initial values do not allow it.
  ///
  /// A cell belongs to a thread if its name has the thread's name in it, as a word between dots, commas,
  /// colons and brackets; it goes to the cell that has the other name there.
  init?(of system: System, _ threads: [Int]) {
    let (fields, names) = (system.layout.fields, system.threads.map(\.name))
    let numbers = Dictionary(
      fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    var moves: [(from: Layout.Field, to: Layout.Field)] = []
    var targets: Set<Int> = []
    for (number, field) in fields.enumerated() {
      let name = Self.renamed(field.name, names, threads)
      guard let target = numbers[name], targets.insert(target).inserted,
        fields[target].width == field.width,
        fields[target].role == Self.renamed(field.role, threads)
      else { return nil }
      if target != number { moves.append((field, fields[target])) }
    }
    for (thread, other) in threads.enumerated() {
      let (left, right) = (system.threads[thread].script, system.threads[other].script)
      guard left.count == right.count,
        zip(left, right).allSatisfy({ type(of: $0) == type(of: $1) })
      else { return nil }
    }
    self.threads = threads
    self.moves = moves
    owners = system.locks.map { fields[$0.lock.ownerCell] }
    var initial = system.layout.initial
    var exchanged = initial
    let isSame = initial.withUnsafeMutableBufferPointer { from in
      exchanged.withUnsafeMutableBufferPointer { to in
        guard let words = from.baseAddress, let result = to.baseAddress else { return true }
        apply(to: words, AnyWidth(words: from.count), into: result)
        return from.elementsEqual(to)
      }
    }
    if !isSame { return nil }
  }

  private static func renamed(_ name: String, _ names: [String], _ threads: [Int]) -> String {
    var (result, word) = ("", "")
    func other(_ word: String) -> String {
      names.firstIndex(of: word).map { names[threads[$0]] } ?? word
    }
    for character in name {
      if ".,:[]".contains(character) {
        result += other(word) + String(character)
        word = ""
      } else {
        word.append(character)
      }
    }
    return result + other(word)
  }

  private static func renamed(_ role: Layout.Role, _ threads: [Int]) -> Layout.Role {
    if case .local(let thread) = role { return .local(ThreadID(threads[thread.index])) }
    return role
  }

  /// Writes the state in which the threads have exchanged their parts.
  func apply<W: Width>(to state: Words, _ width: W, into result: Words) {
    width.copy(state, to: result)
    for move in moves { move.to.set(0, in: result) }
    for move in moves { move.to.set(move.from.bits(in: state), in: result) }
    for owner in owners {
      let holder = Int(owner.bits(in: state))
      if holder > 0 { owner.set(UInt64(threads[holder - 1] + 1), in: result) }
    }
  }
}

extension Layout.Field {
  fileprivate func set(_ bits: UInt64, in words: Words) {
    let mask: UInt64 = width == 64 ? ~0 : 1 << UInt64(width) - 1
    words[word] = words[word] & ~(mask << UInt64(shift)) | bits << UInt64(shift)
  }
}
