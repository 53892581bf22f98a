import RaceModel
import Reporting
import Scheduler

/// A kind of things that `list` names: the parser, the help, completions and formats ask here.
struct ListSection: CatalogEntry {
  let id: String
  /// What one of its items is called in messages.
  let noun: String
  /// What stands above its items.
  let title: String
  /// What its items are, as the help has it.
  let summary: String
  let layout: Layout
  /// Which files its items are found in; nil for what is built in.
  let source: Source?
  private let make: @Sendable (ListSources) -> [ListItem]

  /// How text shows the items of the section.
  enum Layout: Sendable {
    /// The name, and beside it the summary and the brief facts.
    case entries
    /// A line for each, the brief facts in columns, with a legend below.
    case columns(legend: [ListItem])
    /// The name and its file, and below them the items that belong to it.
    case files
  }

  /// Files that items are found in.
  struct Source: Sendable {
    /// The folders to look in unless the command line names a place.
    let folders: [String]
    let languages: [InputLanguage]
  }

  private init(
    _ id: String, noun: String, title: String, _ summary: String, layout: Layout = .entries,
    source: Source? = nil, make: @escaping @Sendable (ListSources) -> [ListItem]
  ) {
    (self.id, self.noun, self.title, self.summary) = (id, noun, title, summary)
    (self.layout, self.source, self.make) = (layout, source, make)
  }

  /// The items, in the order of their table or files.
  func items(_ sources: ListSources) -> [ListItem] { make(sources) }

  /// The names of items that are built in; none of those of files.
  var names: [String] { source == nil ? items(ListSources()).map(\.name) : [] }

  /// Every section, in the order of the help.
  static let allCases: [ListSection] = [
    ListSection(
      "paths", noun: "path", title: "Paths", "kernel paths that the threads of scenarios run",
      make: ListedPaths.items),
    ListSection(
      "properties", noun: "property", title: "Properties, which scenarios ask for",
      "what the kernel must keep: scenarios ask for them", make: ListedProperties.properties),
    ListSection(
      "checks", noun: "check", title: "Checks, which every run makes",
      "what must never happen, whatever a scenario asks for", make: ListedProperties.checks),
    ListSection(
      "landmarks", noun: "landmark", title: "Landmarks, which a run must reach to mean something",
      "places that a row must reach, or its verdict means nothing",
      make: ListedProperties.landmarks),
    ListSection(
      "kernels", noun: "kernel", title: "Kernels, for --kernel", "base kernels, for --kernel",
      make: ListedKernels.kernels),
    ListSection(
      "patches", noun: "patch", title: "Patches, for --with", "changes to a kernel, for --with",
      make: ListedKernels.patches),
    ListSection(
      "knobs", noun: "knob",
      title: "Knobs, for --knob NAME=VALUE; * is the value of \(Kernel().base.id)",
      "single choices in a kernel, for --knob", make: ListedKernels.knobs),
    ListSection(
      "strategies", noun: "strategy", title: "Strategies, for --strategy",
      "ways to search, for --strategy", make: ListedTools.strategies),
    ListSection(
      "formats", noun: "format", title: "Formats, for --format", "ways to print, for --format",
      make: ListedTools.formats),
    ListSection(
      "constructs", noun: "construct",
      title: "Constructs of race files, and what a memory model makes of them",
      "words of C and the kernel in race files, and what comes of each",
      layout: .columns(legend: ListedConstructs.legend), make: ListedConstructs.items),
    ListSection(
      "scenarios", noun: "scenario", title: "Scenarios", "scenarios with their rows",
      layout: .files, source: Source(folders: ["scenarios"], languages: [.scenario]),
      make: ListedFiles.files),
    ListSection(
      "races", noun: "race file", title: "Race files", "race files with their rows",
      layout: .files, source: Source(folders: ["races"], languages: [.litmus, .race]),
      make: ListedFiles.files),
    ListSection(
      "rows", noun: "row", title: "Rows of scenarios and race files, as FILE/ROW",
      "rows of all files, each with what it expects",
      source: Source(folders: ["scenarios", "races"], languages: InputLanguage.allCases),
      make: ListedFiles.rows),
  ]

  static func == (left: ListSection, right: ListSection) -> Bool { left.id == right.id }
  func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// What items are made from besides the tables: the files that were read.
struct ListSources: Sendable {
  /// The files of the section, for a section of files.
  var inputs: [Input] = []
  /// The scenarios and race files that show how an item is used; nil where none were looked for or
  /// there is no folder to look in.
  var uses: UseIndex?
}
