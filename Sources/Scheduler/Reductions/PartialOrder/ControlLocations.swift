/// The control locations of a system's threads: a hash of each thread's own control cells.
///
/// A location is a function of cells that only the thread itself writes: how far its script is,
/// and the program points among its locals. That two locations may share a hash loses precision,
/// nothing else.
struct ControlLocations: Sendable {
  /// The bits of a word that belong to control cells.
  private struct MaskedWord: Sendable {
    let word: Int
    let mask: UInt64
  }

  /// By thread: the cells that tell its locations apart.
  let cells: [CellSet]
  private let words: [[MaskedWord]]

  init(of system: System, without shared: CellSet) {
    let fields = system.layout.fields
    let own = system.threads.indices.map { thread -> [Int] in
      let position = system.threads[thread].position.number
      return fields.indices.filter { cell in
        let isOwn = fields[cell].role == .local(ThreadID(thread))
        return cell == position || isOwn && fields[cell].isPoint && !shared.contains(cell)
      }
    }
    cells = own.map { CellSet($0) }
    words = own.map { cells in
      var masks: [Int: UInt64] = [:]
      for cell in cells {
        let field = fields[cell]
        masks[field.word, default: 0] |= field.mask << UInt64(field.shift)
      }
      return masks.keys.sorted().map { MaskedWord(word: $0, mask: masks[$0] ?? 0) }
    }
  }

  /// The location of a thread in a state; never 0.
  @inline(__always) func location(of thread: Int, in state: StateRef) -> UInt64 {
    var hash: UInt64 = 0x2d35_8dcc_aa6c_78a5
    for masked in words[thread] {
      let product = ((state[masked.word] & masked.mask) ^ 0x8bb8_4b93_962e_acc9)
        .multipliedFullWidth(by: hash ^ 0x4b33_a62e_d433_d4a3)
      hash = product.high ^ product.low
    }
    return hash | 1
  }
}
