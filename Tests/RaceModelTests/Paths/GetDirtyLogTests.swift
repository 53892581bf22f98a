import RaceModel
import Scheduler
import Testing

/// `kvm_vm_ioctl_get_dirty_log_hv`, step by step: table P3.2 of the fact sheet.
struct GetDirtyLogTests {
  private static let lock = lines(
    """
    kvm_vm_ioctl_get_dirty_log_hv  lock-slots    | slots_lock: free -> migration
    kvm_vm_ioctl_get_dirty_log_hv  find-memslot
    """)
  private static let unlock = lines(
    "kvm_vm_ioctl_get_dirty_log_hv unlock-slots | slots_lock: migration -> free")

  @Test func `a dirty page is reported, and its store with it`() throws {
    let trace = try SmallWorld(shadow: "rwx RC", tlb: "rwx RC")
      .running("vcpu0", .store).running("migration", .harvest).system.play(.all(0), .all(1))
    let told = trace.told(by: 1).filter { !$0.contains("dirty ") && !$0.contains("nest_rmap") }
    #expect(
      told
        == Self.lock
        + lines(
          """
          kvm_vm_ioctl_get_dirty_log_hv  zero-scratch
          kvm_vm_ioctl_get_dirty_log_hv  test-radix
          kvmppc_hv_get_dirty_log_radix  set-scratch   | dirty_scratch[0x100]: 0 -> 1
          kvm_vm_ioctl_get_dirty_log_hv  xchg-bitmap
          kvm_vm_ioctl_get_dirty_log_hv  copy-to-user  | written[0x100]: 1 -> 0
          kvm_vm_ioctl_get_dirty_log_hv  unlock-slots  | slots_lock: migration -> free, \
          dirty_scratch[0x100]: 1 -> 0
          """))
  }

  @Test func `every page of the slot is tested in order, and each section is its own`() throws {
    var world = SmallWorld().running("migration", .harvest)
    world.machine.slots[0].npages = 3
    world.machine.pages = [
      SmallWorld.page(0x100, rpn: 0x21), SmallWorld.page(0x101, rpn: 0x22, host: "rwx R-"),
      SmallWorld.page(0x102, rpn: 0x23),
    ]
    let trace = try world.system.play(.all(0))
    let dirty = [
      "read-host", "lock-mmu", "recheck-host", "clear-host", "tlbie-host", "read-rmap",
      "unlock-mmu", "set-scratch",
    ]
    #expect(
      trace.labels
        == ["lock-slots", "find-memslot", "zero-scratch", "test-radix"] + dirty + ["read-host"]
        + dirty + ["xchg-bitmap", "copy-to-user", "unlock-slots"])
    #expect(trace.last("host[0x100]") == "0x21 rwx R-")
    #expect(trace.last("host[0x102]") == "0x23 rwx R-")
    #expect(trace.values(of: "dirty_scratch[0x101]").isEmpty)
  }

  @Test func `only the pages of the slot are touched`() throws {
    var world = SmallWorld().running("migration", .getDirtyLog(slot: 1))
    world.machine.slots.append(
      .init(id: 7, baseGFN: 0x200, npages: 2, logDirty: true, readOnly: false))
    world.machine.pages.append(SmallWorld.page(0x201, rpn: 0x22))
    let trace = try world.system.play(.all(0))
    #expect(trace.values(of: "host[0x100]").isEmpty)
    #expect(trace.values(of: "host[0x201]") == ["0x22 rwx R-"])
  }

  @Test func `the last of many slots is harvested, too`() throws {
    // More pages than a byte can number.
    var world = SmallWorld().running("migration", .getDirtyLog(slot: 4)).checking()
    world.machine.slots = (0..<5).map {
      .init(id: $0, baseGFN: 0x100 * ($0 + 1), npages: 64, logDirty: true, readOnly: false)
    }
    world.machine.pages = [
      SmallWorld.page(0x100, rpn: 0x21), SmallWorld.page(0x500, rpn: 0x22),
      SmallWorld.page(0x53f, rpn: 0x23),
    ]
    let dirtied = try world.system.replay(
      Schedule(Array(repeating: .init(ThreadID(0)), count: 4 + 64 + 2 * 7 + 3)))
    #expect(dirtied.unfinished.isEmpty)
    #expect(dirtied.values(of: "host[0x100]").isEmpty)
    #expect(dirtied.values(of: "host[0x500]") == ["0x22 rwx R-"])
    #expect(dirtied.values(of: "host[0x53f]") == ["0x23 rwx R-"])
  }

  @Test func `a slot that is not logged has nothing to report`() throws {
    var world = SmallWorld().running("migration", .harvest)
    world.machine.slots[0].logDirty = false
    #expect(try world.system.play(.all(0)).told == Self.lock + Self.unlock)
  }

  @Test func `the bits of the first half are fetched and cleared`() throws {
    let system = SmallWorld(host: "rwx R-").system(mutants: [
      MutantThread("host", .mutant([.setBitmap(0)])), MutantThread("migration", .call(.harvest)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(
      trace.told(by: 1).contains(
        "kvm_vm_ioctl_get_dirty_log_hv xchg-bitmap"
          + " | dirty_bitmap[0x100]: 1 -> 0, dirty_scratch[0x100]: 0 -> 1"))
  }

  @Test func `a page that is not reported stays written`() throws {
    // The shadow entry lets the store through though the host entry is clean: the store is lost.
    let trace = try SmallWorld(host: "rwx R-", shadow: "rwx RC", tlb: "rwx RC")
      .running("vcpu0", .store).running("migration", .harvest).system.play(.all(0), .all(1))
    #expect(trace.values(of: "written[0x100]") == ["1"])
    #expect(trace.broken.contains("dirty-log"))
  }

  @Test func `a second harvest waits for the first`() throws {
    let system = SmallWorld().running("migration", .harvest).running("other", .harvest).system
    #expect(throws: ReplayError.self) { try system.play(.step(0), .step(1)) }
  }
}
