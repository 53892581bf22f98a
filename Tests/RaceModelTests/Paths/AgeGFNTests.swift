import RaceModel
import Scheduler
import Testing

/// `kvm_age_radix` in the notifier's walk: table P4 of the fact sheet.
struct AgeGFNTests {
  private func age(_ world: SmallWorld) throws -> Trace {
    try world.running("mm", .age).system.play(.all(0))
  }

  @Test func `R is cleared in the host entry and its shadows, and L1 is not flushed`() throws {
    let trace = try age(SmallWorld(shadow: "rwx RC", tlb: "rwx RC"))
    #expect(
      trace.told
        == lines(
          """
          __kvm_handle_hva_range          srcu-read-lock    | srcu[mm]: out -> in
          __kvm_handle_hva_range          lock-mmu          | mmu_lock: free -> mm
          kvm_age_radix                   read-host
          kvm_age_radix clear-host | host[0x100]: 0x21 rwx RC -> 0x21 rwx -C
          kvmhv_update_nest_rmap_rc_list  read-rmap
          kvmhv_update_nest_rmap_rc       find-shadow
          kvmhv_update_nest_rmap_rc clear-shadow | shadow[1:0x10]: 0x21 rwx RC -> 0x21 rwx -C
          kvmhv_update_nest_rmap_rc       tlbie-shadow
          __kvm_handle_hva_range          unlock-mmu        | mmu_lock: mm -> free
          __kvm_handle_hva_range          srcu-read-unlock  | srcu[mm]: in -> out
          """))
    // The flush of the shadow entry names L1's number for the guest, so what is cached stays.
    #expect(trace.broken == ["tlb-subset"])
  }

  @Test(arguments: ["rwx -C", "rwx --", nil])
  func `an entry that is absent or not young is left alone`(host: String?) throws {
    let trace = try age(SmallWorld(host: host))
    #expect(
      trace.told
        == lines(
          """
          __kvm_handle_hva_range  srcu-read-lock    | srcu[mm]: out -> in
          __kvm_handle_hva_range  lock-mmu          | mmu_lock: free -> mm
          kvm_age_radix           read-host
          __kvm_handle_hva_range  unlock-mmu        | mmu_lock: mm -> free
          __kvm_handle_hva_range  srcu-read-unlock  | srcu[mm]: in -> out
          """))
  }

  @Test func `neither the count nor the sequence moves, unless bump-age says so`() throws {
    let trace = try age(SmallWorld())
    #expect(trace.values(of: "mmu_seq").isEmpty && trace.values(of: "mmu_count").isEmpty)
    let bumped = try age(SmallWorld().with(\.bumpAge, .on))
    #expect(
      bumped.told
        == lines(
          """
          __kvm_handle_hva_range          srcu-read-lock    | srcu[mm]: out -> in
          __kvm_handle_hva_range          lock-mmu          | mmu_lock: free -> mm
          kvm_age_radix                   read-host
          kvm_age_radix clear-host | host[0x100]: 0x21 rwx RC -> 0x21 rwx -C
          kvmhv_update_nest_rmap_rc_list  read-rmap
          kvm_age_radix                   bump-seq          | mmu_seq: 0 -> 1
          __kvm_handle_hva_range          unlock-mmu        | mmu_lock: mm -> free
          __kvm_handle_hva_range          srcu-read-unlock  | srcu[mm]: in -> out
          """))
    #expect(trace.told == bumped.told.filter { !$0.contains("bump-seq") })
  }

  @Test func `an old entry is not bumped for`() throws {
    let world = SmallWorld(host: "rwx -C").with(\.bumpAge, .on)
    #expect(try age(world).values(of: "mmu_seq").isEmpty)
  }

  @Test func `what L1 has cached keeps R, and c bits stay`() throws {
    let system = SmallWorld().running("vcpu0", .l1Store).running("mm", .age).system
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.values(of: "tlb[vcpu0,1:0x100]") == ["0x21 rwx RC"])
    #expect(trace.last("host[0x100]") == "0x21 rwx -C")
    #expect(trace.broken == [])
  }

  @Test func `aging waits for mmu_lock inside its SRCU section`() throws {
    let system = SmallWorld().running("migration", .harvest).running("mm", .age).system
    let trace = try system.play(.until(0, "recheck-host"), .all(1))
    #expect(trace.told(by: 1) == ["__kvm_handle_hva_range srcu-read-lock | srcu[mm]: out -> in"])
  }
}
