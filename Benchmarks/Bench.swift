import Scheduler

@main enum Bench {
  static func main() {
    for b in Benchmark.all where CommandLine.arguments.contains(b.name) {
      let v = ViolationCounter()
      let s = b.system(v)
      let t = ContinuousClock.now
      nonisolated(unsafe) var bytes = 0
      let e = Explorer.explore(
        s,
        .init(
          countsInterleavings: CommandLine.arguments.contains("count"),
          jobs: Int(CommandLine.arguments[1]) ?? 1, progress: { bytes = $0.bytes }))
      let d = ContinuousClock.now - t
      print(
        b.name, e.counts, v.count, d, s.layout.wordCount, e.verdict,
        Double(bytes) / Double(e.counts.states))
      print(Double(e.counts.states) / (d / .seconds(1)) / 1e6, "M/s")
    }
  }
}
