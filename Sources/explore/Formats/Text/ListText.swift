import Reporting

/// The text of `explore list`.
struct ListText {
  func render(_ report: ListReport) -> String {
    report.parts.map { part in
      Self.lines(of: part).map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  private static let width = 80
  private static let column = 22

  private static func lines(of part: ListReport.Part) -> [String] {
    guard let items = part.items else {
      let folders = (part.section.source?.folders ?? []).map { "./\($0)" }
      return [part.section.title, "  none: there is no folder \(list(folders, "or")) here"]
    }
    if part.isDetailed { return Array(items.map(details).joined(separator: [""])) }
    return [part.section.title] + lines(of: items, part.section.layout)
  }

  private static func lines(of items: [ListItem], _ layout: ListSection.Layout) -> [String] {
    switch layout {
    case .entries:
      items.flatMap { item in
        entry("  " + item.name, before(item) + item.summary)
          + item.facts.filter { $0.inList == .below }.flatMap(below)
      }
    case .columns(let legend):
      columns(items) + [""]
        + legend.flatMap { entry("  " + $0.name, $0.summary) }
    case .files: items.flatMap(file)
    }
  }

  /// What stands before the summary.
  private static func before(_ item: ListItem) -> String {
    item.facts.filter { $0.inList == .before }.map { text($0.value) + ": " }.joined()
  }

  private static func below(_ fact: ListItem.Fact) -> [String] {
    let value = text(fact.value)
    if value.isEmpty, !isListOfNothing(fact.value) || fact.label.isEmpty { return [] }
    let shown = value.isEmpty ? "none" : value
    return entry("", fact.label.isEmpty ? shown : "\(fact.label): \(shown)")
  }

  private static func isListOfNothing(_ value: ListItem.Value) -> Bool {
    switch value {
    case .names(let names), .choices(let names, _): names.isEmpty
    case .items(let items): items.isEmpty
    case .text, .number, .flag, .unknown: false
    }
  }

  /// A value on one line; of items, the names.
  private static func text(_ value: ListItem.Value) -> String {
    switch value {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .flag(let flag): flag ? "yes" : "no"
    case .names(let names): names.joined(separator: ", ")
    case .choices(let names, let standard):
      names.map { $0 == standard ? $0 + "*" : $0 }.joined(separator: ", ")
    case .items(let items): items.map(shortName).joined(separator: ", ")
    case .unknown(let why): "not known, \(why)"
    }
  }

  /// The name, between brackets if it may be left out.
  private static func shortName(_ item: ListItem) -> String {
    for fact in item.facts where fact.key == "isOptional" {
      if case .flag(true) = fact.value { return "[\(item.name)]" }
    }
    return item.name
  }

  private static func entry(_ label: String, _ text: String) -> [String] {
    labelled(label, text, column: column, width: width)
  }
}

extension ListText {
  /// All that is known of one item.
  private static func details(of item: ListItem) -> [String] {
    let heading = before(item) + item.summary
    return wrapped(heading.isEmpty ? item.name : "\(item.name): \(heading)", width: width) + [""]
      + item.facts.flatMap(detail)
  }

  private static func detail(_ fact: ListItem.Fact) -> [String] {
    if fact.inList == .before { return [] }
    let label = fact.label.isEmpty ? fact.key : fact.label
    let value = text(fact.value)
    guard case .items(let items) = fact.value, !items.isEmpty else {
      // What is to be copied stands on one line.
      if fact.key == "example" { return [label, "  " + value] }
      let lines = labelled(label, value.isEmpty ? "none" : value, column: column, width: width)
      guard case .names = fact.value, lines.count > 2 else { return lines }
      return [label] + wrapped(value, width: width - 2).map { "  " + $0 }
    }
    return [label]
      + items.flatMap { item in
        let facts = item.facts.compactMap(nested).joined(separator: "; ")
        let text = [item.summary, facts].filter { !$0.isEmpty }.joined(separator: "; ")
        return labelled("  \(shortName(item))", text, column: column, width: width)
      }
  }

  /// A fact of something that belongs to an item, where it says something.
  private static func nested(_ fact: ListItem.Fact) -> String? {
    switch fact.value {
    case .unknown, .flag(false): return nil
    case .flag(true): return fact.label
    case .text, .number, .names, .choices, .items:
      let value = text(fact.value)
      return value.isEmpty ? nil : fact.label.isEmpty ? value : "\(fact.label): \(value)"
    }
  }
}

extension ListText {
  /// A line for each item, so that one can be looked for by name.
  private static func columns(_ items: [ListItem]) -> [String] {
    let facts = (items.first?.facts ?? []).filter { $0.inList == .below }
    let longest = items.map(\.name.count).max() ?? 0
    func row(_ name: String, _ values: [String]) -> String {
      let text =
        "  " + padded(values.first ?? "", to: 9) + padded(name, to: longest + 2)
        + values.dropFirst().map { padded($0, to: 11) }.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    return [row("name", facts.map(\.label))]
      + items.map { item in
        row(
          item.name,
          item.facts.filter { $0.inList == .below }.map { fact in
            if case .unknown = fact.value { "" } else { text(fact.value) }
          })
      }
  }

  /// A file with its rows and what they expect.
  private static func file(_ item: ListItem) -> [String] {
    item.facts.flatMap { fact -> [String] in
      switch (fact.key, fact.value) {
      case ("file", .text(let file)):
        ["  \(item.name)  \(shown(file))"]
          + (item.summary.isEmpty
            ? [] : wrapped(item.summary, width: width - 4).map { "    " + $0 })
      case ("rows", .items(let rows)): rows.flatMap(row)
      default: []
      }
    }
  }

  private static func row(_ row: ListItem) -> [String] {
    labelled("    row \(row.name)", row.summary, column: 32, width: width)
      + row.facts.filter { $0.inList == .below }.flatMap { fact in
        let text = text(fact.value)
        return text.isEmpty ? [] : wrapped(text, width: width - 8).map { "        " + $0 }
      }
  }
}
