import Synchronization
import Testing

@testable import Scheduler

/// Searches that share threads find what each finds alone.
struct AllowanceTests {
  private func options(_ allowance: ThreadAllowance?, jobs: Int) -> Explorer.Options {
    var options = Explorer.Options(jobs: jobs)
    options.sharing = Sharing(smallestLevel: 2, batch: 3, portion: 2)
    options.allowance = allowance
    return options
  }

  private func systems() -> [System] {
    (0..<12).map { randomSystem(seed: $0) }
      + [petersonLock(.flagThenTurn), philosophers(5), Counters([30, 30]).system()]
  }

  @Test(arguments: [0, 1, 3]) func `searches side by side find what each finds alone`(
    threads: Int
  ) {
    let alone = systems().map { "\(Explorer.explore($0, options: options(nil, jobs: 1)))" }
    let allowance = ThreadAllowance(threads)
    let next = Atomic<Int>(0)
    let found = Mutex<[Int: String]>([:])
    ThreadTeam.run(
      4,
      { _ in
        let systems = self.systems()
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          if index >= systems.count { break }
          let report =
            "\(Explorer.explore(systems[index], options: self.options(allowance, jobs: 4)))"
          found.withLock { $0[index] = report }
        }
        // Whoever has nothing left to search leaves its thread to the others.
        allowance.give(1)
      }, absent: { _ in })
    #expect(alone.indices.compactMap { index in found.withLock { $0[index] } } == alone)
    // Everything that was borrowed has been given back.
    #expect(allowance.take(upTo: 100) == threads + 4)
  }

  @Test func `no more is taken than there is, and a debt is paid first`() {
    let allowance = ThreadAllowance(2)
    #expect(allowance.take(upTo: 5) == 2)
    #expect(allowance.take(upTo: 5) == 0)
    allowance.reclaim(1)
    allowance.give(2)
    #expect(allowance.take(upTo: 5) == 1)
    allowance.give(1)
    #expect(allowance.take(upTo: 0) == 0)
    #expect(ThreadAllowance(-3).take(upTo: 1) == 0)
  }

  @Test func `a shared time ends a search with that limit`() {
    var limits = Limits.none
    limits.deadline = Limits.Deadline(in: .zero)
    let found = Explorer.explore(
      Counters([30, 30]).system(), options: Explorer.Options(limits: limits))
    #expect(found.limit == .deadline(.zero))
    #expect(found.verdict == .undecided)
  }
}
