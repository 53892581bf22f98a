import Scheduler

/// The toys, for tests of what is to be true of every system.
enum Toys {
  /// Every kind of toy with all the ways in which a step can end, then random programs.
  static var all: [(name: String, system: System)] {
    let more = Caller.Answer(outcome: .advanced.withMoreChoices)
    let named: [(String, System)] = [
      ("counters", Counters([5, 6, 4]).system()),
      ("counters in three laps", Counters([3, 2], laps: 3).system()),
      ("counters in many words", Counters([3, 4], padding: 9).system()),
      ("Peterson", petersonLock(.flagThenTurn)), ("wrong Peterson", petersonLock(.turnThenFlag)),
      ("Peterson for 3", petersonForMany(3)), ("philosophers", philosophers(4)),
      ("claims", Claims(threads: 3, items: 3).system()),
      ("heavy claims", Claims(threads: 2, items: 3, heavy: 1).system()),
      ("gatecrasher", Gatecrasher.system(idle: 3)),
      ("blocked", Caller.system([.init(outcome: .blocked)]).system),
      ("fails and blocks", Caller.system([.init(outcome: .blocked, breaksCheck: true)]).system),
      ("blocks in a later choice", Caller.system([more, .init(outcome: .blocked)]).system),
      (
        "fails and blocks in a later choice",
        Caller.system([more, more, .init(outcome: .blocked, breaksCheck: true)]).system
      ),
      (
        "completes in some choices",
        Caller.system(
          [.init(outcome: .completed.withMoreChoices), more, .init(outcome: .completed)],
          [.init(outcome: .completed)]
        ).system
      ),
      (
        "locks",
        Toy("LOCK m; LOCK n; UNLOCK n; UNLOCK m / LOCK n; LOCK mutex / AWAIT x=1; U x").system()
      ),
      ("choices", Toy("CHOOSE r 3; W x r / R x>s; ASSERT x!=2 / CHOOSE s 70; W y s").system()),
      ("overflow", Toy("U x; U x / U x; U x / CHOOSE r 2; W x r", bits: 2).system()),
    ]
    return named.map { (name: $0.0, system: $0.1) }
      + (0..<60).map { (name: "program \($0)", system: randomSystem(seed: $0)) }
      + (0..<60).map { (name: "tangle \($0)", system: randomTangle(seed: $0)) }
  }
}
