import Litmus

/// The section `constructs`.
enum ListedConstructs {
  static func items(_ sources: ListSources) -> [ListItem] {
    RaceLanguage.constructs.map { construct in
      ListItem(
        construct.name, "",
        [.init("kind", "kind", .text(construct.kind.rawValue), inList: .below)]
          + RaceEngine.allCases.map { engine in
            .init(
              engine.rawValue, engine.rawValue,
              construct.meanings[engine].map { .text($0.rawValue) }
                ?? .unknown(why: "not under this memory model"), inList: .below)
          } + [
            .init(
              "races", "in race files",
              sources.uses.names { $0.races(with: construct.name) })
          ])
    }
  }

  /// What the words in the columns mean.
  static var legend: [ListItem] {
    Construct.Meaning.allCases.map { ListItem($0.rawValue, $0.summary) }
  }
}
