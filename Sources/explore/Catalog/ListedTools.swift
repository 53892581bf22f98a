import Reporting

/// The sections `strategies` and `formats`.
enum ListedTools {
  static func strategies(_: ListSources) -> [ListItem] {
    StrategySpec.allCases.map { strategy in
      ListItem(
        strategy.id, strategy.summary,
        [
          .init("options", "its options", .names(strategy.options.map { "--\($0)" })),
          .init(
            "impliedBy", "implied by",
            strategy.impliedBy.map { .text("--\($0)") } ?? .unknown(why: "no option")),
          .init(
            "example", "on a command line", .text("explore run FILE --strategy \(strategy.id)")),
        ])
    }
  }

  static func formats(_: ListSources) -> [ListItem] {
    OutputFormats.all.map { format in
      let commands = Command.allCases.filter(format.isTaken).map(\.rawValue)
      return ListItem(
        format.name, format.summary,
        [
          .init("commands", "of commands", .names(commands), inList: .below),
          .init(
            "example", "on a command line",
            .text("explore \(commands[0]) ... --format \(format.name)")),
        ])
    }
  }
}
