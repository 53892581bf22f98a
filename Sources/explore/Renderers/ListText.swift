import RaceModel
import Scheduler

/// The sections of `explore list`.
enum ListText {
  private static let width = 80
  private static let column = 22

  static var paths: [String] {
    ["Paths"]
      + PathSpec.allCases.flatMap { path in
        let arguments = path.argumentNames.map { $0 == "times" ? "[\($0)]" : $0 }
        let functions = path.functions.map { $0 + "()" }.joined(separator: ", ")
        return entry(path.id, path.summary)
          + entry("", "arguments: " + arguments.joined(separator: ", "))
          + (functions.isEmpty ? [] : entry("", "restates: " + functions))
      }
  }

  static var properties: [String] {
    var lines = ["Properties, which scenarios ask for"]
    for name in PropertySpec.allCases {
      lines += entry(name.rawValue, "\(name.factID): \(name.sentence)")
    }
    lines += ["", "Checks, which every run makes"]
    for check in checks { lines += entry(check.id, check.sentence) }
    lines += ["", "Landmarks, which a run must reach to mean something"]
    for landmark in Landmark.allCases { lines += entry(landmark.rawValue, landmark.sentence) }
    return lines
  }

  /// The checks of a smallest machine: those of the engine and those of the model.
  private static var checks: [Check] {
    let page = Scenario.L2Page(n: 0, gpte: nil, shadow: nil, onRmap: false)
    let scenario = Scenario(
      name: "smallest", summary: "",
      machine: Scenario.Machine(
        lpid: 1,
        slots: [Scenario.Slot(id: 0, baseGFN: 0, npages: 1, logDirty: true, readOnly: false)],
        pages: [Scenario.HostPage(gfn: 0, rpn: 1, host: nil, vmmWritable: true)],
        guests: [Scenario.NestedGuest(l1LPID: 1, shadowLPID: 2, pages: [page])],
        vcpus: [Scenario.VCPU(name: "vcpu0", guest: 0, tlb: [])]),
      threads: [
        Scenario.ThreadScript(
          name: "vcpu0", run: [PathCall(GuestAccess.l2Load, Argument.vcpu(0), Argument.page(0))])
      ],
      properties: [], sometimes: [], rows: [])
    return [.deadlock]
      + scenario.system(kernel: Kernel(), threads: scenario.threads, landmarks: []).checks
  }

  static var kernels: [String] {
    var lines = ["Kernels, for --kernel"]
    for base in Kernel.Base.allCases { lines += entry(base.rawValue, base.summary) }
    lines += ["", "Patches, for --with"]
    for patch in Kernel.Patch.allCases {
      lines += entry(patch.rawValue, patch.summary)
      lines += entry("", "sets " + patch.settings.map(\.description).joined(separator: ", "))
    }
    return lines
  }

  static var knobs: [String] {
    let knobs = Kernel().knobs
    return ["Knobs, for --knob NAME=VALUE; * is the value of \(Kernel().base.rawValue)"]
      + Knob.allCases.flatMap { knob in
        let values = knob.values.map { $0 == knobs[knob] ? $0 + "*" : $0 }
        return entry(knob.rawValue, knob.summary)
          + entry("", values.joined(separator: ", "))
      }
  }

  static func scenario(_ scenario: Scenario, _ file: String) -> [String] {
    ["  \(scenario.name)  \(shown(file))"]
      + wrapped(scenario.summary, width: width - 4).map { "    " + $0 }
      + scenario.rows.flatMap { row in
        let expected =
          switch row.expectation {
          case .holds: "holds"
          case .violated(let ids): "violated: " + ids.joined(separator: ", ")
          }
        return labelled("    row \(row.name)", expected, column: 32, width: width)
      }
  }

  private static func entry(_ name: String, _ text: String) -> [String] {
    labelled("  " + name, text, column: column, width: width)
  }
}
