import Scheduler
import Synchronization

/// Permission and R/C bits of a page table entry: R, C, present, and one more.
///
/// In a host entry that one is the frame, in a shadow entry whether the reverse map lists it.
struct Entry: CellValue {
  var bits: UInt8

  init(_ bits: UInt8) { self.bits = bits }
  init(cellBits: UInt64) { bits = UInt8(truncatingIfNeeded: cellBits) }
  var cellBits: UInt64 { UInt64(bits) }
  /// Its bits in binary, the first one last.
  var text: String { String(bits, radix: 2) }

  static let referenced: UInt8 = 1
  static let changed: UInt8 = 2
  static let referencedAndChanged: UInt8 = 3
  static let present: UInt8 = 4
  static let mark: UInt8 = 8

  func has(_ mask: UInt8) -> Bool { bits & mask != 0 }
}

/// The entries of one table, or of several one after another.
struct Entries: CellValue {
  private var nibbles = Nibbles()

  init(repeating entry: Entry, count: Int) {
    for index in 0..<count { self[index] = entry }
  }

  init(cellBits: UInt64) { nibbles = Nibbles(cellBits: cellBits) }
  var cellBits: UInt64 { nibbles.cellBits }
  var text: String { nibbles.text }
  private var bits: UInt32 { nibbles.bits }

  subscript(index: Int) -> Entry {
    get { Entry(nibbles[index]) }
    set { nibbles[index] = newValue.bits }
  }

  /// Whether an entry is present and has R or C where that of `other` has not.
  func exceed(_ other: Entries) -> Bool {
    let extra = bits & ~other.bits
    let present = (bits &>> 2 & 0x1111_1111) &* 3
    return extra & present != 0
  }

  /// The entries of one table after another; `factor` has a 1 where each copy begins.
  func repeated(_ factor: UInt64) -> Entries { Entries(cellBits: UInt64(bits) &* factor) }
}

/// Counts the unlock steps after which a shadow entry has a bit that its host entry lacks.
///
/// Promela asserts this in the same steps, and both go on when it is false.
final class ViolationCounter: Sendable {
  private let total = Atomic<Int>(0)

  var count: Int { total.load(ordering: .relaxed) }
  func note() { total.wrappingAdd(1, ordering: .relaxed) }
}

/// What the threads of `rc-race` share.
struct RaceWorld: Sendable {
  let lock: Cell<Bool>
  let sequence: Cell<UInt8>
  let inProgress: Cell<UInt8>
  let host: Cell<Entries>
  /// Of one guest after another.
  let shadow: Cell<Entries>
  let pages: Int
  let guests: Int
  /// Has a 1 where the entries of each guest begin.
  private let copies: UInt64
  let violations: ViolationCounter

  init(
    _ configuration: RaceConfiguration, in layout: inout Layout, _ violations: ViolationCounter
  ) {
    (pages, guests) = (configuration.pages, configuration.guests)
    precondition(1...2 ~= pages && 1...3 ~= guests, "rc-race has 1...2 pages and 1...3 guests")
    self.violations = violations
    copies = (0..<configuration.guests).reduce(0) { $0 | 1 << UInt64(4 * configuration.pages * $1) }
    lock = layout.cell("lock", bits: 1)
    sequence = layout.cell("seq", bits: 3)
    inProgress = layout.cell("cnt", bits: 2)
    host = layout.cell(
      "host", bits: 4 * pages,
      initial: Entries(repeating: Entry(Entry.referenced | Entry.present), count: pages))
    shadow = layout.cell(
      "sh", bits: 4 * pages * guests, initial: Entries(repeating: Entry(0), count: pages * guests))
  }

  @inline(__always) func acquire<R>(_ state: StateView<R>) -> Bool {
    if state[lock] { return false }
    state[lock] = true
    return true
  }

  @inline(__always) func release<R>(_ state: StateView<R>) {
    state[lock] = false
    if isBroken(state) { violations.note() }
  }

  @inline(__always) private func isBroken<R>(_ state: StateView<R>) -> Bool {
    state[shadow].exceed(state[host].repeated(copies))
  }

  @inline(__always) func clear<R>(_ mask: UInt8, inHost page: Int, _ state: StateView<R>) {
    state[host][page] = Entry(state[host][page].bits & ~mask)
  }

  /// Clears bits in the shadow entry of a guest, if the reverse map lists it.
  @inline(__always) func clear<R>(
    _ mask: UInt8, inShadowOf guest: Int, _ page: Int, _ state: StateView<R>
  ) {
    let place = guest &* pages &+ page
    let entry = state[shadow][place]
    if entry.has(Entry.mark) { state[shadow][place] = Entry(entry.bits & ~mask) }
  }
}

/// How many rounds a thread of `rc-race` has done, and the page and the guest at hand, as one
/// cell.
///
/// The rounds are the highest bits, so that too many overflow the cell.
struct Round: CellValue {
  var done: UInt8 = 0
  var page: UInt8 = 0
  var guest: UInt8 = 0

  init() {}
  init(cellBits: UInt64) {
    page = UInt8(truncatingIfNeeded: cellBits & 1)
    guest = UInt8(truncatingIfNeeded: cellBits &>> 1 & 3)
    done = UInt8(truncatingIfNeeded: cellBits &>> 3)
  }
  var cellBits: UInt64 { UInt64(page) | UInt64(guest) &<< 1 | UInt64(done) &<< 3 }
  var text: String { "\(done) rounds, page \(page), guest \(guest)" }
  static let bits = 5

  /// Ends the round: everything but the number of rounds is forgotten, after the last one that
  /// too.
  @inline(__always) mutating func finish(of limit: UInt8) -> Outcome {
    let count = done &+ 1
    self = Round()
    if count == limit { return .completed }
    done = count
    return .advanced
  }
}
