/// What `Docs/kernel-map.md` says under "Access by access": the lists of all machines, as data.
struct AccessLists: Equatable {
  /// The points of one machine, in the order of the kernel function.
  struct Machine: Equatable {
    var name: String
    var rows: [AccessRow]
  }

  var machines: [Machine] = []

  subscript(name: String) -> Machine? { machines.first { $0.name == name } }

  /// A line of the page that cannot be read.
  struct Unreadable: Error, Equatable, CustomStringConvertible {
    var line: Int
    var what: String
    var description: String { "Docs/kernel-map.md:\(line): \(what)" }
  }

  /// Reads the page: a heading that begins with a machine's name in backticks, then its table.
  init(page: String) throws(Unreadable) {
    var (isInside, isTable) = (false, false)
    for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("## ") { isInside = line == "## Access by access" }
      guard isInside else { continue }
      if line.hasPrefix("### `") {
        machines.append(Machine(name: String(line.dropFirst(5).prefix { $0 != "`" }), rows: []))
      }
      if line == AccessRow.head {
        if machines.isEmpty || machines[machines.count - 1].rows != [] {
          throw Unreadable(line: index + 1, what: "a table belongs below the heading of a machine")
        }
        isTable = true
      } else if !line.hasPrefix("|") {
        isTable = false
      } else if isTable, !line.hasPrefix("|---") {
        do {
          machines[machines.count - 1].rows.append(try AccessRow(line: String(line)))
        } catch {
          throw Unreadable(line: index + 1, what: error.what)
        }
      }
    }
  }
}

/// One line of a list: a point of a machine, and what the step from there does.
struct AccessRow: Equatable {
  /// What a step does to something that other threads see, and to what.
  struct Operation: Hashable, Comparable {
    var verb: Verb
    /// A family of cells or locks, by its name in traces and without its index; or a machine.
    var object: String

    static func < (left: Self, right: Self) -> Bool {
      (left.verb.rawValue, left.object) < (right.verb.rawValue, right.object)
    }
  }

  /// In the order in which a row names them.
  enum Verb: Int, CaseIterable {
    /// Of a read section of SRCU.
    case enter
    case lock
    /// Takes a lock or goes on without it.
    case `try`
    /// Looks at a lock's owner only.
    case test
    /// Of another machine.
    case call
    case read
    /// Reads and writes.
    case update
    case write
    case unlock
    /// Of a read section of SRCU.
    case leave
  }

  /// What a row says of the kernel.
  enum Place: Equatable {
    /// A function, and the line that the access stands in.
    case kernel(function: String, line: Int)
    /// There is no such step in Linux 6.1: a knob with this value makes it.
    case knob(String)
    /// What hardware, a guest or the mm does.
    case outside

    var knob: String? { if case .knob(let setting) = self { setting } else { nil } }
  }

  var label: String
  /// Whether some run of the machine comes to it; no more is said of a point that none comes to.
  var isReached = true
  var operations: Set<Operation>
  /// The locks held before the step, whoever runs the machine.
  var held: Set<String>
  /// Those that are held in some runs only.
  var heldAtTimes: Set<String>
  /// The labels of the points that can come next, and `end`.
  var next: Set<String>
  /// Those of ``next`` that the list has no further down: a loop.
  var again: Set<String>
  var place: Place

  static let head = "| label | access | held | then | kernel |"

  struct Malformed: Error { var what: String }

  init(
    label: String, isReached: Bool = true, operations: Set<Operation> = [],
    held: Set<String> = [], heldAtTimes: Set<String> = [], next: Set<String> = [],
    again: Set<String> = [], place: Place
  ) {
    (self.label, self.isReached, self.operations) = (label, isReached, operations)
    (self.held, self.heldAtTimes) = (held, heldAtTimes)
    (self.next, self.again, self.place) = (next, again, place)
  }

  init(line: String) throws(Malformed) {
    let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      .map { $0.trimming(" ") }
    guard cells.count == 5 else { throw Malformed(what: "a row has five columns: \(line)") }
    label = try Self.name(cells[0])
    operations = []
    isReached = cells[1] != "not reached"
    for part in cells[1].parts(";") where isReached && part != "none" {
      let word = String(part.prefix { $0 != " " })
      guard let verb = Verb.allCases.first(where: { "\($0)" == word }) else {
        throw Malformed(what: "'\(word)' is no access: \(Verb.allCases.map { "\($0)" })")
      }
      for object in part.dropFirst(word.count).parts(",") {
        operations.insert(Operation(verb: verb, object: try Self.name(object)))
      }
    }
    (held, heldAtTimes) = try Self.names(cells[2], besides: "at times ")
    let (onward, again) = try Self.names(cells[3], besides: "again ")
    (next, self.again) = (onward.union(again), again)
    place = try Self.place(cells[4])
  }

  private static func place(_ cell: Substring) throws(Malformed) -> Place {
    if cell == "not KVM" { return .outside }
    if cell.hasPrefix("knob ") { return .knob(try name(cell.dropFirst(5))) }
    let words = cell.split(separator: " ")
    guard words.count == 2, let line = Int(words[1]), line > 0 else {
      throw Malformed(what: "'\(cell)' is no function with a line, no knob and not outside of KVM")
    }
    return .kernel(function: try name(words[0]), line: line)
  }

  /// Names, then behind a semicolon and some words more names.
  private static func names(
    _ cell: Substring, besides words: String
  ) throws(Malformed) -> (Set<String>, Set<String>) {
    var (names, others): (Set<String>, Set<String>) = ([], [])
    for part in cell.parts(";") {
      let isOther = part.hasPrefix(words)
      for text in (isOther ? part.dropFirst(words.count) : part).parts(",") {
        let name = text == "end" ? "end" : try name(text)
        if isOther { others.insert(name) } else { names.insert(name) }
      }
    }
    return (names, others)
  }

  private static func name(_ text: Substring) throws(Malformed) -> String {
    guard text.count > 2, text.first == "`", text.last == "`",
      !text.dropFirst().dropLast().contains("`")
    else { throw Malformed(what: "'\(text)' is no name in backticks") }
    return String(text.dropFirst().dropLast())
  }
}

extension AccessRow: CustomStringConvertible {
  /// The row as it stands in the page.
  var description: String {
    let access = Verb.allCases.compactMap { verb -> String? in
      let objects = operations.filter { $0.verb == verb }.map(\.object)
      return objects.isEmpty ? nil : "\(verb) \(Self.list(objects))"
    }
    let cells = [
      "`\(label)`", Self.access(access, isReached),
      Self.cell(held, "at times", heldAtTimes), Self.cell(next.subtracting(again), "again", again),
      "\(place)",
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  private static func access(_ parts: [String], _ isReached: Bool) -> String {
    if !isReached { return "not reached" }
    return parts.isEmpty ? "none" : parts.joined(separator: "; ")
  }

  private static func cell(_ names: Set<String>, _ words: String, _ others: Set<String>) -> String {
    [list(names), others.isEmpty ? "" : "\(words) \(list(others))"].filter { $0 != "" }
      .joined(separator: "; ")
  }

  private static func list(_ names: some Sequence<String>) -> String {
    names.sorted().map { $0 == "end" ? $0 : "`\($0)`" }.joined(separator: ", ")
  }
}

extension AccessRow.Place: CustomStringConvertible {
  var description: String {
    switch self {
    case .kernel(let function, let line): "`\(function)` \(line)"
    case .knob(let setting): "knob `\(setting)`"
    case .outside: "not KVM"
    }
  }
}

extension StringProtocol {
  fileprivate func trimming(_ character: Character) -> SubSequence {
    let start = self.drop { $0 == character }
    guard let last = start.lastIndex(where: { $0 != character }) else { return start }
    return start[...last]
  }

  /// The parts between separators, without spaces around them; none of an empty text.
  fileprivate func parts(_ separator: Character) -> [Substring] {
    split(separator: separator).map { Substring($0.trimming(" ")) }.filter { !$0.isEmpty }
  }
}
