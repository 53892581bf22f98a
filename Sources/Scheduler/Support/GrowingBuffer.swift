/// Elements one after another in memory that is used again: an array for innermost loops.
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var memory = OwnedBuffer<Element>(capacity: 0)
  private(set) var count = 0

  var base: UnsafeMutablePointer<Element> { @inline(__always) get { memory.base } }
  var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
  var bytes: Int { memory.bytes }

  @inline(__always) mutating func append(_ element: Element) {
    let place = appendRoom(1)
    place.pointee = element
  }

  /// Adds `more` elements, which are still to be written, and says where they lie.
  @inline(__always) mutating func appendRoom(_ more: Int) -> UnsafeMutablePointer<Element> {
    if count &+ more > memory.capacity { grow(by: more) }
    count &+= more
    return base + (count &- more)
  }

  mutating func removeAll() { count = 0 }

  private mutating func grow(by more: Int) {
    memory.grow(to: max(1024, memory.capacity * 2 + more), keeping: count)
  }
}
