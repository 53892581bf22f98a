import Litmus
import RaceModel
import Scheduler

/// The jobs of a race file: its rows, or the program that the command line makes of it.
struct RaceJobs {
  let input: Input
  let raceFile: RaceFile

  func jobs(_ request: Request) throws -> [Job] {
    if let option = request.kernelChoices.first {
      throw UsageError.optionOfOtherLanguage(option, file: input.file, language)
    }
    let chosen = try Job.row(request, of: input.file, among: raceFile.rows, name: \.name)
    let isOwnProgram = !request.defines.isEmpty && request.command != .check
    if isOwnProgram || raceFile.rows.isEmpty {
      return [try job(chosen, isRow: false, request)]
    }
    return try jobs(of: chosen.map { [$0] } ?? raceFile.rows, request)
  }

  private var language: InputLanguage {
    switch raceFile.language {
    case .litmus: .litmus
    case .race: .race
    }
  }

  /// Makes the programs of all rows, so that the mistakes of all of them are told together.
  private func jobs(of rows: [Row], _ request: Request) throws -> [Job] {
    var jobs: [Job] = []
    var errors: [InputError] = []
    for row in rows {
      do {
        jobs.append(try job(row, isRow: true, request))
      } catch let error as InputError {
        errors.append(error)
      }
    }
    guard errors.isEmpty else { throw InputError(of: errors) }
    return jobs
  }

  private func job(_ row: Row?, isRow: Bool, _ request: Request) throws -> Job {
    // A macro of the command line comes last and wins.
    let ofRow = (row?.defines ?? []).filter { define in
      !request.defines.contains { $0.name == define.name }
    }
    let defines = ofRow + request.defines
    let made = try program(row, defines, request)
    let isOwnProgram = !isRow && !request.defines.isEmpty
    let title = isOwnProgram ? (request.row.map { [$0] } ?? []) + request.defineWords : nil
    if isRow, let row { try refuseUnanswerable(row, made) }
    return Job(
      file: input.file, inputName: raceFile.name, name: isRow ? row?.name : nil,
      position: isRow
        ? row.map { SourcePosition(line: $0.position.line, column: $0.position.column) } : nil,
      note: "", tags: Job.tags(of: input, row: isRow ? row?.tags : nil),
      title: shown((isRow ? row?.name : title?.joined(separator: " ")) ?? raceFile.name),
      setting: .program(
        defines: defines.map(\.text), labels: row?.labels ?? [], result: raceFile.result),
      threads: zip(made.threads, made.titles).map {
        ThreadReport(name: $0, calls: $1.map { [$0] } ?? [])
      },
      expectation: isRow ? row?.expectation.map(Expectation.init) : nil,
      isUnpinned: raceFile.language == .race && !isOwnProgram
        && (isRow ? row?.expectation == nil : true),
      replayOptions: request.languageOptions(for: input.file)
        + (isOwnProgram ? (request.row.map { ["--row", $0] } ?? []) : []) + request.defineWords,
      program: FileProgram(program: made, row: isRow ? row : nil))
  }

  private func program(
    _ row: Row?, _ defines: [Define], _ request: Request
  ) throws -> RaceProgram {
    do throws(RaceFileError) {
      return try RaceProgram(
        raceFile, defines: defines, labels: Set(row?.labels ?? []), row: row,
        model: request.model?.rawValue)
    } catch {
      throw InputError(error, in: raceFile.bytes, defines: defines)
    }
  }

  /// Refuses a row that expects an answer where its file asks nothing.
  private func refuseUnanswerable(_ row: Row, _ program: RaceProgram) throws {
    switch row.expectation {
    case .allowed?, .forbidden?:
      if program.quantifier == .exists { return }
      throw InputError(
        raceFile.error(
          in: row,
          "the row expects '\(row.expectation == .allowed ? "allowed" : "forbidden")'"
            + ", which answers 'exists', and there is no 'exists'"), in: raceFile.bytes)
    case .holds?, .violated?, nil: return
    }
  }
}

/// A program of a race file.
struct FileProgram: Explorable {
  let program: RaceProgram
  /// The row that it is; nil for a program that no row has.
  let row: Row?

  var system: System { program.roomySystem }

  func role(of id: String) -> FindingRole {
    if program.isQuestion(id) { return .answer }
    return program.isClaim(id) ? .violation : .flag
  }

  var hasCondition: Bool { program.quantifier != nil }

  var modelLimits: [String] { [Check.cellOverflow.id] }

  func explore(_ options: Explorer.Options, keepingFinalStates: Bool) -> Explored {
    let (states, result) =
      keepingFinalStates ? program.herdStates(options) : (nil, program.explore(options))
    return Explored(
      system: result.system, exploration: result.exploration, flags: result.flags,
      question: result.question, observation: result.observation?.rawValue,
      finalStates: states, isWhole: result.isWhole)
  }

  /// The row as the file has to have it.
  func pin(_ report: RowReport, _: Explorer.Options) -> Pinning {
    var words = ["row", row?.name ?? "as-is"] + program.defines.map { "-D\($0.text)" }
    words += (row?.labels ?? []).flatMap { ["with", $0] }
    words += (row?.tags ?? []).flatMap { ["tag", $0] }
    words += (row?.model).map { ["model", $0] } ?? []
    let line = (words + [Expectation(found: report).text]).joined(separator: " ")
    return .line(shown(line, limit: 4096))
  }
}

extension Define {
  /// As `-D` takes it.
  var text: String { value == "1" ? name : "\(name)=\(value)" }
}
