import RaceModel
import Testing

struct ScenarioReaderTests {
  private static func bits(_ text: String) throws -> Scenario.EntryBits {
    try #require(Scenario.EntryBits(text))
  }

  private static func maximal() throws -> Scenario {
    try ScenarioReader.read(ScenarioFiles.maximal(), file: "somewhere/maximal.json5")
  }

  @Test func `the maximal file has its header`() throws {
    let scenario = try Self.maximal()
    #expect(scenario.name == "maximal")
    #expect(scenario.summary == "Two guests share a page, and every key is given.")
    #expect(scenario.cites == ["N01", "patch 02/23 of 2019-08-26"])
    #expect(scenario.tags == ["two-guests", "6-1"])
    #expect(scenario.properties == [.tlbSubset, .cSubset])
    #expect(scenario.sometimes == [.staleTLB])
  }

  @Test func `the maximal file has its memory`() throws {
    let machine = try Self.maximal().machine
    #expect(machine.lpid == 3)
    #expect(
      try machine.slots == [
        .init(id: 0, baseGFN: 0x100, npages: 4, logDirty: true, readOnly: false),
        .init(id: 32767, baseGFN: 0xFFFFFF, npages: 1, logDirty: true, readOnly: true),
        .init(id: 7, baseGFN: 0, npages: 64, logDirty: false, readOnly: false),
        .init(
          id: 8, baseGFN: 0x300, npages: 2, logDirty: false, readOnly: false, isHuge: true,
          leaf: Self.bits("rw- RC")),
        .init(id: 9, baseGFN: 0x310, npages: 1, logDirty: false, readOnly: false),
      ])
    #expect(
      try machine.pages == [
        .init(gfn: 0x100, rpn: 0x21, host: Self.bits("rwx RC"), vmmWritable: true, written: true),
        .init(gfn: 0x101, rpn: 0xFFFF, host: Self.bits("r-x R-"), vmmWritable: false),
        .init(gfn: 0xFFFFFF, rpn: 1, host: nil, vmmWritable: true),
        .init(gfn: 63, rpn: 2, host: nil, vmmWritable: true),
        .init(gfn: 0x301, rpn: 0x81, host: nil, vmmWritable: true),
        .init(gfn: 0x300, rpn: 0x80, host: nil, vmmWritable: true),
      ])
  }

  @Test func `the maximal file has its guests and vCPUs`() throws {
    let machine = try Self.maximal().machine
    let pages = try [
      Scenario.L2Page(
        n: 0x10, gpte: .init(gfn: 0x100, bits: Self.bits("rw- --")), shadow: Self.bits("r-- R-"),
        onRmap: false),
      Scenario.L2Page(
        n: 68_719_476_735, gpte: .init(gfn: 0x101, bits: Self.bits("--x -C")),
        shadow: Self.bits("--x --"), onRmap: true),
      Scenario.L2Page(n: 0, gpte: nil, shadow: nil, onRmap: false),
      Scenario.L2Page(
        n: 1, gpte: .init(gfn: 63, bits: Self.bits("rwx RC")), shadow: nil, onRmap: true),
      Scenario.L2Page(n: 2, gpte: nil, shadow: nil, onRmap: false),
    ]
    #expect(
      machine.guests == [
        .init(l1LPID: 0, shadowLPID: 4095, pages: pages),
        .init(
          l1LPID: 4095, shadowLPID: 2,
          pages: [.init(n: 0x10, gpte: nil, shadow: nil, onRmap: false)]),
        .init(
          l1LPID: 7, shadowLPID: 8, pages: [.init(n: 5, gpte: nil, shadow: nil, onRmap: false)],
          isKnown: false),
      ])
    #expect(
      try machine.vcpus == [
        .init(
          name: "vcpu0", guest: 0,
          tlb: [
            .init(page: 3, bits: Self.bits("-w- -C")), .init(page: 0, bits: Self.bits("r-- R-")),
          ]),
        .init(name: "a-very-long-name", guest: 1, tlb: []),
        .init(name: "vcpu2", guest: 2, tlb: [], startsNested: false),
      ])
  }

  @Test func `the maximal file has its threads`() throws {
    let threads = try Self.maximal().threads
    #expect(
      threads.map(\.name) == ["vcpu0", "migration", "core", "mm", "l1", "vmm"])
    let runs = try Dictionary(
      uniqueKeysWithValues: Self.maximal().threads.map { ($0.name, $0.run) })
    #expect(runs["vcpu0"] == [.l2Load(vcpu: 0, page: 0), .l2Store(vcpu: 0, page: 3)])
    #expect(runs["migration"] == [.getDirtyLog(slot: 1)])
    #expect(
      runs["core"] == [
        .evictTLB(vcpu: 0, times: 1), .evictTLB(vcpu: 1, times: 8), .flushTLB(vcpu: 0),
      ])
    #expect(
      runs["mm"] == [
        .ageGFN(gfn: 0x101), .invalidateRange(gfn: 0x100, rpn: 0),
        .invalidateRange(gfn: 0x100, rpn: 0), .invalidateRange(gfn: 0x100, rpn: 0x77),
        .invalidateRange(gfn: 0x100, rpn: 0x21),
      ])
    #expect(
      runs["vmm"] == [
        .setMemslot(slot: 0, .move(base: 0x200)), .setMemslot(slot: 1, .delete),
        .setMemslot(slot: 2, .setLogging(true)), .getDirtyLog(slot: 2), .switchToHPT,
      ])
  }

  @Test func `the maximal file has the calls of L1`() throws {
    let run = try Self.maximal().threads.first { $0.name == "l1" }?.run
    #expect(
      try run == [
        .l1Load(vcpu: 2, gfn: 63), .l1Store(vcpu: 2, gfn: 0x100), .enterNested(vcpu: 2),
        .exitNested(vcpu: 2), .copyFromGuest(vcpu: 2, page: 0), .copyToGuest(vcpu: 2, page: 0),
        .tlbiePage(guest: 0, page: 4), .tlbieLPID(guest: 1, ric: .tlb),
        .tlbieLPID(guest: 0, ric: .pwc), .tlbieAll(ric: .all),
        .l1SetGpte(guest: 0, page: 3, nil), .l1SetGpte(guest: 0, page: 3, nil),
        .l1SetGpte(guest: 0, page: 3, .init(gfn: 0x101, bits: Self.bits("r-- R-"))),
        .l1SetPartition(guest: 2, isSet: true), .l1SetPartition(guest: 0, isSet: false),
      ])
  }

  @Test func `the maximal file has its rows`() throws {
    let rows = try Self.maximal().rows
    try #require(rows.count == 2)
    #expect(
      rows[0]
        == .init(
          name: "linux-6.1", kernel: Kernel(), threads: nil,
          expectation: .violated(["c-subset", "deadlock", "tlb-subset"]), sometimes: [], note: "",
          at: SourcePosition(line: 112, column: 13)))
    #expect(rows[1].name == "6.1+bump.all")
    #expect(
      rows[1].kernel
        == Kernel(
          base: .linux61, patches: [.flushShadowLPID, .seqBumpOnClearDirty],
          settings: [
            .init(\.seqCheck, .seq), .init(\.bumpDirty, .before),
            .init(\.dedupe, .off),
          ]))
    #expect(rows[1].kernel.knobs[Knob(\.bumpDirty)] == "before")
    #expect(
      rows[1].threads == [
        .init(
          name: "again",
          run: [
            .l2Store(vcpu: 1, page: 0), .getDirtyLog(slot: 0),
            .setMemslot(slot: 0, .setLogging(false)),
          ])
      ])
    #expect(rows[1].expectation == .holds)
    #expect(rows[1].sometimes == [.retry, .setRC])
    #expect(rows[0].tags == [] && rows[1].tags == ["slow", "6-1"])
    #expect(rows[1].note == "Nothing breaks: \u{E9} \u{1F600}.")
    #expect(rows[1].position.line == 114)
  }

  @Test(arguments: ["-", "maximal", "/dev/stdin", "maximal.txt", "a/b/maximal.json5"])
  func `the name must be the file's only when the file is called .json5`(file: String) throws {
    #expect(try ScenarioReader.read(ScenarioFiles.maximal(), file: file).name == "maximal")
  }

  @Test func `an error knows its file, line and column`() throws {
    let error = try #require(ScenarioFiles.error(of: Array("{\n  nmae: 1 }".utf8), file: "f.json5"))
    #expect((error.file, error.line, error.column) == ("f.json5", 2, 3))
    #expect(
      error.description
        == "f.json5:2:3: error: unknown key 'nmae'; did you mean 'name'? the keys here are "
        + "$schema, name, summary, cites, tags, machine, threads, properties, sometimes and rows")
  }

  @Test func `every knob takes every one of its values, where a path reads it`() throws {
    let text = String(decoding: try ScenarioFiles.maximal(), as: UTF8.self)
    let old = #"{ "seq-check": "seq", "bump-dirty": "before", dedupe: "off" }"#
    try #require(text.contains(old))
    var read: Set<Knob> = []
    for knob in Knob.allCases {
      for value in knob.values {
        let file = text.replacing(old, with: "{ '\(knob.rawValue)': '\(value)' }")
        do throws(ScenarioFileError) {
          let scenario = try ScenarioReader.read(Array(file.utf8), file: "maximal.json5")
          #expect(scenario.rows[1].kernel.knobs[knob] == value)
          read.insert(knob)
        } catch {
          #expect(error.errors.map(\.reason.code) == [.unread], "\(error)")
        }
      }
    }
    #expect(read.contains(Knob(\.dedupe)) && read.count < Knob.allCases.count)
  }
}
