import Scheduler

/// `explore list`: the names that command lines and files can use, and the files that there are.
struct ListCommand {
  let session: Session
  let request: Request

  enum Section: String, CaseIterable {
    case paths, properties, kernels, knobs, constructs, scenarios, races
  }

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
    if request.operands.count > 1, sections != [.scenarios], sections != [.races] {
      throw UsageError.unexpectedOperand(request.operands[1], .list)
    }
    let path = request.operands.count > 1 ? request.operands[1] : nil
    let report = ListReport(
      sections: sections.map { section in
        switch section {
        case .paths: .paths
        case .properties: .properties
        case .kernels: .kernels
        case .knobs: .knobs
        case .constructs: .constructs
        case .scenarios:
          .scenarios(
            inputs(path ?? "scenarios", [.scenario], &code, isOptional: sections.count > 1))
        case .races:
          .races(inputs(path ?? "races", [.litmus, .race], &code, isOptional: sections.count > 1))
        }
      })
    guard let render = request.format.list(session.style(request)) else {
      preconditionFailure("'list' takes no format \(request.format.name)")
    }
    session.output(render(report))
    return code
  }

  /// The files at a path in some languages; with all sections listed, a missing folder is not
  /// worth an error.
  private func inputs(
    _ path: String, _ languages: [InputLanguage], _ code: inout ExitCode, isOptional: Bool
  ) -> [Input]? {
    let reader = session.inputs(request)
    var inputs: [Input] = []
    do throws(InputError) {
      let files = try reader.files(at: path)
      for file in files
      where files == [path] || languages.contains(where: { $0 == InputLanguage(ofFile: file) }) {
        do throws(InputError) {
          inputs.append(try reader.read(file))
        } catch {
          session.complain("\(error)")
          code = .usage
        }
      }
    } catch {
      if isOptional { return nil }
      session.complain("\(error)")
      code = .usage
    }
    return inputs
  }
}
