import Synchronization

/// What the workers of a search share: where states go, what ends it, and how much is done.
final class SharedSearch: Sendable {
  let properties: PropertyTable
  let store: StateStore
  let limits: LimitChecker
  /// The steps, if runs are to be counted.
  let log: StepLog?
  /// Where workers meet while one of them makes the table longer.
  let barrier: CompletionBarrier
  /// The threads that may search.
  let threads: SearchThreads
  private let steps = Atomic<Int>(0)
  private let expanded = Atomic<Int>(0)

  init(of system: System, _ options: Explorer.Options) {
    let (limits, words) = (LimitChecker(options), system.layout.wordCount)
    let room = StoreRoom(
      stateWords: words, within: limits.limits, in: limits.space,
      logsSteps: options.countsInterleavings)
    let store = StateStore(stateWords: words, room: room, in: limits.space)
    let log =
      options.countsInterleavings ? StepLog(most: room.steps, in: limits.space) : nil
    properties = PropertyTable(of: system)
    threads = options.threads
    (self.store, self.limits, self.log) = (store, limits, log)
    barrier = CompletionBarrier { workers in
      // A worker may find on coming that another one has stopped the search, or made room.
      if store.table.growthBytes == 0 { return limits.stop(.capacity(store.count)) }
      let bytes = store.bytes + store.table.growthBytes
      if !limits.allowsGrowth(to: bytes) { return }
      if let log, !limits.fits(bytes: bytes + log.bytes) { log.giveUp() }
      store.table.grow(threads: workers)
    }
  }

  /// Bytes in use by states, table and log.
  var bytes: Int { store.bytes + (log?.bytes ?? 0) }
  /// Steps taken from the states that have been expanded.
  var transitions: Int { steps.load(ordering: .relaxed) }
  var expandedStates: Int { expanded.load(ordering: .relaxed) }

  /// Whether there are numbers for the states of all claims, for whoever has claimed some in a
  /// level that is shared; hits a limit if not.
  ///
  /// Each worker may leave a part of a portion unused.
  func hasNumbers(_ level: InsertionMode) -> Bool {
    hasNumbers(store.numbers + store.table.pending + threads.most * level.portion)
  }

  /// Whether there are records for all numbers below `end`; hits a limit if not.
  func hasNumbers(_ end: Int) -> Bool {
    if end > store.arena.capacity { limits.stop(.capacity(store.count)) }
    return !limits.isStopped
  }

  /// Gives the address space back that a search has not used.
  func trim() {
    store.trim()
    log?.trim()
  }

  /// Adds what a worker has done.
  func add(states: Int, transitions: Int) {
    expanded.add(states, ordering: .relaxed)
    steps.add(transitions, ordering: .relaxed)
  }
}
