import Foundation
import RaceModel
import Scheduler

/// Which path reads which knob, and the row that shows what the knob does there: `Docs/knobs.md`.
///
/// What is read comes from the machines. The rows are found by a search, and kept as long as they
/// show what they are there for.
struct KnobMatrix {
  /// A knob that the machines of a path read.
  struct Cell: Hashable, Sendable, CustomStringConvertible {
    let knob: Knob
    let path: PathSpec

    var description: String { "\(knob.id) in \(path.id)" }
  }

  /// A row in which a knob matters in one path.
  struct Witness: Hashable, Sendable {
    /// `scenario/row`.
    var row: String
    /// The value that gives another search than the row's own.
    var value: String
  }

  /// Every cell that is read, in the order of the catalogs.
  static let cells = Knob.allCases.flatMap { knob in
    knob.paths.map { Cell(knob: knob, path: $0) }
  }

  var witnesses: [Cell: Witness]

  /// What the page says.
  static func stored() throws -> KnobMatrix {
    var witnesses: [Cell: Witness] = [:]
    for line in try Corpus.file(file).split(separator: "\n") where line.hasPrefix("| ") {
      let parts = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 4, let knob = Knob(rawValue: parts[0]),
        let path = PathSpec(rawValue: parts[1]), parts[2] != "none"
      else { continue }
      witnesses[Cell(knob: knob, path: path)] = Witness(row: parts[2], value: parts[3])
    }
    return KnobMatrix(witnesses: witnesses)
  }

  static let file = "Docs/knobs.md"

  /// The page: a grid of all cells, and a table of those that are read.
  var page: String {
    let (knobs, paths) = (Knob.allCases, PathSpec.allCases)
    let wide = paths.map(\.id.count).reduce(0, max)
    func padded(_ text: String, _ width: Int) -> String {
      text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
    var lines = [
      "# Which path reads which knob", "",
      "`scripts/promote` writes this page. What a path reads is recorded while its machines are made,",
      "as for `explore list knobs`. Of each knob that a path reads, the second table names the",
      "smallest row of `scenarios/` in which the knob matters there: with the value in that path",
      "alone, the search counts other states or steps, or something else breaks. A test holds the",
      "page to the machines and to the rows.", "",
      "A line is a path and a column a knob, by its number in the table below; `x` is read, `r` is",
      "read for a guest with radix tables only, and `h` for one with a hashed table. What is recorded",
      "is with all other knobs as in Linux 6.1: `commit-clears-log=on` makes `move-memslot` and the",
      "calls beside it harvest, and they then read what `get-dirty-log` reads.", "",
      "```",
    ]
    let numbers = knobs.indices.map { padded("\($0 + 1)", 2) }
    lines.append(trimmed(padded("", wide) + "  " + numbers.joined(separator: " ")))
    for path in paths {
      let marks = knobs.map { padded(mark($0, path), 2) }
      lines.append(trimmed(padded(path.id, wide) + "  " + marks.joined(separator: " ")))
    }
    lines += ["```", "", "| number | knob | base |", "|---|---|---|"]
    lines += knobs.enumerated().map { "| \($0 + 1) | \($1.id) | \($1.baseValue) |" }
    lines += ["", "| knob | path | row | value |", "|---|---|---|---|"]
    lines += Self.cells.map { cell in
      let witness = witnesses[cell] ?? Witness(row: "none", value: "")
      return "| \(cell.knob.id) | \(cell.path.id) | \(witness.row) | \(witness.value) |"
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func mark(_ knob: Knob, _ path: PathSpec) -> String {
    switch TableKind.allCases.filter({ knob.paths(on: $0).contains(path) }) {
    case []: "."
    case path.tables: "x"
    case [.radix]: "r"
    default: "h"
    }
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// Searches that tell whether a knob matters.
extension KnobMatrix {
  /// What two searches are compared by.
  struct Outcome: Equatable {
    var broken: [String]
    var states, transitions, deadlocks: Int

    init?(_ system: System, limit: Int) {
      var options = Explorer.Options.withoutCounting
      options.limits = Limits(states: limit)
      let exploration = Explorer.explore(system, options: options)
      if case .states? = exploration.limit { return nil }
      broken = exploration.broken
      let counts = exploration.counts
      (states, transitions, deadlocks) = (counts.states, counts.transitions, counts.deadlocks)
    }
  }

  /// The rows that show knobs have at most as many states.
  static let largest = 40_000

  /// A row with what its search gives as it is.
  struct Candidate {
    var row: CorpusRow
    var outcome: Outcome
    var readers: KnobReaders

    init?(_ row: CorpusRow) {
      guard let outcome = Outcome(row.system, limit: KnobMatrix.largest) else { return nil }
      (self.row, self.outcome) = (row, outcome)
      readers = row.scenario.knobReaders(for: row.row)
    }

    /// Whether the search gives something else when the knob has `value` in the path alone.
    func shows(_ cell: Cell, _ value: String) -> Bool {
      let system = row.scenario.system(
        for: row.row, with: Kernel.Setting(knob: cell.knob, value: value), in: cell.path)
      return Outcome(system, limit: outcome.states + 1) != outcome
    }

    /// The first value with which the row shows what the knob does in the path.
    func value(showing cell: Cell) -> String? {
      guard readers.paths(reading: cell.knob).contains(cell.path) else { return nil }
      let own = row.row.kernel.knobs[cell.knob]
      return cell.knob.values.first { $0 != own && shows(cell, $0) }
    }
  }

  /// The rows that can show something, the smallest first.
  static func candidates() throws -> [Candidate] {
    try Corpus.explorableRows().compactMap(Candidate.init).sorted {
      ($0.outcome.states, $0.row.name) < ($1.outcome.states, $1.row.name)
    }
  }

  /// The matrix with the smallest row for each cell.
  static func searched() throws -> KnobMatrix {
    let candidates = try candidates()
    var matrix = KnobMatrix(witnesses: [:])
    for cell in cells {
      for candidate in candidates {
        guard let value = candidate.value(showing: cell) else { continue }
        matrix.witnesses[cell] = Witness(row: candidate.row.name, value: value)
        break
      }
    }
    return matrix
  }
}
