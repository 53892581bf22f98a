/// One of the threads that expand a level: takes pieces, adds what it finds, watches the subjects.
///
/// Used by one thread at a time; what it keeps is read when the level is over.
final class Worker: @unchecked Sendable {
  let successors: Successors
  private(set) var deadlocks = 0
  /// What this worker has seen in the current level.
  var sightings: WitnessStates

  fileprivate let store: StateStore
  private let reduction: ReductionPlan?
  private let subjects: PropertyTable
  private let board: SearchStatus
  private let rendezvous: CompletionBarrier
  private let log: StepLog?
  private let subjectCount: Int
  private let judge: QuietStateCache
  private var allotment = StateNumberBlock()
  /// PropertyTable that no earlier level has broken or reached.
  fileprivate var open = OpenProperties()
  private let lookups: LookupBatch
  /// By place in the batch: where the next step from the state belongs in the log.
  private let ends: OwnedBuffer<Int>

  init(
    _ subjects: PropertyTable, _ store: StateStore, _ board: SearchStatus,
    _ rendezvous: CompletionBarrier,
    _ log: StepLog?, batch: Int, _ reduction: ReductionPlan? = nil, _ symmetry: Symmetry? = nil
  ) {
    self.reduction = reduction
    (self.subjects, self.store) = (subjects, store)
    (self.board, self.rendezvous, self.log) = (board, rendezvous, log)
    subjectCount = subjects.count
    judge = QuietStateCache(of: subjects.system)
    sightings = WitnessStates(subjects: subjects.count)
    successors = Successors(
      of: subjects.system, batch: batch,
      reduction.map { PersistentSetExpansion(of: subjects.system, width: store.width, $0) },
      symmetry.map { Orbits(of: subjects.system, width: store.width, $0, batch: batch) })
    lookups = LookupBatch(stateWords: store.width.words)
    ends = OwnedBuffer(capacity: batch)
  }

  /// Expands pieces of `level` until there are none, or the search is stopped.
  ///
  /// `mayGoOn` is asked before each piece.
  func work(on level: Frontier, _ open: OpenProperties, while mayGoOn: () -> Bool) {
    self.open = open
    successors.fusion?.lookout = open.inState.filter(subjects.sometimes.contains)
    sightings = WitnessStates(subjects: subjectCount)
    if !level.insertions.isShared { allotment.refill(store.arena.allotRest(below: store.limit)) }
    while mayGoOn() && !board.isStopped {
      if rendezvous.isCalled { rendezvous.meet() }
      guard let piece = level.take() else { break }
      store.arena.provide(beyond: allotment.next)
      expand(piece, level.insertions)
    }
    rendezvous.leave()
  }

  /// The numbers of the states that this worker has added to the level, by range.
  func finishLevel(_ level: Frontier) -> [Range<Int>] {
    if !level.insertions.isShared { store.arena.takeBack(from: allotment.next) }
    return allotment.finish()
  }

  private func expand(_ piece: Range<Int>, _ level: InsertionMode) {
    let (head, batch) = (piece.lowerBound, piece.count)
    let origins = store.arena.states(from: head)
    successors.expand(origins, batch)
    let found = successors.count
    while !store.table.claim(found) {
      rendezvous.meet()
      if board.isStopped { return }
    }
    let added = lookups.add(successors, from: origins, batch, to: store, level, &allotment)
    store.table.settle(claim: found, added: added)
    board.add(states: batch, transitions: found)
    if let log { keepSteps(from: head, batch, in: log) }
    watchEnds(from: head, batch)
    watchSteps(from: head)
    if let fusion = successors.fusion {
      watchNew(added, with: fusion)
      for glimpse in fusion.glimpses {
        sightings.note(glimpse.subject, head + glimpse.origin, in: store)
      }
    } else {
      watchNew(added)
    }
  }

  /// Keeps where the steps from the batch lead, for who counts runs.
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

  /// Whether a step from the batch breaks a property about steps.
  @inline(__always) private func isBroken(_ index: Int, _ head: Int) -> Bool {
    if subjects.perStep.isEmpty { return false }
    let before = store.state(head + successors.steps[index].origin)
    let after = successors.state(index)
    return subjects.perStep.contains {
      subjects.isBroken($0, from: before, to: after, by: Int(successors.steps[index].thread))
    }
  }

  /// Looks at the states of the batch from which nobody can step.
  private func watchEnds(from head: Int, _ batch: Int) {
    for index in 0..<batch where successors.canStep[index] == 0 {
      for subject in subjects.endHits(store.state(head + index), open.atEnd) {
        if subject == subjects.deadlock { deadlocks += 1 }
        sightings.note(subject, head + index, in: store)
      }
    }
  }

  private func watchSteps(from head: Int) {
    for subject in open.perStep {
      for index in 0..<successors.count {
        let before = head + successors.steps[index].origin
        let isBroken = subjects.isBroken(
          subject, from: store.state(before), to: successors.state(index),
          by: Int(successors.steps[index].thread))
        if isBroken { sightings.note(subject, before, in: store) }
      }
    }
  }

  /// Looks at the states that the batch has added, a property at a time.
  private func watchNew(_ added: Int) {
    let quiet = open.inState.contains(where: subjects.quiet.contains) ? moveQuietToFront(added) : 0
    var havePassed = quiet > 0
    for subject in open.inState {
      let isQuiet = subjects.quiet.contains(subject)
      guard let isHit = subjects.test(subject) else { continue }
      let recorder = PropertyRecorder(into: isQuiet ? judge.reads.base : nil)
      for index in 0..<(isQuiet ? quiet : added) {
        let number = Int(lookups.added[index])
        if isHit(StateView(store.state(number), recorder)) {
          sightings.note(subject, number, in: store)
          if isQuiet { havePassed = false }
        }
      }
    }
    if havePassed {
      judge.pass(quiet) { store.state(Int(lookups.added[$0])) }
    }
  }

  /// Puts those of the new states first that are quiet and worth a look, so that they are found once for
  /// all properties; returns how many they are.
  private func moveQuietToFront(_ count: Int) -> Int {
    let added = lookups.added.base
    var quiet = 0
    for index in 0..<count {
      let number = added[index]
      if judge.isWorthALook(store.state(Int(number))) {
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
  private func watchNew(_ added: Int, with fusion: PersistentSetExpansion<AnyWidth>) {
    for subject in open.inState {
      for index in 0..<added {
        let number = Int(lookups.added[index])
        if fusion.isHit(subject, store.state(number)) {
          sightings.note(subject, number, in: store)
        }
      }
    }
  }
}

/// The subjects that workers still look for, by when they look.
struct OpenProperties: Sendable {
  var inState: [Int] = []
  var atEnd: [Int] = []
  var perStep: [Int] = []
}
