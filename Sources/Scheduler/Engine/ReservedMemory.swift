#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Zeroed memory for up to `capacity` elements that never moves; pages cost nothing until touched.
///
/// Address space is reserved without commitment. When the system refuses that much of it the
/// capacity is halved until it agrees, so callers must ask ``capacity`` and not assume it.
struct ReservedMemory<Element: BitwiseCopyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let capacity: Int
  private let bytes: Int

  init(capacity wanted: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    var capacity = max(wanted, 1)
    while true {
      let bytes = (capacity * MemoryLayout<Element>.stride + page - 1) / page * page
      let memory = mmap(
        nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
      if let memory, memory != MAP_FAILED {
        base = memory.bindMemory(to: Element.self, capacity: capacity)
        self.capacity = capacity
        self.bytes = bytes
        return
      }
      precondition(bytes > page, "no memory: not even one page could be reserved")
      capacity /= 2
    }
  }

  deinit { munmap(base, bytes) }

  /// Asks for large pages, except behind the first few megabytes.
  ///
  /// Random access to much memory otherwise spends its time on address translation, and first use of
  /// it on page faults. A wish: a system without large pages ignores it. A little memory is
  /// cheaper with small pages.
  func preferLargePages() {
    let (page, small) = (1 << 21, 1 << 22)
    let address = Int(bitPattern: base)
    let first = (address + small + page - 1) / page * page
    if first < address + bytes {
      madvise(UnsafeMutableRawPointer(bitPattern: first), address + bytes - first, MADV_HUGEPAGE)
    }
  }

  /// Makes the system provide the pages of some elements, which nobody has used yet.
  ///
  /// A page that is read before it is written is provided twice: a page of zeros that all share, and then
  /// another one, for which every processor has to forget the first.
  func provide(_ elements: Range<Int>) {
    let step = max(1, 4096 / MemoryLayout<Element>.stride)
    var index = elements.lowerBound
    while index < elements.upperBound {
      UnsafeMutableRawPointer(base + index).storeBytes(of: 0, as: UInt8.self)
      index += step
    }
  }

  /// Gives the pages back to the system; everything is 0 again.
  func discard() { madvise(base, bytes, MADV_DONTNEED) }

  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}
