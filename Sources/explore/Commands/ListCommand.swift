import RaceModel
import Reporting
import Scheduler

/// `explore list`: the names that command lines and files can use, and the files that there are.
struct ListCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    guard let render = request.format.list(session.style(request)) else {
      preconditionFailure("'list' takes no format \(request.format.name)")
    }
    var report = ListReport(parts: [])
    let uses = uses()
    if let name = request.operands.first {
      report.parts = [try part(of: section(name), uses, &report.errors)]
    } else {
      report.parts = ListSection.allCases.map { section in
        let inputs = section.source.map { folders($0, &report.errors) }
        return part(of: section, inputs, uses)
      }
    }
    // A section may look where another has looked.
    var seen: Set<InputError> = []
    report.errors = report.errors.filter { seen.insert($0).inserted }
    for error in report.errors { session.complain("\(error)") }
    session.output(render(report))
    return report.errors.isEmpty ? .success : .usage
  }

  private func section(_ name: String) throws(UsageError) -> ListSection {
    if let section = ListSection(rawValue: name) { return section }
    throw .unknownName(noun: "section", name, allowed: ListSection.allCases.map(\.id))
  }

  /// The section as the command line asks for it: all of it, one item, what is at some place.
  private func part(
    of section: ListSection, _ uses: UseIndex?, _ errors: inout [InputError]
  ) throws -> ListReport.Part {
    let operands = request.operands.dropFirst()
    guard let source = section.source else {
      if operands.count > 1 { throw UsageError.unexpectedOperand(request.operands[2], .list) }
      let part = part(of: section, nil, uses)
      return try operands.first.map { try item($0, of: part) } ?? part
    }
    let first = operands.first
    let isPlace = try operands.count == 1 && first.map { try leadsSomewhere($0, section) } ?? false
    let place = isPlace ? first : operands.dropFirst().first
    var inputs: [Input]?
    if let place {
      inputs = read(place, source.languages, &errors)
    } else {
      inputs = folders(source, &errors)
      // A section that was asked for has something to list.
      if inputs == nil {
        throw InputError(.missing(source.folders[0]))
      }
    }
    let part = part(of: section, inputs, uses)
    guard let name = first, !isPlace else { return part }
    if inputs?.isEmpty == true, let error = errors.last { throw error }
    return try item(name, of: part)
  }

  private func part(
    of section: ListSection, _ inputs: [Input]??, _ uses: UseIndex?
  ) -> ListReport.Part {
    guard let found = inputs else {
      return ListReport.Part(section: section, items: section.items(ListSources(uses: uses)))
    }
    return ListReport.Part(
      section: section,
      items: found.map { section.items(ListSources(inputs: $0, uses: uses)) })
  }

  /// The item of a name; of a file's name in a section of rows, the file's rows.
  private func item(_ name: String, of part: ListReport.Part) throws(UsageError) -> ListReport.Part
  {
    var part = part
    let all = part.items ?? []
    part.items = all.filter { $0.name == name }
    part.isDetailed = part.items?.isEmpty == false
    if !part.isDetailed { part.items = all.filter { $0.name.hasPrefix(name + "/") } }
    if part.items?.isEmpty == false { return part }
    throw .unknownItem(part.section, name, allowed: all.map(\.name))
  }

  /// Whether an operand is a file or folder, or can only be meant as one.
  private func leadsSomewhere(_ operand: String, _ section: ListSection) throws -> Bool {
    if operand == "-" { return true }
    do {
      _ = try session.files.kind(of: operand)
      return true
    } catch .missing {
      // A row is called FILE/ROW, and nothing else that is listed has a slash.
      return InputLanguage(ofFile: operand) != nil || operand.hasSuffix("/")
        || (operand.contains("/") && section.id != "rows")
    } catch {
      throw InputError(error)
    }
  }

  /// What is in the folders of a source; nil when there are none.
  private func folders(
    _ source: ListSection.Source, _ errors: inout [InputError]
  ) -> [Input]? {
    let folders = source.folders.filter { folder in
      (try? session.files.kind(of: folder)) ?? .file != .file
    }
    if folders.isEmpty { return nil }
    return folders.flatMap { read($0, source.languages, &errors) }
  }

  /// The files at a path in some languages; a file that is named is read whatever its language.
  private func read(
    _ path: String, _ languages: [InputLanguage], _ errors: inout [InputError]
  ) -> [Input] {
    let reader = session.inputs(request)
    do throws(InputError) {
      let files = try reader.files(at: path)
      return files.compactMap { file in
        let isWanted = languages.contains { $0 == InputLanguage(ofFile: file) }
        guard isWanted || files == [path] else { return nil }
        do throws(InputError) {
          return try reader.read(file)
        } catch {
          errors.append(error)
          return nil
        }
      }
    } catch {
      errors.append(error)
      return []
    }
  }

  /// How the files of the folders `scenarios` and `races` use what there is.
  private func uses() -> UseIndex? {
    let source = ListSection.Source(
      folders: ["scenarios", "races"], languages: InputLanguage.allCases)
    // What is wrong with them is no matter of a list of something else.
    var ignored: [InputError] = []
    return folders(source, &ignored).map(UseIndex.init)
  }
}
