import RaceModel
import Reporting

/// `explore new`: writes a scenario or race file that runs, to begin with.
struct NewCommand {
  let session: Session
  let request: Request

  /// What can be written.
  enum Kind: String, CaseIterable, Sendable {
    case scenario, race

    var language: InputLanguage {
      switch self {
      case .scenario: .scenario
      case .race: .race
      }
    }
  }

  func run() throws -> ExitCode {
    let kind = try kind()
    guard request.operands.count > 1 else { throw UsageError.missingOperand(.new) }
    let (file, name) = try place(request.operands[1], kind)
    let (text, tells) = try text(kind, name: name, file: file)
    do throws(FileError) {
      try session.files.createNew(file, text)
    } catch {
      throw InputError(error)
    }
    let typed = shellQuoted(file.hasPrefix("-") ? "./" + file : file)
    session.output(
      (["wrote \(shown(file, limit: 4096)): \(tells)", "", "next:"]
        + next(kind, typed).flatMap { ["  \($0.line)", "      \($0.outcome)"] })
        .map { $0 + "\n" }.joined())
    return .success
  }

  /// Commands to go on with, and what they do.
  private func next(_ kind: Kind, _ file: String) -> [(line: String, outcome: String)] {
    let run = (line: "explore run \(file)", outcome: "every interleaving, and what breaks")
    return switch kind {
    case .scenario:
      [
        run, ("explore check \(file)", "the line that pins the row"),
        ("explore list paths", "what else threads can run; also properties, landmarks, knobs"),
      ]
    case .race:
      [
        run, ("explore check \(file)", "each row, against what it expects"),
        ("explore list constructs", "what can stand in it; Docs/race-files.md says it in full"),
      ]
    }
  }

  private func kind() throws(UsageError) -> Kind {
    let word = request.operands[0]
    if let kind = Kind(rawValue: word) { return kind }
    throw .unknownName(noun: "kind of file", word, allowed: Kind.allCases.map(\.rawValue))
  }

  private func text(
    _ kind: Kind, name: String, file: String
  ) throws(UsageError) -> (text: String, tells: String) {
    switch kind {
    case .race:
      if !request.paths.isEmpty { throw .pathsOfRace }
      return (RaceTemplate.text(named: name, file: file), "2 threads, a property, 2 rows")
    case .scenario:
      let paths = request.paths.isEmpty ? Self.standard : request.paths
      do throws(ScenarioTemplate.Refusal) {
        let template = try ScenarioTemplate(paths)
        let counts = [
          counted(paths.count, "thread"),
          "\(template.properties.count) "
            + (template.properties.count == 1 ? "property" : "properties"), "1 row",
        ]
        return (template.text(named: name, file: file), counts.joined(separator: ", "))
      } catch {
        throw .refusedPaths(error)
      }
    }
  }

  /// What a scenario runs unless told otherwise: the race that the program was made for.
  private static let standard = ["l2-store", "get-dirty-log"].compactMap(PathSpec.init(rawValue:))

  /// The file, and what it calls itself, for a name that may have a folder and an ending.
  private func place(
    _ operand: String, _ kind: Kind
  ) throws(UsageError) -> (file: String, name: String) {
    if let other = InputLanguage(ofFile: operand), other != kind.language {
      throw .endingOfOtherLanguage(operand, other, wanted: kind.language)
    }
    let ending = kind.language.ending
    let stem = operand.hasSuffix(ending) ? String(operand.dropLast(ending.count)) : operand
    let name = stem.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init)
    guard let name, NameForm.scenario.accepts(name) else {
      throw .malformedFileName(name ?? "", rule: NameForm.scenario.rule)
    }
    return (stem + ending, name)
  }
}
