/// Runs of a system along which threads show what they do, before a reduced search relies on it.
///
/// A habit that no rehearsal shows costs the search another start, nothing else. The runs are the same
/// each time: choices come from a fixed sequence of numbers.
struct AccessSampling {
  private let system: System
  private let places: ControlLocations
  private var habits: ObservedAccesses
  private var random = SplitMix64(seed: 1)

  /// The habits that some runs show; runs end when a number of them have shown nothing new.
  ///
  /// `shared` are cells that do not tell places apart, because other threads write them too.
  static func habits(of system: System, without shared: CellSet) -> ObservedAccesses {
    var rehearsal = AccessSampling(system, shared)
    var (runs, idle) = (0, 0)
    while idle < 32 && runs < 2000 {
      idle = rehearsal.run() ? 0 : idle + 1
      runs += 1
    }
    return rehearsal.habits
  }

  private init(_ system: System, _ shared: CellSet) {
    self.system = system
    places = ControlLocations(of: system, without: shared)
    habits = ObservedAccesses(of: system)
    habits.shared = shared
  }

  /// Takes one run, of at most 1,000 steps; whether it has shown anything new.
  private mutating func run() -> Bool {
    var state = system.layout.initial
    var isNew = false
    for _ in 0..<1000 {
      if state[0] & Check.mask != 0 { break }
      var results: [[UInt64]] = []
      for thread in system.threads.indices {
        isNew = attempt(thread, from: state, &results) || isNew
      }
      if results.isEmpty { break }
      state = results[Int(random.next() % UInt64(results.count))]
    }
    return isNew
  }

  private mutating func attempt(_ thread: Int, from state: [UInt64], _ results: inout [[UInt64]])
    -> Bool
  {
    var state = state
    let code = system.threads[thread]
    var footprint = Footprint()
    var seen = ObservedAccesses.AtLocation()
    var place: UInt64 = 0
    state.withUnsafeMutableBufferPointer { buffer in
      guard let from = buffer.baseAddress else { return }
      let position = Int(StateView(from, NoRecorder())[code.position])
      if position == code.script.count { return }
      place = places.place(of: thread, in: from)
      for choice in 0..<256 {
        var after = Array(buffer)
        let outcome = after.withUnsafeMutableBufferPointer { after -> Outcome in
          guard let to = after.baseAddress else { return .blocked }
          let outcome = withUnsafeMutablePointer(to: &footprint) {
            code.script[position].stepRecorded(
              StateView(to, FootprintRecorder(into: $0)), choice: choice)
          }
          if outcome.isBlocked && to[0] & Check.mask == 0 { return .blocked }
          if outcome.isCompleted {
            StateView(to, NoRecorder())[code.position] = UInt8(truncatingIfNeeded: position + 1)
          }
          if Int(StateView(to, NoRecorder())[code.position]) < code.script.count {
            seen.next.insert(places.place(of: thread, in: to))
          }
          return outcome.isBlocked ? .advanced : outcome
        }
        if outcome.isBlocked { break }
        results.append(after)
        if !outcome.hasMoreChoices { break }
      }
    }
    if place == 0 { return false }
    (seen.reads, seen.writes) = (footprint.reads, footprint.writes)
    return habits.add(seen, at: place, of: thread)
  }
}
