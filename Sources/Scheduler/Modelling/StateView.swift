/// What a machine or property sees of one state: its cells, by handle.
///
/// A view is a pointer, passed by value. Every read and write of a cell goes through it, so the
/// recorder sees the whole footprint of a step without help from the machine's author.
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
        return fail(.cellOverflow, at: Int(cell.id))
      }
      let word = words + Int(cell.word)
      let shift = UInt64(cell.shift)
      word.pointee = (word.pointee & ~(cell.mask &<< shift)) | (bits &<< shift)
    }
  }

  /// The value of the cell at `index` of `row`, which must be in 0..<``CellRow/count``.
  @inlinable public subscript<Value>(row: CellRow<Value>, index: Int) -> Value {
    @inline(__always) get { self[row[index]] }
    @inline(__always) nonmutating set { self[row[index]] = newValue }
  }

  /// Ends this run here: `check` is broken in the state that the step produces.
  ///
  /// The first failure of a step counts. No thread takes a step from a failed state. `found` says
  /// what was found, with the names of things, as in `node3 has been freed`; it is made when the
  /// run is replayed for a report, and costs a search nothing.
  @inlinable @inline(__always) public func fail(
    _ check: Check, saying found: @autoclosure () -> String
  ) {
    if words[0] & Check.mask != 0 { return }
    words[0] |= UInt64(check.code)
    recorder.fail(found)
  }

  /// The same for a check of the engine, which is about a cell.
  @inlinable @inline(__always) func fail(_ check: Check, at cell: Int) {
    if words[0] & Check.mask != 0 { return }
    words[0] |= UInt64(check.code)
    recorder.fail(at: cell)
  }

  /// Ends this run, breaking ``Check/assertion``, unless `condition` is true.
  ///
  /// The step goes on after it: only the state that the step produces is final. `found` says what
  /// is the case where it is not, as for ``fail(_:saying:)``.
  @inlinable @inline(__always) public func require(
    _ condition: Bool, saying found: @autoclosure () -> String
  ) {
    if !condition { fail(.assertion, saying: found()) }
  }
}
