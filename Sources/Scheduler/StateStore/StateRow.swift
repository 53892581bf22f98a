/// States one after another in memory, at even distances.
struct StateRow {
  let first: StateRef
  /// The words from one state to the next.
  let stride: Int
  private let words: Int

  /// States of `words` words, the first at `pointer`.
  @inline(__always)
  init(at pointer: UnsafeMutablePointer<UInt64>, stride: Int, words: Int) {
    first = StateRef(pointer, words: words)
    (self.stride, self.words) = (stride, words)
  }

  @inline(__always) subscript(index: Int) -> StateRef {
    StateRef(first.pointer + index &* stride, words: words)
  }
}

/// Memory for states one after another, which is given back when the buffer's life ends.
struct StateBuffer: ~Copyable {
  /// How many words a state has.
  let words: Int
  private var memory: OwnedBuffer<UInt64>

  /// Room for `count` states, which are still to be written.
  init(_ count: Int, words: Int) {
    self.words = words
    memory = OwnedBuffer(capacity: count * words)
  }

  /// A buffer with one state.
  init(copying state: [UInt64]) {
    self.init(1, words: state.count)
    for (index, word) in state.enumerated() { self[0][index] = word }
  }

  /// How many states there is room for.
  var capacity: Int { memory.capacity / words }

  var row: StateRow {
    @inline(__always) get { StateRow(at: memory.base, stride: words, words: words) }
  }

  /// The same where the width may be a constant.
  @inline(__always) func row<W: Width>(_ width: W) -> StateRow {
    StateRow(at: memory.base, stride: width.words, words: width.words)
  }

  @inline(__always) subscript(index: Int) -> StateRef {
    StateRef(memory.base + index &* words, words: words)
  }

  /// Makes room for more states, of which the first `count` are kept.
  mutating func grow(to capacity: Int, keeping count: Int = 0) {
    memory.grow(to: capacity * words, keeping: count * words)
  }
}
