import Synchronization

/// Counts the runs to each state along the logged steps, with one worker or several.
///
/// A state is followed once all steps to it have been: the runs to it are added to those of the
/// states one step on. What is never followed lies on or behind a cycle. Sums do not depend on the
/// order in which they are formed, so nothing here does on how many workers there are.
final class RunCounter: @unchecked Sendable {
  private let store: StateStore
  private let log: StepLog
  /// What makes a run violating, besides the steps that the log marks.
  private let broken: PropertySelection
  private let hasViolating: Bool
  private let shares: [CountingShard]
  /// By state: how many steps lead there, until the first of them is followed; then the number of
  /// its record, marked, until it is followed itself.
  private let places: ReservedMemory<UInt32>
  private let threads: SearchThreads
  private let sharing: Sharing
  /// The bits that a sum of runs can have more than each of its terms.
  private var bitsToGrow: UInt64 = 0

  private static var isRecord: UInt32 { 1 &<< 31 }
  /// Stands in place of the record of a state that has been followed.
  private static var isFollowed: UInt32 { .max }
  /// The most steps: as many could lead to one state.
  private static var mostSteps: Int { 1 << 31 }
  /// States whose numbers differ in that many bits are of one share.
  private static var blockBits: Int { 12 }
  private static var mostShares: Int { 16 }
  private static var breaks: UInt64 { 1 &<< 32 }
  /// The states, or steps, that the cache is warmed for at a time.
  private static var batch: Int { 128 }
  /// The most states of a share that are followed before their steps are added up: their mailboxes
  /// stay in the cache, and workers have to wait for each other from time to time only.
  private var piece: Int { threads.most == 1 ? 2048 : 65536 / shares.count }

  /// Counts nothing yet; `broken` is what makes runs violating.
  init(of graph: StateGraph, log: StepLog, broken: [PropertyIndex]) {
    let store = graph.store
    (self.store, self.log) = (store, log)
    let claims = broken.filter(graph.properties.isClaim)
    self.broken = PropertySelection(from: graph.properties, where: claims.contains)
    hasViolating = !claims.isEmpty
    (threads, sharing) = (graph.threads, graph.sharing)
    let hasViolating = hasViolating
    // A power of two, so that a state's share is quickly found. Each share has a mailbox for each,
    // so there are not many; and no more than there are blocks of states.
    var count = 1
    while count < min(threads.most, Self.mostShares) && count << Self.blockBits < store.numbers {
      count *= 2
    }
    // Blocks go round the shares.
    let blocks = (store.numbers >> Self.blockBits) + 1
    let mostStates = min(store.numbers, ((blocks + count - 1) / count) << Self.blockBits)
    shares = (0..<count).map { _ in
      CountingShard(
        of: count, mostStates: mostStates, hasViolating: hasViolating, in: graph.space)
    }
    places = ReservedMemory(capacity: store.numbers, in: graph.space)
  }

  /// Whether there is address space for every state; otherwise nothing can be counted.
  var hasRoom: Bool {
    places.capacity >= store.numbers && log.end <= Self.mostSteps
      && shares.allSatisfy { $0.parts.pointee.counts.hasRoom }
  }
  /// The states that can be followed.
  var ready: Int { shares.reduce(0) { $0 + $1.ready } }
  /// Whether a state has been followed, so that it lies on no cycle.
  func hasFollowed(_ number: Int) -> Bool { places[number] == Self.isFollowed }
  /// How many states have been followed.
  var followed: Int { shares.reduce(0) { $0 + $1.parts.pointee.followed } }
  var bytes: Int {
    shares.reduce(store.numbers * MemoryLayout<UInt32>.stride) { $0 + $1.bytes }
  }
  var all: BigNatural { shares.reduce(into: 0) { $0 += $1.all } }
  var violating: BigNatural { shares.reduce(into: 0) { $0 += $1.violating } }

  // MARK: - Steps to each state

  /// Finds out how many steps lead to each state.
  func start() {
    let steps = log.end - StepLog.first
    let pieces = steps < sharing.smallestLevel ? 1 : threads.most
    let bounds = (0...pieces).map { StepLog.first + steps * $0 / pieces }
    // The numbers of states grow about as the steps to them were logged. So each piece of the log
    // has a range of them to itself, and leaves the few others to the end.
    let first = bounds[1..<pieces].map { log.entries[$0].number }.sorted()
    let ranges = zip([0] + first, first + [store.numbers]).map { $0..<$1 }
    let others = Mutex<[UInt32]>([])
    share(pieces, isSmall: pieces == 1) { [self] piece in
      let left = count(bounds[piece]..<bounds[piece + 1], to: ranges[piece])
      others.withLock { $0 += left }
    }
    others.withLock { for number in $0 { places[Int(number)] += 1 } }
    var most: UInt32 = 0
    for number in 0..<store.numbers { most = max(most, places[number]) }
    // A violating count can have a clean one added besides.
    bitsToGrow = UInt64(32 - most.leadingZeroBitCount) + 1
    // A cycle through the initial state leaves nothing to start from.
    if places[0] == 0 {
      places[0] = UInt32(truncatingIfNeeded: shares[0].takeRecordOfOne()) | Self.isRecord
      shares[0].parts.pointee.next.append(0)
    }
  }

  /// Counts some logged steps to the states `own`; returns where the others lead.
  private func count(_ steps: Range<Int>, to own: Range<Int>) -> [UInt32] {
    let (entries, places) = (log.entries.base, places.base)
    var others: [UInt32] = []
    for place in steps {
      let number = entries[place].number
      if own.contains(number) {
        places[number] &+= 1
      } else {
        others.append(UInt32(truncatingIfNeeded: number))
      }
    }
    return others
  }

  // MARK: - Runs to each state

  /// Follows some of the states that can be, and adds up.
  func follow() {
    let isSmall = ready < sharing.smallestLevel
    share(shares.count, isSmall: isSmall) { [self] in follow(shares[$0]) }
    share(shares.count, isSmall: isSmall) { [self] in addUp($0) }
    if shares.contains(where: { $0.parts.pointee.isNearlyFull }) {
      for share in shares {
        share.parts.pointee.counts.widen()
        share.parts.pointee.isNearlyFull = false
      }
    }
  }

  /// Has workers take the numbers below `count` until there are none.
  private func share(_ count: Int, isSmall: Bool, _ work: @escaping @Sendable (Int) -> Void) {
    if isSmall || threads.most == 1 { return (0..<count).forEach(work) }
    let next = Frontier(
      (0..<count).map { $0..<$0 + 1 }, InsertionMode(firstNew: 0, portion: 0, isShared: true))
    let takeAll: @Sendable (Int) -> Void = { _ in
      while let number = next.take() { work(number.lowerBound) }
    }
    threads.borrow { ThreadTeam.run($0, takeAll, absent: { _ in }) }
  }

  /// Follows states of a share: writes the counts of runs to them into mailboxes.
  private func follow(_ share: CountingShard) {
    let (parts, mailboxes, entries) = (share.parts, share.mailboxes, log.entries.base)
    let states = share.take(piece)
    let lastShare = shares.count &- 1
    let words = parts.pointee.counts.recordWords
    for start in stride(from: 0, to: states.count, by: Self.batch) {
      let batch = states[start..<min(start + Self.batch, states.count)]
      warm(by: batch, parts)
      for state in batch {
        let (number, recordNumber) = (Int(state), Int(places[Int(state)] & ~Self.isRecord))
        let record = parts.pointee.counts.record(recordNumber)
        if hasViolating && isBad(number) { parts.pointee.counts.spoil(record) }
        var place = store.steps(from: number)
        if place == 0 { share.end(at: record) }
        while place != 0 {
          let step = entries[place]
          let owner = step.number &>> Self.blockBits & lastShare
          let arrival = mailboxes[owner].appendRoom(words)
          arrival[0] = UInt64(truncatingIfNeeded: step.number) | (step.breaks ? Self.breaks : 0)
          var index = 1
          while index < words {
            arrival[index] = record[index]
            index &+= 1
          }
          place = step.isLast ? 0 : place &+ 1
        }
        parts.pointee.counts.release(recordNumber)
        places[number] = Self.isFollowed
      }
    }
  }

  /// Loads what following a batch needs, one kind after another, so that no load waits for
  /// another one of its kind.
  private func warm(
    by batch: Slice<UnsafeBufferPointer<UInt32>>, _ parts: UnsafeMutablePointer<CountingShard.Parts>
  ) {
    var loads: UInt64 = 0
    for state in batch {
      loads ^= UInt64(store.steps(from: Int(state)))
      loads ^= parts.pointee.counts.record(Int(places[Int(state)] & ~Self.isRecord))[0]
    }
    for state in batch {
      loads ^= UInt64(log.entries[store.steps(from: Int(state))].number)
    }
    parts.pointee.touched ^= loads
  }

  /// Empties the mailboxes for a share.
  private func addUp(_ owner: Int) {
    let parts = shares[owner].parts
    let (places, words) = (places.base, parts.pointee.counts.recordWords)
    for source in shares {
      let mailbox = source.mailboxes + owner
      var arrival = mailbox.pointee.base
      var left = mailbox.pointee.count / words
      while left > 0 {
        let count = min(left, Self.batch)
        warm(by: arrival, count, parts)
        for _ in 0..<count {
          add(arrival, places + Int(truncatingIfNeeded: arrival[0] & 0xffff_ffff), parts)
          arrival += words
        }
        left -= count
      }
      mailbox.pointee.removeAll()
    }
  }

  private func warm(
    by arrivals: UnsafeMutablePointer<UInt64>, _ count: Int,
    _ parts: UnsafeMutablePointer<CountingShard.Parts>
  ) {
    let (places, words) = (places.base, parts.pointee.counts.recordWords)
    var loads: UInt64 = 0
    for index in 0..<count {
      loads ^= UInt64(places[Int(truncatingIfNeeded: arrivals[index &* words] & 0xffff_ffff)])
    }
    for index in 0..<count {
      let place = places[Int(truncatingIfNeeded: arrivals[index &* words] & 0xffff_ffff)]
      // Without a record, any will do.
      let record = place & Self.isRecord == 0 ? 0 : Int(place & ~Self.isRecord)
      loads ^= parts.pointee.counts.record(record)[0]
    }
    parts.pointee.touched ^= loads
  }

  /// Adds the counts that arrive with a step to those of the state that it leads to.
  @inline(__always)
  private func add(
    _ arrival: UnsafeMutablePointer<UInt64>, _ place: UnsafeMutablePointer<UInt32>,
    _ parts: UnsafeMutablePointer<CountingShard.Parts>
  ) {
    let breaks = arrival[0] & Self.breaks != 0
    let number: Int
    let record: UnsafeMutablePointer<UInt64>
    if place.pointee & Self.isRecord == 0 {
      number = parts.pointee.counts.take()
      record = parts.pointee.counts.record(number)
      parts.pointee.counts.copy(arrival, to: record, breaks: breaks)
      record[0] = UInt64(place.pointee)
      place.pointee = UInt32(truncatingIfNeeded: number) | Self.isRecord
    } else {
      number = Int(place.pointee & ~Self.isRecord)
      record = parts.pointee.counts.record(number)
      parts.pointee.counts.add(arrival, to: record, breaks: breaks)
    }
    record[0] &-= 1
    if record[0] != 0 { return }
    parts.pointee.next.append(UInt32(truncatingIfNeeded: arrival[0]))
    if parts.pointee.counts.isNearlyFull(record, bitsToGrow) { parts.pointee.isNearlyFull = true }
  }

  /// Whether a state makes the runs to it violating.
  private func isBad(_ number: Int) -> Bool {
    let state = store.state(number)
    if !broken.hits(in: state).isEmpty { return true }
    return store.steps(from: number) == 0 && !broken.hits(atEnd: state).isEmpty
  }
}
