import Scheduler
import Synchronization

/// Searches rows side by side, and hands over what comes of them in the order of the files.
///
/// Each thread takes the next row, searches it, and goes on; a search borrows the threads that
/// find no row to take. What is handed over does not depend on how many threads there are: a row
/// that does not get by with its share of the memory is searched again, alone and with all of it.
final class RowPipeline: @unchecked Sendable {
  /// What comes next.
  enum Item {
    /// The rows that follow are of this file.
    case begin(InputReport)
    /// A file that cannot be read.
    case rejected(InputError)
    /// Rows that belong together: one, or two that are to be compared.
    case rows([Job])
  }

  /// What came of an item.
  enum Result {
    case begin(InputReport)
    case rejected(InputError)
    case rows([Found])
  }

  /// A row, and what came of it.
  struct Found {
    var row: RowReport
    var job: Job
  }

  private let search: RowSearch
  private let next: () -> Item?
  private let hand: (Result) -> Void
  /// Whether no more rows are to be searched once something came out like this; nil is never.
  private let isLast: ((Result) -> Bool)?

  private let monitor = Monitor()
  private var taken = 0
  private var handed = 0
  private var isAtEnd = false
  private var isHanding = false
  /// What has not been handed over yet, by number.
  private var results: [Int: Result] = [:]
  /// The numbers of the rows that are searched now.
  private var running: Set<Int> = []
  /// Whether a row is searched alone, or waits until it is alone.
  private var isAlone = false
  /// The number of the item after which nothing counts.
  private let last = Atomic<Int>(.max)

  /// The most items that may be ahead of the one that is handed over next.
  private static let window = 256

  /// `next` is asked for one item after another, `hand` is given one result after another, each
  /// from any thread and never two at a time.
  init(
    _ search: RowSearch, next: @escaping () -> Item?, hand: @escaping (Result) -> Void,
    isLast: ((Result) -> Bool)? = nil
  ) {
    (self.search, self.next, self.hand, self.isLast) = (search, next, hand, isLast)
  }

  /// Does everything, on as many threads as the search may have.
  func run() {
    ThreadTeam.run(
      search.threads, { [self] _ in work() }, absent: { [search] _ in search.allowance.give(1) })
  }

  private func work() {
    monitor.run {
      while let (number, item) = take() {
        let result: Result
        switch item {
        case .begin(let input): result = .begin(input)
        case .rejected(let error): result = .rejected(error)
        case .rows(let jobs): result = .rows(jobs.map { Found(row: row($0, number), job: $0) })
        }
        if isLast?(result) == true && number < last.load(ordering: .relaxed) {
          last.store(number, ordering: .relaxed)
        }
        results[number] = result
        handOver()
        monitor.notifyAll()
      }
    }
    search.allowance.give(1)
  }

  /// The next item, once there is room for what comes of it; nil when there is no more to do.
  private func take() -> (Int, Item)? {
    while !isAtEnd && (isAlone || taken - handed >= Self.window) { waitLending() }
    if isAtEnd || last.load(ordering: .relaxed) < .max || search.isStopped { return nil }
    guard let item = next() else {
      isAtEnd = true
      monitor.notifyAll()
      return nil
    }
    taken += 1
    return (taken - 1, item)
  }

  /// Waits, while the searches that go on may use this thread.
  private func waitLending() {
    search.allowance.give(1)
    monitor.wait()
    search.allowance.reclaim(1)
  }

  // MARK: - Searching

  private func row(_ job: Job, _ number: Int) -> RowReport {
    while isAlone { waitLending() }
    let found = searched(job, number, .shared)
    if !found.needsMoreMemory || search.threads == 1 { return found }
    while isAlone { waitLending() }
    isAlone = true
    while !running.isEmpty { waitLending() }
    defer {
      isAlone = false
      monitor.notifyAll()
    }
    return searched(job, number, .whole)
  }

  /// Searches outside the monitor.
  private func searched(_ job: Job, _ number: Int, _ share: RowSearch.Share) -> RowReport {
    running.insert(number)
    monitor.leave()
    let found = search.report(
      job, share, isCancelled: { [self] in last.load(ordering: .relaxed) < number },
      isFirst: { [self] in monitor.run { running.min() == number } })
    monitor.enter()
    running.remove(number)
    monitor.notifyAll()
    return found
  }

  // MARK: - Handing over

  /// Hands over what is complete, in order, outside the monitor; one thread at a time does.
  private func handOver() {
    if isHanding { return }
    isHanding = true
    while let result = results.removeValue(forKey: handed) {
      if handed <= last.load(ordering: .relaxed) {
        monitor.leave()
        hand(result)
        monitor.enter()
      }
      handed += 1
    }
    isHanding = false
  }
}

extension RowPipeline.Result {
  /// The rows of it; none of a file.
  var found: [RowPipeline.Found] {
    if case .rows(let found) = self { found } else { [] }
  }
}
