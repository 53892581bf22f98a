/// The rows of a check that are to be run again: those that did not come out as expected.
///
/// Rows are known by their file, as the command line named it, and by what reports call them.
struct RerunSelection: Sendable {
  /// The report's files, those that could not be read after the others.
  let files: [String]
  /// By file: the rows that came out as expected.
  private var passed: [String: Set<String>] = [:]
  /// By file: all rows, those that were not run included.
  private var known: [String: Set<String>] = [:]
  /// The files that could not be read, of which no row is known.
  private let broken: Set<String>

  init(_ report: StoredReport) {
    for scenario in report.scenarios {
      let file = scenario.input.file
      known[file, default: []].formUnion(scenario.input.rowTitles)
      for row in scenario.rows where row.exitCode == .success {
        passed[file, default: []].insert(row.title)
      }
    }
    // Standard input and macros of the command line are no files to read again.
    let broken = report.errors.map { $0.faults[0].file }.filter { !$0.hasPrefix("<") }
    self.broken = Set(broken)
    files = (report.scenarios.map(\.input.file) + broken).reduce(into: []) { files, file in
      if !files.contains(file) { files.append(file) }
    }
  }

  /// Whether a row is to be run: it did not come out as expected, or the report does not know it.
  func includes(row title: String, of file: String) -> Bool {
    passed[file]?.contains(title) != true
  }

  /// Whether the report says what became of a row, if only that it was not run.
  func knows(row title: String, of file: String) -> Bool {
    known[file]?.contains(title) == true || broken.contains(file)
  }
}
