/// Where a state lies: a reference to its words, good for as long as whoever has given it says.
///
/// It is as small and quick as a pointer. In debug builds, which the tests are, it also knows how
/// many words there are, and traps at an index beyond them.
struct StateRef {
  let pointer: UnsafeMutablePointer<UInt64>
  #if DEBUG
    private let words: Int
  #endif

  /// The state of `words` words that starts at `pointer`.
  @inline(__always) init(_ pointer: UnsafeMutablePointer<UInt64>, words: Int) {
    self.pointer = pointer
    #if DEBUG
      self.words = words
    #endif
  }

  subscript(index: Int) -> UInt64 {
    @inline(__always) get {
      check(index)
      return pointer[index]
    }
    @inline(__always) nonmutating set {
      check(index)
      pointer[index] = newValue
    }
  }

  @inline(__always) private func check(_ index: Int) {
    #if DEBUG
      precondition(index >= 0 && index < words, "word \(index) of a state of \(words)")
    #endif
  }
}

extension StateView {
  /// A view of the state at a place in memory.
  @inline(__always) init(_ state: StateRef, _ recorder: Recorder) {
    self.init(state.pointer, recorder)
  }
}

/// Lends a state as the reference that properties and machines want; nobody may write through it.
func withState<Result>(_ state: [UInt64], _ body: (StateRef) -> Result) -> Result {
  state.withUnsafeBufferPointer { buffer in
    guard let words = buffer.baseAddress else { preconditionFailure("a state has a word") }
    return body(StateRef(UnsafeMutablePointer(mutating: words), words: state.count))
  }
}
