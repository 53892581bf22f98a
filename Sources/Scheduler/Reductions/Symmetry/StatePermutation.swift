/// A permutation as work on the words of a state.
///
/// What a word of a state adds to the image depends on that word alone, so the image of a
/// successor is found from that of the state by looking at the words that have changed.
struct StatePermutation: Sendable {
  /// Bits that keep their order: those of `mask`, turned left, are part of word `to`.
  private struct Move {
    let from: Int
    let to: Int
    let turn: UInt64
    var mask: UInt64
  }

  /// A cell whose value can be a name that changes, with bits where it comes to lie.
  private struct Named {
    let from: Int
    /// Where the name begins in the word, and the bits that it takes.
    let shift: UInt64
    let mask: UInt64
    let to: Int
    /// Where it comes to begin in the word `to`.
    let target: UInt64
    /// Where its scalarset's changes lie in ``changes``.
    let changes: Range<Int>
  }

  /// By word of a state: what lies in it.
  private struct Share {
    let moves: Range<Int>
    let named: Range<Int>
    /// The bits of all names.
    let names: UInt64
  }

  private var moves: [Move] = []
  private var named: [Named] = []
  private var shares: [Share] = []
  /// A name that changes, and the bits in which it differs from the one that it becomes.
  private var changes: [(name: UInt64, bits: UInt64)] = []

  init(_ permutation: Permutation, of layout: Layout) {
    var ranges: [Scalarset: Range<Int>] = [:]
    // Sorted, for the order of a dictionary changes from run to run.
    for (set, names) in permutation.renaming.sorted(by: { $0.key < $1.key }) {
      let first = changes.count
      changes += names.sorted { $0.key < $1.key }.map { (name: $0.key, bits: $0.key ^ $0.value) }
      ranges[set] = first..<changes.count
    }
    move(Check.mask, from: 0, to: 0, turn: 0)
    for (number, field) in layout.fields.enumerated() {
      let target = layout.fields[permutation.cells[number]]
      move(
        field.mask << UInt64(field.shift), from: field.word, to: target.word,
        turn: UInt64((target.shift - field.shift) & 63))
      guard field.width > 0, let set = field.scalarset, let range = ranges[set] else { continue }
      named.append(
        Named(
          from: field.word, shift: UInt64(field.shift + set.shift),
          mask: field.mask >> UInt64(set.shift), to: target.word,
          target: UInt64(target.shift + set.shift), changes: range))
    }
    moves.sort { ($0.from, $0.to, $0.turn) < ($1.from, $1.to, $1.turn) }
    named.sort { ($0.from, $0.shift) < ($1.from, $1.shift) }
    for word in 0..<layout.wordCount {
      let own = named.filter { $0.from == word }
      let first = (
        moves.firstIndex { $0.from >= word } ?? moves.count,
        named.firstIndex { $0.from >= word } ?? named.count
      )
      shares.append(
        Share(
          moves: first.0..<first.0 + moves.count { $0.from == word },
          named: first.1..<first.1 + own.count,
          names: own.reduce(0) { $0 | $1.mask << $1.shift }))
    }
  }

  private mutating func move(_ mask: UInt64, from: Int, to: Int, turn: UInt64) {
    if let index = moves.firstIndex(where: { $0.from == from && $0.to == to && $0.turn == turn }) {
      moves[index].mask |= mask
    } else {
      moves.append(Move(from: from, to: to, turn: turn, mask: mask))
    }
  }

  /// Writes the image of a state.
  func apply(to state: StateRef, _ width: AnyWidth, into result: StateRef) {
    for word in 0..<width.words { result[word] = 0 }
    for word in 0..<width.words { add(word, state[word], into: result) }
  }

  /// The same for a state that is close to another one, whose image is `image`.
  func apply(
    to state: StateRef, near other: StateRef, _ image: StateRef, _ width: AnyWidth,
    into result: StateRef
  ) {
    width.copy(image, to: result)
    for word in 0..<width.words where state[word] != other[word] {
      add(word, other[word], into: result)
      add(word, state[word], into: result)
    }
  }

  /// Turns over the bits that a word of a state adds to the image.
  @inline(__always) private func add(_ word: Int, _ bits: UInt64, into result: StateRef) {
    let share = shares[word]
    for index in share.moves {
      let move = moves[index]
      let part = bits & move.mask
      // A shift by 64 gives 0 with `>>`.
      result[move.to] ^= part &<< move.turn | part >> (64 &- move.turn)
    }
    if bits & share.names == 0 { return }
    for index in share.named {
      let cell = named[index]
      let name = (bits &>> cell.shift) & cell.mask
      if name == 0 { continue }
      for change in cell.changes where changes[change].name == name {
        result[cell.to] ^= changes[change].bits &<< cell.target
        break
      }
    }
  }
}

extension Layout.Field {
  /// The bits of a value.
  var mask: UInt64 { width == 64 ? ~0 : 1 << UInt64(width) - 1 }
}
