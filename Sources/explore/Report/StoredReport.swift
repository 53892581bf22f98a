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
  /// The files of the command, in its order.
  let files: [File]
  /// Files that could not be read, behind the place where the command was stopped.
  let lateRejections: [InputError]
  let facts: RunFacts
  let summary: ReportSummary

  /// A file that was read, or why it could not be.
  enum File: Sendable {
    case scenario(Scenario)
    case rejected(InputError)

    /// As messages name it.
    var name: String {
      switch self {
      case .scenario(let scenario): scenario.input.file
      case .rejected(let error): error.faults[0].file
      }
    }
  }

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
    _ bytes: [UInt8], _ path: String, _ files: [File], late: [InputError], _ facts: RunFacts,
    _ summary: ReportSummary
  ) {
    (self.bytes, self.path, self.files) = (bytes, path, files)
    lateRejections = late
    (self.facts, self.summary) = (facts, summary)
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
  /// The files that could not be read, by their places among all, from 1.
  private var rejections: [(number: Int, error: InputError)] = []

  mutating func read(_ bytes: [UInt8]) throws(JSONFault) {
    var reader = JSONReader(bytes)
    try reader.forEachMember { (key, offset, reader) throws(JSONFault) in
      switch key {
      case "schemaVersion": try readVersion(try reader.value())
      case "scenarios":
        try reader.forEachItem { (reader) throws(JSONFault) in try readScenario(&reader) }
      case "errors":
        for node in try reader.value().list { try readError(node) }
        members.append(JSONNode.Member(key: key, offset: offset, node: .null(at: offset)))
      default: members.append(JSONNode.Member(key: key, offset: offset, node: try reader.value()))
      }
    }
    try reader.end()
    if !hasVersion { throw JSONFault("the object has no 'schemaVersion'", at: 0) }
  }

  /// What is wrong with one file stands together, under its place.
  private mutating func readError(_ node: JSONNode) throws(JSONFault) {
    let fault = try InputError.Fault(node)
    let last = rejections.last?.number ?? 1
    let number = try node["fileNumber"].integer(last...JSONNode.greatest)
    if let difference = node.difference(from: .object(fault.members(ofFile: number))) {
      throw difference
    }
    if rejections.last?.number == number {
      rejections[rejections.count - 1].error.faults.append(fault)
    } else {
      rejections.append((number, InputError([fault])))
    }
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
    let run = try document["run"]
    let facts = try RunFacts(run)
    if let fault = run.difference(from: facts.json) { throw fault }
    if facts.options.contains("--diff") {
      throw JSONFault(
        "a report of 'check --diff' has only the rows that change", at: try run["options"].offset)
    }
    if facts.rowTimes.count != summary.rows {
      throw JSONFault(
        "there are \(counted(summary.rows, "row")), and times of \(facts.rowTimes.count)",
        at: try run["rowMilliseconds"].offset)
    }
    let (files, late) = try files(errors: try document["errors"], isStopped: !facts.notRun.isEmpty)
    let totals = try document["summary"]
    var summary = summary
    (summary.rowsNotRun, summary.filesNotRead) = (facts.notRun.count, rejections.count)
    if let fault = totals.difference(from: summary.json) { throw fault }
    return StoredReport(bytes, path, files, late: late, facts, summary)
  }

  /// All files in their order: those that could not be read say where they stand.
  private func files(
    errors: JSONNode, isStopped: Bool
  ) throws(JSONFault) -> ([StoredReport.File], late: [InputError]) {
    var files: [StoredReport.File] = []
    var (scenarios, rejections) = (scenarios[...], rejections[...])
    while !scenarios.isEmpty || !rejections.isEmpty {
      if rejections.first?.number == files.count + 1, let next = rejections.popFirst() {
        files.append(.rejected(next.error))
      } else if let next = scenarios.popFirst() {
        files.append(.scenario(next))
      } else if isStopped {
        return (files, rejections.map(\.error))
      } else {
        throw JSONFault(
          "there is no file \(files.count + 1) before the others that could not be read",
          at: errors.offset)
      }
    }
    return (files, [])
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
