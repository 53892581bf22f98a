/// Finds out which threads can still end from one state, by taking all steps from there on.
///
/// Depth first, so that ends are come to at once where there are any; it stops when every thread
/// that must end can.
final class EndSearch {
  /// What follows from a state.
  struct Answer {
    /// The threads that some run ends, or all if a run ends with a broken check; a bit for each.
    var canEnd: UInt64
    /// The threads that take a step on some run.
    var steps: UInt64
    /// Whether all runs were looked at, or all threads that must end can.
    var isWhole: Bool
    /// What is hit in the state, if some thread never ends: deadlock or its kind, or neither while
    /// that is open.
    var hits: [PropertyIndex] = []
  }

  private let system: System
  private let successors: Successors
  private let store: StateStore
  private let width: AnyWidth
  private var numbers = StateNumberBlock()
  private var waiting: [UInt32] = [0]
  /// The steps that were taken, where a kind of deadlock is to be told from others.
  private var steps: [(from: UInt32, to: UInt32)] = []

  /// How many states are looked at where nobody says otherwise.
  static let mostStates = 1_000_000

  private init(_ system: System, from state: StateRef) {
    self.system = system
    width = AnyWidth(words: system.layout.wordCount)
    successors = Successors(of: system, batch: 1)
    store = StateStore(stateWords: system.layout.wordCount)
    store.insertFirst(state)
    numbers.refill(store.arena.allotRest(below: store.limit))
  }

  /// What follows from `state`, looking at so many states.
  static func answer(
    in system: System, from state: [UInt64], mostStates: Int = mostStates
  ) -> Answer {
    withState(state) { EndSearch(system, from: $0).run(mostStates) }
  }

  private func run(_ mostStates: Int) -> Answer {
    let mustEnd = system.mustEnd
    var answer = Answer(canEnd: 0, steps: 0, isWhole: true)
    while let number = waiting.popLast() {
      let state = store.state(Int(number))
      answer.canEnd |= Check.isBroken(in: state) ? ~0 : system.finished(in: state)
      if answer.canEnd & mustEnd == mustEnd { return answer }
      successors.expand(1) { _ in state }
      answer.steps |= successors.canStep[0]
      if store.count > mostStates || !add(from: number) {
        answer.isWhole = false
        return answer
      }
    }
    answer.hits = hits
    return answer
  }

  /// What is hit in the first state, from which some thread never ends.
  private var hits: [PropertyIndex] {
    let properties = PropertyTable(of: system)
    guard let kind = system.deadlockKind else { return [properties.deadlock] }
    var canEnd = (0..<store.numbers).map { number -> UInt64 in
      let state = store.state(number)
      return Check.isBroken(in: state) ? ~0 : system.finished(in: state)
    }
    var isSettled = false
    while !isSettled {
      isSettled = true
      for step in steps.reversed() where canEnd[Int(step.to)] & ~canEnd[Int(step.from)] != 0 {
        canEnd[Int(step.from)] |= canEnd[Int(step.to)]
        isSettled = false
      }
    }
    let looksLikeKind = canEnd.indices.map {
      kind.isOf(store.state($0), stuck: system.mustEnd & ~canEnd[$0])
    }
    let kinds = StuckStateKinds(looksLikeKind: looksLikeKind, steps: steps)
    return properties.stuckThreads.filter { kinds.isHit($0, at: 0, properties) }
  }

  /// Adds the states that the steps just taken from a state lead to; false if there is no room.
  private func add(from origin: UInt32) -> Bool {
    if store.numbers + successors.count > store.limit { return false }
    while !store.table.hasRoom(for: store.count + successors.count) {
      if store.table.growthBytes == 0 { return false }
      store.table.grow()
    }
    let alone = InsertionMode(firstNew: .max, portion: 1, isShared: false)
    var added = 0
    // The first step is the one to go on with.
    for index in (0..<successors.count).reversed() {
      let (number, isNew) = store.insert(
        successors.state(index), hash: successors.hashes[index], from: Parent(bits: 0), alone,
        into: &numbers)
      let target = UInt32(truncatingIfNeeded: number)
      if system.deadlockKind != nil { steps.append((origin, target)) }
      if isNew {
        added += 1
        waiting.append(target)
      }
    }
    store.table.settle(claim: 0, added: added)
    store.arena.takeBack(from: numbers.next)
    return true
  }
}
