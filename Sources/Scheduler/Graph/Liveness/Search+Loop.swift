/// A state on the stack of the depth-first search, and which of its steps it has followed.
private struct Frame {
  var number: Int
  var next: [(number: Int, thread: Int)]
  var taken = -1
}

/// A cycle of the state graph, for the report that runs are unbounded.
extension Search {
  /// The steps of the loop that a depth-first search, by thread and choice, closes first.
  ///
  /// Nil when a limit is hit before.
  mutating func findLoop() -> [Exploration.Interleavings.Loop]? {
    // 0 not seen, 1 on the stack, 2 done.
    let colour = ReservedMemory<UInt8>(capacity: store.numbers)
    var stack = [frame(0)]
    colour[0] = 1
    var frames = 0
    while var top = stack.popLast() {
      frames += 1
      if frames % 4096 == 0 && isPassLimitHit(extraBytes: store.numbers) { return nil }
      top.taken += 1
      guard top.taken < top.next.count else {
        colour[top.number] = 2
        continue
      }
      let next = top.next[top.taken]
      stack.append(top)
      if colour[next.number] == 0 {
        colour[next.number] = 1
        stack.append(frame(next.number))
      } else if colour[next.number] == 1 {
        return stack.drop { $0.number != next.number }.map { step(of: $0) }
      }
    }
    return []
  }

  private func frame(_ number: Int) -> Frame {
    let state = store.state(number)
    successors.expand(1) { _ in state }
    var next: [(number: Int, thread: Int)] = []
    for index in 0..<successors.count {
      let words = successors.state(index)
      guard let to = store.find(words, hash: successors.hashes[index]) else { continue }
      next.append((to, Int(successors.steps[index].thread)))
    }
    return Frame(number: number, next: next)
  }

  private func step(of frame: Frame) -> Exploration.Interleavings.Loop {
    let thread = frame.next[frame.taken].thread
    let view = StateView(store.state(frame.number), PropertyRecorder())
    return Exploration.Interleavings.Loop(
      thread: system.threads[thread].name,
      location: system.location(of: ThreadID(thread), in: view) ?? Location(label: "finished"))
  }
}
