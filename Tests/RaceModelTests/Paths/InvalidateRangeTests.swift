import RaceModel
import Scheduler
import Testing

/// `invalidate_range_start` and `_end` around a change of a page: table P5 of the fact sheet.
struct InvalidateRangeTests {
  private static let start = lines(
    """
    kvm_mmu_notifier_invalidate_range_start start-lock-mn | mn_invalidate_lock: free -> mm
    kvm_mmu_notifier_invalidate_range_start  start-count-mn        | mn_active: 0 -> 1
    kvm_mmu_notifier_invalidate_range_start start-unlock-mn | mn_invalidate_lock: mm -> free
    __kvm_handle_hva_range                   start-srcu-read-lock  | srcu[mm]: out -> in
    __kvm_handle_hva_range                   start-find-memslot
    __kvm_handle_hva_range                   start-lock-mmu        | mmu_lock: free -> mm
    kvm_mmu_invalidate_begin                 count-up              | mmu_count: 0 -> 1
    kvm_unmap_radix                          read-host
    """)

  private static let unlock = lines(
    """
    __kvm_handle_hva_range  start-unlock-mmu        | mmu_lock: mm -> free
    __kvm_handle_hva_range  start-srcu-read-unlock  | srcu[mm]: in -> out
    """)

  private static let end = lines(
    """
    __kvm_handle_hva_range                 end-srcu-read-lock    | srcu[mm]: out -> in
    __kvm_handle_hva_range                 end-find-memslot
    __kvm_handle_hva_range                 end-lock-mmu          | mmu_lock: free -> mm
    kvm_mmu_invalidate_end                 bump-seq              | mmu_seq: 0 -> 1
    kvm_mmu_invalidate_end                 count-down            | mmu_count: 1 -> 0
    __kvm_handle_hva_range                 end-unlock-mmu        | mmu_lock: mm -> free
    __kvm_handle_hva_range                 end-srcu-read-unlock  | srcu[mm]: in -> out
    kvm_mmu_notifier_invalidate_range_end  end-lock-mn           | mn_invalidate_lock: free -> mm
    kvm_mmu_notifier_invalidate_range_end  end-count-mn          | mn_active: 1 -> 0
    kvm_mmu_notifier_invalidate_range_end  end-unlock-mn         | mn_invalidate_lock: mm -> free
    """)

  private static let gone = [
    "- change-page | vmm[0x100]: 0x21 rw- -- -> absent, backs[0x21]: 1 -> 0"
  ]

  private func run(_ world: SmallWorld, rpn: Int = 0) throws -> Trace {
    try world.running("mm", .invalidateRange(gfn: 0x100, rpn: rpn)).system.play(.all(0))
  }

  @Test func `without count-down every notifier of a thread is counted`() throws {
    let system = SmallWorld().with(\.countDown, .off).running("mm", .unmap, .unmap).system
    let trace = try system.play(.all(0))
    #expect(trace.last("mmu_count") == "2")
    #expect(!trace.broken.contains("cell-overflow"))
  }

  @Test func `the page is unmapped between the count and the change`() throws {
    let trace = try run(SmallWorld())
    let unmap = trace.told(in: "kvmppc_unmap_pte", "kvmhv_remove_nest_rmap_list")
    #expect(unmap.count == 4)
    #expect(trace.told == Self.start + unmap + Self.unlock + Self.gone + Self.end)
  }

  @Test func `without a host entry nothing at all is done, but for count and sequence`() throws {
    // Not even for the page's rmap list (F6h).
    let world = SmallWorld(host: nil).changed { $0.machine.guests[0].pages[0].onRmap = true }
    let trace = try run(world)
    #expect(trace.told == Self.start + Self.unlock + Self.gone + Self.end)
    #expect(trace.values(of: "rmap[0x100]").isEmpty)
  }

  @Test func `without a slot there is neither count nor sequence`() throws {
    let system = SmallWorld().running("vmm", .delete).running("mm", .unmap).system
    let trace = try system.play(.all(0), .all(1))
    #expect(
      trace.told(by: 1)
        == lines(
          """
          kvm_mmu_notifier_invalidate_range_start start-lock-mn | mn_invalidate_lock: free -> mm
          kvm_mmu_notifier_invalidate_range_start  start-count-mn          | mn_active: 0 -> 1
          kvm_mmu_notifier_invalidate_range_start start-unlock-mn | mn_invalidate_lock: mm -> free
          __kvm_handle_hva_range                   start-srcu-read-lock    | srcu[mm]: out -> in
          __kvm_handle_hva_range                   start-find-memslot
          __kvm_handle_hva_range                   start-srcu-read-unlock  | srcu[mm]: in -> out
          - change-page | vmm[0x100]: 0x21 rw- -- -> absent, backs[0x21]: 1 -> 0
          __kvm_handle_hva_range                   end-srcu-read-lock      | srcu[mm]: out -> in
          __kvm_handle_hva_range                   end-find-memslot
          __kvm_handle_hva_range                   end-srcu-read-unlock    | srcu[mm]: in -> out
          kvm_mmu_notifier_invalidate_range_end end-lock-mn | mn_invalidate_lock: free -> mm
          kvm_mmu_notifier_invalidate_range_end    end-count-mn            | mn_active: 1 -> 0
          kvm_mmu_notifier_invalidate_range_end end-unlock-mn | mn_invalidate_lock: mm -> free
          """))
  }

  @Test func `the page gets another frame, and the old one backs the guest no more`() throws {
    let trace = try run(SmallWorld(), rpn: 0x31)
    #expect(
      trace.told(in: "-")
        == lines(
          """
          - change-page | \
            vmm[0x100]: 0x21 rw- -- -> 0x31 rw- --, backs[0x21]: 1 -> 0, backs[0x31]: 0 -> 1
          """))
  }

  @Test func `the same frame may come back`() throws {
    let trace = try run(SmallWorld(), rpn: 0x21)
    #expect(trace.told(in: "-") == ["- change-page"])
  }

  @Test func `a fault between start and end is refused by the count, after it by the sequence`()
    throws
  {
    let system = SmallWorld(host: nil).running("vcpu0", .store)
      .running("mm", .invalidateRange(gfn: 0x100, rpn: 0x31)).system
    let during = try system.play(
      .until(1, "change-page"), .until(0, "fast-gup"), .until(0, "read-vmm"))
    #expect(during.labels.suffix(1) == ["check-count"] || during.labels.contains("check-count"))
    #expect(during.values(of: "mmu_count") == ["1"])
    let after = try system.play(.until(0, "fast-gup"), .all(1), .until(0, "srcu-read-unlock"))
    #expect(after.labels.contains("check-seq") && !after.labels.contains("store-entry"))
  }

  @Test func `two notifiers count to two`() throws {
    let system = SmallWorld().running("mm", .unmap).running("other", .unmap).system
    let trace = try system.play(.until(0, "change-page"), .until(1, "change-page"))
    #expect(trace.values(of: "mmu_count") == ["1", "2"])
    #expect(trace.values(of: "mn_active") == ["1", "2"])
  }
}
