import RaceModel
import Scheduler
import Testing

/// The paths that both tables share, on a hashed one: the slot, the notifier and the dirty log.
struct HashedWorldTests {
  private static let world = SmallWorld.hashed(.maps(0x100, "rw- RC"))

  private func labels(_ world: SmallWorld, _ call: PathCall) throws -> [String] {
    try world.running("vmm", call).system.play(.all(0)).steps.map(\.location.label)
  }

  @Test(arguments: ["prepare", "after-publish"])
  func `a deletion goes by an INVALID copy whatever a move does`(value: String) throws {
    let world = Self.world.with(\.moveFlush, value)
    #expect(try labels(world, .delete) == labels(Self.world, .delete))
    #expect(try labels(world, .move) != labels(Self.world, .move))
  }

  @Test func `logging is switched without a flush`() throws {
    #expect(
      try labels(Self.world, .setMemslot(slot: 0, .setLogging(false))) == [
        "lock-slots", "lock-arch", "final-lock-mn", "publish-final", "final-unlock-mn",
        "final-unlock-arch", "final-synchronize", "final-wait", "free-bitmap", "free-old",
        "unlock-slots",
      ])
  }

  @Test func `the notifier unmaps the chain between its count and its unlock`() throws {
    #expect(
      try labels(Self.world, .invalidateRange(gfn: 0x100, rpn: 0x22)) == [
        "start-lock-mn", "start-count-mn", "start-unlock-mn", "start-srcu-read-lock",
        "start-find-memslot", "start-lock-mmu", "count-up",
        "lock-rmap", "try-lock-hpte", "store-rmap", "set-absent", "tlbie-hpte", "harvest-rc",
        "set-bitmap", "unlock-rmap", "unlock-hpte", "lock-rmap", "unlock-empty",
        "start-unlock-mmu", "start-srcu-read-unlock", "change-page", "end-srcu-read-lock",
        "end-find-memslot", "end-lock-mmu", "bump-seq", "count-down", "end-unlock-mmu",
        "end-srcu-read-unlock", "end-lock-mn", "end-count-mn", "end-unlock-mn",
      ])
  }

  @Test func `the dirty log asks the chain, and then the bitmap`() throws {
    #expect(
      try labels(Self.world, .harvest) == [
        "lock-slots", "find-memslot", "zero-scratch", "test-radix",
        "lock-rmap", "test-rmap", "read-second", "try-lock-hpte", "set-absent", "tlbie-hpte",
        "clear-c", "store-first", "unlock-rmap",
        "set-scratch", "xchg-bitmap", "copy-to-user", "unlock-slots",
      ])
  }

  @Test func `a machine with a radix table has no cell of a hashed one`() {
    let radix = SmallWorld().running("vcpu0", .load).system.layout.fields.map(\.name)
    #expect(!radix.contains { $0.hasPrefix("hpte") || $0.hasPrefix("rev[") })
    let hashed = Self.world.running("vmm", .harvest).system.layout.fields.map(\.name)
    #expect(hashed.contains("hpte[0].HVLOCK") && hashed.contains("rmap[0x200].lock"))
    #expect(!hashed.contains { $0.hasPrefix("host[") || $0.hasPrefix("shadow[") })
    #expect(Dictionary(grouping: hashed) { $0 }.filter { $0.value.count > 1 }.keys.sorted() == [])
  }
}
