import Testing

@testable import explore

/// Which rows the patterns of `--filter` choose.
struct RowFilterTests {
  private func matches(_ filter: String, row: String, of scenario: String, tags: [String] = [])
    throws -> Bool
  {
    try RowFilter(filter).matches(row: row, of: scenario, tags: tags)
  }

  @Test(arguments: [
    ("n1*/patched", true), ("n1*", true), ("*/patched", true), ("n01-store/p*", true),
    ("n0[12]-store/patched", true), ("n0?-store", true), ("n2*", false), ("n1*/linux*", false),
    ("patched", false), ("N1*", false), ("*/*", true), ("*", true), ("n1*/patche", false),
    ("tag:slow", true), ("tag:s*", true), ("tag:slo", false), ("tag:patched", false),
  ])
  func `a pattern fits whole names`(pattern: String, fits: Bool) throws {
    let pattern = pattern.replacing("n1*", with: "n01*")
    #expect(
      try matches(pattern, row: "patched", of: "n01-store", tags: ["slow", "own"]) == fits)
    #expect(try RowFilter("!" + pattern).isExclusion)
    #expect(
      try matches("!" + pattern, row: "patched", of: "n01-store", tags: ["slow", "own"]) == fits)
  }

  @Test func `slashes and backslashes in the names of rows are as other characters`() throws {
    #expect(try matches("a/b/c", row: "b/c", of: "a"))
    #expect(try matches("a/*", row: "b/c", of: "a"))
    #expect(try matches(#"a/\*"#, row: #"\x"#, of: "a"))
    #expect(try !matches(#"a/\*"#, row: "*", of: "a"))
  }

  @Test(arguments: ["", "!", "/", "a/", "/b", "tag:", "!tag:", "!!a"])
  func `what can match nothing is refused`(text: String) {
    #expect(throws: UsageError.malformedFilter(text)) { try RowFilter(text) }
  }
}
