import Synchronization

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
  /// Elements before this one have been provided, or come at their first use.
  private let provided = Atomic<Int>((1 << 22) / MemoryLayout<Element>.stride)

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

  /// Makes the system provide the pages of some elements, which nobody has used yet.
  ///
  /// That is quicker than page by page, at the first use of each. It also helps where memory is
  /// read before it is written: the first read of a page brings a page of zeros that all share,
  /// and the first write another one, for which every processor has to forget the first. A wish: a
  /// system that cannot do so provides pages at their first use. Large pages are not asked for:
  /// clearing them takes long where the host of a virtual machine has taken their memory back.
  func provide(_ elements: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = Int(bitPattern: base + elements.lowerBound) / page * page
    let end = Int(bitPattern: base + elements.upperBound)
    madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, Self.populateWrite)
  }

  /// The same for the elements after `index`, of which several threads go on using the next ones.
  ///
  /// The first few megabytes are left to the first use: a small search needs less.
  func provide(beyond index: Int) {
    let more = max(1, Self.bytesAtOnce / MemoryLayout<Element>.stride)
    let start = provided.load(ordering: .relaxed)
    if index + more / 2 < start || start + more > capacity { return }
    let isMine = provided.compareExchange(
      expected: start, desired: start + more, ordering: .relaxed
    ).exchanged
    if isMine { provide(start..<start + more) }
  }

  private static var bytesAtOnce: Int { 1 << 20 }
  /// MADV_POPULATE_WRITE, which Linux has had since 5.14 and C libraries for less long.
  private static var populateWrite: Int32 { 23 }

  /// Gives the pages back to the system; everything is 0 again.
  func discard() { madvise(base, bytes, MADV_DONTNEED) }

  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}
