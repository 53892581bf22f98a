import Glibc

/// A pattern that chooses rows, as `--filter` takes it.
///
/// `SCENARIO/ROW` or `SCENARIO`, each a shell pattern with `*`, `?` and `[...]`, or `tag:TAG`;
/// with `!` before it, the rows that match are left out.
struct RowFilter: Hashable, Sendable {
  /// As it was typed.
  let text: String
  /// Whether the rows that match are left out.
  let isExclusion: Bool
  private let pattern: Pattern

  private enum Pattern: Hashable, Sendable {
    case row(input: String, row: String)
    case tag(String)
  }

  private static let tagMark = "tag:"

  /// - Throws: ``UsageError/malformedFilter(_:)`` when a part is empty.
  init(_ text: String) throws(UsageError) {
    self.text = text
    isExclusion = text.hasPrefix("!")
    let body = String(text.drop { $0 == "!" })
    let isTag = body.hasPrefix(Self.tagMark)
    let parts = isTag ? [String(body.dropFirst(Self.tagMark.count))] : Self.parts(of: body)
    if parts.contains("") || text.hasPrefix("!!") { throw .malformedFilter(text) }
    pattern = isTag ? .tag(parts[0]) : .row(input: parts[0], row: parts.count > 1 ? parts[1] : "*")
  }

  /// What stands before the first slash, and what stands behind it.
  private static func parts(of body: String) -> [String] {
    body.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether the pattern fits a row of a file.
  func matches(_ row: RowID, tags: [String]) -> Bool {
    switch pattern {
    case .row(let input, let name): Self.fits(input, row.input) && Self.fits(name, row.row)
    case .tag(let tag): tags.contains { Self.fits(tag, $0) }
    }
  }

  /// POSIX's own matching: slashes are as other characters, and nothing escapes.
  private static func fits(_ pattern: String, _ text: String) -> Bool {
    fnmatch(pattern, text, FNM_NOESCAPE) == 0
  }
}

/// What a row is called among the rows of all files.
struct RowID: Hashable, Sendable {
  /// What its file calls itself.
  var input: String
  /// What reports call the row.
  var row: String
}
