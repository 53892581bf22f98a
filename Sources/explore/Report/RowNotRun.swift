import Reporting

/// A row that a signal came before.
struct RowNotRun: Hashable, Sendable {
  /// As the command line named it.
  var file: String
  /// What reports call the row; nil for all rows of a file that was not read.
  var row: String?
  /// The strategy, where rows are searched by several.
  var strategy: StrategySpec?

  /// All rows of a file, each once for every strategy.
  static func rows(of input: InputReport, _ strategies: [StrategySpec]? = nil) -> [RowNotRun] {
    input.rowTitles.flatMap { title in
      (strategies ?? []).map { RowNotRun(file: input.file, row: title, strategy: $0) }
        + (strategies == nil ? [RowNotRun(file: input.file, row: title)] : [])
    }
  }

  /// Whether this is the row that a report is of, among those of one file.
  func isRun(by report: RowReport) -> Bool {
    row == report.title && (strategy ?? report.strategy) == report.strategy
  }

  /// How many rows and files some are, in words; empty for none.
  ///
  /// A row counts once, by however many strategies it was not searched.
  static func counted(_ notRun: [RowNotRun]) -> String {
    let rows = Set(notRun.filter { $0.row != nil }.map { RowNotRun(file: $0.file, row: $0.row) })
    let files = notRun.count { $0.row == nil }
    return list(
      (rows.isEmpty ? [] : [Reporting.counted(rows.count, "row")])
        + (files == 0 ? [] : [Reporting.counted(files, "file")]), "and")
  }
}
