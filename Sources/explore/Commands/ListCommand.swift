import RaceModel

/// `explore list`: the names that command lines and scenario files can use.
struct ListCommand {
  let session: Session
  let request: Request

  enum Section: String, CaseIterable { case paths, properties, kernels, knobs, scenarios }

  func run() throws -> ExitCode {
    var sections = Section.allCases
    var code = ExitCode.success
    if let name = request.operands.first {
      guard let section = Section(rawValue: name) else {
        throw UsageError.unknownName(
          noun: "section", name, allowed: Section.allCases.map(\.rawValue))
      }
      sections = [section]
    }
    if request.operands.count > 1, sections != [.scenarios] {
      throw UsageError.unexpectedOperand(request.operands[1], .list)
    }
    let path = request.operands.count > 1 ? request.operands[1] : nil
    for (index, section) in sections.enumerated() {
      let lines: [String] =
        switch section {
        case .paths: ListText.paths
        case .properties: ListText.properties
        case .kernels: ListText.kernels
        case .knobs: ListText.knobs
        case .scenarios: scenarios(path, &code, isOptional: sections.count > 1)
        }
      session.output((index == 0 ? "" : "\n") + lines.map { $0 + "\n" }.joined())
    }
    return code
  }

  /// With all sections listed, a missing ./scenarios is not worth an error.
  private func scenarios(_ path: String?, _ code: inout ExitCode, isOptional: Bool) -> [String] {
    var lines = ["Scenarios"]
    do {
      for file in try session.scenarios.files(at: path ?? "scenarios") {
        do {
          lines += ListText.scenario(try session.scenarios.read(file), file)
        } catch {
          session.complain("\(error)")
          code = .usage
        }
      }
    } catch {
      if isOptional { return lines + ["  none: there is no folder ./scenarios here"] }
      session.complain("\(error)")
      code = .usage
    }
    return lines
  }
}
