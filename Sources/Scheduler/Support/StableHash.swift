/// A 64-bit FNV-1a hash: the only hash that may be printed, equal in every process.
package struct StableHash {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  package mutating func add(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      add(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// Adds the text and an end mark, so that "ab" + "c" differs from "a" + "bc".
  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(UInt8(0xff))
  }

  /// The hash of some bytes and nothing else, as sixteen hex digits.
  package static func hexDigits(of bytes: some Sequence<UInt8>) -> String {
    var hash = StableHash()
    for byte in bytes { hash.add(byte) }
    return text(of: hash.value, digits: 16)
  }

  /// The hash so far in 1...8 hex digits.
  package func folded(digits: Int) -> String {
    // Fold first: the low bits of FNV-1a alone are its weakest.
    Self.text(of: (value >> 32 ^ value) & ((1 << UInt64(4 * digits)) - 1), digits: digits)
  }

  private static func text(of number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}
