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
  /// Builds the system; steps that break its assertion are noted.
  let system: @Sendable (ViolationCounter) throws -> System

  /// SPIN counts one transition more, to the initial state.
  static let all: [Benchmark] = [
    race("rc-race-s", .small, 45_950, 112_538, 434, slots: 20),
    race("rc-race-m", .medium, 1_737_537, 5_424_312, 2_202, slots: 23),
    race("rc-race-l", .large, 12_816_550, 44_186_430, 97_466, slots: 25, reduced: 2_734_321),
    race("rc-race-xl", .extraLarge, 23_922_743, 84_985_292, 218_920, slots: 26),
    peterson(3, 12_498, 33_369, slots: 20, depth: 10_000),
    peterson(4, 1_119_560, 3_864_896, slots: 22, depth: 100_000),
    scenario("one-guest-with-notifier", 3_158_781, 11_709_720, reduced: 118_835),
    scenario("two-guests-and-l1", 8_934_033, 32_828_038, reduced: 139_188),
    scenario("two-guests-with-notifier", 33_154_969, 127_300_681, reduced: 273_047),
  ]

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
      system: { raceSystem(configuration, $0) })
  }

  private static func peterson(
    _ count: Int, _ states: Int, _ transitions: Int, slots: Int, depth: Int
  ) -> Benchmark {
    Benchmark(
      name: "peterson-\(count)",
      expected: Expected(states: states, transitions: transitions, violations: 0),
      twin: Twin(
        file: "peterson.pml", defines: ["-DN=\(count)"], slots: slots, depth: depth),
      system: { _ in petersonForMany(count) })
  }

  /// A scenario of `scenarios/large`, in the row with all fixes, where every property holds.
  private static func scenario(
    _ name: String, _ states: Int, _ transitions: Int, reduced: Int
  ) -> Benchmark {
    Benchmark(
      name: name, expected: Expected(states: states, transitions: transitions, violations: 0),
      reducedStates: reduced, system: { _ in try scenarioSystem(name, row: "all-fixes") })
  }
}
