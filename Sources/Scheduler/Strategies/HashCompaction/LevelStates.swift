/// The words of the states of one level, whose numbers follow each other.
final class LevelStates {
  private let width: AnyWidth
  private let memory: ReservedMemory<UInt64>
  private(set) var count = 0
  /// The number of the first state.
  private(set) var firstNumber = 0

  /// At most `most` states.
  init(width: AnyWidth, most: Int, in space: AddressSpace) {
    self.width = width
    memory = ReservedMemory(capacity: most * width.words, atLeast: width.words, in: space)
  }

  /// The most states: address space may be short.
  var limit: Int { memory.capacity / width.words }
  /// Bytes in use.
  var bytes: Int { count * width.words * MemoryLayout<UInt64>.stride }

  @inline(__always) func state(_ index: Int) -> StateRef {
    StateRef(memory.base + index &* width.words, words: width.words)
  }

  @inline(__always) func append(_ state: StateRef) {
    width.copy(state, to: self.state(count))
    count &+= 1
  }

  /// Forgets all states, and gives their memory back; the next one has the number `first`.
  func restart(at first: Int) {
    memory.discard()
    (count, firstNumber) = (0, first)
  }
}
