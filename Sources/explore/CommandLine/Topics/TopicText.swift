import Reporting

/// The text of a topic's page.
struct TopicText {
  private static let width = 79
  private static let column = 22

  static func lines(of topic: HelpTopic) -> [String] {
    wrapped("\(topic.id): \(topic.summary)", width: width)
      + topic.parts.flatMap { [""] + lines(of: $0) }
  }

  private static func lines(of part: HelpTopic.Part) -> [String] {
    switch part {
    case .text(let text): wrapped(text, width: width)
    case .heading(let text): [text]
    case .entries(let entries): entries.flatMap { entry($0.name, $0.meaning) }
    case .section(let id):
      (ListSection(rawValue: id).map { section in
        [section.title] + section.items(ListSources()).flatMap { entry($0.name, $0.summary) }
      }) ?? []
    case .options(let group):
      [group.rawValue]
        + Option.all.filter { $0.group == group }.flatMap { entry($0.form, $0.summary) }
    case .lines(let lines): lines.map { "    " + $0 }
    }
  }

  private static func entry(_ name: String, _ text: String) -> [String] {
    labelled("  " + name, text, column: column, width: width)
  }
}
