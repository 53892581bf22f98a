import RaceModel
import Scheduler
import Testing

/// The switch from radix to hash, and what a harvest does with a freed table: F5.
struct SwitchToHPTTests {
  @Test func `radix is cleared under mmu_lock, and the tables are freed without it`() throws {
    #expect(
      try SmallWorld().running("vmm", .switchToHPT).system.play(.all(0)).told
        == lines(
          """
          kvmhv_configure_mmu       lock-setup    | mmu_setup_lock: free -> vmm
          kvmppc_switch_mmu_to_hpt  lock-mmu      | mmu_lock: free -> vmm
          kvmppc_switch_mmu_to_hpt  clear-radix   | radix: true -> false
          kvmppc_switch_mmu_to_hpt  unlock-mmu    | mmu_lock: vmm -> free
          kvmppc_free_radix free-table | \
            pgtable: allocated -> freed, host[0x100]: 0x21 rwx RC -> absent
          kvmhv_configure_mmu       unlock-setup  | mmu_setup_lock: vmm -> free
          """))
  }

  private static let both = SmallWorld().checking().running("migration", .harvest)
    .running("vmm", .switchToHPT)

  @Test func `a harvest that has found the entry goes on with a freed table`() throws {
    let trace = try Self.both.system.play(.until(0, "lock-mmu"), .all(1), .all(0))
    #expect(trace.broken == ["use-after-free"] && trace.labels.last == "recheck-host")
  }

  @Test func `a harvest that starts later is not radix any more`() throws {
    let trace = try Self.both.system.play(.all(1), .all(0))
    #expect(trace.broken == [])
    #expect(
      trace.labels.suffix(4) == ["find-memslot", "zero-scratch", "test-radix", "unlock-slots"])
  }

  @Test(arguments: [(true, ["use-after-free"]), (false, [])])
  func `only a freed table is one`(isFreed: Bool, expected: [String]) {
    let free: [Mutation] = isFreed ? [.freeHostTable] : [.bumpSeq]
    let thread = MutantThread("migration", .mutant(free), .call(.harvest))
    #expect(SmallWorld().checking().broken(thread) == expected)
  }
}
