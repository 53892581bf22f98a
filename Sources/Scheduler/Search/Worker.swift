/// One of the threads that expand a level: takes pieces, adds what it finds, judges the
/// properties.
///
/// Used by one thread at a time; what it keeps is read when the level is over.
final class Worker: @unchecked Sendable {
  let successors: Successors
  private(set) var deadlocks = 0
  /// What this worker has seen in the current level.
  private(set) var witnesses: WitnessStates

  /// Of the states that this worker has expanded, those from which threads can step and no step
  /// leads to a higher number; nil if they are too many, or of no use.
  private(set) var fallingStates: [UInt32]?
  /// So many are kept at most.
  private static let mostFallingStates = 1 << 20

  private let shared: SharedSearch
  private let store: StateStore
  private let properties: PropertyTable
  private let quietCache: QuietStateCache
  private var numberBlock = StateNumberBlock()
  /// The properties that no earlier level has broken or reached.
  private var open: PropertySelection
  private let lookups: LookupBatch
  /// By place in the batch: where the next step from the state belongs in the log.
  private let ends: OwnedBuffer<Int>
  /// By place in the batch: the highest number that a step leads to, plus one.
  private let highest: OwnedBuffer<UInt32>

  init(of shared: SharedSearch, batch: Int, reduction: ReductionPlan?, symmetry: Symmetry?) {
    let (properties, store) = (shared.properties, shared.store)
    (self.shared, self.properties, self.store) = (shared, properties, store)
    open = PropertySelection(from: properties) { _ in true }
    witnesses = WitnessStates(in: store)
    quietCache = QuietStateCache(of: properties.system)
    successors = Successors(
      of: properties.system, batch: batch,
      reduction.map { PersistentSetExpansion(of: properties.system, $0) },
      symmetry.map { Orbits(of: properties.system, $0, batch: batch) })
    lookups = LookupBatch(stateWords: store.width.words)
    ends = OwnedBuffer(capacity: batch)
    highest = OwnedBuffer(capacity: batch)
    fallingStates = StuckStates.mayExist(in: properties.system) ? [] : nil
  }

  /// Expands pieces of `level` until there are none, or the search is stopped.
  ///
  /// `mayGoOn` is asked before each piece.
  func work(on level: Frontier, _ open: PropertySelection, while mayGoOn: () -> Bool) {
    self.open = open
    successors.persistentSets?.soughtLandmarks = open.landmarks
    witnesses.removeAll()
    if !level.insertions.isShared { numberBlock.refill(store.arena.allotRest(below: store.limit)) }
    while mayGoOn() && !shared.limits.isStopped {
      if shared.barrier.isCalled { shared.barrier.meet() }
      guard let piece = level.take() else { break }
      store.arena.provide(beyond: numberBlock.next)
      expand(piece, level.insertions)
    }
    shared.barrier.leave()
  }

  /// The numbers of the states that this worker has added to the level, by range.
  func finishLevel(_ level: Frontier) -> [Range<Int>] {
    if !level.insertions.isShared { store.arena.takeBack(from: numberBlock.next) }
    return numberBlock.finish()
  }

  private func expand(_ piece: Range<Int>, _ level: InsertionMode) {
    let (head, batch) = (piece.lowerBound, piece.count)
    let origins = store.arena.states(from: head)
    successors.expand(origins, batch)
    let found = successors.count
    while !store.table.claim(found) {
      shared.barrier.meet()
      if shared.limits.isStopped { return }
    }
    let hasRoom =
      level.isShared ? shared.hasNumbers(level) : shared.hasNumbers(numberBlock.next + found)
    if !hasRoom { return }
    let added = lookups.add(successors, from: origins, batch, to: store, level, &numberBlock)
    store.table.settle(claim: found, added: added)
    shared.add(states: batch, transitions: found)
    if let log = shared.log { keepSteps(from: head, batch, in: log) }
    if fallingStates != nil { noteFalling(from: head, batch) }
    judgeEnds(from: head, batch)
    judgeSteps(from: head)
    if let expansion = successors.persistentSets {
      judgeNew(added, with: expansion)
      for hit in expansion.landmarkHits {
        witnesses.note(hit.property, head + hit.origin)
      }
    } else {
      judgeNew(added)
    }
  }

  /// Keeps where the steps from the batch lead, for counting runs.
  private func keepSteps(from head: Int, _ batch: Int, in log: StepLog) {
    let (found, steps, numbers) = (successors.count, successors.steps.base, lookups.numbers.base)
    guard store.numbers < StepLog.Entry.mostStates else { return log.giveUp() }
    guard var place = log.allot(found) else { return }
    let ends = ends.base
    for index in 0..<batch { ends[index] = 0 }
    for index in 0..<found { ends[steps[index].origin] &+= 1 }
    for index in 0..<batch {
      let count = ends[index]
      store.keepSteps(from: head &+ index, at: count == 0 ? 0 : place)
      ends[index] = place
      place &+= count
    }
    let entries = log.entries.base
    for index in 0..<found {
      let from = steps[index].origin
      entries[ends[from]] = StepLog.Entry(
        to: Int(numbers[index]) &- 1, breaks: isBroken(index, head))
      ends[from] &+= 1
    }
    for index in 0..<batch where successors.canStep[index] != 0 {
      entries[ends[index] &- 1].markAsLast()
    }
  }

  /// Notes the states of the batch from which no step leads to a higher number.
  private func noteFalling(from head: Int, _ batch: Int) {
    let (steps, numbers, highest) = (successors.steps.base, lookups.numbers.base, highest.base)
    for index in 0..<batch { highest[index] = 0 }
    for index in 0..<successors.count {
      let from = steps[index].origin
      highest[from] = max(highest[from], numbers[index])
    }
    for index in 0..<batch
    where Int(highest[index]) <= head &+ index &+ 1 && successors.canStep[index] != 0 {
      fallingStates?.append(UInt32(truncatingIfNeeded: head &+ index))
    }
    if fallingStates?.count ?? 0 > Self.mostFallingStates { fallingStates = nil }
  }

  /// Whether a step from the batch breaks a property about steps.
  @inline(__always) private func isBroken(_ index: Int, _ head: Int) -> Bool {
    if properties.perStep.isEmpty { return false }
    let before = store.state(head + successors.steps[index].origin)
    let after = successors.state(index)
    return properties.perStep.contains {
      properties.isHit($0, from: before, to: after, by: Int(successors.steps[index].thread))
    }
  }

  /// Judges the states of the batch from which no thread can step.
  private func judgeEnds(from head: Int, _ batch: Int) {
    for index in 0..<batch where successors.canStep[index] == 0 {
      for property in open.hits(atEnd: store.state(head + index)) {
        if properties.isAboutStuckThreads(property) { deadlocks += 1 }
        witnesses.note(property, head + index)
      }
    }
  }

  private func judgeSteps(from head: Int) {
    for property in open.perStep {
      guard let test = properties.stepTest(property) else { continue }
      for index in 0..<successors.count {
        let step = successors.steps[index]
        let before = head + step.origin
        let isHit = test.isHit(
          from: store.state(before), to: successors.state(index), by: Int(step.thread))
        if isHit { witnesses.note(property, before) }
      }
    }
  }

  /// Looks at the states that the batch has added, a property at a time.
  private func judgeNew(_ added: Int) {
    for test in open.everywhere { _ = judgeNew(added, test, PropertyRecorder()) }
    if open.quiet.isEmpty { return }
    let quiet = moveQuietToFront(added)
    if quiet == 0 { return }
    let recorder = PropertyRecorder(into: quietCache.reads.base)
    var havePassed = true
    for test in open.quiet where judgeNew(quiet, test, recorder) { havePassed = false }
    if havePassed {
      quietCache.pass(quiet) { store.state(Int(lookups.added[$0])) }
    }
  }

  /// Looks at the first of the new states for one property; whether any hits it.
  @inline(__always) private func judgeNew(
    _ count: Int, _ test: PropertySelection.StateTest, _ recorder: PropertyRecorder
  ) -> Bool {
    var isHit = false
    for index in 0..<count {
      let number = Int(lookups.added[index])
      if test.isHit(StateView(store.state(number), recorder)) {
        witnesses.note(test.property, number)
        isHit = true
      }
    }
    return isHit
  }

  /// Puts those of the new states first that are quiet and worth a look, so that they are found
  /// once for all properties; returns how many they are.
  private func moveQuietToFront(_ count: Int) -> Int {
    let added = lookups.added.base
    var quiet = 0
    for index in 0..<count {
      let number = added[index]
      if quietCache.isWorthALook(store.state(Int(number))) {
        added[index] = added[quiet]
        added[quiet] = number
        quiet &+= 1
      }
    }
    return quiet
  }
}

extension Worker {
  /// The same, noting what the properties read.
  private func judgeNew(_ added: Int, with expansion: PersistentSetExpansion) {
    for property in open.aboutStates {
      for index in 0..<added {
        let number = Int(lookups.added[index])
        if expansion.isHit(property, store.state(number)) {
          witnesses.note(property, number)
        }
      }
    }
  }
}
