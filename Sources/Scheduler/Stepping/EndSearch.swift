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
  }

  private let system: System
  private let successors: Successors
  private let store: StateStore
  private let width: AnyWidth
  private var numbers = StateNumberBlock()
  private var waiting: [UInt32] = [0]

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
      if store.count > mostStates || !add() {
        answer.isWhole = false
        return answer
      }
    }
    return answer
  }

  /// Adds the states that the steps just taken lead to; false if there is no room.
  private func add() -> Bool {
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
      if isNew {
        added += 1
        waiting.append(UInt32(truncatingIfNeeded: number))
      }
    }
    store.table.settle(claim: 0, added: added)
    store.arena.takeBack(from: numbers.next)
    return true
  }
}

extension System {
  /// The threads that must end and never do from a state on, a bit for each; nil if that takes
  /// more than `mostStates` states to find out.
  func stuckThreads(in state: [UInt64], mostStates: Int = EndSearch.mostStates) -> UInt64? {
    let answer = EndSearch.answer(in: self, from: state, mostStates: mostStates)
    return answer.isWhole ? mustEnd & ~answer.canEnd : nil
  }
}
