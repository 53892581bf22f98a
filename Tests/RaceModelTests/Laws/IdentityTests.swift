import RaceModel
import Scheduler
import Testing

/// Which changes of a scenario make its schedules another's.
struct IdentityTests {
  private static let file = "nested-fault-vs-clear-dirty.json5"

  private func hash(_ text: String) throws -> UInt64 {
    let scenario = try ScenarioReader.read(Array(text.utf8), file: Self.file)
    return scenario.system(for: scenario.rows[0]).stableHash
  }

  @Test(arguments: [
    ("// The race of patch", "// Some words more.\n// The race of patch"),
    ("name: \"linux-6.1\"", "name: \"plain\""),
    ("no bump: the insert cannot know that C was cleared", "another note"),
    ("a nested fault inserts", "a fault inserts"),
    ("\"N01\", ", ""),
    ("base_gfn: 0x100", "base_gfn: 256"),
    ("sometimes: [\"stale-copy\"]", "sometimes: []"),
    ("\"r-subset\", ", ""),
    ("    lpid: 1,", ""),
  ])
  func `prose, names of rows and what is checked do not count`(old: String, new: String) throws {
    let text = try Corpus.text(Self.file)
    #expect(text.contains(old))
    #expect(try hash(text.replacing(old, with: new)) == hash(text))
  }

  @Test(arguments: [
    ("host: \"rwx RC\"", "host: \"rwx R-\""), ("bits: \"rwx RC\"", "bits: \"rw- RC\""),
    ("rpn: 0x21", "rpn: 0x22"), ("n: 0x10", "n: 0x11"), ("0x100", "0x101"),
    ("shadow_lpid: 2", "shadow_lpid: 3"), ("l1_lpid: 1", "l1_lpid: 2"),
    ("    lpid: 1,", "    lpid: 9,"), ("vcpu0", "vcpu1"), ("\"migration\"", "\"dirty\""),
    ("[\"log-dirty\"]", "[\"log-dirty\", \"readonly\"]"),
    ("path: \"l2-store\"", "path: \"l2-load\""), ("npages: 1", "npages: 2"),
    ("note: \"no bump", "knobs: { recheck: \"off\" }, note: \"no bump"),
    ("note: \"no bump", "with: [\"flush-shadow-lpid\"], note: \"no bump"),
  ])
  func `everything that a step depends on counts`(old: String, new: String) throws {
    let text = try Corpus.text(Self.file)
    #expect(text.contains(old))
    #expect(try hash(text.replacing(old, with: new)) != hash(text))
  }

  @Test func `the order of the threads counts`() {
    let world = PropertyControlTests.race
    let reversed = world.changed { $0.threads.reverse() }
    #expect(world.system.stableHash != reversed.system.stableHash)
  }

  @Test func `every value of every knob has a hash of its own`() {
    for knob in Knob.allCases {
      let hashes = knob.values.map { PropertyControlTests.race.with(knob, $0).system.stableHash }
      #expect(Set(hashes).count == knob.values.count)
    }
  }

  @Test func `how often a TLB may evict counts, and of which core`() {
    var world = SmallWorld()
    world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: []))
    let hashes = [(0, 1), (0, 2), (1, 1)].map {
      world.running("tlb", .evictTLB(vcpu: $0.0, times: $0.1)).system.stableHash
    }
    #expect(Set(hashes).count == 3)
  }

  @Test func `what the VMM and the slots allow counts`() {
    let world = SmallWorld(host: nil).running("vcpu0", .load)
    let hashes = [
      world, SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .load),
      world.changed { $0.machine.slots[0].readOnly = true },
      world.changed { $0.machine.slots[0].id = 3 },
    ].map(\.system.stableHash)
    #expect(Set(hashes).count == hashes.count)
  }

  @Test func `a token is refused by another kernel`() throws {
    let world = PropertyControlTests.race
    let schedule = Schedule([.init(ThreadID(0)), .init(ThreadID(1))])
    let token = try schedule.token(for: world.system)
    let patched = world.with(.seqBumpOnClearDirty).system
    #expect(throws: Schedule.TokenError.self) { try Schedule(token: token, for: patched) }
    #expect(try Schedule(token: token, for: world.system) == schedule)
  }
}
