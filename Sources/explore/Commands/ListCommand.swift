import RaceModel
import Scheduler

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
    let report = ListReport(
      sections: sections.map { section in
        switch section {
        case .paths: .paths
        case .properties: .properties
        case .kernels: .kernels
        case .knobs: .knobs
        case .scenarios: .scenarios(scenarios(path, &code, isOptional: sections.count > 1))
        }
      })
    guard let render = request.format.list(session.style(request)) else {
      preconditionFailure("'list' takes no format \(request.format.name)")
    }
    session.output(render(report))
    return code
  }

  /// With all sections listed, a missing ./scenarios is not worth an error.
  private func scenarios(
    _ path: String?, _ code: inout ExitCode, isOptional: Bool
  ) -> [ScenarioInput]? {
    var inputs: [ScenarioInput] = []
    do throws(InputError) {
      for file in try session.scenarios.files(at: path ?? "scenarios") {
        do throws(InputError) {
          inputs.append(try session.scenarios.read(file))
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
