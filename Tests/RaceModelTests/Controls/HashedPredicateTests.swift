import RaceModel
import Scheduler
import Testing

/// What each property says of hashed worlds as they stand, one condition at a time.
struct HashedPredicateTests {
  /// Whether the property breaks when a thread makes these changes and does nothing else.
  private func breaks(
    _ property: PropertySpec, _ world: SmallWorld = Self.world, _ changes: Mutation...
  ) -> Bool {
    let idle = MutantThread("vcpu1", .call(.stopVCPU(vcpu: 1)))
    let mutant = MutantThread("mutant", .mutant(changes))
    let world = world.checking(property)
    let system = world.system(mutants: changes.isEmpty ? [idle] : [idle, mutant])
    return Explorer.explore(system, options: .withoutCounting).broken == [property.rawValue]
  }

  /// Entries 0 and 1 map page 0x100, entry 2 page 0x200.
  private static let world = SmallWorld.hashed(
    .maps(0x100, "rw- RC"), .maps(0x100, "rw- R-"), .maps(0x200, "rw- R-"), .free)
  /// The same, and page 0x100 has been written.
  private static let written = world.changed { $0.machine.pages[0].written = true }

  private static func view(_ gfn: Int) -> HPTESecond { HPTESecond([], frame: gfn) }

  @Test(arguments: [
    PropertySpec.hpteChained, .chainConsistent, .cTransferred, .slotFlushed, .noEarlyReuse,
    .notifierCount, .dirtyLog, .finalHarvest,
  ])
  func `a sound table breaks nothing`(property: PropertySpec) {
    #expect(!breaks(property))
  }

  @Test func `a VALID entry wants to be on the chain of its page`() {
    let empty = HPTRmapWord(head: nil, [])
    #expect(breaks(.hpteChained, Self.world, .setRmapWord(1, empty)))
    // Another page's chain will not do, nor a ring that misses it.
    #expect(breaks(.hpteChained, Self.world, .setRmapWord(1, HPTRmapWord(head: 0, []))))
    #expect(breaks(.hpteChained, Self.world, .setForw(0, 0)))
    // One that is not VALID may be anywhere.
    #expect(!breaks(.hpteChained, Self.world, .setFirst(2, .absent), .setRmapWord(1, empty)))
    // No slot, no place on a chain.
    #expect(breaks(.hpteChained, Self.world, .setGuestView(2, Self.view(0x201))))
  }

  @Test func `a chain is a ring of entries of one page`() {
    #expect(breaks(.chainConsistent, Self.world, .setBack(1, 1)))
    #expect(breaks(.chainConsistent, Self.world, .setGuestView(1, Self.view(0x200))))
    // What is on no chain does not matter.
    #expect(
      !breaks(
        .chainConsistent, Self.world, .setForw(3, 2), .setGuestView(3, Self.view(0x100))))
    // Nor does an entry that is free, as long as it is in its ring.
    #expect(!breaks(.chainConsistent, Self.world, .setFirst(0, [])))
  }

  @Test func `C must have gone somewhere when an entry is VALID no more`() {
    #expect(breaks(.cTransferred, Self.world, .setFirst(0, [])))
    #expect(breaks(.cTransferred, Self.world, .setFirst(0, .absent)))
    #expect(!breaks(.cTransferred, Self.world, .setFirst(1, [])))
  }

  @Test func `at the end no entry maps what no slot holds, or another page`() {
    #expect(breaks(.slotFlushed, Self.world, .setGuestView(2, Self.view(0x201))))
    #expect(breaks(.slotFlushed, Self.world, .setSecond(2, HPTESecond([], frame: 0x21))))
  }

  @Test func `a store is not lost while its chain or the bitmap has C`() {
    let clean = HPTESecond(.write, frame: 0x21)
    #expect(!breaks(.dirtyLog, Self.written))
    #expect(breaks(.dirtyLog, Self.written, .setSecond(0, clean)))
    #expect(!breaks(.dirtyLog, Self.written, .setSecond(0, clean), .setBitmap(0)))
    // The other entry of the chain will do as well, but not one of another page.
    let dirty = HPTESecond(.changed, frame: 0x21)
    #expect(!breaks(.dirtyLog, Self.written, .setSecond(0, clean), .setSecond(1, dirty)))
    #expect(breaks(.dirtyLog, Self.written, .setSecond(0, clean), .setSecond(2, dirty)))
    // An entry that is not VALID is not looked at.
    #expect(breaks(.dirtyLog, Self.written, .setFirst(0, .absent)))
  }

  @Test(arguments: [("bitmap", true), ("rmap", false)])
  func `C of the rmap word counts where the harvest looks at it`(value: String, breaks: Bool) {
    let world = Self.written.with(\.rmapDirty, value)
    let clean = HPTESecond(.write, frame: 0x21)
    let word = HPTRmapWord(head: 0, .changed)
    #expect(self.breaks(.dirtyLog, world, .setSecond(0, clean), .setRmapWord(0, word)) == breaks)
  }

  @Test func `nothing is said of what is locked`() {
    // H_REMOVE of entry 0 passes through states in which each is broken for a moment.
    let world = Self.world.running("vcpu0", .removing(0))
    #expect(world.broken == [])
    #expect(Explorer.explore(world.system).counts.states > 5)
  }
}
