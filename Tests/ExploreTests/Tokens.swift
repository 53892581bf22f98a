import Scheduler

@testable import explore

/// Makes tokens with any text for the steps, right or wrong, under a valid checksum.
enum Tokens {
  /// A token of version 1, whose steps are letters and counts.
  static func token(_ runs: String, for system: System) throws -> String {
    let hash = try Schedule().token(for: system).split(separator: ":")[2]
    let body = "v1:\(hash):\(runs)"
    return "\(body):\(checksum(body))"
  }

  /// A token of version 1 for the system that one of version 2 belongs to.
  static func old(ofAnother token: String) -> String {
    let body = "v1:\(token.split(separator: ":")[2]):a"
    return "\(body):\(checksum(body))"
  }

  /// A token of version 2 with some of its fields changed.
  static func changed(
    _ token: String, version: String? = nil, hash: String? = nil, segments: String? = nil
  ) -> String {
    var fields = token.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    fields[1] = version ?? fields[1]
    fields[2] = hash ?? fields[2]
    fields[3] = segments ?? fields[3]
    let body = fields[..<4].joined(separator: ":")
    return "\(body):\(hex(crc(body)))"
  }

  /// FNV-1a over the text and an end mark, folded to four hex digits.
  private static func checksum(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in Array(text.utf8) + [0xff] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hex((hash >> 32 ^ hash) & 0xFFFF)
  }

  /// The remainder of the text's bits, after sixteen ones, by the polynomial of the CRC.
  private static func crc(_ text: String) -> UInt64 {
    var bits = text.utf8.flatMap { byte -> [Bool] in
      (0..<8).map { byte >> UInt8(7 - $0) & 1 == 1 }
    }
    bits += Array(repeating: false, count: 16)
    for index in 0..<16 { bits[index].toggle() }
    let polynomial = (0..<17).map { UInt32(0x11021) >> UInt32(16 - $0) & 1 == 1 }
    for start in 0..<(bits.count - 16) where bits[start] {
      for offset in polynomial.indices where polynomial[offset] { bits[start + offset].toggle() }
    }
    return bits.suffix(16).reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// A file system of one file.
struct OneFile: FileSystem {
  let text: String

  func read(_: String, limit _: Int) throws(FileError) -> [UInt8] { Array(text.utf8) }
  func kind(of _: String) throws(FileError) -> FileKind { .file }
  func names(in _: String) throws(FileError) -> [String] { [] }
  var folder: String { "/" }
  func identity(of _: String) -> FileIdentity? { nil }
  func identityOfOutput() -> FileIdentity? { nil }
  func stamp(of _: String) -> FileStamp? { nil }
  func create(_ path: String, appending _: Bool) throws(ReportFileError) -> any OutputFile {
    throw .unwritable(path, reason: "Read-only file system")
  }

  func createNew(_ path: String, _ text: String) throws(FileError) { throw .exists(path) }
}
