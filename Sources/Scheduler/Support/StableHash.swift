/// A 64-bit FNV-1a hash: the only hash that may be printed, equal in every process.
struct StableHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  mutating func add(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      add(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// Adds the text and an end mark, so that "ab" + "c" differs from "a" + "bc".
  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(UInt8(0xff))
  }
}
