import Reporting

/// The manual page explore(1), in the macros of man(7).
enum ManualPage {
  static var text: String {
    var page: [String] = [
      ".\\\" Made by 'explore generate man'.",
      ".TH EXPLORE 1 \"\" \(argument("explore \(Version.current)")) \"User Commands\"",
      ".SH NAME", "explore \\- find races by trying every interleaving",
    ]
    page += section("SYNOPSIS", Command.allCases.flatMap(synopsis))
    page += section("DESCRIPTION", [escaped(Help.purpose)])
    page += section("COMMANDS", Command.allCases.flatMap(command))
    page += section(
      "OPTIONS",
      Option.Group.allCases.flatMap(options)
        + entry(bold("-h") + ", " + bold("--help"), "print the help, of a command behind its name")
        + entry(bold("--version"), "print the version"))
    page += section(
      "EXIT STATUS", ExitCode.allCases.flatMap { entry(bold("\($0.rawValue)"), $0.meaning) })
    page += section(
      "ENVIRONMENT", EnvironmentVariable.allCases.flatMap { entry(bold($0.rawValue), $0.meaning) })
    page += section(
      "FILES", InputLanguage.allCases.flatMap { entry("*" + bold($0.ending), "a \($0.noun)") })
    page += HelpTopic.allCases.flatMap { topic in
      section(topic.id.uppercased().replacing("-", with: " "), topic.parts.flatMap(part))
    }
    page += section("SEE ALSO", [".BR herd7 (1),", ".BR spin (1)"])
    return page.map { $0 + "\n" }.joined()
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    // A heading begins a paragraph by itself, and a section ends a line.
    [".SH \(argument(title))"]
      + (lines.first == ".PP" ? lines.dropFirst() : lines[...])
      .reversed().drop { $0 == ".br" }.reversed()
  }

  private static func synopsis(_ command: Command) -> [String] {
    [".B explore \(command.rawValue)", escaped(command.operands)]
      + (Option.all(for: command).isEmpty ? [] : ["[OPTION]..."]) + [".br"]
  }

  private static func command(_ command: Command) -> [String] {
    [".SS \(argument("explore \(command.rawValue) \(command.operands)"))"]
      + [escaped(sentence(command.summary)), ".PP", escaped(command.details)]
      + command.examples.flatMap { entry(bold($0.line), $0.outcome) }
  }

  private static func options(_ group: Option.Group) -> [String] {
    let options = Option.all.filter { $0.group == group }
    if options.isEmpty { return [] }
    return [".SS \(argument(group.rawValue))"]
      + options.flatMap { option in
        let names = list(option.commands.map(\.rawValue), "and")
        return entry(head(of: option), "\(option.summary). Commands: \(names).")
      }
  }

  private static func head(of option: Option) -> String {
    guard let placeholder = option.placeholder else { return bold("--\(option.name)") }
    let value = "\\fI\(escaped(placeholder))\\fR"
    let long = bold("--\(option.name)=") + value
    return option.letter.map { bold("-\($0)") + value + ", " + long } ?? long
  }

  private static func part(_ part: HelpTopic.Part) -> [String] {
    switch part {
    case .text(let text): [".PP", escaped(text)]
    case .heading(let title): [".SS \(argument(title))"]
    case .entries(let entries): entries.flatMap { entry(bold($0.name), $0.meaning) }
    case .section(let id):
      (ListSection(rawValue: id).map { section in
        [".SS \(argument(section.title))"]
          + section.items(ListSources()).flatMap { entry(bold($0.name), $0.summary) }
      }) ?? []
    // They stand under OPTIONS.
    case .options: []
    case .lines(let lines): [".PP", ".nf", ".RS 4"] + lines.map(escaped) + [".RE", ".fi"]
    }
  }

  private static func entry(_ head: String, _ text: String) -> [String] {
    [".TP", head, escaped(text)]
  }

  private static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// A text in which nothing is a request or an escape.
  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      .replacing("`", with: "\\(ga").replacing("^", with: "\\(ha").replacing("~", with: "\\(ti")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
  }

  /// An argument of a request.
  private static func argument(_ text: String) -> String {
    "\"\(escaped(text).replacing("\"", with: "\\(dq"))\""
  }
}
