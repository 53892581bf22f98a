import Scheduler
import Testing

@testable import bench

/// Race files that restate machines of the benchmarks, step for step, have the same graph.
@Suite struct TwinTests {
  @Test(arguments: ["rc-race-s", "peterson-3"])
  func `a race file and the machine that it restates have one graph`(name: String) throws {
    let machine = try #require(Benchmark.all.first { $0.name == name })
    let file = try #require(Benchmark.all.first { $0.name == name + ".race" })
    var options = Explorer.Options()
    options.countsInterleavings = false
    let (one, other) = (try machine.explore(options), try file.explore(options))
    #expect(one.exploration.counts.states == other.exploration.counts.states)
    #expect(one.exploration.counts.transitions == other.exploration.counts.transitions)
    #expect(one.violations == other.violations)
    #expect(other.exploration.verdict == .holds)
    #expect(
      other.exploration.counts.states == machine.expected.states
        && other.violations == machine.expected.violations)
    // A state of the file takes a word more at most.
    #expect(other.system.layout.wordCount <= one.system.layout.wordCount + 1)
  }
}
