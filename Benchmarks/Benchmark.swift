import Scheduler

/// A system whose counts are known, and how its Promela twin is built, if it has one.
struct Benchmark: Sendable {
  struct Twin: Sendable {
    let file: String
    let defines: [String]
    /// log2 of the slots of SPIN's hash table, and its depth bound.
    let slots: Int
    let depth: Int
  }

  struct Expected: Equatable {
    let states: Int
    let transitions: Int
    /// Steps that break the assertion, for models that have one.
    let violations: Int
  }

  let name: String
  let expected: Expected
  /// How many of the states a partial-order reduction keeps; nil where that is not measured.
  var reducedStates: Int?
  var twin: Twin?
  /// Explores the system; steps that break its assertion are counted.
  let explore: @Sendable (Explorer.Options) throws -> Explored

  /// What came of exploring a system.
  struct Explored {
    let system: System
    let exploration: Exploration
    let violations: Int
  }

  /// SPIN counts one transition more, to the initial state.
  static let all = machines + machines.map(raceFile) + scenarios

  private static let machines: [Benchmark] = [
    race("rc-race-s", .small, 45_950, 112_538, 434, slots: 20),
    race("rc-race-m", .medium, 1_737_537, 5_424_312, 2_202, slots: 23),
    race("rc-race-l", .large, 12_816_550, 44_186_430, 97_466, slots: 25, reduced: 2_734_321),
    race("rc-race-xl", .extraLarge, 23_922_743, 84_985_292, 218_920, slots: 26),
    peterson(3, 12_498, 33_369, slots: 20, depth: 10_000),
    peterson(4, 1_119_560, 3_864_896, slots: 22, depth: 100_000),
  ]

  private static let scenarios: [Benchmark] = [
    scenario("one-guest-with-notifier", 3_158_781, 11_709_720, reduced: 118_835),
    scenario("two-guests-and-l1", 8_934_033, 32_828_038, reduced: 139_188),
    scenario("two-guests-with-notifier", 33_154_969, 127_300_681, reduced: 273_047),
  ]

  private static func exploring(
    _ system: @escaping @Sendable (ViolationCounter) throws -> System
  ) -> @Sendable (Explorer.Options) throws -> Explored {
    { options in
      let violations = ViolationCounter()
      let system = try system(violations)
      let exploration = Explorer.explore(system, options: options)
      return Explored(
        system: system, exploration: exploration, violations: violations.count)
    }
  }

  private static func race(
    _ name: String, _ configuration: RaceConfiguration, _ states: Int, _ transitions: Int,
    _ violations: Int, slots: Int, reduced: Int? = nil
  ) -> Benchmark {
    Benchmark(
      name: name,
      expected: Expected(
        states: states, transitions: transitions, violations: violations),
      reducedStates: reduced,
      twin: Twin(
        file: "rc-race.pml", defines: configuration.defines, slots: slots, depth: 10_000),
      explore: exploring { raceSystem(configuration, $0) })
  }

  private static func peterson(
    _ count: Int, _ states: Int, _ transitions: Int, slots: Int, depth: Int
  ) -> Benchmark {
    Benchmark(
      name: "peterson-\(count)",
      expected: Expected(states: states, transitions: transitions, violations: 0),
      twin: Twin(
        file: "peterson.pml", defines: ["-DN=\(count)"], slots: slots, depth: depth),
      explore: exploring { _ in petersonForMany(count) })
  }

  /// The race file that restates a machine, step for step: `NAME-ROW.race` for `NAME-ROW`.
  private static func raceFile(_ machine: Benchmark) -> Benchmark {
    let end = machine.name.lastIndex(of: "-") ?? machine.name.startIndex
    let (name, row) = (String(machine.name[..<end]), String(machine.name[end...].dropFirst()))
    return Benchmark(
      name: machine.name + ".race", expected: machine.expected,
      reducedStates: nil, twin: machine.twin,
      explore: { options in try exploreRace(name, row: row, options) })
  }

  /// A scenario of `scenarios/large`, in the row with all fixes, where every property holds.
  private static func scenario(
    _ name: String, _ states: Int, _ transitions: Int, reduced: Int
  ) -> Benchmark {
    Benchmark(
      name: name, expected: Expected(states: states, transitions: transitions, violations: 0),
      reducedStates: reduced, explore: exploring { _ in try scenarioSystem(name, row: "all-fixes") }
    )
  }
}
