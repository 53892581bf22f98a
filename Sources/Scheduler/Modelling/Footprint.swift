/// The cells that one step read and wrote, by their numbers in the layout.
public struct Footprint: Sendable {
  /// The cells that the step read.
  public internal(set) var reads: CellSet = []
  /// The cells that the step wrote, whether or not their values changed.
  public internal(set) var writes: CellSet = []
  /// What is known of the check that the step breaks; nil when it breaks none.
  var failure: Failure?

  /// What a step leaves behind that breaks a check.
  enum Failure: Hashable, Sendable {
    /// What the machine says.
    case words(String)
    /// The cell that a check of the engine is about.
    case cell(Int)
  }

  /// The footprint of a step that touches nothing.
  public init() {}

  /// An empty footprint with room for the cells up to `count`.
  init(room count: Int) {
    (reads, writes) = (CellSet(room: count), CellSet(room: count))
  }

  /// Forgets everything; the room stays.
  mutating func removeAll() {
    reads.removeAll()
    writes.removeAll()
    failure = nil
  }

  /// Whether two steps touch a common cell and at least one of them writes it.
  public func conflicts(with other: Footprint) -> Bool {
    writes.intersects(other.writes) || writes.intersects(other.reads)
      || reads.intersects(other.writes)
  }

  /// Whether this step writes a cell that the other one touches.
  func writesInto(_ other: Footprint) -> Bool {
    writes.intersects(other.reads) || writes.intersects(other.writes)
  }

  mutating func formUnion(_ other: Footprint) {
    reads.formUnion(other.reads)
    writes.formUnion(other.writes)
  }
}
