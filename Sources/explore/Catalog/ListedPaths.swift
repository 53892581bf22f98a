import RaceModel

/// The section `paths`.
enum ListedPaths {
  static func items(_ sources: ListSources) -> [ListItem] {
    PathSpec.allCases.map { item($0, sources.uses) }
  }

  private static func item(_ path: PathSpec, _ uses: UseIndex?) -> ListItem {
    let arguments = path.argumentFacts.map(argument)
    let functions = path.functions.map { function in
      ListItem(
        "\(function)()", "",
        [
          .init(
            "file", "",
            KernelFiles.file(of: function).map { .text($0) }
              ?? .unknown(why: "no file is known"), inList: .below)
        ])
    }
    return ListItem(
      path.id, path.summary,
      [
        .init("arguments", "arguments", .items(arguments), inList: .below),
        .init("functions", "restates", .items(functions), inList: .below),
        .init("tables", "page tables", .names(path.tables.map(\.rawValue))),
        .init(
          "knobs", "knobs it reads",
          .names(Knob.allCases.filter { $0.paths.contains(path) }.map(\.id))),
        .init("example", "a call of it", .text(path.exampleCall)),
        .init(
          "breaks", "seen to break",
          uses.map { .items($0.broken(by: path)) } ?? uses.names { _ in [] }),
        .init(
          "scenarios", "scenarios",
          uses.names { $0.scenarios { scenario, row in scenario.runs(path, in: row) } }),
      ])
  }

  private static func argument(_ facts: PathArgumentFacts) -> ListItem {
    ListItem(
      facts.name, facts.meaning,
      [
        .init("takes", "", .text(facts.takes)),
        .init("isOptional", "may be left out", .flag(facts.isOptional)),
        .init(
          "default", "default",
          facts.fallback.map { .text($0) } ?? .unknown(why: "there is none")),
        .init("example", "example", .text(facts.example)),
      ])
  }
}
