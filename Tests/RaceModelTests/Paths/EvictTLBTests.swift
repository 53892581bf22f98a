import RaceModel
import Scheduler
import Testing

/// Evictions: row 3 of table P10 of the fact sheet.
struct EvictTLBTests {
  /// A core with its first `cached` of three pages in its TLB, and a core that caches one page.
  private static func world(cached: Int, times: Int = 1) -> SmallWorld {
    var world = SmallWorld().checking().running("tlb", .evictTLB(vcpu: 0, times: times))
    world.machine.guests[0].pages = [0x10, 0x11, 0x12].map {
      SmallWorld.l2Page($0, shadow: "rwx R-")
    }
    world.machine.vcpus[0].tlb = (0..<cached).map {
      .init(page: $0, bits: SmallWorld.bits("rwx R-"))
    }
    world.machine.vcpus.append(
      .init(name: "vcpu1", guest: 0, tlb: [.init(page: 0, bits: SmallWorld.bits("rwx R-"))]))
    return world
  }

  @Test(arguments: 0...3)
  func `a step evicts nothing or any one entry of its core`(cached: Int) throws {
    let system = Self.world(cached: cached).system
    var seen: [[String]] = []
    for choice in 0...cached {
      seen.append(try system.play(.step(0, choice: choice)).told)
    }
    #expect(
      seen
        == [["- evict"]]
        + (0..<cached).map { ["- evict | tlb[vcpu0,2:0x1\($0)]: 0x21 rwx R- -> absent"] })
    #expect(throws: ReplayError.self) { try system.play(.step(0, choice: cached + 1)) }
    let counts = Explorer.explore(system).counts
    #expect(counts.transitions == cached + 1 && counts.states == cached + 2)
  }

  @Test(arguments: 1...4)
  func `it may evict as often as it is told`(times: Int) {
    let exploration = Explorer.explore(Self.world(cached: 3, times: times).system)
    // Up to `times` of three entries in any order, with rests in between: sum over k of
    // (times choose k) * 3!/(3-k)!.
    let expected: [BigNatural] = [4, 13, 34, 73]
    guard case .finite(let all, _) = exploration.counts.interleavings else {
      Issue.record("not counted")
      return
    }
    #expect(all == expected[times - 1])
  }

  @Test func `nothing else is touched`() throws {
    let trace = try Self.world(cached: 3).system.play(.step(0, choice: 2))
    #expect(trace.steps[0].changes.filter { $0.role == .shared }.count == 1)
  }
}
