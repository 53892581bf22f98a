import Litmus
import RaceModel
import Scheduler

/// The sections of files: `scenarios`, `races` and `rows`.
enum ListedFiles {
  static func files(_ sources: ListSources) -> [ListItem] {
    sources.inputs.map { input in
      ListItem(
        shown(input.name), input.summary,
        [
          .init("file", "file", .text(input.file)),
          .init("rows", "rows", .items(rows(of: input))),
        ] + content(of: input))
    }
  }

  static func rows(_ sources: ListSources) -> [ListItem] {
    sources.inputs.flatMap { input in
      rows(of: input).map { row in
        ListItem(
          "\(shown(input.name))/\(row.name)", row.summary,
          [.init("file", "file", .text(input.file))] + row.facts)
      }
    }
  }

  private static func content(of input: Input) -> [ListItem.Fact] {
    guard case .scenario(let scenario) = input.content else { return [] }
    return [
      .init("tables", "page tables", .names([scenario.machine.table.rawValue])),
      .init("properties", "properties", .names(scenario.properties.map(\.id))),
      .init("sometimes", "landmarks of all rows", .names(scenario.sometimes.map(\.id))),
      .init("cites", "goes back to", .names(scenario.cites)),
    ]
  }

  /// Rows by name, with what they expect.
  private static func rows(of input: Input) -> [ListItem] {
    switch input.content {
    case .scenario(let scenario):
      scenario.rows.map { row in
        ListItem(
          row.name, text(row.expectation.map(Expectation.init)),
          [
            .init("line", "line", .number(row.position.line)),
            .init("note", "note", .text(row.note), inList: .below),
            .init("kernel", "kernel", .text("\(row.kernel)")),
            .init("threads", "threads", .items(threads(of: row, in: scenario))),
            .init(
              "sometimes", "must reach", .names(scenario.landmarks(of: row).map(\.id))),
          ])
      }
    case .race(let file):
      file.rows.map { row in
        ListItem(
          shown(row.name), text(row.expectation.map(Expectation.init)),
          [
            .init("line", "line", .number(row.position.line)),
            .init("defines", "", .names(row.defines.map(\.text)), inList: .below),
          ])
      }
    }
  }

  private static func threads(of row: Scenario.Row, in scenario: Scenario) -> [ListItem] {
    scenario.threads(of: row).map { thread in
      ListItem(
        thread.name, thread.run.map { $0.text(on: scenario.machine) }.joined(separator: "; "))
    }
  }

  private static func text(_ expectation: Expectation?) -> String {
    expectation?.text ?? "unpinned: nothing is expected of it"
  }
}
