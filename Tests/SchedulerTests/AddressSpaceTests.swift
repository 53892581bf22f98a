import Testing

@testable import Scheduler

/// What an exploration reserves stays within what it is given, and what does not fit is a limit.
@Suite struct AddressSpaceTests {
  @Test func `what is taken is missing to others until it is given back`() {
    let space = AddressSpace(100_000)
    #expect(space.take(60_000, atLeast: 1) == 60_000)
    #expect(space.take(60_000, atLeast: 1) == 40_000 && space.free == 0)
    #expect(space.take(5000, atLeast: 4096) == 4096 && space.free == 0)
    space.give(4096 + 40_000 + 60_000)
    #expect(space.free == 100_000)
    #expect(AddressSpace(nil).take(1 << 50, atLeast: 1) == 1 << 50)
  }

  @Test func `memory is as large as the space allows, and gives it back, in part or whole`() {
    let space = AddressSpace(1 << 20)
    do {
      let memory = ReservedMemory<UInt64>(capacity: 1 << 16, in: space)
      #expect(memory.capacity == 1 << 16 && space.free == 1 << 19)
      let rest = ReservedMemory<UInt64>(capacity: 1 << 20, in: space)
      #expect(rest.capacity == 1 << 16 && space.free == 0)
      let least = ReservedMemory<UInt64>(capacity: 1 << 20, atLeast: 1000, in: space)
      #expect(least.capacity >= 1000)
      least[999] = 7
      memory[10] = 5
      memory.trim(to: 11)
      #expect(memory[10] == 5 && space.free > 1 << 18)
      memory.trim(to: 1 << 16)
    }
    #expect(space.free == 1 << 20)
  }

  @Test(arguments: [1, 4, 12], [nil, 1 << 20, 32 << 20, 1 << 34])
  func `room follows the limit on bytes, and is divided where space is short`(
    words: Int, bytes: Int?
  ) {
    let record = (words + 1) * 8
    func room(_ space: Int?, besides: Int = 0) -> StoreRoom {
      StoreRoom(
        stateWords: words, within: Limits(bytes: bytes), in: AddressSpace(space), logsSteps: true,
        bytesBesides: besides)
    }
    let plenty = room(nil)
    if let bytes {
      #expect(plenty.records * record <= bytes + 64 << 20 && plenty.lines * 64 <= bytes + 32_768)
    }
    var last = StoreRoom(stateWords: words, within: .none, in: AddressSpace(0), logsSteps: true)
    for space in stride(from: 1 << 20, through: 1 << 30, by: 25 << 20) {
      for besides in [0, 100] {
        let room = room(space, besides: besides)
        let all = room.records * (record + besides) + room.lines * 64 + room.steps * 4
        #expect(all <= space + 64, "\(space)")
        // The table takes as many states as there are records, as far as it may grow.
        #expect(room.lines * 14 / 3 >= min(room.records, plenty.lines * 14 / 3) - 5)
      }
      let now = room(space)
      #expect(now.records >= last.records && now.lines >= last.lines && now.steps >= last.steps)
      last = now
    }
  }

  private static let strategies: [(Strategy, Reduction)] = [
    (.exhaustive, .none), (.exhaustive, .partialOrder), (.exhaustive, .symmetry),
    (.exhaustive, .fingerprints), (.bounded(preemptions: nil), .none),
    (.uniform(Sampling(runs: 20)), .none), (.dpor(), .none),
  ]

  /// 13 to the third states, with a violation among them.
  @Test(arguments: strategies.indices)
  func `more space never answers less, and no space is a limit`(index: Int) {
    let (strategy, reduction) = Self.strategies[index]
    let counters = Counters([12, 12, 12])
    let left = counters.counts[0]
    let system = counters.system(
      Property("small", sentence: "Left is below 9.", kind: .always { $0[left].value < 9 }))
    func explore(_ space: Int?, jobs: Int) -> Exploration {
      Explorer.explore(
        system,
        options: .init(
          strategy: strategy, limits: Limits(addressSpace: space), reduction: reduction, jobs: jobs
        ))
    }
    let whole = explore(nil, jobs: 1)
    for jobs in [1, 3] {
      var answered = false
      for space in [0, 4096, 30_000, 60_000, 120_000, 250_000, 500_000, 1 << 20, 4 << 20, 64 << 20]
      {
        let exploration = explore(space, jobs: jobs)
        let isWhole = exploration.limit == whole.limit
        #expect(isWhole || !answered, "\(space)")
        if isWhole { #expect(exploration.broken == whole.broken) }
        if !isWhole {
          guard case .capacity? = exploration.limit else {
            Issue.record("\(space): \(String(describing: exploration.limit))")
            continue
          }
        }
        answered = isWhole
      }
      #expect(answered)
    }
  }

  @Test func `a loop is not looked for where there is no space for it`() {
    let exploration = Explorer.explore(
      petersonForMany(3), options: .init(limits: Limits(addressSpace: 1 << 20)))
    #expect(exploration.verdict != .violated)
    if case .capacity? = exploration.limit {} else { #expect(exploration.limit == nil) }
  }
}
