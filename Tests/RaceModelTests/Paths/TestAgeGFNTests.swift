import RaceModel
import Scheduler
import Testing

/// `kvm_test_age_radix` in the notifier's walk: the last line of table P4 of the fact sheet.
struct TestAgeGFNTests {
  @Test(arguments: ["rwx RC", "rwx --", nil])
  func `a page is looked at under the lock, and nothing of it changes`(host: String?) throws {
    let world = SmallWorld(host: host).running("mm", .testAgeGFN(gfn: 0x100))
    #expect(
      try world.system.play(.all(0)).told
        == lines(
          """
          __kvm_handle_hva_range  srcu-read-lock    | srcu[mm]: out -> in
          __kvm_handle_hva_range  lock-mmu          | mmu_lock: free -> mm
          kvm_test_age_radix      read-host
          __kvm_handle_hva_range  unlock-mmu        | mmu_lock: mm -> free
          __kvm_handle_hva_range  srcu-read-unlock  | srcu[mm]: in -> out
          """))
  }

  @Test func `it waits for mmu_lock inside its SRCU section`() throws {
    let world = SmallWorld().running("migration", .harvest)
      .running("mm", .testAgeGFN(gfn: 0x100))
    let trace = try world.system.play(.until(0, "recheck-host"), .all(1))
    #expect(trace.told(by: 1) == ["__kvm_handle_hva_range srcu-read-lock | srcu[mm]: out -> in"])
  }
}
