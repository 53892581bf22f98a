@testable import Scheduler

/// Tokens with checksums that fit, whatever stands before them.
enum SealedTokens {
  /// A token of the second version.
  static func v2(_ body: String) -> String {
    let digits = String(CRC16.checksum(of: body.utf8), radix: 16)
    return "\(body):" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// A token of the first version.
  static func v1(_ body: String) -> String {
    var hash = StableHash()
    hash.add(body)
    let digits = String((hash.value >> 32 ^ hash.value) & 0xffff, radix: 16)
    return "\(body):" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// The same steps and labels, as if for a system with another hash and version.
  static func strange(
    _ token: String, hash: String = "00000000", version: String = ""
  ) -> String {
    let fields = token.split(separator: ":", omittingEmptySubsequences: false)
    return v2("v2:\(version):\(hash):\(fields[3])")
  }
}
