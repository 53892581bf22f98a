import RaceModel
import Scheduler
import Testing

/// `kvm_test_clear_dirty_npages`: table P9.4 of the fact sheet, and the history in its section
/// 9.4.
struct TestClearDirtyHPTTests {
  private func told(_ trace: Trace) -> [String] { trace.told(in: "kvm_test_clear_dirty_npages") }

  private func harvest(_ world: SmallWorld) throws -> Trace {
    try world.running("migration", .harvest).system.play(.all(0))
  }

  /// The rmap word's lock is held around these steps.
  private static func section(_ inside: String) -> [String] {
    lines(
      """
      kvm_test_clear_dirty_npages  lock-rmap    | rmap[0x100].lock: free -> migration
      kvm_test_clear_dirty_npages  test-rmap
      \(inside)
      kvm_test_clear_dirty_npages  unlock-rmap  | rmap[0x100].lock: migration -> free
      """)
  }

  private static let skip = "kvm_test_clear_dirty_npages read-second"

  /// An entry is flushed while it is ABSENT; `clear` is what becomes of its C.
  private static func flush(_ index: Int, tlbie: String = "", clear: String) -> String {
    """
    kvm_test_clear_dirty_npages  read-second
    kvm_test_clear_dirty_npages  try-lock-hpte  | hpte[\(index)].HVLOCK: free -> migration
    kvm_test_clear_dirty_npages  set-absent     | hpte[\(index)].v: VALID -> ABSENT
    kvm_test_clear_dirty_npages  tlbie-hpte \(tlbie)
    kvm_test_clear_dirty_npages  clear-c \(clear)
    kvm_test_clear_dirty_npages  store-first | \
      hpte[\(index)].HVLOCK: migration -> free, hpte[\(index)].v: ABSENT -> VALID
    """
  }

  private static func clean(_ index: Int) -> String {
    "| hpte[\(index)].r: 0x21 rw RC -> 0x21 rw R-, carries-c[\(index)]: 1 -> 0"
  }

  private func isReported(_ trace: Trace) -> Bool {
    trace.values(of: "dirty_scratch[0x100]").first == "1"
  }

  @Test func `an empty chain is clean`() throws {
    let trace = try harvest(.hashed(.free))
    #expect(told(trace) == Self.section("") && !isReported(trace))
  }

  @Test func `an entry with C is flushed, cleaned and VALID again`() throws {
    let trace = try harvest(.hashed(.maps(0x100, "rw- RC")))
    #expect(told(trace) == Self.section(Self.flush(0, clear: Self.clean(0))) && isReported(trace))
  }

  @Test func `each entry of the ring is tested, from the head on`() throws {
    let trace = try harvest(
      .hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- R-"), .maps(0x100, "rw- RC")))
    #expect(
      told(trace)
        == Self.section(
          """
          \(Self.flush(0, clear: Self.clean(0)))
          \(Self.skip)
          \(Self.flush(2, clear: Self.clean(2)))
          """))
  }

  @Test func `one without C is passed over while a vCPU runs, though a core owes it C`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-"))
      .running("vcpu0", .hptStore(vcpu: 0, index: 0)).running("migration", .harvest).system
    let trace = try system.play(.step(0), .step(0, choice: 1), .all(1))
    #expect(told(trace) == Self.section(Self.skip) && !isReported(trace))
    // The next harvest can still find it, and dirty-log asks for no more.
    #expect(trace.broken == [])
  }

  /// Entry 0 is stored through with C owed, both vCPUs stop, and migration harvests.
  private func stopped(_ world: SmallWorld, storing: Bool = true) throws -> Trace {
    let store: [PathCall] = storing ? [.hptStore(vcpu: 0, index: 0)] : []
    let system = world.changed {
      $0.threads = [
        .init(name: "vcpu0", run: store + [.stopVCPU(vcpu: 0)]),
        .init(name: "vcpu1", run: [.stopVCPU(vcpu: 1)]),
        .init(name: "migration", run: [.harvest]),
      ]
      $0.properties.append(.finalHarvest)
    }.system
    let parts: [Part] = storing ? [.step(0), .step(0, choice: 1)] : []
    return try system.play(parts + [.all(0), .all(1), .all(2)])
  }

  @Test func `once no vCPU runs a writable entry is flushed without C, which writes what is owed`()
    throws
  {
    let trace = try stopped(.hashed(.maps(0x100, "rw- --")))
    let steps = Self.flush(
      0,
      tlbie: "| hpte[0].r: 0x21 rw R- -> 0x21 rw RC, tlb[vcpu0,hpte 0]: 0x21 rw C (owes C) -> none",
      clear: """
        | hpte[0].r: 0x21 rw RC -> 0x21 rw R-, rev[0].guest_rpte: 0x100 rw -- -> 0x100 rw -C, \
        carries-c[0]: 1 -> 0
        """)
    #expect(told(trace) == Self.section(steps) && isReported(trace) && trace.broken == [])
  }

  @Test func `harvest-tlbie=off passes it over then too, and the store is lost`() throws {
    let trace = try stopped(SmallWorld.hashed(.maps(0x100, "rw- R-")).with(\.harvestTlbie, .off))
    #expect(told(trace) == Self.section(Self.skip) && !isReported(trace))
    #expect(trace.broken == ["final-harvest"])
  }

  @Test func `a flush that brings no C leaves the entry as it was`() throws {
    let trace = try stopped(.hashed(.maps(0x100, "rw- R-")), storing: false)
    #expect(told(trace) == Self.section(Self.flush(0, clear: "")) && !isReported(trace))
  }

  @Test func `an entry that cannot be stored through needs no flush`() throws {
    let trace = try stopped(.hashed(.maps(0x100, "r-- R-")), storing: false)
    #expect(told(trace) == Self.section(Self.skip))
  }

  @Test func `a read-only entry with C is cleaned all the same`() throws {
    let trace = try harvest(.hashed(.maps(0x100, "r-- RC")))
    #expect(isReported(trace) && trace.last("hpte[0].r") == "0x21 r- R-")
  }

  @Test(arguments: [
    ("bitmap", "", ["1"]), ("rmap", "| rmap[0x100]: empty RC -> empty R-", ["1"]),
  ])
  func `the C of an entry that has gone is in the bitmap, or in the rmap word`(
    value: String, change: String, reported: [String]
  ) throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.rmapDirty, value)
      .running("vcpu0", .removing(0)).running("migration", .harvest).system
    let trace = try system.play(.all(0), .all(1))
    #expect(
      told(trace)
        == lines(
          """
          kvm_test_clear_dirty_npages  lock-rmap    | rmap[0x100].lock: free -> migration
          kvm_test_clear_dirty_npages  test-rmap    \(change)
          kvm_test_clear_dirty_npages  unlock-rmap  | rmap[0x100].lock: migration -> free
          """))
    #expect(trace.values(of: "dirty_bitmap[0x100]") == (value == "bitmap" ? ["1", "0"] : []))
    #expect(trace.values(of: "dirty_scratch[0x100]").prefix(1) == reported[...])
  }

  @Test func `a chain's own C counts beside that of its word`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- RC"))
      .with(\.rmapDirty, .rmap)
    let trace = try world.running("vcpu0", .removing(0)).running("migration", .harvest).system
      .play(.all(0), .all(1))
    #expect(
      trace.values(of: "rmap[0x100]") == ["hpte 1 RC", "hpte 1 R-"]
        && trace.last("hpte[1].r") == "0x21 rw R-")
  }

  @Test func `an entry that is locked makes it let go, and begin again with what it has found`()
    throws
  {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- RC"))
    let system = world.running("vcpu0", .hProtect(vcpu: 0, index: 1, mayWrite: false))
      .running("migration", .harvest).system
    let trace = try system.play(
      .until(0, "store-first"), .until(1, "wait-for-hpte"), .all(0), .all(1))
    let again = Self.flush(1, clear: "")
      .replacing(
        "clear-c ", with: "clear-c | hpte[1].r: 0x21 r- RC -> 0x21 r- R-, carries-c[1]: 1 -> 0")
    #expect(
      told(trace)
        == Self.section(Self.flush(0, clear: Self.clean(0))).dropLast()
        + lines(
          """
          kvm_test_clear_dirty_npages  read-second
          kvm_test_clear_dirty_npages  try-lock-hpte
          kvm_test_clear_dirty_npages  back-off      | rmap[0x100].lock: migration -> free
          kvm_test_clear_dirty_npages  wait-for-hpte
          """)
        + Self.section("\(Self.skip)\n\(again)"))
    #expect(isReported(trace))
  }

  @Test func `what was found dirty before a back-off is reported, though it is clean afterwards`()
    throws
  {
    // Entry 1 is removed while the harvest waits for it, and entry 0 has been cleaned: nothing is
    // dirty any more.
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- RC"))
    let system = world.running("vcpu0", .removing(1)).running("migration", .harvest).system
    let trace = try system.play(
      .until(0, "lock-rmap"), .until(1, "wait-for-hpte"), .all(0), .all(1))
    #expect(Array(told(trace).suffix(4)) == Self.section(Self.skip))
    #expect(isReported(trace))
  }

  @Test func `hpte-lock=blocking spins on the entry with the word locked`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.hpteLock, .blocking)
      .running("vcpu0", .removing(0)).running("migration", .harvest).system
    let trace = try system.play(
      .until(0, "lock-rmap"), .until(1, "try-lock-hpte"), .all(0), .all(1))
    #expect(
      trace.unfinished.map { "\($0.location.label): \($0.waitsFor.map(\.lock))" } == [
        "lock-rmap: [\"rmap[0x100].lock\"]", "try-lock-hpte: [\"hpte[0].HVLOCK\"]",
      ])
  }

  @Test func `an entry that is free by the time it is locked is passed over`() throws {
    // A move that unmaps in prepare leaves the entry of an H_ENTER behind it on a chain that
    // H_REMOVE cannot find.
    let world = SmallWorld.hashed(.free).with(\.moveFlush, .prepare).checking()
      .running("vcpu0", .entering(0, 0x100), .hptStore(vcpu: 0, index: 0), .removing(0))
      .running("vmm", .move, .harvest)
    let trace = try world.system.play(
      .until(1, "final-lock-mn"), .until(0, "hpt-store"), .step(0), .step(0),
      .until(1, "try-lock-hpte"), .all(0), .all(1))
    #expect(
      Array(told(trace).suffix(3))
        == lines(
          """
          kvm_test_clear_dirty_npages  try-lock-hpte  | hpte[0].HVLOCK: free -> vmm
          kvm_test_clear_dirty_npages  unlock-hpte    | hpte[0].HVLOCK: vmm -> free
          kvm_test_clear_dirty_npages  unlock-rmap    | rmap[0x100].lock: vmm -> free
          """))
    #expect(trace.values(of: "dirty_scratch[0x100]").isEmpty)
  }

  @Test func `a store after the flush and before the entry is VALID again goes through a new walk`()
    throws
  {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC"))
      .running("vcpu0", .hptStore(vcpu: 0, index: 0)).running("migration", .harvest).system
    let trace = try system.play(.until(1, "store-first"), .step(0), .step(0), .all(1), .all(0))
    #expect(trace.told(by: 0).prefix(2) == ["- hpt-store", "- walk-hpt"])
    #expect(trace.last("written[0x100]") == "1" && trace.last("hpte[0].r") == "0x21 rw RC")
    #expect(trace.broken == [])
  }
}
