import Reporting

/// The JSON document of `check --diff`: that of a check, with the rows whose verdict changes or is
/// not known, each as it is and as it is changed.
struct DiffJSON: ReportRenderer {
  private var report = JSONReport()

  mutating func start(_ start: ReportStart) -> String { report.start(start) }
  mutating func begin(_ input: InputReport) -> String { report.begin(input) }
  mutating func reject(_ error: InputError, ofFile number: Int) -> String {
    report.reject(error, ofFile: number)
  }
  mutating func end(_ end: ReportEnd) -> String { report.end(end) }

  mutating func add(_ rows: [RowReport]) -> String {
    let difference = RowDifference(rows)
    return difference.isChange || !difference.isKnown ? report.add(rows) : ""
  }
}
