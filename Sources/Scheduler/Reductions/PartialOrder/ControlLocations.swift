/// Where the threads of a system stand: a number for each thread's own control cells.
///
/// A place is a function of cells that only the thread itself writes: how far its script is, and the
/// program points among its locals. That two places may share a number loses precision, nothing else.
struct ControlLocations: Sendable {
  private struct Part: Sendable {
    let word: Int
    let mask: UInt64
  }

  /// By thread: the cells that tell its places apart.
  let cells: [CellSet]
  private let parts: [[Part]]

  init(of system: System, without shared: CellSet) {
    let fields = system.layout.fields
    let own = system.threads.indices.map { thread -> [Int] in
      let position = system.threads[thread].position.number
      return fields.indices.filter { cell in
        let isOwn = fields[cell].role == .local(ThreadID(thread))
        return cell == position || isOwn && Self.counts(fields[cell]) && !shared.contains(cell)
      }
    }
    cells = own.map { CellSet($0) }
    parts = own.map { cells in
      var masks: [Int: UInt64] = [:]
      for cell in cells {
        let field = fields[cell]
        let ones: UInt64 = field.width == 64 ? ~0 : 1 << UInt64(field.width) - 1
        masks[field.word, default: 0] |= ones << UInt64(field.shift)
      }
      return masks.keys.sorted().map { Part(word: $0, mask: masks[$0] ?? 0) }
    }
  }

  private static func counts(_ field: Layout.Field) -> Bool {
    field.isPoint
  }

  /// The place of a thread in a state; never 0.
  @inline(__always) func place(of thread: Int, in state: Words) -> UInt64 {
    var hash: UInt64 = 0x2d35_8dcc_aa6c_78a5
    for part in parts[thread] {
      let product = ((state[part.word] & part.mask) ^ 0x8bb8_4b93_962e_acc9)
        .multipliedFullWidth(by: hash ^ 0x4b33_a62e_d433_d4a3)
      hash = product.high ^ product.low
    }
    return hash | 1
  }
}
