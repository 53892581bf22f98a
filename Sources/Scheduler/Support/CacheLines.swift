/// Values in memory of their own, which share no cache line with anything else.
///
/// For what one thread changes in innermost loops while others change what would lie beside it.
struct CacheLines<Element: ~Copyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  /// `count` values, which `make` makes.
  init(_ count: Int, _ make: () -> Element) {
    // Two lines: processors fetch them in pairs.
    let line = 128
    let bytes = (count * MemoryLayout<Element>.stride + line - 1) / line * line
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: line)
      .bindMemory(to: Element.self, capacity: count)
    self.count = count
    for index in 0..<count { (base + index).initialize(to: make()) }
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }
}
