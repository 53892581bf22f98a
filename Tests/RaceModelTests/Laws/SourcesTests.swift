import Foundation
import RaceModel
import Testing

/// `Docs/sources.md` names a row or test for each sentence of the sources.
struct SourcesTests {
  /// A line of a table of the page.
  struct Claim: Sendable, CustomTestStringConvertible {
    let says: String
    let shownBy: String
    var testDescription: String { says }
  }

  /// What the page says of a row: what it must break, or nothing.
  private struct NamedRow { let scenario, row: String; let violates: [String]? }

  static let claims: [Claim] = {
    let page = (try? Corpus.file("Docs/sources.md")) ?? ""
    return page.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("| "), cells.count == 2, cells[0] != "it says" else { return nil }
      return Claim(says: cells[0], shownBy: cells[1])
    }
  }()

  /// The rows that a claim names; a row without a scenario is of the one named before it.
  private static func rows(_ claim: Claim) -> [NamedRow] {
    var scenario = ""
    let form =
      #/
      (?: `(?<scenario>[a-z0-9-]+)`,\x20 )? row\x20`(?<row>[a-z0-9.-]+)`:\x20
      (?: holds | violated\x20[(](?<broken>[^)]*)[)] )
      /#
    return claim.shownBy.matches(of: form).map { match in
      if let named = match.output.scenario { scenario = String(named) }
      let broken = match.output.broken.map { ids in
        ids.split(separator: ", ").map { $0.trimmingCharacters(in: ["`"]) }
      }
      return NamedRow(scenario: scenario, row: String(match.output.row), violates: broken)
    }
  }

  private static func tests(_ claim: Claim) -> [(suite: String, name: String)] {
    claim.shownBy.matches(of: /test `(?<suite>[A-Za-z]+)`, `(?<name>[^`]+)`/).map {
      (String($0.output.suite), String($0.output.name))
    }
  }

  @Test func `there are five documents, and each says something`() throws {
    let page = try Corpus.file("Docs/sources.md")
    #expect(page.split(separator: "\n").count { $0.hasPrefix("## ") } == 5)
    #expect(Self.claims.count > 50)
  }

  @Test(arguments: claims)
  func `a row or test shows it, or there is a reason why none does`(claim: Claim) {
    let reason = claim.shownBy.range(of: "none: ") != nil
    #expect(!Self.rows(claim).isEmpty || !Self.tests(claim).isEmpty || reason)
    // Each row that is named has a verdict beside it.
    #expect(claim.shownBy.matches(of: /row `/).count == Self.rows(claim).count)
  }

  @Test(arguments: claims)
  func `each row that is named expects what the page says`(claim: Claim) throws {
    for named in Self.rows(claim) {
      let row = try Corpus.row(named.scenario, named.row).row
      let isExpected =
        switch (named.violates, row.expectation) {
        case (nil, .holds): true
        case (let broken?, .violated(let expected)):
          !broken.isEmpty && Set(broken).isSubset(of: expected)
        default: false
        }
      #expect(isExpected, "\(named.scenario)/\(named.row)")
    }
  }

  @Test(arguments: claims)
  func `each landmark that is named is asked for by the row`(claim: Claim) throws {
    let form =
      #/
      `(?<scenario>[a-z0-9-]+)`,\x20row\x20`(?<row>[a-z0-9.-]+)`:\x20
      [^;`]* (?: [(][^)]*[)] )? [^;`]* with\x20the\x20landmark\x20`(?<id>[a-z-]+)`
      /#
    for match in claim.shownBy.matches(of: form) {
      let row = try Corpus.row(String(match.output.scenario), String(match.output.row))
      let asked = (row.scenario.sometimes + row.row.sometimes).map(\.id)
      #expect(asked.contains(String(match.output.id)), "\(match.output.0)")
    }
  }

  @Test(arguments: claims)
  func `each test that is named exists`(claim: Claim) throws {
    for (suite, name) in Self.tests(claim) {
      let texts = ["Paths", "Memory", "Controls", "Laws", "Scenario"].compactMap {
        try? Corpus.file("Tests/RaceModelTests/\($0)/\(suite).swift")
      }
      #expect(texts.contains { $0.contains("func `\(name)`") }, "\(suite), \(name)")
    }
  }
}
