/// What searches may use of the memory that the machine, its control groups and the limits of the
/// process leave.
///
/// Found out once, before anything is reserved. What counts against a limit on address space
/// (`ulimit -v`) is what is reserved, used or not, and an allocation that fails ends the process.
/// So an eighth of it is left to the stacks of threads; of the rest five eighths are for what
/// searches reserve, and three for what all else allocates: reading files, the passes after a
/// search, the report. Searches may use half of the rest: that is less than they reserve, so that
/// the limit which is named is mostly that on memory, and what the passes allocate for themselves
/// fits though the allocator needs more than is asked of it.
struct MemoryBudget: Hashable, Sendable {
  /// Bytes that a search may use unless told otherwise.
  let bytes: Int
  /// Bytes of address space that searches may reserve, all together; nil where there is plenty.
  let addressSpace: Int?
  /// Threads that there is address space for.
  let mostThreads: Int
  /// What may be allocated besides; nil where there is plenty.
  private let rest: Int?

  /// A limit, and what counts against it already.
  struct Account: Hashable, Sendable {
    var limit: Int
    var used: Int

    var free: Int { max(0, limit - max(0, used)) }
  }

  /// Bytes that a thread allocates for itself, about.
  private static let bytesOfThread = 2 << 20
  /// The address space that the allocator of glibc reserves for a thread.
  private static let bytesOfArena = 64 << 20

  /// Divides what is free.
  ///
  /// `physical` is the memory of the machine; of several `groups` and of several limits on the
  /// `addressSpace` those count that leave the least. `stack` is the size of a thread's stack.
  init(physical: Int, groups: [Account], addressSpace limits: [Account], stack: Int) {
    // What the machine uses itself comes and goes; a quarter is for that.
    let memory = groups.reduce(physical) { min($0, $1.free) } / 4 * 3
    guard let free = limits.map(\.free).min() else {
      (bytes, addressSpace, mostThreads, rest) = (memory, nil, .max, nil)
      return
    }
    let forThreads = free / 8
    let left = free - forThreads
    bytes = min(memory, left / 2)
    addressSpace = left / 8 * 5
    // The first thread has its stack already.
    mostThreads = 1 + forThreads / (max(0, stack) + Self.bytesOfThread)
    rest = left - left / 8 * 5
  }

  /// Whether each of some threads can have an arena of its own to allocate from.
  func leavesRoomForArenas(of threads: Int) -> Bool {
    guard let rest else { return true }
    return threads < rest / 2 / Self.bytesOfArena
  }
}
