/// An exchange as work on the words of a state.
///
/// What a word of a state adds to the exchanged state depends on that word alone, so that the successor of a
/// state is exchanged by looking at the words that have changed.
struct StatePermutation: Sendable {
  /// Bits that keep their order: those of `mask`, turned left, are part of word `to`.
  private struct Move {
    let from: Int
    let to: Int
    let turn: UInt64
    var mask: UInt64
  }

  /// A cell whose value can name something that is exchanged, which changes bits where it comes to lie.
  private struct Named {
    let from: Int
    /// Where the name begins in the word, and the bits that it takes.
    let shift: UInt64
    let mask: UInt64
    let to: Int
    /// Where it comes to begin in the word `to`.
    let target: UInt64
    /// Where its sort's changes lie in ``changes``.
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
  /// A name that is exchanged, and the bits in which it differs from the one that it becomes.
  private var changes: [(name: UInt64, bits: UInt64)] = []

  init(_ exchange: Permutation, of layout: Layout) {
    var ranges: [Scalarset: Range<Int>] = [:]
    // Sorted, for the order of a dictionary changes from run to run.
    for (sort, names) in exchange.renaming.sorted(by: { $0.key < $1.key }) {
      let first = changes.count
      changes += names.sorted { $0.key < $1.key }.map { (name: $0.key, bits: $0.key ^ $0.value) }
      ranges[sort] = first..<changes.count
    }
    move(Check.mask, from: 0, to: 0, turn: 0)
    for (number, field) in layout.fields.enumerated() {
      let target = layout.fields[exchange.cells[number]]
      move(
        field.mask << UInt64(field.shift), from: field.word, to: target.word,
        turn: UInt64((target.shift - field.shift) & 63))
      guard field.width > 0, let sort = field.scalarset, let range = ranges[sort] else { continue }
      named.append(
        Named(
          from: field.word, shift: UInt64(field.shift + sort.shift),
          mask: field.mask >> UInt64(sort.shift), to: target.word,
          target: UInt64(target.shift + sort.shift), changes: range))
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
    if let place = moves.firstIndex(where: { $0.from == from && $0.to == to && $0.turn == turn }) {
      moves[place].mask |= mask
    } else {
      moves.append(Move(from: from, to: to, turn: turn, mask: mask))
    }
  }

  /// Writes the state in which the parts have changed places.
  func apply(to state: Words, _ width: AnyWidth, into result: Words) {
    for word in 0..<width.words { result[word] = 0 }
    for word in 0..<width.words { add(word, state[word], into: result) }
  }

  /// The same for a state close to another one, whose exchanged state `image` is.
  func apply(
    to state: Words, near other: Words, _ image: Words, _ width: AnyWidth, into result: Words
  ) {
    width.copy(image, to: result)
    for word in 0..<width.words where state[word] != other[word] {
      add(word, other[word], into: result)
      add(word, state[word], into: result)
    }
  }

  /// Turns over the bits that a word of a state adds to the exchanged state.
  @inline(__always) private func add(_ word: Int, _ bits: UInt64, into result: Words) {
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
