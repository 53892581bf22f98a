import RaceModel
import Scheduler
import Testing

/// What L1 writes to its own tables: one store, of which L0 is not told.
struct L1WriteTests {
  private func run(_ world: SmallWorld, _ calls: PathCall...) throws -> Trace {
    try world.changed { $0.threads.append(.init(name: "l1", run: calls)) }.system.play(.all(0))
  }

  private static let entry = Scenario.L1Entry(gfn: 0x100, bits: SmallWorld.bits("r-- --"))

  @Test func `each write is one step`() throws {
    let trace = try run(
      SmallWorld(), .l1SetGpte(guest: 0, page: 0, nil),
      .l1SetGpte(guest: 0, page: 0, Self.entry), .l1SetPartition(guest: 0, isSet: false),
      .l1SetPartition(guest: 0, isSet: true))
    #expect(
      trace.told
        == lines(
          """
          -  l1-set-gpte       | gpte[1:0x10]: 0x100 rwx RC -> absent
          -  l1-set-gpte       | gpte[1:0x10]: absent -> 0x100 r-- --
          -  l1-set-partition  | patb[1]: set -> 0
          -  l1-set-partition  | patb[1]: 0 -> set
          """))
  }

  @Test func `an entry that was invalidated and then written is coherent no more`() throws {
    let trace = try run(SmallWorld(), .tlbie, .l1SetGpte(guest: 0, page: 0, Self.entry))
    #expect(trace.values(of: "coherent[1:0x10]") == ["1", "0"])
  }

  @Test func `RIC 1 is no promise that translations are gone`() throws {
    let call = PathCall.tlbieLPID(guest: 0, ric: .pwc)
    let trace = try run(
      SmallWorld(shadow: "rwx RC").checking(.l1Coherence),
      .l1SetGpte(guest: 0, page: 0, Self.entry), call)
    #expect(trace.values(of: "coherent[1:0x10]").isEmpty && trace.broken == [])
  }

  @Test func `a page's invalidation is`() throws {
    let world = SmallWorld(shadow: "rwx RC").checking(.l1Coherence)
    let entry = PathCall.l1SetGpte(guest: 0, page: 0, Self.entry)
    #expect(try run(world, entry, .tlbie).broken == [])
    let system = world.system(mutants: [
      MutantThread(
        "l1", .call(entry), .call(.tlbie),
        .mutant([.setShadow(0, PTE(SmallWorld.bits("rwx RC"), frame: 0x21))]))
    ])
    #expect(try system.play(.all(0)).broken == ["l1-coherence"])
  }
}
