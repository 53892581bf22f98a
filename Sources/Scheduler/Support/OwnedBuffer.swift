/// Memory for a number of elements, which is given back when the buffer's life ends.
///
/// Innermost loops take ``base`` into a local; everything else goes through the subscript, which checks its
/// index in debug builds.
struct OwnedBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  /// Room for `capacity` elements, which are still to be written.
  init(capacity: Int) {
    (base, self.capacity) = (.allocate(capacity: capacity), capacity)
  }

  init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    base.initialize(repeating: element, count: count)
  }

  deinit { base.deallocate() }

  var bytes: Int { capacity * MemoryLayout<Element>.stride }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      assert(index >= 0 && index < capacity, "element \(index) of \(capacity)")
      return base[index]
    }
    @inline(__always) nonmutating set {
      assert(index >= 0 && index < capacity, "element \(index) of \(capacity)")
      base[index] = newValue
    }
  }

  /// Makes room for more elements, of which the first `count` are kept.
  mutating func grow(to capacity: Int, keeping count: Int = 0) {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    memory.update(from: base, count: count)
    base.deallocate()
    (base, self.capacity) = (memory, capacity)
  }
}
