import RaceModel
import Scheduler

/// The files of a command line, and the rows of each that are to be searched.
///
/// All files are read before anything is searched, so that what is wrong with one is said at once.
/// What they say is kept of the first ones only: a file is read again when its turn comes, so that
/// thousands of them take little memory.
struct CheckPlan {
  /// What there is to know of a file before its turn comes.
  struct File {
    let path: String
    /// What its bytes amounted to.
    let hash: String
    /// What the rows are called that the filters let through.
    let titles: [String]
    /// The places of those of them that are to be searched, among all rows of the file.
    let places: [Int]
    /// What those are called.
    let chosen: [String]
    fileprivate let kept: ReadFile?
  }

  /// A file, or why it cannot be read.
  enum Entry {
    case file(File)
    case broken(InputError)
  }

  private let session: Session
  private let request: Request
  /// Which rows are run again, if not all.
  private let rerun: RerunSelection?
  private(set) var entries: [Entry] = []
  /// All files that are read, whether or not any of their rows are to be searched.
  private(set) var paths: [String] = []
  /// Those that a signal came before.
  private(set) var unread: [String] = []
  private(set) var selection: RowSelection
  private var keptRows = 0
  /// All rows of the files that could be read.
  private(set) var rowsRead = 0
  /// Those of them that the filters let through.
  private var rowsPassed = 0
  /// The rows that a report of which failures are run again does not know.
  private var rowsUnknown = 0
  /// The rows that read nothing of what the command line changes.
  private(set) var rowsUnaffected = 0
  /// The options of the command line that change something for a row.
  private var optionsRead: Set<String> = []

  /// So many rows, with their files, are kept; as many again take a few megabytes.
  private static let mostKeptRows = 512
  /// So many files are read side by side.
  private static let filesAtOnce = 64

  /// Reads the files that a command line names, and says on standard error what cannot be read.
  ///
  /// - Throws: ``UsageError`` for what the files do not have or take.
  init(_ session: Session, _ request: Request) throws {
    (self.session, self.request) = (session, request)
    selection = RowSelection(request)
    rerun = try request.rerunReport.map { RerunSelection(try session.report(at: $0)) }
    var seen: Set<String> = []
    for path in request.operands.isEmpty ? rerun?.files ?? [] : request.operands {
      let files: [String]
      do throws(InputError) {
        files = try session.inputs(request).files(at: path).filter { seen.insert($0).inserted }
      } catch {
        reject(error)
        continue
      }
      paths += files
      for start in stride(from: 0, to: files.count, by: Self.filesAtOnce) {
        // Whatever rows there are of the first files is known even then.
        if start > 0, session.isInterrupted() {
          unread += files[start...]
          break
        }
        let some = files[start..<min(start + Self.filesAtOnce, files.count)]
        for (path, file) in zip(some, ReadFile.all(some, session, request)) { try add(path, file) }
      }
    }
    try refuseWhatMeansNothing()
    if let report = request.rerunReport { session.tellOfUnknown(rowsUnknown, to: report) }
  }

  /// Refuses filters that no row matches and changes that no row reads, unless a file that cannot
  /// be read may have such rows.
  private func refuseWhatMeansNothing() throws(UsageError) {
    if entries.contains(where: \.isBroken) || !unread.isEmpty { return }
    if let filter = selection.unused.first {
      throw .unusedFilter(filter.text, rows: rowsRead)
    }
    if rowsPassed == 0, rowsRead > 0 { throw .everythingLeftOut(rows: rowsRead) }
    if let option = request.changes.first(where: { !optionsRead.contains($0) }),
      request.showsChanges
    {
      throw .changesNothing(option: option)
    }
  }

  private mutating func add(_ path: String, _ file: Result<ReadFile, any Error>) throws {
    do {
      let content = try file.get()
      var (titles, chosen, places): ([String], [String], [Int]) = ([], [], [])
      for (place, jobs) in content.rows.enumerated() {
        rowsRead += 1
        if !selection.passes(jobs[0]) { continue }
        rowsPassed += 1
        if !isToRun(jobs[0], of: content.input) { continue }
        titles.append(jobs[0].title)
        if !selection.isInPartition(jobs[0]) { continue }
        optionsRead.formUnion(jobs.last?.changes ?? [])
        if request.showsChanges && jobs.count == 1 {
          rowsUnaffected += 1
        } else {
          places.append(place)
          chosen.append(jobs[0].title)
        }
      }
      // Partitions are put together again, so each has to tell of all files.
      if places.isEmpty && (request.partition == nil || titles.isEmpty) { return }
      let isKept = path == "-" || keptRows < Self.mostKeptRows
      if isKept { keptRows += content.rows.count }
      entries.append(
        .file(
          File(
            path: path, hash: content.input.hash, titles: titles, places: places,
            chosen: chosen, kept: isKept ? content : nil)))
    } catch let error as InputError {
      reject(error)
    }
  }

  /// Whether a row is run, where those of a report that failed are run again.
  private mutating func isToRun(_ job: Job, of input: Input) -> Bool {
    guard let rerun else { return true }
    if !rerun.knows(row: job.title, of: job.file, hash: input.hash) { rowsUnknown += 1 }
    return rerun.includes(row: job.title, of: job.file, hash: input.hash)
  }

  private mutating func reject(_ error: InputError) {
    session.complain("\(error)")
    entries.append(.broken(error))
  }

  /// How many rows are to be searched.
  var rowCount: Int {
    entries.reduce(0) { count, entry in
      if case .file(let file) = entry { count + file.places.count } else { count }
    }
  }

  /// The rows that are to be searched, in order.
  var rows: some Sequence<RowNotRun> {
    entries.lazy.flatMap { entry -> [RowNotRun] in
      guard case .file(let file) = entry else { return [] }
      return file.chosen.map { RowNotRun(file: file.path, row: $0) }
    }
  }

  /// The files, as messages name them.
  var files: [String] {
    let met = entries.map { entry in
      switch entry {
      case .file(let file): file.path
      case .broken(let error): error.faults[0].file
      }
    }
    return met + unread
  }

  /// What the report has to say of a file, and the rows to search; an error when the file has
  /// changed since it was read.
  fileprivate func content(of file: File) -> Result<(InputReport, [[Job]]), InputError> {
    guard let content = file.kept ?? (try? ReadFile(file.path, session, request)),
      content.input.hash == file.hash
    else {
      let error = InputError(.unreadable(file.path, reason: "it has changed since it was read"))
      session.complain("\(error)")
      return .failure(error)
    }
    var report = InputReport(content.input, content.rows.map { $0[0] }, request)
    (report.rowTitles, report.comingTitles) = (file.titles, file.chosen)
    return .success((report, file.places.map { content.rows[$0] }))
  }
}

extension CheckPlan.Entry {
  var isBroken: Bool {
    if case .broken = self { true } else { false }
  }
}

/// Goes through a plan, one item after another.
struct CheckItems {
  private let plan: CheckPlan
  private var entries: ArraySlice<CheckPlan.Entry>
  /// What has not been come to.
  var rest: ArraySlice<CheckPlan.Entry> { entries }
  private var rows: ArraySlice<[Job]> = []

  init(_ plan: CheckPlan) { (self.plan, entries) = (plan, plan.entries[...]) }

  /// The next item; nil at the end.
  mutating func next() -> RowPipeline.Item? {
    if let jobs = rows.popFirst() { return .rows(jobs) }
    while let entry = entries.popFirst() {
      switch entry {
      case .broken(let error): return .rejected(error)
      case .file(let file):
        switch plan.content(of: file) {
        case .success((let report, let rows)):
          self.rows = rows[...]
          return .begin(report)
        case .failure(let error): return .rejected(error)
        }
      }
    }
    return nil
  }
}
