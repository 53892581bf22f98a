import RaceModel
import Scheduler
import Testing

/// Who reads which knob while a system is built; a knob that nobody reads changes nothing.
struct KnobReadersTests {
  private func readers(_ world: SmallWorld) -> KnobReaders {
    world.scenario.knobReaders(
      kernel: world.kernel, threads: world.threads, landmarks: world.sometimes)
  }

  private func readers(_ row: CorpusRow) -> KnobReaders { row.scenario.knobReaders(for: row.row) }

  @Test(arguments: Knob.allCases)
  func `every knob is read by somebody in some row`(knob: Knob) throws {
    #expect(try Corpus.rows().contains { !readers($0)[knob].isEmpty })
  }

  @Test(arguments: [TableKind.radix, .hashed])
  func `some knobs are read with each kind of table, and not all`(table: TableKind) throws {
    let rows = try Corpus.rows().filter { $0.scenario.machine.table == table }
    let read = Set(rows.flatMap { readers($0).knobs })
    #expect(!read.isEmpty && read.count < Knob.allCases.count)
  }

  private static let hashedOnly = [
    Knob(\.invalidCheck), Knob(\.moveFlush), Knob(\.rcRead), Knob(\.harvestTlbie),
    Knob(\.rmapLink), Knob(\.rmapDirty), Knob(\.hpteLock), Knob(\.hpteOrder),
    Knob(\.hcallSRCU), Knob(\.flushScope), Knob(\.commitClearsLog),
  ]
  private static let ofBoth = [
    Knob(\.seqCheck), Knob(\.outerSample), Knob(\.srcu), Knob(\.countDown),
    Knob(\.harvestOrder), Knob(\.mnActive), Knob(\.notifierRange),
  ]

  @Test(arguments: [TableKind.radix, .hashed])
  func `a guest with one kind of table reads no knob of the other`(table: TableKind) throws {
    let allowed = Knob.allCases.filter { knob in
      Self.ofBoth.contains(knob) || Self.hashedOnly.contains(knob) == (table == .hashed)
    }
    for row in try Corpus.rows() where row.scenario.machine.table == table {
      #expect(readers(row).knobs.filter { !allowed.contains($0) } == [], "\(row)")
    }
  }

  @Test func `readers are machines, the layout and properties, by name`() throws {
    let race = readers(PropertyControlTests.race.checking(.dirtyLog))
    #expect(race[Knob(\.bumpDirty)] == ["TestClearDirty"])
    #expect(race[Knob(\.seqCheck)] == ["CreatePTE"])
    #expect(race[Knob(\.dedupe)] == ["InsertNestRmap", "KVM"])
    #expect(race[Knob(\.srcu)] == ["NestedPageFault"])
    let hashed = SmallWorld.hashed(.maps(0x100, "rw- RC")).checking(.dirtyLog)
    #expect(
      readers(hashed.running("vcpu0", .removing(0)))[Knob(\.rmapDirty)]
        == ["KVM", "RemoveRevmapChain"])
    #expect(
      readers(hashed.running("vmm", .move))[Knob(\.moveFlush)] == ["KVM", "SetMemslot"])
  }

  @Test func `what a thread does not do it does not read`() {
    let load = readers(SmallWorld().running("vcpu0", .load))
    #expect(load[Knob(\.bumpDirty)] == [] && load[Knob(\.gpRef)] == [])
    let page = readers(SmallWorld().inL1().running("vcpu0", .tlbie))
    #expect(page[Knob(\.tlbLock)] == ["TlbiePage"] && page[Knob(\.gpRef)] == [])
    let all = readers(SmallWorld().inL1().running("vcpu0", .tlbieAll(ric: .all)))
    #expect(all[Knob(\.gpRef)] == ["TlbieLPID"])
  }

  private static let worlds = [
    PropertyControlTests.race,
    SmallWorld().running("vcpu0", .load).running("mm", .unmap),
    SmallWorld.hashed(.maps(0x100, "rw- RC"), .free).running("vcpu0", .removing(0))
      .running("migration", .harvest),
  ]

  @Test(arguments: worlds.indices)
  func `a knob that nobody reads changes nothing`(index: Int) {
    let world = Self.worlds[index]
    let unread = Set(Knob.allCases).subtracting(readers(world).knobs)
    #expect(!unread.isEmpty)
    let (counts, broken) = (Explorer.explore(world.system).counts, world.broken)
    for knob in unread {
      for value in knob.values {
        let other = world.with(knob, value)
        #expect(Explorer.explore(other.system).counts == counts, "\(knob)=\(value)")
        #expect(other.broken == broken, "\(knob)=\(value)")
      }
    }
  }

  @Test func `the record of a system is the same every time`() throws {
    for row in try Corpus.rows() { #expect(readers(row) == readers(row)) }
  }
}
