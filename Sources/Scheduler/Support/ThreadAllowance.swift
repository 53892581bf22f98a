import Synchronization

/// The threads that several searches of one process may use, all together.
///
/// A search has the thread that calls it, and borrows more from here, level by level, as far as
/// there are any. What it finds does not depend on how many it gets.
public final class ThreadAllowance: Sendable {
  private let free: Atomic<Int>

  /// An allowance of `threads`, at least 0, besides those that call the explorer.
  public init(_ threads: Int) { free = Atomic(max(0, threads)) }

  /// Takes threads that nobody uses, at most `most`; returns how many, which may be 0.
  func take(upTo most: Int) -> Int {
    var seen = free.load(ordering: .relaxed)
    while true {
      let taken = min(most, seen)
      if taken <= 0 { return 0 }
      let (isMine, now) = free.compareExchange(
        expected: seen, desired: seen - taken, ordering: .relaxed)
      if isMine { return taken }
      seen = now
    }
  }

  /// Gives threads back that were taken, or adds those of a caller that has no use for them.
  public func give(_ threads: Int) { free.add(threads, ordering: .relaxed) }

  /// Takes threads for a caller that must have them, whether or not they are free: who has
  /// borrowed them goes on until the end of a level, and nobody is given any before that.
  public func reclaim(_ threads: Int) { free.subtract(threads, ordering: .relaxed) }
}

/// How many threads one search may use, and where it borrows them.
struct SearchThreads: Sendable {
  /// The most, that of the caller included.
  let most: Int
  /// What all searches share; nil where a search has its threads to itself.
  private let allowance: ThreadAllowance?

  init(most: Int = 1, allowance: ThreadAllowance? = nil) {
    (self.most, self.allowance) = (max(1, most), allowance)
  }

  /// Does `work` with as many threads as there are for it, that of the caller included.
  func borrow<Result>(_ work: (_ threads: Int) throws -> Result) rethrows -> Result {
    guard let allowance, most > 1 else { return try work(most) }
    let taken = allowance.take(upTo: most - 1)
    defer { allowance.give(taken) }
    return try work(1 + taken)
  }
}
