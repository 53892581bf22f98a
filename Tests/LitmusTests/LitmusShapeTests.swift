import Scheduler
import Testing

@testable import Litmus

/// The classic shapes have the final states of sequential consistency.
@Suite struct LitmusShapeTests {
  @Test(arguments: LitmusShapes.all.map(\.name))
  func `a shape has its final states and its answer`(name: String) throws {
    let shape = try #require(LitmusShapes.all.first { $0.name == name })
    let program = try RaceProgram(try read(shape.text, as: .litmus))
    for reduction in [Reduction.none, .partialOrder] {
      let (states, result) = program.finalStates(Explorer.Options(reduction: reduction))
      #expect(states.count == shape.states, "\(reduction): \(states.sorted { "\($0)" < "\($1)" })")
      #expect(result.observation == shape.observation)
      #expect(result.isWhole)
    }
  }
}
