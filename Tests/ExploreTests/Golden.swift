import Foundation
import Testing

/// Compares texts with the files in `Goldens`; `scripts/promote` rewrites those.
enum Golden {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Goldens")
  private static let isPromoting = ProcessInfo.processInfo.environment["EXPLORE_PROMOTE"] == "1"

  /// Fails unless `text` is what the golden file `name` holds.
  ///
  /// When promoting, writes the file and fails all the same: the change must be looked at.
  static func expect(
    _ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let file = folder.appending(path: name)
    let golden = try? String(contentsOf: file, encoding: .utf8)
    if text == golden { return }
    if isPromoting {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("wrote \(name); review the change", sourceLocation: sourceLocation)
      } catch {
        Issue.record("cannot write \(name): \(error)", sourceLocation: sourceLocation)
      }
    } else {
      let hint = golden == nil ? "there is no golden \(name)" : "golden \(name) differs"
      Issue.record(
        "\(hint); scripts/promote rewrites it. Got:\n\(text)", sourceLocation: sourceLocation)
    }
  }

  /// Every golden file, by name.
  static func all() throws -> [(name: String, text: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted().map {
      ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
    }
  }
}
