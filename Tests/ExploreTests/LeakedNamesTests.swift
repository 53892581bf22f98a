import Testing

@testable import explore

/// What reports say is written for readers: nothing in them is how Swift prints a value.
@Suite struct LeakedNamesTests {
  /// `PTE(cellBits: 5)`, `Optional(3)`, `[Explore.Row]`: a type's name and what follows it.
  private static func leaks(in text: String) -> [String] {
    text.matches(of: /\b[A-Z][A-Za-z]*\([^)"]*\)|cellBits|rawValue|Optional\(/)
      .map { String($0.output) }
  }

  @Test func `a leak is seen`() {
    #expect(Self.leaks(in: "page: PageRef(cellBits: 0) -> none").count == 1)
    #expect(Self.leaks(in: "Optional(3)") == ["Optional(3)"])
    #expect(Self.leaks(in: "absent (0x21), kvmhv_insert_nest_rmap()").isEmpty)
  }

  /// All strings in a document, the values of cells apart.
  private static func strings(in value: JSON, cells: inout [String]) -> [String] {
    switch value {
    case .null, .flag, .integer: return []
    case .string(let text): return [text]
    case .list(let items): return items.flatMap { strings(in: $0, cells: &cells) }
    case .object(let members):
      return members.sorted { $0.key < $1.key }.flatMap { key, member in
        if ["old", "new"].contains(key), case .string(let text) = member { cells.append(text) }
        return strings(in: member, cells: &cells)
      }
    }
  }

  @Test(arguments: Repository.scenarios)
  func `no report of a scenario shows how Swift prints a value`(file: String) throws {
    let session = TestSession(files: [file: try Repository.text(file)])
    // Enough to find what breaks in most of them.
    let arguments = ["run", file, "--max-states=3000"]
    #expect(Self.leaks(in: session.run(arguments).output) == [])
    let document = try JSON(session.run(arguments + ["--format=json"]).output)
    var cells: [String] = []
    let strings = Self.strings(in: document, cells: &cells)
    #expect(strings.flatMap(Self.leaks) == [])
    // Cases of enumerations are called as labels are, not as Swift has them.
    #expect(cells.filter { $0.contains(/^[a-z]+[A-Z]/) } == [])
  }

  @Test func `the scenarios are there`() { #expect(Repository.scenarios.count > 50) }
}
