/// A loop of the state graph, for the report that runs are unbounded.
enum FirstLoop {
  /// A state on the stack of the depth-first search, and which of its steps it has followed.
  private struct Frame {
    var state: UInt32
    var next: [(step: Schedule.Step, to: UInt32)]
    var taken = -1
  }

  /// The steps of the loop that a depth-first search, by thread and choice, closes first.
  ///
  /// `bytes` are in use besides the graph. Nil when a limit is hit before.
  static func find(in graph: StateGraph, besides bytes: Int = 0)
    -> [Exploration.Interleavings.Loop]?
  {
    let steps = GraphSteps(of: graph, batch: 1)
    func frame(_ state: UInt32) -> Frame {
      Frame(state: state, next: steps.steps(from: state).steps)
    }
    // 0 not seen, 1 on the stack, 2 done.
    let colour = ReservedMemory<UInt8>(capacity: graph.store.numbers, in: graph.space)
    guard colour.capacity >= graph.store.numbers else {
      graph.stopForLackOfRoom()
      return nil
    }
    var stack = [frame(0)]
    colour[0] = 1
    var frames = 0
    while var top = stack.popLast() {
      frames += 1
      if frames % 4096 == 0 && !graph.allows(moreBytes: bytes + graph.store.numbers) { return nil }
      top.taken += 1
      guard top.taken < top.next.count else {
        colour[Int(top.state)] = 2
        continue
      }
      let next = top.next[top.taken].to
      stack.append(top)
      if colour[Int(next)] == 0 {
        colour[Int(next)] = 1
        stack.append(frame(next))
      } else if colour[Int(next)] == 1 {
        return stack.drop { $0.state != next }.map { step(of: $0, graph) }
      }
    }
    return []
  }

  private static func step(of frame: Frame, _ graph: StateGraph) -> Exploration.Interleavings.Loop {
    let thread = frame.next[frame.taken].step.thread
    let view = StateView(graph.store.state(Int(frame.state)), PropertyRecorder())
    return Exploration.Interleavings.Loop(
      thread: graph.system.threads[thread.index].name,
      location: graph.system.location(of: thread, in: view) ?? Location(label: "finished"))
  }
}
