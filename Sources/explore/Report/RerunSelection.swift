/// The rows of a check that are to be run again: those that did not come out as expected.
///
/// Rows are known by their file, as the command line named it, and by what reports call them.
struct RerunSelection: Sendable {
  /// The report's files, in its order, those that were not come to included.
  let files: [String]
  /// By file: the rows that came out as expected.
  private var passed: [String: Set<String>] = [:]
  /// By file: all rows, those that were not run included.
  private var known: [String: Set<String>] = [:]
  /// By file: what its bytes amounted to.
  ///
  /// As long as that is the same, the rows that the report does not name were left out on purpose.
  private var hashes: [String: String] = [:]
  /// The files that could not be read, of which no row is known.
  private let broken: Set<String>

  init(_ report: StoredReport) {
    var (files, broken): ([String], Set<String>) = ([], [])
    for entry in report.files {
      // Standard input and macros of the command line are no files to read again.
      if !entry.name.hasPrefix("<"), !files.contains(entry.name) { files.append(entry.name) }
      guard case .scenario(let scenario) = entry else {
        broken.insert(entry.name)
        continue
      }
      known[entry.name, default: []].formUnion(scenario.input.rowTitles)
      hashes[entry.name] = scenario.input.hash
      for row in scenario.rows where row.exitCode == .success {
        passed[entry.name, default: []].insert(row.title)
      }
    }
    for name in report.lateRejections.map({ $0.faults[0].file }) where !name.hasPrefix("<") {
      broken.insert(name)
      if !files.contains(name) { files.append(name) }
    }
    for row in report.facts.notRun {
      if known[row.file] == nil { files.append(row.file) }
      known[row.file, default: []].insert(row.row)
    }
    (self.files, self.broken) = (files, broken)
  }

  /// Whether a row is to be run: it did not come out as expected, or the report does not know it.
  ///
  /// `hash` is what the bytes of its file amount to.
  func includes(row title: String, of file: String, hash: String) -> Bool {
    if passed[file]?.contains(title) == true { return false }
    return known[file]?.contains(title) == true || hashes[file] != hash
  }

  /// Whether the report says what became of a row, if only that it was not run.
  func knows(row title: String, of file: String, hash: String) -> Bool {
    known[file]?.contains(title) == true || broken.contains(file) || hashes[file] == hash
  }
}
