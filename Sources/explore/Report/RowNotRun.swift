import Reporting

/// A row that was to be run, and the end of the command came before.
struct RowNotRun: Hashable, Sendable {
  /// As the command line named it.
  var file: String
  /// What reports call the row.
  var row: String
  /// The strategy, where rows are searched by several.
  var strategy: StrategySpec?

  /// How many rows some are, in words.
  ///
  /// A row counts once, by however many strategies it was not searched.
  static func counted(_ notRun: [RowNotRun]) -> String {
    Reporting.counted(Set(notRun.map { RowNotRun(file: $0.file, row: $0.row) }).count, "row")
  }
}
