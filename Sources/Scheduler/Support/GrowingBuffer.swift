/// Elements one after another in memory that is used again: an array for innermost loops.
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity = 0

  init() { base = .allocate(capacity: 0) }

  deinit { base.deallocate() }

  var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
  var bytes: Int { capacity * MemoryLayout<Element>.stride }

  @inline(__always) mutating func append(_ element: Element) {
    let place = appendRoom(1)
    place.pointee = element
  }

  /// Adds `more` elements, which are still to be written, and says where they lie.
  @inline(__always) mutating func appendRoom(_ more: Int) -> UnsafeMutablePointer<Element> {
    if count &+ more > capacity { grow(by: more) }
    count &+= more
    return base + (count &- more)
  }

  mutating func removeAll() { count = 0 }

  private mutating func grow(by more: Int) {
    let wider = max(1024, capacity * 2 + more)
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: wider)
    memory.moveInitialize(from: base, count: count)
    base.deallocate()
    (base, capacity) = (memory, wider)
  }
}
