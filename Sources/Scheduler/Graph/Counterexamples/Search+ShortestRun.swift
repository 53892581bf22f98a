/// Shortest runs, along the tags that states keep of the states before them.
extension Search {
  /// A shortest run to a state, the same whatever the numbers of the states.
  ///
  /// The step to a state is the one with the smallest ``Parent``; of several states before it with
  /// the same tag, it comes from the one whose words come first.
  func shortestRun(to number: Int) -> Schedule {
    var steps: [[Schedule.Step]] = []
    var (number, level) = (number, level(of: number))
    while level > 0 {
      level -= 1
      let (parent, taken) = parent(of: number, in: level)
      steps.append(taken)
      number = parent
    }
    return Schedule(Array(steps.reversed().joined()))
  }

  private func parent(of number: Int, in level: Int) -> (number: Int, steps: [Schedule.Step]) {
    let parent = store.parent(of: number)
    var best: (number: Int, steps: [Schedule.Step])?
    for candidate in store.table.numbers(withTag: parent.tag)
    where self.level(of: candidate) == level {
      if let best, store.precedes(best.number, candidate) { continue }
      if let steps = steps(of: parent.thread, from: candidate, to: number) {
        best = (candidate, steps)
      }
    }
    guard let best else { preconditionFailure("state \(number) has no state before it") }
    return best
  }

  /// The first step of a thread, by choice, that leads from one state to another, if one does; with
  /// the steps that a reduced search has taken on from there.
  private func steps(of thread: Int, from: Int, to: Int) -> [Schedule.Step]? {
    let (state, words) = (store.state(from), store.width.words)
    let paths = successors.persistentSets?.paths(from: state, successors)
    if paths == nil { successors.expand(1) { _ in state } }
    for index in 0..<successors.count
    where Int(successors.steps[index].thread) == thread
      && store.width.equal(successors.words + index * words, store.state(to))
    {
      return paths?[index]
        ?? [
          Schedule.Step(
            ThreadID(Int(successors.steps[index].thread)),
            choice: Int(successors.steps[index].choice))
        ]
    }
    return nil
  }
}
