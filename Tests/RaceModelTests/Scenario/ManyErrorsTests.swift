import RaceModel
import Scheduler
import Testing

/// A file with several mistakes is told all of them, and nothing that only follows from them.
struct ManyErrorsTests {
  /// A file without mistakes, in which a line has one thing that may be wrong.
  private static let base = """
    {
      name: "many",
      summary: "A store races with the harvest of its page.",
      tags: ["slow"],
      machine: {
        lpid: 1,
        slots: [
          { id: 0, base_gfn: 0x100, npages: 2, flags: ["log-dirty"] },
          { id: 1, base_gfn: 0x200, npages: 2 },
        ],
        pages: [
          { gfn: 0x100, rpn: 0x21, host: "rwx RC" },
          { gfn: 0x101, rpn: 0x22, host: "rwx RC" },
        ],
        guests: [
          {
            l1_lpid: 1,
            shadow_lpid: 2,
            pages: [
              { n: 0x10, gpte: { gfn: 0x100, bits: "rwx RC" } },
              { n: 0x11, gpte: { gfn: 0x101, bits: "rwx RC" } },
            ],
          },
        ],
        vcpus: [
          { name: "vcpu0", l1_lpid: 1 },
          { name: "vcpu1", l1_lpid: 1, tlb: [{ n: 0x10, bits: "r-- R-" }] },
        ],
      },
      threads: [
        { name: "vcpu0", run: [{ path: "l2-store", vcpu: "vcpu0", n: 0x10 }] },
        { name: "migration", run: [{ path: "get-dirty-log", slot: 0 }] },
        {
          name: "mm",
          run: [
            { path: "age-gfn", gfn: 0x100 },
            { path: "invalidate-range", gfn: 0x100 },
          ],
        },
      ],
      properties: [
        "c-subset",
        "dirty-log",
      ],
      sometimes: ["harvest-reported"],
      rows: [
        { name: "linux-6.1", expect: "violated", violates: ["c-subset"] },
        { name: "patched", with: ["seq-bump-on-clear-dirty"], expect: "violated",
          violates: ["dirty-log"] },
        { name: "knobs", knobs: { dedupe: "off" }, expect: "violated", violates: ["c-subset"] },
        { name: "open" },
      ],
    }

    """

  /// A mistake: what is written instead of what, and what is said of it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let code: ScenarioError.Reason.Code

    init(_ old: String, _ new: String, _ code: ScenarioError.Reason.Code) {
      (self.old, self.new, self.code) = (old, new, code)
    }

    var testDescription: String { new }
  }

  /// None of them has to do with another, and each is in a line of its own.
  static let mistakes = [
    Mistake("\"many\",", "\"many\"", .unexpectedToken),
    Mistake("tags: [\"slow\"]", "tags: [\"Slow\"]", .malformedName),
    Mistake("lpid: 1,\n    slots", "lpid: 5000,\n    slots", .wrongValue),
    Mistake("base_gfn: 0x200", "base_gfn: 0x101", .slotsOverlap),
    Mistake("rpn: 0x22", "rpn: 0x21", .taken),
    Mistake("shadow_lpid: 2", "shadow_lpid: 02", .invalidNumber),
    Mistake("n: 0x11,", "n: 0x10,", .taken),
    Mistake("n: 0x10, bits: \"r-- R-\"", "n: 0x10, bits: \"R\"", .malformedEntry),
    Mistake("vcpu: \"vcpu0\", n", "vpcu: \"vcpu0\", n", .unknownKey),
    Mistake("slot: 0 }", "slot: 9 }", .unknownReference),
    Mistake("age-gfn\", gfn: 0x100", "age-gfn\", gfn: 0x105", .gfnWithoutPage),
    Mistake("\"invalidate-range\"", "invalidate-range", .needsQuotes),
    Mistake("    \"dirty-log\",", "    \"dirt-log\",", .unknownName),
    Mistake("sometimes: [\"harvest-reported\"]", "sometimes: 3", .wrongValue),
    Mistake(
      "\"linux-6.1\", expect: \"violated\"", "\"linux-6.1\", expect: \"holds\"", .violatesOfHolds),
    Mistake("with: [\"seq-bump", "with: [\"seq-bmp", .unknownName),
    Mistake("dedupe: \"off\"", "dedupe: \"of\"", .unknownName),
    Mistake("name: \"open\"", "name: \"knobs\"", .taken),
  ]

  private static func file(with mistakes: some Sequence<Mistake>) throws -> [UInt8] {
    var text = base
    for mistake in mistakes {
      try #require(text.ranges(of: mistake.old).count == 1, "\(mistake.old)")
      text = text.replacing(mistake.old, with: mistake.new)
    }
    return Array(text.utf8)
  }

  private static func errors(with mistakes: some Sequence<Mistake>) throws -> [ScenarioError] {
    ScenarioFiles.errors(of: try file(with: mistakes), file: "many.json5")?.errors ?? []
  }

  @Test func `without mistakes there are no errors`() throws {
    #expect(try Self.errors(with: []) == [])
  }

  @Test(arguments: mistakes)
  func `a mistake is one error`(mistake: Mistake) throws {
    #expect(try Self.errors(with: [mistake]).map(\.reason.code) == [mistake.code])
  }

  @Test func `mistakes that have nothing to do with each other are all told`() throws {
    let singles = try Self.mistakes.map { try Self.errors(with: [$0]) }
    // All of them first, then sets that differ from each other.
    for round in 0..<60 as Range<UInt64> {
      let bits = round == 0 ? UInt64.max : round &* 0x9E37_79B9_7F4A_7C15
      let chosen = Self.mistakes.indices.filter { bits >> UInt64(20 + $0) & 1 == 1 }
      let expected = chosen.flatMap { singles[$0] }.sorted { $0.position < $1.position }
      let found = try Self.errors(with: chosen.map { Self.mistakes[$0] })
      #expect(found == expected, "\(chosen.map { Self.mistakes[$0].new })")
    }
  }

  /// What is written instead leaves something unread that the rest of the file names.
  @Test(arguments: [
    Mistake("{ id: 0,", "{ id: -1,", .wrongValue),
    Mistake("flags: [\"log-dirty\"]", "flags: [\"log-drity\"]", .unknownName),
    Mistake("flags:", "flag:", .unknownKey),
    Mistake("slots: [", "slotz: [", .unknownKey),
    Mistake("{ gfn: 0x100, rpn", "{ gfn: 0x1000000, rpn", .wrongValue),
    Mistake("pages: [\n      { gfn", "pags: [\n      { gfn", .unknownKey),
    Mistake("guests: [", "guest: [", .unknownKey),
    Mistake("l1_lpid: 1,\n", "l1_lpid: one,\n", .needsQuotes),
    Mistake("l1_lpid: 1,\n", "", .missingKey),
    Mistake("{ n: 0x10, gpte", "{ m: 0x10, gpte", .unknownKey),
    Mistake("name: \"vcpu0\", l1", "nam: \"vcpu0\", l1", .unknownKey),
    Mistake("vcpu0\", l1_lpid: 1", "vcpu0\", l1_lpid: 2", .unknownReference),
    Mistake("{ name: \"vcpu0\", l1_lpid: 1 },", "3,", .wrongValue),
    Mistake("vcpus: [", "vpus: [", .unknownKey),
    Mistake("machine: {", "machin: {", .unknownKey),
    Mistake("threads: [", "treads: [", .unknownKey),
    Mistake("\"l2-store\"", "\"l2-stroe\"", .unknownName),
    Mistake("properties: [", "propertys: [", .unknownKey),
    Mistake("\"c-subset\",\n", "\"c-subest\",\n", .unknownName),
    Mistake("{ id: 1,", "{ id: 0,", .taken),
    Mistake("{ gfn: 0x101, rpn", "{ gfn: 0x100, rpn", .taken),
    Mistake("{ gfn: 0x101, rpn", "{ gfn: 0x102, rpn", .gfnOutsideSlots),
    Mistake("vcpus: [", "#vcpus: [", .unexpectedCharacter),
    Mistake("properties: [", "properties: (", .unexpectedCharacter),
    Mistake("sometimes:", "sometime:", .unknownKey),
    Mistake("\"linux-6.1\", expect:", "\"linux-6.1\", expct:", .unknownKey),
    Mistake("violates: [\"dirty-log\"]", "violate: [\"dirty-log\"]", .unknownKey),
    Mistake("reported\"],", "reported\",", .unexpectedToken),
    Mistake("    lpid: 1,\n", "    lpid: {\n", .unexpectedToken),
    Mistake("    vcpus: [", "    ], vcpus: [", .unexpectedToken),
    Mistake("    lpid: 1,\n", "    lpid: 1, lpid: 2,\n", .duplicateKey),
    Mistake("\"many\",", "\"many,", .unterminatedString),
    Mistake("\"many\",", "\"many\", /*", .unterminatedComment),
  ])
  func `nothing is said of what only follows`(mistake: Mistake) throws {
    #expect(try Self.errors(with: [mistake]).map(\.reason.code) == [mistake.code])
  }

  @Test func `a machine with both kinds of tables is told so once`() throws {
    let both = Mistake("vcpus: [", "hpt: [{}], vcpus: [", .keyOfOtherTable)
    #expect(try Self.errors(with: [both]).map(\.reason.code) == [.keyOfOtherTable])
  }

  @Test(arguments: [1, 19, 20, 21, 200])
  func `at most twenty errors are told, and whether there are others`(count: Int) throws {
    let rows = (0..<count).map { "\n{ nam: \($0) }," }.joined()
    let text = Self.base.replacing("{ name: \"open\" },", with: rows)
    let error = try #require(ScenarioFiles.errors(of: Array(text.utf8), file: "many.json5"))
    // A file has at most 64 rows, and what is beyond is not looked at.
    let all = count > 60 ? 62 : count
    #expect(error.errors.count == min(all, ErrorLimit.most))
    #expect(error.hasOthers == (all > ErrorLimit.most))
  }

  @Test func `messages name the keys and the values that would serve`() throws {
    func message(_ old: String, _ new: String) throws -> String? {
      try Self.errors(with: [Mistake(old, new, .wrongValue)]).first.map { "\($0.reason)" }
    }
    #expect(
      try message("{ name: \"vcpu0\", l1_lpid: 1 },", "3,")
        == "expected an object { name, l1_lpid?, tlb?, context? }, found 3")
    #expect(
      try message("{ name: \"migration\", run: [{ path: \"get-dirty-log\", slot: 0 }] },", "{},")
        == "missing keys 'name' and 'run' in this object; it is { name, run }")
    #expect(
      try message("{ path: \"age-gfn\", gfn: 0x100 }", "7")
        == "expected an object { path, ... }, found 7")
    #expect(
      try message("l1_lpid: 1 },", "l1_lpid: 1, context: 2 },")
        == "expected \"l1\" or \"l2\", found 2")
    #expect(
      try message("host: \"rwx RC\" },\n      { gfn: 0x101", "host: 7 },\n      { gfn: 0x101")
        == "expected an entry such as \"rwx RC\" or \"absent\", found 7")
    #expect(
      try message("run: [{ path: \"get-dirty-log\", slot: 0 }] }", "run: 3 }")
        == "expected a list of objects { path, ... }, found 3")
    #expect(
      try message("vcpu: \"vcpu0\", n: 0x10", "core: 0")
        == "unknown key 'core'; expected path, vcpu or n")
  }
}
