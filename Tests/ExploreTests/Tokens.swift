import Scheduler

@testable import explore

/// Makes tokens with any text for the runs, right or wrong, under a valid checksum.
enum Tokens {
  static func token(_ runs: String, for system: System) -> String {
    let hash = Schedule().token(for: system).split(separator: ":")[1]
    let body = "v1:\(hash):\(runs)"
    return "\(body):\(checksum(body))"
  }

  /// FNV-1a over the text and an end mark, folded to four hex digits.
  private static func checksum(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in Array(text.utf8) + [0xff] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String((hash >> 32 ^ hash) & 0xFFFF, radix: 16)
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
  func create(_ path: String, appending _: Bool) throws(ReportFileError) -> any OutputFile {
    throw .unwritable(path, reason: "Read-only file system")
  }
}
