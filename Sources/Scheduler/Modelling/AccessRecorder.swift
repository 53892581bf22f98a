/// What a ``StateView`` tells of every access to a cell, and of the check that a step breaks.
///
/// Three recorders exist; a model names none of them, and is generic in this protocol instead.
public protocol AccessRecorder: BitwiseCopyable {
  /// Notes that the cell with the number `cell` was read.
  func read(_ cell: Int)
  /// Notes that the cell with the number `cell` was written.
  func write(_ cell: Int)
  /// Notes what a step says of the check that it breaks.
  func fail(_ words: () -> String)
  /// Notes the cell that a check of the engine is about: the one that a value does not fit, or the
  /// owner of a lock.
  func fail(at cell: Int)
}

/// Notes nothing and costs nothing: what the search runs with.
@frozen public struct NoRecorder: AccessRecorder {
  @inlinable init() {}
  @inlinable public func read(_: Int) {}
  @inlinable public func write(_: Int) {}
  @inlinable @inline(__always) public func fail(_: () -> String) {}
  @inlinable public func fail(at _: Int) {}
}

/// Notes what a property reads, where the search asks for that; a write stops the program.
@frozen public struct PropertyRecorder: AccessRecorder {
  /// A bit for each cell.
  @usableFromInline let log: UnsafeMutablePointer<UInt64>?

  @inlinable init(into log: UnsafeMutablePointer<UInt64>? = nil) { self.log = log }

  @inlinable public func read(_ cell: Int) {
    guard let log else { return }
    log[cell &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: cell & 63)
  }

  @inlinable public func write(_ cell: Int) { preconditionFailure("a property changes nothing") }
  @inlinable @inline(__always) public func fail(_: () -> String) {}
  @inlinable public func fail(at _: Int) {}
}

/// Notes the cells that a step touches in a ``Footprint``.
@frozen public struct FootprintRecorder: AccessRecorder {
  @usableFromInline let footprint: UnsafeMutablePointer<Footprint>

  @inlinable init(into footprint: UnsafeMutablePointer<Footprint>) { self.footprint = footprint }
  public func read(_ cell: Int) { footprint.pointee.reads.insert(cell) }
  public func write(_ cell: Int) { footprint.pointee.writes.insert(cell) }
  public func fail(_ words: () -> String) { footprint.pointee.failure = .words(words()) }
  public func fail(at cell: Int) { footprint.pointee.failure = .cell(cell) }
}
