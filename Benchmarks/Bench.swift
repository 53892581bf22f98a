import Scheduler

/// Measures the search on systems whose counts are known; `scripts/bench` is the front end.
///
///     bench list                  name, counts and Promela twin of each benchmark
///     bench measure NAME JOBS     seconds, states/s and bytes a state, once the counts are right
///     bench count NAME JOBS       the same with interleavings counted, or not countable
///     bench reduced NAME JOBS     the same with a partial-order reduction
@main enum Bench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == ["list"] { return list() }
    guard arguments.count == 3, let work = Work(rawValue: arguments[0]),
      let benchmark = Benchmark.all.first(where: { $0.name == arguments[1] }),
      let jobs = Int(arguments[2]), jobs > 0, work != .reduced || benchmark.reducedStates != nil
    else {
      print("usage: bench list | bench measure|count|reduced NAME JOBS")
      return
    }
    try measure(benchmark, work, jobs: jobs)
  }

  /// What to spend time on: the search, the counting of interleavings as well, the reduced search.
  private enum Work: String { case measure, count, reduced }

  /// A line of each benchmark; `-` stands for what it has not.
  private static func list() {
    for benchmark in Benchmark.all {
      let reduced = benchmark.reducedStates.map(String.init) ?? "-"
      let twin = benchmark.twin.map {
        "\($0.file) \($0.slots) \($0.depth) " + $0.defines.joined(separator: " ")
      }
      print(benchmark.name, benchmark.expected.states, reduced, twin ?? "-")
    }
  }

  private static func measure(_ benchmark: Benchmark, _ work: Work, jobs: Int) throws {
    let memory = LargestNumber()
    let start = ContinuousClock.now
    let explored = try benchmark.explore(
      Explorer.Options(
        countsInterleavings: work == .count, reduction: work == .reduced ? .partialOrder : .none,
        jobs: jobs, progress: { memory.note($0.bytes) }))
    let exploration = explored.exploration
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    check(exploration, explored.violations, of: benchmark, work)
    let counts = exploration.counts
    print(
      benchmark.name, work, "jobs \(jobs)", "states \(counts.states)",
      "transitions \(counts.transitions)", "seconds \(thousandths(seconds))",
      "rate \(Int(Double(counts.states) / seconds))",
      "bytes \(thousandths(Double(memory.value) / Double(counts.states)))",
      "packed \(explored.system.layout.wordCount * 8)")
    if work == .count { print(counts.interleavings) }
  }

  /// Stops unless what was found is what is known.
  ///
  /// A reduced search tries steps and takes some of them more than once: of the violating ones it
  /// is only known whether there are any.
  private static func check(
    _ exploration: Exploration, _ violations: Int, of benchmark: Benchmark, _ work: Work
  ) {
    let (name, counts, expected) = (benchmark.name, exploration.counts, benchmark.expected)
    require(exploration.verdict == .holds, "\(name): \(exploration.verdict)")
    if work == .reduced {
      require(counts.states == benchmark.reducedStates, "\(name): found \(counts.states) states")
      require(
        (violations > 0) == (expected.violations > 0), "\(name): found \(violations) violations")
    } else {
      let found = Benchmark.Expected(
        states: counts.states, transitions: counts.transitions, violations: violations)
      require(found == expected, "\(name): found \(found), expected \(expected)")
    }
  }

  /// A precondition whose message is printed in optimised builds as well.
  private static func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
  }

  private static func thousandths(_ number: Double) -> Double {
    (number * 1000).rounded() / 1000
  }
}
