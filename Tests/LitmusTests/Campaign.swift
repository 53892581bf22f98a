import Foundation
import Synchronization

/// Inputs that a test makes from a seed, one a round: a few, or as many as `scripts/soak` asks
/// for.
///
/// `EXPLORE_SOAK_SEED`, `EXPLORE_SOAK_FIRST`, `EXPLORE_SOAK_ROUNDS` and `EXPLORE_SOAK_SECONDS` say
/// where the numbers begin, which round is the first, how many there are and how long they may
/// take. A round depends on the seed and its number only, so that it can be made again by itself.
struct Campaign {
  let name: String
  let seed: UInt64
  let rounds: Range<Int>
  /// Whether somebody has asked for so many or so long.
  let isAsked: Bool
  private let end: ContinuousClock.Instant?

  /// How long a round may take before it counts as one that does not end.
  private static let patience = Duration.seconds(120)

  init(
    _ name: String, usual: Int, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    func number(_ key: String) -> Int? { environment["EXPLORE_SOAK_\(key)"].flatMap { Int($0) } }
    self.name = name
    seed = UInt64(number("SEED") ?? 1)
    let (first, seconds) = (number("FIRST") ?? 0, number("SECONDS"))
    rounds = first..<(first + (number("ROUNDS") ?? (seconds == nil ? usual : 1 << 40)))
    end = seconds.map { .now + .seconds($0) }
    isAsked = number("ROUNDS") != nil || seconds != nil
  }

  /// What makes a round again.
  func label(_ round: Int) -> String {
    "EXPLORE_SOAK_SEED=\(seed) EXPLORE_SOAK_FIRST=\(round) EXPLORE_SOAK_ROUNDS=1"
  }

  func random(_ round: Int) -> Random {
    var start = Random(seed: seed)
    return Random(seed: start.next() &+ UInt64(round) &* 0xD134_2543_DE82_EF95)
  }

  /// Calls `body` for each round, and gives how many there were.
  ///
  /// Ends the process, and names the round, where one does not end.
  func run(_ body: (_ round: Int, _ random: inout Random) throws -> Void) rethrows -> Int {
    let watch = Watch(self)
    defer { watch.stop() }
    let began = ContinuousClock.now
    for round in rounds {
      if let end, .now >= end {
        tell(round, began)
        return round - rounds.lowerBound
      }
      watch.begin(round)
      // Whoever makes rounds again wants to know which of them the process ends in.
      if isAsked, rounds.lowerBound > 0 || round.isMultiple(of: 10_000) { tell(round, began) }
      var random = random(round)
      try body(round, &random)
    }
    if isAsked { tell(rounds.upperBound, began) }
    return rounds.count
  }

  private func tell(_ round: Int, _ began: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - began).components.seconds
    FileHandle.standardError.write(
      Data("\(name): seed \(seed), round \(round), \(seconds) s\n".utf8))
  }

  /// Looks now and then whether the round is still the same.
  private final class Watch: Sendable {
    private let current = Mutex<(round: Int, began: ContinuousClock.Instant)?>(nil)

    init(_ campaign: Campaign) {
      Thread.detachNewThread { [weak self] in
        while let self {
          let (isOver, late) = self.current.withLock { current in
            (
              current?.round == -1,
              current.flatMap { .now - $0.began > Campaign.patience ? $0.round : nil }
            )
          }
          if isOver { return }
          if let late { fatalError("no end of the round: \(campaign.label(late))") }
          Thread.sleep(forTimeInterval: 0.5)
        }
      }
    }

    func begin(_ round: Int) { current.withLock { $0 = (round, .now) } }
    func stop() { current.withLock { $0 = (-1, .now) } }
  }
}
