import RaceModel
import Scheduler
import Testing

/// `kvmhv_insert_nest_rmap` and `for_each_nest_rmap_safe`: table P8 of the fact sheet.
struct InsertNestRmapTests {
  /// Guest 1 has `entries` on the list of page 0x100; guest 2 loads from its page 0x20 there.
  private static func world(_ entries: Int...) -> SmallWorld {
    var world = SmallWorld(shadow: nil).withGuest2(SmallWorld.l2Page(0x20))
    world.machine.guests[0].pages = entries.map { SmallWorld.l2Page($0, shadow: "rwx R-") }
    if entries.isEmpty { world.machine.guests[0].pages = [SmallWorld.l2Page(0x10)] }
    return world.running("vcpu1", .load1)
  }

  private func insert(_ world: SmallWorld) throws -> Trace { try world.system.play(.all(0)) }

  private func told(_ trace: Trace) -> [String] { trace.told(in: "kvmhv_insert_nest_rmap") }

  @Test func `into an empty word the entry itself is stored, and the node is freed`() throws {
    let trace = try insert(Self.world())
    #expect(
      told(trace)
        == lines(
          """
          kvmhv_insert_nest_rmap  read-rmap
          kvmhv_insert_nest_rmap  store-single  | rmap[0x100]: 0 -> single 2:0x20
          """))
    #expect(trace.values(of: "node0") == ["allocated", "free"])
  }

  @Test func `a single entry moves into the next field of the new node`() throws {
    let trace = try insert(Self.world(0x10))
    #expect(
      told(trace)
        == lines(
          """
          kvmhv_insert_nest_rmap  read-rmap
          kvmhv_insert_nest_rmap  compare-entry
          kvmhv_insert_nest_rmap  clear-single  | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_insert_nest_rmap  llist-add     | rmap[0x100]: 0 -> node 0
          kvmhv_insert_nest_rmap  link-single   | node0.next: 0 -> single 1:0x10
          """))
    #expect(trace.last("node0.rmap") == "2:0x20")
    #expect(trace.values(of: "node0") == ["allocated"])
  }

  @Test func `a list gets the new node at its head`() throws {
    let trace = try insert(Self.world(0x10, 0x11))
    #expect(
      told(trace)
        == lines(
          """
          kvmhv_insert_nest_rmap  read-rmap
          kvmhv_insert_nest_rmap  compare-entry
          kvmhv_insert_nest_rmap  compare-entry
          kvmhv_insert_nest_rmap  llist-add  | rmap[0x100]: node 0 -> node 1, node1.next: 0 -> node 0
          """))
    #expect(trace.last("node1.rmap") == "2:0x20")
  }

  @Test func `the lists of two pages do not meet`() throws {
    var world = Self.world(0x10)
    world.machine.slots[0].npages = 2
    world.machine.pages.append(SmallWorld.page(0x101, rpn: 0x22))
    world.machine.guests[1].pages = [SmallWorld.l2Page(0x20, gfn: 0x101)]
    #expect(try insert(world).last("rmap[0x101]") == "single 2:0x20")
    #expect(try insert(world).values(of: "rmap[0x100]").isEmpty)
  }

  /// Guest 2's page is on the list, but its shadow entry is gone.
  @Test(arguments: [(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)])
  func `an equal entry ends the scan, and nothing changes`(before: Int, after: Int) throws {
    // What was inserted before it lies behind it, what was inserted after it lies before it.
    let pages = (0..<before + after).map { SmallWorld.l2Page(0x30 + $0, onRmap: true) }
    var world = Self.world()
    world.machine.guests[0].pages = [SmallWorld.l2Page(0x10)] + pages[..<before]
    world.machine.guests[1].pages = [SmallWorld.l2Page(0x20, onRmap: true)] + pages[before...]
    let trace = try insert(world)
    #expect(
      told(trace)
        == ["kvmhv_insert_nest_rmap read-rmap"]
        + Array(repeating: "kvmhv_insert_nest_rmap compare-entry", count: after + 1))
    #expect(trace.values(of: "rmap[0x100]").isEmpty)
    #expect(trace.steps.contains { $0.location.label == "free-node" })
  }

  @Test func `dedupe=off adds the equal entry again`() throws {
    let world = SmallWorld().running("vcpu0", .store).with(\.dedupe, .off).changed {
      $0.machine.guests[0].pages[0].onRmap = true
    }
    let trace = try world.system.play(.all(0))
    #expect(
      told(trace)
        == lines(
          """
          kvmhv_insert_nest_rmap  read-rmap
          kvmhv_insert_nest_rmap  clear-single  | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_insert_nest_rmap  llist-add     | rmap[0x100]: 0 -> node 0
          kvmhv_insert_nest_rmap  link-single   | node0.next: 0 -> single 1:0x10
          """))
    #expect(trace.broken == ["rmap-unique"])
  }

  /// As many entries of guest 1 on the list of page 0x100, and another fault.
  private static func crowd(_ count: Int) -> SmallWorld {
    world().changed {
      $0.machine.guests[0].pages = (0..<count).map { SmallWorld.l2Page(0x100 + $0, onRmap: true) }
    }
  }

  @Test func `a node keeps its number in a long list`() throws {
    let trace = try insert(Self.crowd(300).checking(.rmapShape))
    #expect(trace.last("rmap[0x100]") == "node 299")
    #expect(trace.last("node299.next") == "node 298")
    #expect(trace.last("node299") == "allocated")
  }

  @Test func `many different entries are not taken for equal ones`() throws {
    #expect(try insert(Self.crowd(70).checking(.rmapUnique)).broken.isEmpty)
  }

  // Lpid 0, which L1 is not kept from using, makes the entry of page 0 the value 0 (F6g).

  /// Guest `lpid` has page 0, put on the list after guest 1's page 0x10.
  private static func poisoned(lpid: Int = 0, n: Int = 0, shadow: String? = "rwx RC") -> SmallWorld
  {
    SmallWorld(shadow: "rwx RC").changed {
      $0.machine.guests.append(
        .init(l1LPID: lpid, shadowLPID: 3, pages: [SmallWorld.l2Page(n, shadow: shadow)]))
      $0.machine.vcpus.append(.init(name: "vcpu1", guest: 1, tlb: []))
    }
  }

  @Test func `the value 0 in a node ends the walk, and what lies behind it is skipped`() throws {
    let trace = try Self.poisoned().running("migration", .harvest).system.play(.all(0))
    #expect(
      trace.told(in: "kvmhv_update_nest_rmap_rc_list", "kvmhv_update_nest_rmap_rc")
        == lines(
          """
          kvmhv_update_nest_rmap_rc_list  read-rmap
          kvmhv_update_nest_rmap_rc       find-shadow
          """))
    #expect(trace.broken.contains("c-subset") && trace.broken.contains("rmap-shape"))
  }

  @Test func `the value 0 in a node ends the scan for an equal entry`() throws {
    let world = Self.poisoned(shadow: "rwx R-").changed {
      $0.machine.guests[0].pages[0].shadow = nil
    }
    let trace = try world.running("vcpu0", .load).system.play(.all(0))
    #expect(trace.labels.count { $0 == "compare-entry" } == 1)
    #expect(trace.broken.contains("rmap-unique"))
  }

  @Test func `the value 0 in a tagged word is not 0, and the walk goes through it`() throws {
    let world = Self.poisoned().changed { $0.machine.guests[0].pages[0].onRmap = false }
    let trace = try world.running("migration", .harvest).system.play(.all(0))
    #expect(trace.last("shadow[0:0x0]") == "0x21 rwx R-")
  }

  @Test func `the value 0 in the tail of a list is found by the scan`() throws {
    // Page 0 of guest 0 went in first, so the tail of the list holds it, tagged.
    let world = SmallWorld().changed {
      $0.machine.guests = [
        .init(l1LPID: 0, shadowLPID: 3, pages: [SmallWorld.l2Page(0, onRmap: true)]),
        .init(l1LPID: 1, shadowLPID: 2, pages: [SmallWorld.l2Page(0x10, shadow: "rwx RC")]),
      ]
    }
    let trace = try world.running("vcpu0", .load).system.play(.all(0))
    #expect(trace.labels.count { $0 == "compare-entry" } == 2)
    #expect(!trace.broken.contains("rmap-unique"))
  }

  @Test(arguments: [(0, 0, ["rmap-shape"]), (0, 1, []), (1, 0, []), (2, 0, [])])
  func `only lpid 0 with page 0 is misshapen`(lpid: Int, n: Int, expected: [String]) {
    let world = SmallWorld().changed {
      $0.machine.guests = [
        .init(l1LPID: lpid, shadowLPID: 3, pages: [SmallWorld.l2Page(n)])
      ]
    }
    #expect(world.checking(.rmapShape).running("vcpu0", .load).broken == expected)
  }
}
