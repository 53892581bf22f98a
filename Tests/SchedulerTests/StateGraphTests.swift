import Testing

@testable import Scheduler

/// What a search leaves to the passes after it.
@Suite struct StateGraphTests {
  private func graph(_ system: System, _ options: Explorer.Options = Explorer.Options())
    -> StateGraph
  {
    var search = Search(of: system, options)
    return search.run()
  }

  private func words(_ number: Int, _ graph: StateGraph) -> [UInt64] {
    let state = graph.store.state(number)
    return (0..<graph.system.layout.wordCount).map { state[$0] }
  }

  /// Some states, spread over all numbers; with one worker every number is a state's.
  private func sample(_ graph: StateGraph) -> [Int] {
    Array(stride(from: 0, to: graph.store.numbers, by: max(1, graph.store.numbers / 20)))
  }

  @Test func `a shortest run to a state ends in it, and is as long as its level says`() throws {
    for (name, system) in Toys.all {
      let graph = graph(system)
      let runs = ShortestRuns(in: graph)
      for number in sample(graph) {
        let run = runs.run(to: number)
        #expect(run.steps.count == graph.level(of: number), "\(name)")
        #expect(try system.replay(run).final == words(number, graph), "\(name), state \(number)")
      }
    }
  }

  @Test func `the steps taken anew are those that the rule gives`() {
    for (name, system) in Toys.all {
      let graph = graph(system)
      let steps = GraphSteps(of: graph, batch: 1)
      for number in sample(graph) {
        let expected = StepOracle.steps(of: system, from: words(number, graph))
        let (able, found) = steps.steps(from: UInt32(number))
        #expect(found.map { words(Int($0.to), graph) } == expected.flatMap { $0 }, "\(name)")
        #expect(
          found.map(\.step)
            == expected.enumerated().flatMap { thread, results in
              results.indices.map { Schedule.Step(ThreadID(thread), choice: $0) }
            }, "\(name)")
        #expect(
          able == expected.indices.reduce(0) { expected[$1].isEmpty ? $0 : $0 | 1 << UInt64($1) })
      }
    }
  }

  @Test func `the log has as many steps from a state as can be taken there`() throws {
    let graph = graph(Toy("U x; U y / CHOOSE r 3; W x r").system())
    let (log, steps) = (try #require(graph.log), GraphSteps(of: graph, batch: 1))
    for number in 0..<graph.store.count {
      var (place, logged) = (graph.store.steps(from: number), [UInt32]())
      while place != 0 {
        logged.append(UInt32(log.entries[place].number))
        place = log.entries[place].isLast ? 0 : place + 1
      }
      #expect(logged.sorted() == steps.steps(from: UInt32(number)).steps.map(\.to).sorted())
    }
  }

  @Test func `a graph that a limit has cut says so, and its passes start afresh`() {
    let graph = graph(
      Toy("U x; U x / U y; U y").system(), Explorer.Options(limits: Limits(states: 2)))
    #expect(graph.cut == .states(2))
    #expect(graph.extent == .part && graph.limit == .states(2))
    #expect(graph.limits.hit == nil && graph.allows(moreBytes: 1))
  }

  @Test func `a pass that hits a limit leaves the graph whole`() {
    let system = Toy("U x; U x / U y; U y").system()
    let bytes = graph(system).bytes
    let graph = graph(system, Explorer.Options(limits: Limits(bytes: bytes + 10)))
    #expect(graph.allows(moreBytes: 10) && !graph.allows(moreBytes: 11))
    #expect(graph.cut == nil && graph.limit == .bytes(bytes + 10))
    graph.stopForLackOfRoom()
    #expect(graph.limit == .bytes(bytes + 10), "the first limit counts")
  }

  @Test func `what is seen broken or reached has a state of the graph`() throws {
    let toy = Toy("U x; U x / U y")
    let (x, y) = (toy.cell("x"), toy.cell("y"))
    let graph = graph(
      toy.system(
        Property("kept", sentence: "x is never 3.", kind: .always { $0[x] < 3 }),
        Property(
          "broken", sentence: "x is never 2 without y.", kind: .always { $0[x] < 2 || $0[y] > 0 }),
        Property("reached", sentence: "Both are set.", kind: .sometimes { $0[x] > 0 && $0[y] > 0 }))
    )
    #expect(graph.witnesses.properties.map(\.number) == [1, 2])
    #expect(graph.broken.map(graph.properties.id) == ["broken"])
    let number = try #require(graph.witnesses[PropertyIndex(1)])
    #expect(graph.level(of: number) == 2)
    #expect(graph.properties.isHit(PropertyIndex(1), in: graph.store.state(number)))
  }
}
