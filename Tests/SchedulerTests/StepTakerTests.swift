import Testing

@testable import Scheduler

/// The rule that says what a step is, case by case.
@Suite struct StepTakerTests {
  typealias Recorded = StepTaker<StepFootprint>

  /// Takes the step of thread 0 from the initial state, or from another one.
  private func take(_ system: System, from state: [UInt64]? = nil, upTo last: Int = .max)
    -> (answer: Recorded.Answer, taker: Recorded)
  {
    let taker = Recorded(of: system)
    return (taker.take(0, from: state ?? system.layout.initial, upTo: last), taker)
  }

  private func value(_ cell: Cell<UInt8>, _ state: [UInt64], _ system: System) -> UInt8 {
    system.view(state) { $0[cell] }
  }

  @Test func `a blocked step has no result and writes nothing`() {
    let (system, written) = Caller.system([.init(outcome: .blocked)])
    let (answer, taker) = take(system)
    #expect(answer == .blocked && taker.count == 0 && !taker.breaksCheck)
    #expect(taker.recording.whole.writes.isEmpty)
    #expect(taker.recording.last.writes == [written.number])
  }

  @Test func `a blocked step that breaks a check is taken`() {
    let (system, written) = Caller.system([.init(outcome: .blocked, breaksCheck: true)])
    let (answer, taker) = take(system)
    #expect(answer == .taken && taker.count == 1 && taker.breaksCheck)
    #expect(value(written, taker.state(after: 0), system) == 1)
    #expect(taker.recording.whole.writes == [written.number])
  }

  @Test func `a broken check ends the run for every thread`() {
    let (system, _) = Caller.system([.init(outcome: .advanced, breaksCheck: true)])
    let broken = take(system).taker.state(after: 0)
    #expect(StepOracle.isFinal(broken))
    let (answer, taker) = take(system, from: broken)
    #expect(answer == .runHasEnded && taker.count == 0)
    #expect(taker.recording.whole.reads.isEmpty && taker.recording.whole.writes.isEmpty)
  }

  @Test func `a completed machine hands over to the next one of its script`() {
    let (system, written) = Caller.system(
      [.init(outcome: .completed)],
      [.init(outcome: .advanced.withMoreChoices), .init(outcome: .completed)])
    let first = take(system).taker.state(after: 0)
    #expect(first != system.layout.initial)
    let (_, second) = take(system, from: first)
    #expect(second.count == 2)
    #expect(!second.isFinished(0, in: second.result(0)))
    #expect(second.isFinished(0, in: second.result(1)))
    #expect(value(written, second.state(after: 1), system) == 2)
    let (answer, taker) = take(system, from: second.state(after: 1))
    #expect(answer == .scriptIsFinished && taker.count == 0)
  }

  @Test func `choices are asked for as long as more are promised`() {
    let more = Caller.Answer(outcome: .advanced.withMoreChoices)
    let (system, written) = Caller.system([more, more, .init(outcome: .advanced), more])
    let (_, taker) = take(system)
    #expect(taker.count == 3)
    #expect((0..<3).map { value(written, taker.state(after: $0), system) } == [1, 2, 3])
    #expect(take(system, upTo: 1).taker.count == 2)
  }

  @Test func `a choice that is promised and then blocked is none`() {
    let more = Caller.Answer(outcome: .advanced.withMoreChoices)
    let (system, _) = Caller.system([more, .init(outcome: .blocked), more])
    #expect(take(system).taker.count == 1)
  }

  @Test func `a step has 256 choices and not one more`() async {
    let most = Toy("CHOOSE r 256").system()
    #expect(take(most).taker.count == 256)
    await #expect(processExitsWith: .failure) {
      let more = Caller.Answer(outcome: .advanced.withMoreChoices)
      let (system, _) = Caller.system(Array(repeating: more, count: 257))
      let taker = StepTaker<Unrecorded>(of: system)
      taker.take(0, from: system.layout.initial)
    }
  }

  @Test func `the footprint has the reads of every choice and the writes of those taken`() {
    var lost = 0
    for seed in 0..<150 {
      let system = randomTangle(seed: seed)
      for thread in system.threads.indices {
        let taker = Recorded(of: system)
        taker.take(thread, from: system.layout.initial)
        var asked: [Footprint] = []
        let results = StepOracle.results(of: thread, from: system.layout.initial, in: system) {
          let (outcome, footprint) = AllTraces.footprint(of: $0, $1, choice: $2)
          asked.append(footprint)
          return outcome
        }
        var whole = Footprint()
        for (choice, footprint) in asked.enumerated() {
          for cell in footprint.reads.cells { whole.reads.insert(cell) }
          let isTaken = choice < results.count
          if isTaken { for cell in footprint.writes.cells { whole.writes.insert(cell) } }
          if !isTaken && !footprint.writes.isEmpty { lost += 1 }
        }
        #expect(taker.recording.whole.reads == whole.reads, "seed \(seed)")
        #expect(taker.recording.whole.writes == whole.writes, "seed \(seed)")
      }
    }
    #expect(lost > 0, "some blocked steps have written before")
  }

  @Test func `taking steps agrees with the oracle on toys, recorded or not`() {
    for (name, system) in Toys.all { compareWithOracle(system, name) }
  }

  private func compareWithOracle(_ system: System, _ name: String) {
    let plain = StepTaker<Unrecorded>(of: system)
    let recorded = Recorded(of: system)
    var states = [system.layout.initial]
    var known = Set(states)
    var next = 0
    while next < min(states.count, 200) {
      let state = states[next]
      next += 1
      for (thread, expected) in StepOracle.steps(of: system, from: state).enumerated() {
        let answer = plain.take(thread, from: state)
        #expect((answer == .taken) == !expected.isEmpty, "\(name)")
        let found = (0..<plain.count).map(plain.state)
        recorded.take(thread, from: state)
        #expect(found == expected, "\(name)")
        #expect((0..<recorded.count).map(recorded.state) == expected, "\(name)")
        states += expected.filter { known.insert($0).inserted }
      }
    }
  }
}
