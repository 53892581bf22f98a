import Testing

@testable import Litmus

/// A race file from a text, or what is wrong with it.
func read(
  _ text: String, as language: Language = .race
) throws(RaceFileError) -> RaceFile {
  try RaceFile(Array(text.utf8), named: "f", language: language)
}

/// The messages for a text, one a line, in the form that editors jump to; empty if it is right.
func mistakes(in text: String, as language: Language = .race) -> String {
  do throws(RaceFileError) {
    _ = try read(text, as: language)
    return ""
  } catch {
    return error.diagnostics.map(\.description).joined(separator: "\n")
  }
}

/// A numbers generator with a seed: SplitMix64.
struct Random: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// A number from 0 to `limit` - 1.
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  /// Whether an event with the probability 1/`count` happens.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
