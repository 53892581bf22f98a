import RaceModel
import Scheduler
import Testing

/// Large leaves: when they are made, and what is done to all of their pages or to one.
struct LargeLeafTests {
  private static let split = PathCall.invalidateRange(gfn: 0x101, rpn: 0x41)
  private static let store0 = PathCall.l1Store(vcpu: 0, gfn: 0x100)
  private static let store1 = PathCall.l1Store(vcpu: 0, gfn: 0x101)

  private func run(_ world: SmallWorld, _ calls: PathCall...) throws -> Trace {
    try world.changed { $0.threads.append(.init(name: "all", run: calls)) }.system.play(.all(0))
  }

  @Test func `the entry of a huge page is offered whole, from whichever page`() throws {
    let trace = try run(.huge(leaf: nil), Self.store1)
    #expect(trace.values(of: "leaf[0x100]") == ["0x20 rwx RC"])
    #expect(trace.values(of: "host[0x101]") == [] && trace.broken == [])
  }

  @Test func `a huge page that has lost a base page is mapped small`() throws {
    let trace = try run(.huge(), Self.split, Self.store1, Self.store0)
    #expect(trace.values(of: "vmm-pmd[0x100]") == ["base pages"])
    #expect(trace.values(of: "leaf[0x100]") == ["absent"])
    #expect(trace.last("host[0x101]") == "0x41 rwx RC")
    #expect(trace.last("host[0x100]") == "0x20 rwx RC")
    #expect(trace.broken == [])
  }

  @Test func `so is one that lost its page for good`() throws {
    let trace = try run(.huge(), .invalidateRange(gfn: 0x101, rpn: 0), Self.store0)
    #expect(trace.last("leaf[0x100]") == "absent" && trace.last("host[0x100]") == "0x20 rwx RC")
  }

  @Test func `a notifier over the slot unmaps a leaf once, or each small entry`() throws {
    let leaf = try run(.huge(), .invalidateSlot(slot: 0))
    #expect(leaf.labels.filter { $0 == "clear-host" }.count == 1)
    #expect(leaf.labels.filter { $0 == "read-host" }.count == 2)
    let small = try run(.huge(leaf: nil, hosts: ["rwx RC", "rwx RC"]), .invalidateSlot(slot: 0))
    #expect(small.labels.filter { $0 == "clear-host" }.count == 2)
    #expect(small.values(of: "vmm[0x100]") == ["absent"])
    #expect(small.values(of: "vmm[0x101]") == ["absent"] && small.broken == [])
  }

  @Test func `a notifier around a page that keeps its frame splits nothing`() throws {
    let trace = try run(.huge(), .invalidateRange(gfn: 0x101, rpn: 0x21), Self.store1)
    #expect(trace.values(of: "vmm-pmd[0x100]") == [])
    #expect(trace.values(of: "leaf[0x100]") == ["absent", "0x20 rwx RC"])
  }

  @Test func `the level comes from the entry under the lock, not from the lookup before`() throws {
    // With a late sample the split between the two is not noticed.
    let system = SmallWorld.huge(leaf: nil).with(\.outerSample, .after)
      .running("vcpu0", Self.store1).running("mm", Self.split).system
    let trace = try system.play(.until(0, "lock-mmu"), .all(1), .all(0))
    #expect(trace.values(of: "vmm-pmd[0x100]") == ["base pages"])
    #expect(trace.values(of: "host[0x101]") == ["0x41 rwx RC"] && trace.broken == [])
    #expect(trace.values(of: "leaf[0x100]") == [])
  }

  @Test func `the slow lookup offers a leaf as well, and a slot that logs gets none`() throws {
    let readOnly = SmallWorld.huge(leaf: nil).changed { $0.machine.slots[0].readOnly = true }
    let load = try run(readOnly, .l1Load(vcpu: 0, gfn: 0x101))
    #expect(load.labels.contains("slow-gup") && !load.labels.contains("fast-gup"))
    #expect(load.values(of: "leaf[0x100]") == ["0x20 r-x R-"])
    let logged = try run(.huge(leaf: nil, logDirty: true), Self.store1)
    #expect(logged.values(of: "leaf[0x100]") == [])
    #expect(logged.values(of: "host[0x101]") == ["0x21 rwx RC"])
  }

  @Test func `aging from the first page compares frames masked to the leaf`() throws {
    let trace = try run(.huge(), .store, .ageGFN(gfn: 0x100))
    #expect(trace.last("leaf[0x100]") == "0x20 rwx -C")
    #expect(trace.last("shadow[1:0x10]") == "0x21 rwx -C")
    #expect(!trace.broken.contains("r-subset"))
  }

  @Test func `aging from the middle takes R of the leaf and walks another list`() throws {
    let trace = try run(.huge(), .store, .ageGFN(gfn: 0x101))
    #expect(trace.last("leaf[0x100]") == "0x20 rwx -C")
    #expect(trace.last("shadow[1:0x10]") == "0x21 rwx RC")
    #expect(trace.broken == ["r-subset"])
  }

  @Test(arguments: [[], [Kernel.Setting(\.bitmapFirst, .on)], [.init(\.bitmapLate, .on)]])
  func `the dirty bits of a leaf begin at the page that the notifier names`(
    settings: [Kernel.Setting]
  ) throws {
    let world = SmallWorld.huge().changed { $0.kernel.settings += settings }
    // A notifier that comes while logging is being switched on: the bitmap is there already.
    func bits(_ gfn: Int) throws -> [String] {
      let system = world.running("vmm", .setMemslot(slot: 0, .setLogging(true)))
        .running("mm", .invalidateRange(gfn: gfn, rpn: 0)).system
      let trace = try system.play(
        .until(0, "lock-mmu", in: "kvmppc_radix_flush_memslot"), .all(1))
      return ["0x100", "0x101"].filter { trace.last("dirty_bitmap[\($0)]") == "1" }
    }
    #expect(try bits(0x100) == ["0x100", "0x101"])
    #expect(try bits(0x101) == ["0x101"])
  }

  @Test(arguments: [(Knob.RangeExtent.all, []), (.first, ["coverage"])])
  func `the removal goes through the lists of all pages of a leaf`(
    range: Knob.RangeExtent, broken: [String]
  ) throws {
    // The shadow entry is on the list of its own page, the second.
    let world = SmallWorld.huge(shadow: "rwx RC").with(\.rmapRange, range)
    let trace = try run(world, .invalidateRange(gfn: 0x100, rpn: 0))
    let detached = trace.labels.filter { $0 == "detach-rmap" }.count
    #expect(detached == (range == .all ? 2 : 1))
    #expect(trace.broken.filter { $0 == "coverage" } == broken)
  }
}

/// Small entries that a large leaf replaces: `kvmppc_unmap_free_pte`.
struct ReplaceMappingTests {
  /// Logging is off again, the first page has a small entry, and the second is stored to.
  private func promote(_ address: Knob.ChildAddress) throws -> Trace {
    let world = SmallWorld.huge(leaf: nil, hosts: ["rwx RC", nil]).with(\.childAddress, address)
    return try world.running(
      "vcpu0", .l1Store(vcpu: 0, gfn: 0x100), .l1Store(vcpu: 0, gfn: 0x101)
    ).system.play(.all(0))
  }

  @Test func `6-1 flushes them at the address of their host frame`() throws {
    let trace = try promote(.frame)
    #expect(
      trace.told(in: "kvmppc_unmap_free_pte", "kvmhv_remove_nest_rmap_list")
        == lines(
          """
          kvmppc_unmap_free_pte  clear-child   | host[0x100]: 0x20 rwx RC -> absent
          kvmppc_unmap_free_pte  tlbie-child
          """))
    #expect(trace.last("leaf[0x100]") == "0x20 rwx RC")
    #expect(trace.last("tlb[vcpu0,1:0x100]") == "0x20 rwx RC")
  }

  @Test func `child-address=guest flushes and unlists the page itself`() throws {
    let trace = try promote(.guest)
    #expect(
      trace.told(in: "kvmppc_unmap_free_pte", "kvmhv_remove_nest_rmap_list")
        == lines(
          """
          kvmppc_unmap_free_pte  clear-child   | host[0x100]: 0x20 rwx RC -> absent
          kvmppc_unmap_free_pte tlbie-child | tlb[vcpu0,1:0x100]: 0x20 rwx RC -> absent
          kvmhv_remove_nest_rmap_list  detach-rmap
          """))
    #expect(trace.broken == [])
  }

  @Test func `where a leaf goes and its slot has gone, nothing comes behind the flush`() throws {
    // vcpu0 has found the leaf, vcpu1 the small page that is left of it, and neither notices what
    // becomes of the slot meanwhile.
    let world = SmallWorld.huge(leaf: nil).with(\.srcu, .off).with(\.outerSample, .after).changed {
      $0.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: [], startsNested: false))
    }
    let system = world.running("vcpu0", .l1Store(vcpu: 0, gfn: 0x100))
      .running("vcpu1", .l1Store(vcpu: 1, gfn: 0x101)).running(
        "mm", .invalidateRange(gfn: 0x101, rpn: 0x41)
      )
      .running("vmm", .delete).system
    let trace = try system.play(
      .until(0, "late-sample"), .all(2), .until(1, "late-sample"), .all(3),
      .until(0, "l1-store"), .until(1, "store-entry"), .step(1))
    let unmapped = trace.steps.filter { $0.thread.index == 1 }.map(\.location.label)
    #expect(unmapped.suffix(4) == ["read-entry", "clear-host", "tlbie-host", "store-entry"])
    #expect(trace.values(of: "leaf[0x100]") == ["0x20 rwx RC", "absent"] && trace.broken == [])
  }
}
