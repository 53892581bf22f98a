/// Takes random runs of a system to observe what threads access, before a reduced search relies on
/// it.
///
/// An access that no run shows costs the search another start, nothing else. The runs are the same
/// each time: choices come from a fixed sequence of numbers.
struct AccessSampling {
  private let system: System
  private let taker: StepTaker<StepFootprint>
  private let locations: ControlLocations
  private var accesses: ObservedAccesses
  private var random = SplitMix64(seed: 1)

  /// The accesses that some runs show; runs end when a number of them have shown nothing new.
  ///
  /// `shared` are cells that do not tell locations apart, because other threads write them too.
  static func accesses(of system: System, without shared: CellSet) -> ObservedAccesses {
    var sampling = AccessSampling(system, shared)
    var (runs, idle) = (0, 0)
    while idle < 32 && runs < 2000 {
      idle = sampling.run() ? 0 : idle + 1
      runs += 1
    }
    return sampling.accesses
  }

  private init(_ system: System, _ shared: CellSet) {
    self.system = system
    taker = StepTaker(of: system)
    locations = ControlLocations(of: system, without: shared)
    accesses = ObservedAccesses(of: system)
    accesses.shared = shared
  }

  /// Takes one run, of at most 1,000 steps; whether it has shown anything new.
  private mutating func run() -> Bool {
    var state = system.layout.initial
    var isNew = false
    for _ in 0..<1000 {
      var results: [[UInt64]] = []
      for thread in system.threads.indices {
        isNew = sample(thread, from: state, &results) || isNew
      }
      if results.isEmpty { break }
      state = results[Int(random.next() % UInt64(results.count))]
    }
    return isNew
  }

  /// Takes a thread's next step in all its choices and adds the results; whether it has shown
  /// anything new.
  private mutating func sample(_ thread: Int, from state: [UInt64], _ results: inout [[UInt64]])
    -> Bool
  {
    let answer = taker.take(thread, from: state)
    guard answer == .taken || answer == .blocked else { return false }
    let footprint = taker.recording.whole
    var seen = ObservedAccesses.AtLocation(reads: footprint.reads, writes: footprint.writes)
    for choice in 0..<taker.count {
      results.append(taker.state(after: choice))
      if !taker.isFinished(thread, in: taker.result(choice)) {
        seen.next.insert(locations.location(of: thread, in: taker.result(choice)))
      }
    }
    let location = withWords(state) { locations.location(of: thread, in: $0) }
    return accesses.add(seen, at: location, of: thread)
  }
}
