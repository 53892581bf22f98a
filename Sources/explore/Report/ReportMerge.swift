import Reporting

/// Reports of one check that are put together: its partitions, or whole reports of other files.
struct ReportMerge: Sendable {
  private let reports: [StoredReport]
  /// The files in the order of the check.
  private(set) var files: [File] = []
  /// The rows that a signal or a limit came before, in the order of the check.
  private(set) var notRun: [RowNotRun] = []

  /// A file with the rows that there are of it, in its order, or why it could not be read.
  enum File: Sendable {
    case rows(InputReport, [Place])
    case rejected(InputError)
  }

  /// Where a row is to be found.
  struct Place: Sendable {
    fileprivate var report: Int
    fileprivate var row: StoredReport.Row
  }

  /// The options that decided what came out, the same in all reports.
  var options: [String] { reports[0].facts.options }
  /// The most threads that a search could use.
  var jobs: Int { reports.map(\.facts.jobs).max() ?? 1 }
  /// The time that the longest of the runs took, for partitions run side by side.
  var elapsed: Duration { reports.map(\.facts.elapsed).max() ?? .zero }

  /// Puts `reports`, at least one, together.
  ///
  /// - Throws: ``MergeRefusal`` where they are not of one check.
  init(_ reports: [StoredReport]) throws(MergeRefusal) {
    try Self.checkOrigin(of: reports)
    if let count = reports[0].facts.partition?.count {
      self.reports = try Self.inOrder(reports, of: count)
      try mergePartitions()
    } else {
      self.reports = reports
      try mergeWholes()
    }
  }

  /// The files, as messages name them, those that no report came to included.
  var fileNames: [String] {
    let met = files.map { file in
      switch file {
      case .rows(let input, _): input.file
      case .rejected(let error): error.faults[0].file
      }
    }
    return notRun.reduce(into: met) { names, row in
      if !names.contains(row.file) { names.append(row.file) }
    }
  }

  /// What rows are called.
  func titles(of places: ArraySlice<Place>) -> [String] { places.map(\.row.title) }

  /// A row, read again from its report.
  func report(of place: Place) -> RowReport { reports[place.report].report(of: place.row) }

  /// Refuses reports that were not made in one way.
  private static func checkOrigin(of reports: [StoredReport]) throws(MergeRefusal) {
    let first = reports[0]
    for report in reports {
      let (facts, path) = (report.facts, report.path)
      if facts.version != Version.current { throw .otherVersion(path, facts.version) }
      if facts.command != Command.check.rawValue { throw .otherCommand(path, facts.command) }
      if facts.options != first.facts.options {
        throw .otherOptions(first.path, first.facts.options, path, facts.options)
      }
      switch (first.facts.partition, facts.partition) {
      case (nil, nil): break
      case (let one?, let other?):
        if one.count != other.count { throw .otherCount(first.path, one, path, other) }
      case (nil, let part?): throw .mixed(whole: first.path, path, part)
      case (let part?, nil): throw .mixed(whole: path, first.path, part)
      }
    }
  }

  /// The reports by the number of their partition, each of which there must be once.
  private static func inOrder(
    _ reports: [StoredReport], of count: Int
  ) throws(MergeRefusal) -> [StoredReport] {
    var byNumber: [Int: StoredReport] = [:]
    for report in reports {
      guard let partition = report.facts.partition else { continue }
      if let other = byNumber.updateValue(report, forKey: partition.number) {
        throw .twice(partition, other.path, report.path)
      }
    }
    let missing = (1...count).filter { byNumber[$0] == nil }
    if !missing.isEmpty { throw .missing(missing, of: count) }
    return byNumber.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Every file of one report after the other.
  private mutating func mergeWholes() throws(MergeRefusal) {
    var owners: [String: Int] = [:]
    for (index, report) in reports.enumerated() {
      for file in report.files {
        if let other = owners.updateValue(index, forKey: file.name), other != index {
          throw .fileTwice(file.name, reports[other].path, report.path)
        }
        switch file {
        case .rejected(let error): files.append(.rejected(error))
        case .scenario(let scenario):
          let places = scenario.rows.map { Place(report: index, row: $0) }
          files.append(.rows(scenario.input, places))
        }
      }
      notRun += report.facts.notRun
    }
  }

  /// Every row from the partition that it is dealt out to.
  ///
  /// A partition that was stopped may lack rows, and its files from some place on; all others must
  /// have all of theirs.
  private mutating func mergePartitions() throws(MergeRefusal) {
    let longest = reports.indices.max { reports[$0].files.count < reports[$1].files.count }
    let model = reports[longest ?? 0]
    for report in reports { try Self.check(report, against: model) }
    for (index, file) in model.files.enumerated() {
      switch file {
      case .rejected(let error): files.append(.rejected(error))
      case .scenario(let scenario): try addRows(of: scenario.input, at: index)
      }
    }
    let met = Set(model.files.map(\.name))
    for report in reports { notRun += report.facts.notRun.filter { !met.contains($0.file) } }
  }

  /// Refuses a report of other files.
  private static func check(
    _ report: StoredReport, against model: StoredReport
  ) throws(MergeRefusal) {
    for (index, file) in model.files.enumerated() {
      guard index < report.files.count else {
        if report.facts.notRun.isEmpty { throw .fileMissing(file.name, report.path, model.path) }
        return
      }
      switch (report.files[index], file) {
      case (.scenario(let one), .scenario(let other)) where one.input.file == other.input.file:
        if let what = one.input.firstDifference(from: other.input) {
          throw .otherInput(file.name, what, report.path, model.path)
        }
      case (.rejected(let one), .rejected(let other)) where one == other: break
      case (let other, _) where other.name == file.name:
        throw .otherErrors(file.name, report.path, model.path)
      default: throw .fileMissing(file.name, report.path, model.path)
      }
    }
  }

  /// The rows of the file at a place, in its order.
  private mutating func addRows(of input: InputReport, at index: Int) throws(MergeRefusal) {
    var places: [Place] = []
    var rests = reports.map { report -> ArraySlice<StoredReport.Row> in
      guard index < report.files.count, case .scenario(let scenario) = report.files[index] else {
        return []
      }
      return scenario.rows[...]
    }
    for title in input.rowTitles {
      let part = Partition.number(ofRow: title, of: input.name, among: reports.count) - 1
      let missing = RowNotRun(file: input.file, row: title)
      if let row = rests[part].first, row.title == title {
        rests[part].removeFirst()
        places.append(Place(report: part, row: row))
      } else if reports[part].facts.notRun.contains(missing) {
        notRun.append(missing)
      } else {
        throw .rowMissing(title, input.file, reports[part].path)
      }
    }
    for (report, rest) in zip(reports, rests) {
      if let row = rest.first { throw .strayRow(row.title, input.file, report.path) }
    }
    files.append(.rows(input, places))
  }
}

extension InputReport {
  /// What of a file is another than that of another report; nil if nothing is.
  fileprivate func firstDifference(from other: InputReport) -> MergeRefusal.Part? {
    if hash != other.hash { return .contents }
    if defines != other.defines { return .defines }
    if rowTitles != other.rowTitles { return .rows }
    return name == other.name && summary == other.summary ? nil : .contents
  }
}

/// Why reports are not put together.
enum MergeRefusal: Error, Hashable, Sendable {
  case otherVersion(String, String)
  case otherCommand(String, String)
  case otherOptions(String, [String], String, [String])
  case otherCount(String, Partition, String, Partition)
  case mixed(whole: String, String, Partition)
  case twice(Partition, String, String)
  case missing([Int], of: Int)
  case fileTwice(String, String, String)
  /// A file, the report without it and one that has it.
  case fileMissing(String, String, String)
  case otherInput(String, Part, String, String)
  case otherErrors(String, String, String)
  case rowMissing(String, String, String)
  case strayRow(String, String, String)

  /// What of a file differs.
  enum Part: Sendable { case contents, defines, rows }
}

extension MergeRefusal: CustomStringConvertible {
  /// What is wrong and, after a semicolon, what would be right.
  var description: String {
    switch self {
    case .otherVersion(let path, let version):
      "\(shown(path)) was made by explore \(shown(version)), and this is explore "
        + "\(Version.current); merge with the version that made it"
    case .otherCommand(let path, let command):
      "\(shown(path)) is a report of '\(shown(command))'; merge takes those of 'check'"
    case .otherOptions(let one, let options, let other, let others):
      "\(shown(one)) was made with \(Self.text(options)), and \(shown(other)) with "
        + "\(Self.text(others)); run all parts with the same options"
    case .otherCount(let one, let part, let other, let another):
      "\(shown(one)) is partition \(part.text), and \(shown(other)) \(another.text); "
        + "give the partitions of one check"
    case .mixed(let whole, let path, let part):
      "\(shown(whole)) is a whole report, and \(shown(path)) partition \(part.text); "
        + "give the partitions of one check, or whole reports of different files"
    case .twice(let part, let one, let other):
      "\(shown(one)) and \(shown(other)) are both partition \(part.text); give each once"
    case .missing(let numbers, let count):
      "\(numbers.count == 1 ? "partition" : "partitions") "
        + Reporting.list(numbers.prefix(8).map { "\($0)/\(count)" }, "and")
        + (numbers.count > 8 ? " and others" : "")
        + " \(numbers.count == 1 ? "is" : "are") missing; give the reports of all \(count)"
    case .fileTwice(let file, let one, let other):
      "\(shown(file)) is in \(shown(one)) and in \(shown(other)); "
        + "give whole reports of different files, or the partitions of one check"
    case .fileMissing(let file, let path, let other):
      "\(shown(file)) is in \(shown(other)) and not at its place in \(shown(path)); "
        + "run all partitions on the same files, in the same order"
    case .otherInput(let file, let what, let one, let other):
      "\(shown(file)) has other \(what.text) in \(shown(one)) than in \(shown(other)); "
        + "run all partitions on the same files"
    case .otherErrors(let file, let one, let other):
      "\(shown(file)) could be read otherwise in \(shown(one)) than in \(shown(other)); "
        + "run all partitions on the same files"
    case .rowMissing(let row, let file, let path):
      "\(shown(path)) lacks row '\(shown(row))' of \(shown(file)), which is of its partition; "
        + "give the report as explore wrote it"
    case .strayRow(let row, let file, let path):
      "\(shown(path)) has row '\(shown(row))' of \(shown(file)), which is not of its partition "
        + "or out of order; give the report as explore wrote it"
    }
  }

  private static func text(_ options: [String]) -> String {
    options.isEmpty ? "no options" : options.map(shellQuoted).joined(separator: " ")
  }
}

extension MergeRefusal.Part {
  fileprivate var text: String {
    switch self {
    case .contents: "contents"
    case .defines: "macros"
    case .rows: "rows"
    }
  }
}
