import Scheduler

/// Measures the search on systems whose counts are known; `scripts/bench` is the front end.
///
///     bench list                  name and Promela twin of each benchmark
///     bench measure NAME JOBS     seconds, states/s and bytes a state, once the counts are right
///     bench count NAME JOBS       the same with interleavings counted, or not countable
@main enum Bench {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == ["list"] { return list() }
    guard arguments.count == 3, let jobs = Int(arguments[2]), jobs > 0,
      let benchmark = Benchmark.all.first(where: { $0.name == arguments[1] }),
      ["measure", "count"].contains(arguments[0])
    else {
      print("usage: bench list | bench measure NAME JOBS | bench count NAME JOBS")
      return
    }
    measure(benchmark, arguments[0] == "count" ? .all : .search, jobs: jobs)
  }

  private static func list() {
    for benchmark in Benchmark.all {
      let twin = benchmark.twin
      print(
        benchmark.name, benchmark.expected.states, twin.file, twin.slots, twin.depth,
        twin.defines.joined(separator: " "))
    }
  }

  /// What to spend time on.
  private enum Passes { case search, all }

  private static func measure(_ benchmark: Benchmark, _ passes: Passes, jobs: Int) {
    let violations = ViolationCounter()
    let system = benchmark.system(violations)
    let memory = LargestNumber()
    let start = ContinuousClock.now
    let exploration = Explorer.explore(
      system,
      .init(
        countsInterleavings: passes == .all, jobs: jobs, progress: { memory.note($0.bytes) }))
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let counts = exploration.counts
    // Counting follows each step once more.
    let noted = passes == .all ? violations.count / 2 : violations.count
    let found = Benchmark.Expected(
      states: counts.states, transitions: counts.transitions, violations: noted)
    precondition(
      found == benchmark.expected,
      "\(benchmark.name): found \(found), expected \(benchmark.expected)")
    let rate = Int(Double(counts.states) / seconds)
    let bytes = Double(memory.value) / Double(counts.states)
    print(
      benchmark.name, "jobs \(jobs)", "states \(counts.states)", "seconds \(seconds)",
      "rate \(rate)", "bytes \(Double(Int(bytes * 10)) / 10)")
    if passes == .all { print(counts.interleavings) }
  }
}
