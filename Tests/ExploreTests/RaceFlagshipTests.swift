import Testing

@testable import explore

/// The race of patch 02/23, told twice: as a scenario and as a race file.
@Suite struct RaceFlagshipTests {
  private static let scenario = "scenarios/nested-fault-vs-clear-dirty.json5"
  private static let race = "races/nested-fault-vs-clear-dirty.race"

  /// What is broken in a row, with the fewest preemptions, in one spelling of the names.
  private static func broken(_ file: String, _ row: String) throws -> [String: String] {
    let session = TestSession(files: [file: try Repository.text(file)])
    let output = session.run("run", file, "--row", row).output
    let lines = output.matches(of: /\nVIOLATED ([a-z_-]+) +([0-9]+) preemptions?,/)
    #expect(!lines.isEmpty || output.contains("\nHOLDS "), "\(file), \(row)")
    return Dictionary(
      uniqueKeysWithValues: lines.map { line -> (String, String) in
        (String(line.output.1).replacing("_", with: "-"), String(line.output.2))
      })
  }

  @Test(arguments: [
    "linux-6.1", "patched", "bump-before-lock", "bump-after-unlock", "no-recheck",
    "no-recheck-patched", "patched-second-store", "patched-second-store-right-lpid",
  ])
  func `both break the same with as few preemptions`(row: String) throws {
    #expect(try Self.broken(Self.race, row) == Self.broken(Self.scenario, row))
  }
}
