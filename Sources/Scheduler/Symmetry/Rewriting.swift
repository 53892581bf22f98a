/// An exchange as work on the words of a state.
struct Rewriting: Sendable {
  /// Bits that keep their order: those of `mask` in word `from`, turned left, are part of word `to`.
  private struct Move {
    let from: Int
    let to: Int
    let turn: UInt64
    var mask: UInt64
  }

  /// A cell whose value names something that is exchanged.
  private struct Renamed {
    let from: Layout.Field
    let to: Layout.Field
    let shift: UInt64
    /// Where its sort's names lie in ``names``.
    let names: Range<Int>
  }

  private var moves: [Move] = []
  private var renamed: [Renamed] = []
  private var names: [(old: UInt64, new: UInt64)] = []

  init(_ exchange: Exchange, of layout: Layout) {
    var ranges: [Sort: Range<Int>] = [:]
    // Sorted, for the order of a dictionary changes from run to run.
    for (sort, map) in exchange.renaming.sorted(by: { $0.key.text < $1.key.text }) {
      let first = names.count
      names += map.sorted { $0.key < $1.key }.map { (old: $0.key, new: $0.value) }
      ranges[sort] = first..<names.count
    }
    move(Check.mask, from: 0, to: 0, turn: 0)
    for (number, field) in layout.fields.enumerated() {
      let target = layout.fields[exchange.cells[number]]
      if let sort = field.sort, let range = ranges[sort] {
        renamed.append(
          Renamed(from: field, to: target, shift: UInt64(sort.shift), names: range))
      } else {
        move(
          field.mask, from: field.word, to: target.word,
          turn: UInt64((target.shift - field.shift) & 63))
      }
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
  func apply<W: Width>(to state: Words, _ width: W, into result: Words) {
    for index in 0..<width.words { result[index] = 0 }
    for move in moves {
      let bits = state[move.from] & move.mask
      // A shift by 64 gives 0 with `>>`.
      result[move.to] |= bits &<< move.turn | bits >> (64 &- move.turn)
    }
    for cell in renamed {
      let bits = cell.from.bits(in: state)
      var name = bits &>> cell.shift
      for index in cell.names where names[index].old == name {
        name = names[index].new
        break
      }
      let rest = bits & (1 &<< cell.shift &- 1)
      result[cell.to.word] |= (name &<< cell.shift | rest) &<< UInt64(cell.to.shift)
    }
  }
}

extension Layout.Field {
  fileprivate var mask: UInt64 {
    (width == 64 ? ~0 : 1 << UInt64(width) - 1) << UInt64(shift)
  }
}
