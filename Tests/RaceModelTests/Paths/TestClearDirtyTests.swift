import RaceModel
import Scheduler
import Testing

/// `kvm_radix_test_clear_dirty`, step by step: table P3.1 of the fact sheet.
struct TestClearDirtyTests {
  private static let name = "kvm_radix_test_clear_dirty"

  private func run(_ world: SmallWorld) throws -> Trace {
    try world.running("migration", .harvest).system.play(.all(0))
  }

  /// The steps under the lock, with those of the patch where they are.
  private static func section(_ extra: [String] = []) -> [String] {
    lines(
      """
      kvm_radix_test_clear_dirty      lock-mmu     | mmu_lock: free -> migration
      kvm_radix_test_clear_dirty      recheck-host
      kvm_radix_test_clear_dirty      clear-host   | host[0x100]: 0x21 rwx RC -> 0x21 rwx R-
      kvm_radix_test_clear_dirty      tlbie-host
      kvmhv_update_nest_rmap_rc_list  read-rmap
      """) + extra
      + lines("kvm_radix_test_clear_dirty unlock-mmu | mmu_lock: migration -> free")
  }

  private static let read = lines("kvm_radix_test_clear_dirty read-host")

  private func told(_ trace: Trace) -> [String] {
    trace.told(in: Self.name, "kvmhv_update_nest_rmap_rc_list")
  }

  @Test(arguments: ["rwx R-", "r-x R-", nil])
  func `a clean or absent entry is left alone without the lock`(host: String?) throws {
    let trace = try run(SmallWorld(host: host))
    #expect(told(trace) == Self.read)
    #expect(trace.values(of: "dirty_scratch[0x100]").isEmpty)
  }

  @Test func `a dirty entry is cleaned, flushed and reported under the lock`() throws {
    let trace = try run(SmallWorld())
    #expect(told(trace) == Self.read + Self.section())
    #expect(trace.values(of: "dirty_scratch[0x100]") == ["1", "0"])
  }

  @Test(arguments: [
    ("none", section()),
    ("in", section(["kvm_radix_test_clear_dirty bump-seq | mmu_seq: 0 -> 1"])),
    ("before", ["kvm_radix_test_clear_dirty bump-before | mmu_seq: 0 -> 1"] + section()),
    ("after", section() + ["kvm_radix_test_clear_dirty bump-after | mmu_seq: 0 -> 1"]),
  ])
  func `the bump is where the knob says`(value: String, steps: [String]) throws {
    let trace = try run(SmallWorld().with(\.bumpDirty, value))
    #expect(told(trace) == Self.read + steps)
    #expect(trace.values(of: "dirty_scratch[0x100]") == ["1", "0"])
  }

  @Test func `the patch is the bump inside the lock`() throws {
    #expect(
      told(try run(SmallWorld().with(.seqBumpOnClearDirty)))
        == told(try run(SmallWorld().with(\.bumpDirty, .in))))
  }

  @Test(arguments: ["none", "in", "before", "after"])
  func `a clean page never moves the count`(value: String) throws {
    let trace = try run(SmallWorld(host: "rwx R-").with(\.bumpDirty, value))
    #expect(trace.values(of: "mmu_seq").isEmpty)
  }

  /// The entry becomes `new` between the unlocked read and the lock.
  private func changing(_ world: SmallWorld, to new: String?) throws -> Trace {
    let entry = new.map { PTE(SmallWorld.bits($0), frame: 0x21) } ?? .absent
    let system = world.checking(.cSubset).system(mutants: [
      MutantThread("migration", .call(.harvest)),
      MutantThread("other", .mutant([.setHost(0, entry)])),
    ])
    return try system.play(.until(0, "lock-mmu"), .all(1), .all(0))
  }

  @Test(arguments: ["rwx R-", nil])
  func `the recheck under the lock gives up when the entry is no longer dirty`(host: String?)
    throws
  {
    let trace = try changing(SmallWorld().with(\.bumpDirty, .in), to: host)
    #expect(
      told(trace)
        == Self.read
        + lines(
          """
          kvm_radix_test_clear_dirty  lock-mmu      | mmu_lock: free -> migration
          kvm_radix_test_clear_dirty  recheck-host
          kvm_radix_test_clear_dirty  unlock-clean  | mmu_lock: migration -> free
          """))
    #expect(trace.values(of: "dirty_scratch[0x100]").isEmpty)
  }

  @Test func `a changed entry that is still dirty is cleaned`() throws {
    let trace = try changing(SmallWorld(), to: "r-x RC")
    #expect(trace.last("host[0x100]") == "0x21 r-x R-")
  }

  @Test(arguments: ["rwx R-", nil])
  func `without the recheck the page is reported all the same`(host: String?) throws {
    let trace = try changing(SmallWorld().with(\.recheck, .off), to: host)
    #expect(
      trace.steps.filter { $0.location.function == Self.name }.map(\.location.label)
        == ["read-host", "lock-mmu", "clear-host", "tlbie-host", "unlock-mmu"])
    #expect(trace.values(of: "dirty_scratch[0x100]") == ["1", "0"])
  }

  @Test func `the shadow entries of the page are cleaned in the same section`() throws {
    let trace = try run(SmallWorld(shadow: "rwx RC").with(\.bumpDirty, .in))
    let labels = trace.labels.drop { $0 != "lock-mmu" }.prefix { $0 != "set-scratch" }
    #expect(
      Array(labels) == [
        "lock-mmu", "recheck-host", "clear-host", "tlbie-host", "read-rmap", "find-shadow",
        "clear-shadow", "tlbie-shadow", "bump-seq", "unlock-mmu",
      ])
  }

  @Test(arguments: [
    (Knob.FlushPlace.inSection, ["clear-host", "tlbie-host", "read-rmap", "unlock-mmu"]),
    (.afterUnlock, ["clear-host", "read-rmap", "unlock-mmu", "tlbie-host"]),
    (.none, ["clear-host", "read-rmap", "unlock-mmu"]),
  ])
  func `harvest-flush says when L1's translation goes`(
    place: Knob.FlushPlace, steps: [String]
  ) throws {
    let world = SmallWorld().with(\.harvestFlush, place)
      .running("vcpu0", .l1Store).running("migration", .harvest)
    let trace = try world.system.play(.all(0), .all(1))
    let first = try #require(trace.labels.firstIndex(of: "clear-host"))
    #expect(Array(trace.labels[first...].prefix { $0 != "set-scratch" }) == steps)
    #expect((trace.last("tlb[vcpu0,1:0x100]") == "absent") == (place != .none))
  }

  @Test func `a bump behind the unlock comes behind a late flush`() throws {
    let world = SmallWorld().with(\.harvestFlush, .afterUnlock).with(\.bumpDirty, .after)
    let trace = try world.running("migration", .harvest).system.play(.all(0))
    let first = try #require(trace.labels.firstIndex(of: "unlock-mmu"))
    #expect(trace.labels[first...].prefix(3) == ["unlock-mmu", "tlbie-host", "bump-after"])
  }
}
