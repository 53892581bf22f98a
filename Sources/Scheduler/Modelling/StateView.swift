/// What a machine or property sees of one state: its cells, by handle.
///
/// A view is a pointer passed by value. Every read and write of a cell goes through it, so a
/// recorder sees the step's whole footprint without help from the machine's author.
@frozen public struct StateView<Recorder: AccessRecorder> {
  @usableFromInline let words: UnsafeMutablePointer<UInt64>
  @usableFromInline let recorder: Recorder

  @inlinable init(_ words: UnsafeMutablePointer<UInt64>, _ recorder: Recorder) {
    self.words = words
    self.recorder = recorder
  }

  /// The value of `cell`.
  ///
  /// A value that does not fit its cell is not written: the run ends there, and the search reports
  /// the check ``Check/cellOverflow``.
  @inlinable public subscript<Value>(cell: Cell<Value>) -> Value {
    @inline(__always) get {
      recorder.read(Int(cell.id))
      return Value(cellBits: (words[Int(cell.word)] &>> UInt64(cell.shift)) & cell.mask)
    }
    @inline(__always) nonmutating set {
      recorder.write(Int(cell.id))
      let bits = newValue.cellBits
      if bits & ~cell.mask != 0 {
        recorder.overflow(Int(cell.id))
        return fail(.cellOverflow)
      }
      let word = words + Int(cell.word)
      let shift = UInt64(cell.shift)
      word.pointee = (word.pointee & ~(cell.mask &<< shift)) | (bits &<< shift)
    }
  }

  /// The value of the cell at `index` of `row`.
  @inlinable public subscript<Value>(row: CellRow<Value>, index: Int) -> Value {
    @inline(__always) get { self[row[index]] }
    @inline(__always) nonmutating set { self[row[index]] = newValue }
  }

  /// Ends this run here: `check` is broken in the state that the step produces.
  ///
  /// The first failure of a step counts; no thread takes a step from a failed state.
  @inlinable @inline(__always) public func fail(_ check: Check) {
    if words[0] & Check.mask == 0 { words[0] |= UInt64(check.code) }
  }

  /// Ends this run, breaking ``Check/assertion``, unless `condition` is true.
  @inlinable public func assert(_ condition: Bool) {
    if !condition { fail(.assertion) }
  }
}

/// Sees every access that a step makes.
public protocol AccessRecorder: BitwiseCopyable {
  func read(_ cell: Int)
  func write(_ cell: Int)
  func overflow(_ cell: Int)
}

/// Sees nothing and costs nothing: what the search runs with.
@frozen public struct NoRecorder: AccessRecorder {
  @inlinable init() {}
  @inlinable public func read(_: Int) {}
  @inlinable public func write(_: Int) {}
  @inlinable public func overflow(_: Int) {}
}

/// Notes what a property reads, if somebody asks.
@frozen public struct PropertyRecorder: AccessRecorder {
  /// A bit for each cell.
  @usableFromInline let log: UnsafeMutablePointer<UInt64>?

  @inlinable init(into log: UnsafeMutablePointer<UInt64>? = nil) { self.log = log }

  @inlinable public func read(_ cell: Int) {
    guard let log else { return }
    log[cell &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: cell & 63)
  }

  @inlinable public func write(_ cell: Int) { preconditionFailure("a property changes nothing") }
  @inlinable public func overflow(_: Int) {}
}

/// Notes the cells that a step touches in a ``Footprint``.
@frozen public struct FootprintRecorder: AccessRecorder {
  @usableFromInline let footprint: UnsafeMutablePointer<Footprint>

  @inlinable init(into footprint: UnsafeMutablePointer<Footprint>) { self.footprint = footprint }
  public func read(_ cell: Int) { footprint.pointee.reads.insert(cell) }
  public func write(_ cell: Int) { footprint.pointee.writes.insert(cell) }
  public func overflow(_ cell: Int) {
    if footprint.pointee.overflowed == nil { footprint.pointee.overflowed = cell }
  }
}

/// The cells that one step read and wrote, by their numbers in the layout.
public struct Footprint: Sendable {
  public internal(set) var reads: CellSet = []
  public internal(set) var writes: CellSet = []
  /// The cell that a value did not fit into, if that happened.
  public internal(set) var overflowed: Int?

  public init() {}

  /// An empty footprint with room for the cells up to `count`.
  init(room count: Int) {
    (reads, writes) = (CellSet(room: count), CellSet(room: count))
  }

  /// Forgets everything; the room stays.
  mutating func removeAll() {
    reads.removeAll()
    writes.removeAll()
    overflowed = nil
  }

  /// Whether two steps touch a common cell and at least one of them writes it.
  public func conflicts(with other: Footprint) -> Bool {
    writes.intersects(other.writes) || writes.intersects(other.reads)
      || reads.intersects(other.writes)
  }

  /// Whether this step writes a cell that the other one touches.
  func writesInto(_ other: Footprint) -> Bool {
    !writes.isDisjoint(with: other.reads) || !writes.isDisjoint(with: other.writes)
  }

  mutating func formUnion(_ other: Footprint) {
    reads.formUnion(other.reads)
    writes.formUnion(other.writes)
  }
}
