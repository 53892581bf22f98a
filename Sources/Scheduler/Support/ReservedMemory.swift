import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Zeroed memory for up to `capacity` elements that never moves; pages cost nothing until touched.
///
/// Address space is reserved without commitment, as far as the exploration still has any
/// (``AddressSpace``). When the system refuses that much of it the capacity is halved until it
/// agrees. So callers must ask ``capacity`` and not assume it.
struct ReservedMemory<Element: BitwiseCopyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let capacity: Int
  private let pages: ReservedPages
  /// Elements before this one have been provided, or come at their first use.
  private let provided = Atomic<Int>((1 << 22) / MemoryLayout<Element>.stride)

  /// Memory for `wanted` elements, or for `least` even where `space` has run out.
  init(capacity wanted: Int, atLeast least: Int = 1, in space: AddressSpace) {
    let stride = MemoryLayout<Element>.stride
    pages = ReservedPages(max(wanted, least) * stride, atLeast: max(least, 1) * stride, in: space)
    capacity = min(max(wanted, least), pages.bytes / stride)
    base = pages.base.bindMemory(to: Element.self, capacity: capacity)
  }

  /// Gives the address space of all elements but the first `count` back, which nobody will use.
  func trim(to count: Int) {
    pages.trim(to: min(count, capacity) * MemoryLayout<Element>.stride)
  }

  /// Makes the system provide the pages of some elements, which nobody has used yet.
  ///
  /// That is quicker than page by page, at the first use of each. It also helps where memory is
  /// read before it is written: the first read of a page brings a page of zeros that all share,
  /// and the first write another one, for which every processor has to forget the first. A wish: a
  /// system that cannot do so provides pages at their first use. Large pages are not asked for:
  /// clearing them takes long where the host of a virtual machine has taken their memory back.
  func provide(_ elements: Range<Int>) {
    let page = ReservedPages.page
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
  func discard() { madvise(base, pages.bytes, MADV_DONTNEED) }

  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}

/// Whole pages that belong to nobody else, until the object's life ends.
private final class ReservedPages: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  /// Changed by whoever owns the memory alone.
  private(set) var bytes: Int
  private let space: AddressSpace

  init(_ wanted: Int, atLeast least: Int, in space: AddressSpace) {
    let fewest = Self.whole(least)
    let taken = space.take(Self.whole(wanted), atLeast: fewest)
    var bytes = taken / Self.page * Self.page
    while true {
      let memory = mmap(
        nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
      if let memory, memory != MAP_FAILED {
        (base, self.bytes, self.space) = (memory, bytes, space)
        space.give(taken - bytes)
        return
      }
      precondition(bytes > fewest, "no memory: not even \(fewest) bytes could be reserved")
      bytes = max(fewest, bytes / 2 / Self.page * Self.page)
    }
  }

  deinit {
    munmap(base, bytes)
    space.give(bytes)
  }

  static var page: Int { Int(sysconf(Int32(_SC_PAGESIZE))) }

  /// The bytes of the pages, one at least, that so many bytes take.
  private static func whole(_ bytes: Int) -> Int { (max(bytes, 1) + page - 1) / page * page }

  /// Gives all pages back but those of the first bytes.
  func trim(to bytes: Int) {
    let kept = Self.whole(bytes)
    if kept >= self.bytes || munmap(base + kept, self.bytes - kept) != 0 { return }
    space.give(self.bytes - kept)
    self.bytes = kept
  }
}
