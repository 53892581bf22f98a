import RaceModel
import Scheduler
import Testing

/// `kvmhv_invalidate_shadow_pte` and the part of `kvmppc_unmap_pte` behind it: blocks P1.30 and
/// BB3.
struct InvalidateShadowPTETests {
  private func run(_ world: SmallWorld) throws -> Trace {
    try world.checking().system(mutants: [MutantThread("vcpu0", .invalidate(l2Page: 0))])
      .play(.all(0))
  }

  @Test func `without an entry nothing changes`() throws {
    #expect(try run(SmallWorld()).told == FaultText.invalidateNothing)
  }

  @Test(arguments: ["rwx RC", "r-x R-", "rwx --"])
  func `an entry is cleared, then flushed under the shadow LPID`(shadow: String) throws {
    #expect(
      try run(SmallWorld(shadow: shadow, tlb: shadow)).told
        == FaultText.invalidate("0x21 \(shadow)", cached: "0x21 \(shadow)"))
  }

  @Test(arguments: [
    (Knob.FlushPlace.afterUnlock, ["clear-shadow", "unlock-to-flush", "tlbie-shadow"]),
    (.none, ["clear-shadow", "unlock-mmu"]),
  ])
  func `unmap-flush says when the flush is done`(place: Knob.FlushPlace, last: [String]) throws {
    let trace = try run(SmallWorld(shadow: "rwx RC", tlb: "rwx RC").with(\.unmapFlush, place))
    #expect(trace.labels.suffix(last.count) == last)
    #expect(trace.last("mmu_lock") == "free")
    #expect((trace.last("tlb[vcpu0,2:0x10]") == "absent") == (place == .afterUnlock))
  }

  @Test func `its R and C are dropped, and the rmap entry stays behind`() throws {
    let trace = try run(SmallWorld(host: "rwx --", shadow: "rwx RC"))
    #expect(trace.values(of: "host[0x100]").isEmpty)
    #expect(trace.values(of: "rmap[0x100]").isEmpty)
    #expect(trace.values(of: "mmu_seq").isEmpty)
  }

  @Test func `the flush reaches every core, but no other page or guest`() throws {
    var world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC")
      .withGuest2(SmallWorld.l2Page(0x10, shadow: "rwx RC"))
    world.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
    let both = [0, 1].map { Scenario.TLBEntry(page: $0, bits: SmallWorld.bits("rwx RC")) }
    world.machine.vcpus[0].tlb = both
    world.machine.vcpus[1].tlb = [both[0]]
    world.machine.vcpus.append(.init(name: "vcpu2", guest: 0, tlb: both))
    let trace = try run(world)
    #expect(
      trace.told.filter { $0.contains("tlbie") } == [
        "kvmppc_unmap_pte tlbie-shadow | tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent,"
          + " tlb[vcpu2,2:0x10]: 0x21 rwx RC -> absent"
      ])
  }
}
