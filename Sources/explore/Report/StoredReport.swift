import RaceModel
import Reporting

/// A JSON report that was written before.
///
/// All of it is read and checked at first. Rows are not kept, since the runs that they show are
/// large, but read again from the text when they are wanted.
struct StoredReport: Sendable {
  /// Larger reports are refused.
  static let sizeLimit = 1 << 31

  /// As it was named on the command line.
  let path: String
  private let bytes: [UInt8]
  private(set) var scenarios: [Scenario] = []
  /// The files that could not be read.
  private(set) var errors: [InputError] = []
  private(set) var facts: RunFacts
  private(set) var summary = ReportSummary()

  /// A file and its rows.
  struct Scenario: Sendable {
    var input: InputReport
    var rows: [Row] = []
  }

  /// What is kept of a row.
  struct Row: Sendable {
    var title: String
    /// How the row comes out in `check`.
    var exitCode: ExitCode
    /// Where it begins in the text.
    fileprivate var offset: Int
    /// Its place among all rows of the report.
    fileprivate var number: Int
  }

  /// Reads a report that `run`, `check` or `compare` printed.
  ///
  /// - Throws: ``InputError`` with the place of what is no such report.
  init(_ bytes: [UInt8], path: String) throws(InputError) {
    do throws(JSONFault) {
      var contents = Contents()
      try contents.read(bytes)
      self = try contents.report(bytes, path)
    } catch {
      throw InputError(Self.blame(error, on: bytes), in: bytes, of: path)
    }
  }

  fileprivate init(
    _ bytes: [UInt8], _ path: String, _ scenarios: [Scenario], _ errors: [InputError],
    _ facts: RunFacts, _ summary: ReportSummary
  ) {
    (self.bytes, self.path, self.scenarios) = (bytes, path, scenarios)
    (self.errors, self.facts, self.summary) = (errors, facts, summary)
  }

  /// A row, with the time that it took.
  func report(of row: Row) -> RowReport {
    var reader = JSONReader(bytes)
    reader.move(to: row.offset)
    do throws(JSONFault) {
      return try RowReport(try reader.value(), elapsed: facts.rowTimes[row.number])
    } catch {
      preconditionFailure("a row that was read cannot be read again: \(error.message)")
    }
  }

  /// The fault, or that of another version where the report is one of such.
  private static func blame(_ fault: JSONFault, on bytes: [UInt8]) -> JSONFault {
    var reader = JSONReader(bytes)
    guard let document = try? reader.value(), let run = try? document.member("run"),
      let node = try? run.member("version"), let version = try? node.string,
      version != Version.current
    else { return fault }
    return JSONFault(
      "the report was made by explore \(shown(version)), and this is explore \(Version.current)",
      at: node.offset)
  }
}

/// What a report says, as it is read.
private struct Contents {
  private var hasVersion = false
  private var scenarios: [StoredReport.Scenario] = []
  private var summary = ReportSummary()
  private var members: [JSONNode.Member] = []
  private var faults: [InputError.Fault] = []

  mutating func read(_ bytes: [UInt8]) throws(JSONFault) {
    var reader = JSONReader(bytes)
    try reader.forEachMember { (key, offset, reader) throws(JSONFault) in
      switch key {
      case "schemaVersion": try readVersion(try reader.value())
      case "scenarios":
        try reader.forEachItem { (reader) throws(JSONFault) in try readScenario(&reader) }
      case "errors":
        faults = try reader.value().map { (node) throws(JSONFault) in
          let fault = try InputError.Fault(node)
          if let difference = node.difference(from: .object(fault.members)) { throw difference }
          return fault
        }
        members.append(JSONNode.Member(key: key, offset: offset, node: .null(at: offset)))
      default: members.append(JSONNode.Member(key: key, offset: offset, node: try reader.value()))
      }
    }
    try reader.end()
    if !hasVersion { throw JSONFault("the object has no 'schemaVersion'", at: 0) }
  }

  private mutating func readVersion(_ node: JSONNode) throws(JSONFault) {
    let version = try node.integer()
    if version != JSONReport.schemaVersion {
      throw JSONFault(
        "the report has schemaVersion \(version), and this explore reads "
          + "\(JSONReport.schemaVersion)", at: node.offset)
    }
    hasVersion = true
  }

  private mutating func readScenario(_ reader: inout JSONReader) throws(JSONFault) {
    let start = try reader.startOfValue()
    var header: [JSONNode.Member] = []
    var rows: [StoredReport.Row]?
    try reader.forEachMember { (key, offset, reader) throws(JSONFault) in
      guard key == "rows" else {
        header.append(JSONNode.Member(key: key, offset: offset, node: try reader.value()))
        return
      }
      rows = try readRows(&reader)
    }
    let node = JSONNode(value: .object(header), offset: start)
    let input = try InputReport(node)
    if let fault = node.difference(from: .object(input.members)) { throw fault }
    guard let rows else { throw JSONFault("the object has no 'rows'", at: start) }
    let titles = Set(input.rowTitles)
    if let stranger = rows.first(where: { !titles.contains($0.title) }) {
      throw JSONFault(
        "'rowTitles' does not have the row '\(shown(stranger.title))'", at: stranger.offset)
    }
    summary.scenarios += 1
    scenarios.append(StoredReport.Scenario(input: input, rows: rows))
  }

  private mutating func readRows(
    _ reader: inout JSONReader
  ) throws(JSONFault) -> [StoredReport.Row] {
    var rows: [StoredReport.Row] = []
    try reader.forEachItem { (reader) throws(JSONFault) in
      let offset = try reader.startOfValue()
      let row = try RowReport(try reader.value(), elapsed: .zero)
      rows.append(
        StoredReport.Row(
          title: row.title, exitCode: row.checkExitCode, offset: offset, number: summary.rows))
      summary.add(row)
    }
    return rows
  }

  func report(_ bytes: [UInt8], _ path: String) throws(JSONFault) -> StoredReport {
    let document = JSONNode(value: .object(members), offset: 0)
    let name = try document["tool"]["name"]
    if try name.string != "explore" { throw name.unexpected("\"explore\"") }
    _ = try document["errors"]
    let run = try document["run"]
    let facts = try RunFacts(run)
    if let fault = run.difference(from: facts.json) { throw fault }
    if facts.rowTimes.count != summary.rows {
      throw JSONFault(
        "there are \(counted(summary.rows, "row")), and times of \(facts.rowTimes.count)",
        at: try run["rowMilliseconds"].offset)
    }
    let totals = try document["summary"]
    var summary = summary
    summary.rowsNotRun = try totals["rowsNotRun"].integer()
    if let fault = totals.difference(from: summary.json) { throw fault }
    return StoredReport(bytes, path, scenarios, errors, facts, summary)
  }

  /// The faults of each file together, as they were found.
  private var errors: [InputError] {
    faults.reduce(into: []) { errors, fault in
      if errors.last?.faults[0].file == fault.file {
        errors[errors.count - 1].faults.append(fault)
      } else {
        errors.append(InputError([fault]))
      }
    }
  }
}

extension JSONNode {
  /// Nothing, where something stood that was read already.
  fileprivate static func null(at offset: Int) -> JSONNode {
    JSONNode(value: .null, offset: offset)
  }
}

extension InputError {
  /// The fault of a report, with its line.
  fileprivate init(_ fault: JSONFault, in bytes: [UInt8], of path: String) {
    let offset = min(fault.offset, bytes.count)
    var (line, start) = (1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    for place in bytes[..<offset].indices where Self.endsLine(bytes, at: place) {
      (line, start) = (line + 1, place + 1)
    }
    let end = bytes[offset...].firstIndex { [0x0A, 0x0D].contains($0) } ?? bytes.count
    // Bytes that go on with a character are none of their own.
    let column = bytes[min(start, offset)..<offset].count { $0 & 0xC0 != 0x80 } + 1
    // A report on one line is too much to show.
    let text =
      end - start > 4096 ? "" : String(decoding: bytes[min(start, end)..<end], as: UTF8.self)
    self.init([
      Fault(
        file: path == "-" ? "<stdin>" : path,
        position: SourcePosition(line: line, column: column),
        message: fault.message + "; give a report as explore wrote it with --format json",
        line: text)
    ])
  }

  /// Whether a line ends with a byte: LF, CR LF or CR do.
  private static func endsLine(_ bytes: [UInt8], at place: Int) -> Bool {
    if bytes[place] == 0x0A { return true }
    return bytes[place] == 0x0D && !(place + 1 < bytes.count && bytes[place + 1] == 0x0A)
  }
}
