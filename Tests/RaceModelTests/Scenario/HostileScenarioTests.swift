import RaceModel
import Scheduler
import Testing

/// Whatever the bytes are, the reader answers soon, with a scenario or an error.
struct HostileScenarioTests {
  @Test func `files with mutated bytes never crash the reader`() throws {
    try readMutations(seeds: 0..<500) { bytes, random in
      for _ in 0...random.below(4) { Self.mutate(&bytes, with: &random) }
    }
  }

  /// Most of these are JSON5 and many have the right shape, so that the later stages are reached.
  @Test func `files with misplaced words never crash the reader`() throws {
    try readMutations(seeds: 0..<500) { bytes, random in
      for _ in 0...random.below(3) { Self.misplaceWord(in: &bytes, with: &random) }
    }
  }

  private func readMutations(
    seeds: Range<Int>, mutate: (inout [UInt8], inout SplitMix64) -> Void
  ) throws {
    let original = try ScenarioFiles.maximal()
    for seed in seeds {
      var random = SplitMix64(state: UInt64(seed))
      var bytes = original
      mutate(&bytes, &random)
      guard let found = ScenarioFiles.errors(of: bytes, file: "maximal.json5") else { continue }
      let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
      for error in found.errors {
        #expect((1...lines).contains(error.line), "seed \(seed): \(error)")
        #expect((1...bytes.count + 1).contains(error.column), "seed \(seed): \(error)")
        #expect(error.description.utf8.count < 4096, "seed \(seed): \(error)")
      }
      let places = found.errors.map(\.position)
      #expect((1...ErrorLimit.most).contains(places.count), "seed \(seed)")
      #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed): \(places)")
      #expect(!found.hasOthers || places.count == ErrorLimit.most, "seed \(seed)")
    }
  }

  /// A file, repeated or alone, that makes a quadratic reader stand still.
  @Test(arguments: [
    ("[", "[1],", "]"), ("{a:[", "0,", "]}"), ("{", "/**/", "}"), ("", "//\n", ""),
    ("'", "\\x41", "'"), ("'", "\\\n", "'"), ("{name:'", "\u{301}", "'}"), ("{", "a:1,", "}"),
    ("", "{a:", ""), ("", "\u{2028}", ""), ("-", "0", ""), ("{$", "\\u0061", ":1}"),
    ("{machine:{slots:[", "{id:1},", "]}}"), ("{properties:[", "'c-subset',", "]}"),
  ])
  func `a mebibyte of anything is refused soon`(
    head: String, unit: String, tail: String
  ) throws {
    let room = 1 << 20 - head.utf8.count - tail.utf8.count
    let body = String(repeating: unit, count: room / unit.utf8.count)
    let bytes = Array((head + body + tail).utf8)
    let clock = ContinuousClock()
    var error: ScenarioError?
    let time = clock.measure { error = ScenarioFiles.error(of: bytes, file: "x.json5") }
    #expect(error != nil)
    #expect(time < .seconds(20), "a debug build on a busy machine takes about one")
  }

  @Test func `a hundred thousand distinct keys are read and then refused`() throws {
    let members = (0..<100_000).map { "k\($0):1," }.joined()
    let error = ScenarioFiles.error(of: Array("{\(members)}".utf8), file: "x.json5")
    #expect(error?.reason.code == .unknownKey)
  }

  private static func mutate(_ bytes: inout [UInt8], with random: inout SplitMix64) {
    let at = random.below(bytes.count)
    switch random.below(6) {
    case 0: bytes[at] = UInt8(random.below(256))
    case 1: bytes.remove(at: at)
    case 2: bytes.insert(UInt8(random.below(256)), at: at)
    case 3: bytes.removeLast(bytes.count - max(at, 1))
    case 4: bytes.replaceSubrange(at..<min(at + random.below(40), bytes.count), with: [])
    default:
      let tokens = [
        "{", "}", "[", "]", "null", "-1", "0x", "'", "\\u", "absent", "//", "/*", "9e9",
      ]
      bytes.insert(contentsOf: Array(tokens[random.below(tokens.count)].utf8), at: at)
    }
    if bytes.isEmpty { bytes = [0] }
  }

  /// Writes one word of the file over another that ends in the same mark.
  private static func misplaceWord(in bytes: inout [UInt8], with random: inout SplitMix64) {
    var words = bytes.split(separator: UInt8(ascii: " "))
    let source = words[random.below(words.count)]
    let targets = words.indices.filter { words[$0].last == source.last }
    words[targets[random.below(targets.count)]] = source
    bytes = Array(words.joined(separator: [UInt8(ascii: " ")]))
  }

  private struct SplitMix64 {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }
  }
}
