/// Remembers quiet states in which no property was broken, so that most others need no look.
///
/// Most steps change nothing that a property about quiet states reads. One that has read some
/// cells says the same of every state that agrees in them. So a state has passed if it agrees with
/// one that has in all cells that any of the properties has read in any state so far. Used by one
/// thread at a time.
final class QuietStateCache {
  /// The cells that properties have read, a bit for each: they are to note them here.
  let reads: OwnedBuffer<UInt64>
  /// How many cells ``reads`` had when ``watched`` was made.
  private var readCount = 0
  private let layout: Layout
  private let isQuiet: @Sendable (Property.State) -> Bool
  /// The checks that end runs of no interest: nothing is judged in their states.
  private let cuts: UInt64
  /// In these words the owners of the locks that are free in quiet states, if it is known which
  /// they are.
  private let owners: [(word: Int, mask: UInt64)]?
  /// The words that the cells in ``reads`` lie in, and their bits there.
  private var watched: [(word: Int, mask: UInt64)] = []
  /// What is watched of states that have passed, each at a place that depends on it.
  private let passed: OwnedBuffer<UInt64>
  private let hasPassed: OwnedBuffer<Bool>

  /// log2 of the number of states that are remembered.
  private static var placeBits: UInt64 { 12 }
  private static var places: Int { 1 << Int(placeBits) }

  init(of system: System) {
    (layout, isQuiet, cuts) = (system.layout, system.quietWhen, system.cuts)
    owners = system.quietLocks.map { locks in
      system.locks.indices.filter { locks >> UInt64($0) & 1 == 1 }.map {
        let field = system.layout.fields[system.locks[$0].lock.ownerCell]
        return (field.word, field.mask << UInt64(field.shift))
      }
    }
    reads = OwnedBuffer(repeating: 0, count: (layout.fields.count + 63) / 64)
    passed = OwnedBuffer(capacity: Self.places * layout.wordCount)
    hasPassed = OwnedBuffer(repeating: false, count: Self.places)
  }

  /// Whether a state is quiet and a property could be broken in it.
  @inline(__always) func isWorthALook(_ state: StateRef) -> Bool {
    guard isQuiet(state), !PropertyTable.isCut(state[0], cuts) else { return false }
    let place = place(of: state)
    if !hasPassed[place] { return true }
    let old = passed.base + place &* layout.wordCount
    var difference: UInt64 = 0
    for (index, part) in watched.enumerated() {
      difference |= (state[part.word] & part.mask) ^ old[index]
    }
    return difference != 0
  }

  /// Takes note of states in which no property is broken, once all properties have seen them.
  func pass(_ count: Int, state: (Int) -> StateRef) {
    widen()
    for number in 0..<count {
      let state = state(number)
      let place = place(of: state)
      for (index, part) in watched.enumerated() {
        passed[place &* layout.wordCount &+ index] = state[part.word] & part.mask
      }
      hasPassed[place] = true
    }
  }

  @inline(__always) private func isQuiet(_ state: StateRef) -> Bool {
    guard let owners else { return isQuiet(StateView(state, PropertyRecorder())) }
    for owner in owners where state[owner.word] & owner.mask != 0 { return false }
    return true
  }

  @inline(__always) private func place(of state: StateRef) -> Int {
    var hash: UInt64 = 0
    for part in watched {
      hash = (hash ^ (state[part.word] & part.mask)) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash &>> 32
    }
    return Int(truncatingIfNeeded: hash &>> (64 &- Self.placeBits))
  }

  /// Watches all cells that have been read; if there are more than before, what has passed is
  /// forgotten.
  private func widen() {
    let count = (0..<reads.capacity).reduce(0) { $0 + reads[$1].nonzeroBitCount }
    if count == readCount { return }
    readCount = count
    var masks = [UInt64](repeating: 0, count: layout.wordCount)
    for (cell, field) in layout.fields.enumerated()
    where reads[cell / 64] >> UInt64(cell % 64) & 1 == 1 {
      masks[field.word] |= field.mask << UInt64(field.shift)
    }
    watched = masks.indices.filter { masks[$0] != 0 }.map { ($0, masks[$0]) }
    for place in 0..<Self.places { hasPassed[place] = false }
  }
}
