import RaceModel
import Scheduler
import Testing

/// `kvmppc_unmap_pte` and `kvmhv_remove_nest_rmap_range`: tables BB3 and BB7r of the fact sheet.
struct UnmapPTETests {
  private func unmap(_ world: SmallWorld) throws -> [String] {
    let trace = try world.running("mm", .unmap).system.play(.all(0))
    return trace.told(
      in: "kvmppc_unmap_pte", "kvmhv_remove_nest_rmap_list", "kvmhv_remove_nest_rmap")
  }

  private static let two = SmallWorld(shadow: "rwx RC").changed {
    $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
  }

  @Test func `a single entry leads to its shadow, and the bitmap comes last`() throws {
    #expect(
      try unmap(SmallWorld(shadow: "rwx RC", tlb: "rwx RC"))
        == lines(
          """
          kvmppc_unmap_pte             clear-host    | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap   | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte             clear-shadow  | shadow[1:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-shadow  | tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             set-bitmap    | dirty_bitmap[0x100]: 0 -> 1
          """))
  }

  @Test func `a list is detached whole, and its nodes are freed one by one`() throws {
    #expect(
      try unmap(Self.two)
        == lines(
          """
          kvmppc_unmap_pte             clear-host    | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap   | rmap[0x100]: node 0 -> 0
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte             clear-shadow  | shadow[1:0x11]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-shadow
          kvmhv_remove_nest_rmap_list free-node | \
            node0.next: single 1:0x10 -> 0, node0.rmap: 1:0x11 -> 0, \
            node0: allocated -> free
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte             clear-shadow  | shadow[1:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-shadow
          kvmppc_unmap_pte             set-bitmap    | dirty_bitmap[0x100]: 0 -> 1
          """))
  }

  @Test func `a clean entry sets no bit`() throws {
    #expect(
      try unmap(SmallWorld(host: "rwx R-"))
        == lines(
          """
          kvmppc_unmap_pte             clear-host   | host[0x100]: 0x21 rwx R- -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap
          """))
  }

  @Test func `nor does a slot without a bitmap`() throws {
    let world = SmallWorld().changed { $0.machine.slots[0].logDirty = false }
    #expect(try unmap(world).filter { $0.contains("bitmap") } == [])
  }

  @Test func `a stale entry is dropped with no more than a look`() throws {
    let world = SmallWorld().changed { $0.machine.guests[0].pages[0].onRmap = true }
    #expect(
      try unmap(world)
        == lines(
          """
          kvmppc_unmap_pte             clear-host   | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap  | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte             set-bitmap   | dirty_bitmap[0x100]: 0 -> 1
          """))
  }

  @Test func `a shadow entry of another frame is left, and its node is freed all the same`() throws
  {
    var world = Self.two
    world.machine.slots[0].npages = 2
    world.machine.pages.append(SmallWorld.page(0x101, rpn: 0x42))
    let system = world.system(mutants: [
      MutantThread(
        "l1", .mutant([.setShadow(1, PTE(SmallWorld.bits("rwx RC"), frame: 0x42))])),
      MutantThread("mm", .call(.unmap)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.values(of: "shadow[1:0x11]") == ["0x42 rwx RC"])
    #expect(trace.values(of: "node0") == ["free"])
    #expect(trace.values(of: "shadow[1:0x10]") == ["absent"])
  }

  @Test func `an entry of a guest that has left the idr is dropped, and its shadow stays`() throws {
    let system = SmallWorld(shadow: "rwx RC").system(mutants: [
      MutantThread("l1", .mutant([.leaveIDR(0)])), MutantThread("mm", .call(.unmap)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.values(of: "rmap[0x100]") == ["0"])
    #expect(trace.values(of: "shadow[1:0x10]").isEmpty && trace.broken.contains("coverage"))
  }

  @Test func `bm-first sets the bit before the entry changes`() throws {
    #expect(
      try unmap(SmallWorld().with(\.bitmapFirst, .on))
        == lines(
          """
          kvmppc_unmap_pte             clear-host   | dirty_bitmap[0x100]: 0 -> 1
          kvmppc_unmap_pte             clear-host   | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap
          """))
  }

  @Test func `unmap-flush=after-unlock flushes everything when the section is over`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").with(\.unmapFlush, .afterUnlock)
    let trace = try world.running("mm", .unmap).system.play(.until(0, "change-page"))
    #expect(
      Array(trace.told.dropFirst(8))
        == lines(
          """
          kvmppc_unmap_pte             clear-host    | host[0x100]: 0x21 rwx RC -> absent
          kvmhv_remove_nest_rmap_list  detach-rmap   | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte             clear-shadow  | shadow[1:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             set-bitmap    | dirty_bitmap[0x100]: 0 -> 1
          __kvm_handle_hva_range       start-unlock-mmu  | mmu_lock: mm -> free
          kvm_unmap_radix late-flush | tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent
          __kvm_handle_hva_range       start-srcu-read-unlock  | srcu[mm]: in -> out
          """))
  }

  @Test func `unmap-flush=none leaves what is cached`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").with(\.unmapFlush, .none)
    let trace = try world.running("mm", .unmap).system.play(.until(0, "change-page"))
    #expect(trace.labels.filter { $0.contains("flush") || $0.contains("tlbie") } == [])
    #expect(trace.values(of: "tlb[vcpu0,2:0x10]") == [] && trace.broken == ["tlb-subset"])
  }

  @Test func `the flush of a slot flushes late, too`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").with(\.unmapFlush, .afterUnlock)
    let trace = try world.running("vmm", .delete).system.play(.all(0))
    #expect(
      trace.told(in: "kvmppc_radix_flush_memslot").suffix(2)
        == lines(
          """
          kvmppc_radix_flush_memslot unlock-mmu | mmu_lock: vmm -> free
          kvmppc_radix_flush_memslot late-flush | tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent
          """))
  }

  @Test func `the flush reaches what L1 has cached`() throws {
    let system = SmallWorld().running("vcpu0", .l1Store).running("mm", .unmap).system
    let trace = try system.play(.all(0), .all(1))
    #expect(
      trace.told.contains(
        "kvmppc_unmap_pte tlbie-host | tlb[vcpu0,1:0x100]: 0x21 rwx RC -> absent"))
  }

  @Test(arguments: [(true, ["use-after-free"]), (false, [])])
  func `a freed rmap array is not touched`(isFreed: Bool, expected: [String]) {
    let free: [Mutation] = isFreed ? [.freeRmap(slot: 0)] : [.bumpSeq]
    let world = SmallWorld().checking()
    #expect(world.broken(MutantThread("mm", .mutant(free), .call(.unmap))) == expected)
  }
}
