import Reporting

/// The texts of the help, made of the same table that the parser reads.
enum Help {
  private static let width = 79

  /// What the program is for.
  static let purpose =
    "explore runs kernel code paths through every interleaving and shows the race with the fewest "
    + "preemptions, or proves that there is none: the paths of KVM/PowerPC's nested MMU, which "
    + "are built in, by scenarios (*.json5), and your own code by race files in C (*.race, "
    + "*.litmus)."

  /// What a command line without arguments gets.
  static var brief: String {
    text(
      [
        "explore: finds races between kernel paths by trying every interleaving", "",
        "usage: explore COMMAND ...", "",
      ] + commands.flatMap { entry($0.rawValue, $0.summary, column: 11) } + ["", "see --help"])
  }

  static func text(for page: HelpPage?) -> String {
    switch page {
    case .command(let command): text(for: command)
    case .topic(let topic): text(TopicText.lines(of: topic))
    case nil: general
    }
  }

  private static func text(for command: Command) -> String {
    var lines = wrapped("explore \(command.rawValue): \(command.summary)", width: width)
    lines += ["", "usage: " + usage(command), ""]
    lines += wrapped(command.details, width: width)
    lines += ["", "Examples"] + examples([command])
    lines += options(command)
    if command.searches { lines += codes }
    let topics = Option.Group.allCases.filter { group in
      Option.all(for: command).contains { $0.group == group }
    }.map(\.topic)
    if !topics.isEmpty {
      lines += [""] + wrapped("More: explore help " + list(topics.map(\.id), "or"), width: width)
    }
    return text(lines)
  }

  private static var general: String {
    var lines = wrapped(purpose, width: width)
    lines += ["", "Usage"] + Command.allCases.map { "  " + usage($0) }
    lines += ["  explore --help | --version", "", "Commands"]
    lines += commands.flatMap { entry($0.rawValue, $0.summary, column: 11) }
    lines += ["", "Topics, for 'explore help TOPIC'"]
    lines += HelpTopic.allCases.flatMap { entry($0.id, $0.summary, column: 14) }
    lines += ["", "Examples"] + examples([.run, .check])
    lines += options(nil) + codes
    return text(lines + ["", "Documents: README.md, Docs/"])
  }

  private static var commands: [Command] { Command.allCases }

  private static func usage(_ command: Command) -> String {
    let takesOptions = !Option.all(for: command).isEmpty
    return "explore \(command.rawValue) \(command.operands)" + (takesOptions ? " [OPTION]..." : "")
  }

  private static func examples(_ commands: [Command]) -> [String] {
    commands.flatMap(\.examples).flatMap { example in
      ["  " + example.line] + wrapped(example.outcome, width: width - 6).map { "      " + $0 }
    }
  }

  private static func options(_ command: Command?) -> [String] {
    let options = Option.all(for: command)
    var lines = Option.Group.allCases.flatMap { group -> [String] in
      let members = options.filter { $0.group == group }
      if members.isEmpty { return [] }
      return ["", group.rawValue]
        + members.flatMap { entry($0.form, $0.summary(for: command), column: 22) }
    }
    if command == nil { lines += entry("--version", "print the version", column: 22) }
    if options.isEmpty { lines.append("") }
    return lines + entry("-h, --help", "print this help", column: 22)
  }

  private static var codes: [String] {
    ["", "Exit codes"]
      + ExitCode.allCases.flatMap { entry("\($0.rawValue)", $0.meaning, column: 7) }
  }

  private static func entry(_ name: String, _ summary: String, column: Int) -> [String] {
    labelled("  " + name, summary, column: column, width: width)
  }

  private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
