import Litmus
import RaceModel
import Reporting
import Scheduler

/// The text of `explore list`.
struct ListText {
  func render(_ report: ListReport) -> String {
    report.sections.map { section in
      Self.lines(of: section).map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  private static func lines(of section: ListReport.Section) -> [String] {
    switch section {
    case .paths: paths
    case .properties: properties
    case .kernels: kernels
    case .knobs: knobs
    case .constructs: constructs
    case .scenarios(let inputs): files(inputs, "Scenarios", folder: "./scenarios")
    case .races(let inputs): files(inputs, "Race files", folder: "./races")
    }
  }

  private static let width = 80
  private static let column = 22

  private static var paths: [String] {
    ["Paths"]
      + PathSpec.allCases.flatMap { path in
        let arguments = path.argumentNames.map { $0 == "times" ? "[\($0)]" : $0 }
        let functions = path.functions.map { $0 + "()" }.joined(separator: ", ")
        return entry(path.id, path.summary)
          + entry("", "arguments: " + arguments.joined(separator: ", "))
          + (functions.isEmpty ? [] : entry("", "restates: " + functions))
      }
  }

  private static var properties: [String] {
    var lines = ["Properties, which scenarios ask for"]
    for name in PropertySpec.allCases {
      lines += entry(name.rawValue, "\(name.factID): \(name.sentence)")
    }
    lines += ["", "Checks, which every run makes"]
    for check in Scenario.checks { lines += entry(check.id, check.sentence) }
    lines += ["", "Landmarks, which a run must reach to mean something"]
    for landmark in Landmark.allCases { lines += entry(landmark.rawValue, landmark.sentence) }
    return lines
  }

  private static var kernels: [String] {
    var lines = ["Kernels, for --kernel"]
    for base in Kernel.Base.allCases { lines += entry(base.rawValue, base.summary) }
    lines += ["", "Patches, for --with"]
    for patch in Kernel.Patch.allCases {
      lines += entry(patch.rawValue, patch.summary)
      lines += entry("", "sets " + patch.settings.map(\.description).joined(separator: ", "))
    }
    return lines
  }

  private static var knobs: [String] {
    let knobs = Kernel().knobs
    return ["Knobs, for --knob NAME=VALUE; * is the value of \(Kernel().base.rawValue)"]
      + Knob.allCases.flatMap { knob in
        let values = knob.values.map { $0 == knobs[knob] ? $0 + "*" : $0 }
        return entry(knob.rawValue, knob.summary)
          + entry("", values.joined(separator: ", "))
          + entry("", "read by " + list(knob.paths.map(\.id), "and"))
      }
  }

  /// A line for each construct, so that one can be looked for by name.
  private static var constructs: [String] {
    let engines = RaceEngine.allCases
    func row(_ kind: String, _ name: String, _ meanings: [String]) -> String {
      let text =
        "  " + padded(kind, to: 9) + padded(name, to: 34)
        + meanings.map { padded($0, to: 11) }.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    return ["Constructs of race files, and what a memory model makes of them"]
      + [row("kind", "name", engines.map(\.rawValue))]
      + RaceLanguage.constructs.map { construct in
        row(
          construct.kind.rawValue, construct.name,
          engines.map { construct.meanings[$0]?.rawValue ?? "" })
      } + [""]
      + Construct.Meaning.allCases.flatMap { entry($0.rawValue, $0.summary) }
  }

  private static func files(_ inputs: [Input]?, _ title: String, folder: String) -> [String] {
    guard let inputs else { return [title, "  none: there is no folder \(folder) here"] }
    return [title] + inputs.flatMap(file)
  }

  /// A file with its rows and what they expect.
  private static func file(_ input: Input) -> [String] {
    ["  \(shown(input.name))  \(shown(input.file))"]
      + (input.summary.isEmpty
        ? [] : wrapped(input.summary, width: width - 4).map { "    " + $0 })
      + rows(of: input).flatMap { row in
        labelled(
          "    row \(row.name)",
          row.expectation?.text ?? "unpinned: nothing is expected of it", column: 32, width: width)
          + (row.note.isEmpty ? [] : wrapped(row.note, width: width - 8).map { "        " + $0 })
      }
  }

  private static func rows(
    of input: Input
  ) -> [(name: String, expectation: Expectation?, note: String)] {
    switch input.content {
    case .scenario(let scenario):
      scenario.rows.map { ($0.name, $0.expectation.map(Expectation.init), $0.note) }
    case .race(let file):
      file.rows.map {
        (
          shown($0.name), $0.expectation.map(Expectation.init),
          $0.defines.map(\.text).joined(separator: ", ")
        )
      }
    }
  }

  private static func entry(_ name: String, _ text: String) -> [String] {
    labelled("  " + name, text, column: column, width: width)
  }
}
