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
    case row(String, of: String)
    case tag(String)
  }

  private static let tagMark = "tag:"

  /// - Throws: ``UsageError/malformedFilter(_:)`` when a part is empty.
  init(_ text: String) throws(UsageError) {
    self.text = text
    isExclusion = text.hasPrefix("!")
    let body = String(isExclusion ? text.dropFirst() : text[...])
    let isTag = body.hasPrefix(Self.tagMark)
    // What stands before the first slash, and what stands behind it.
    let parts =
      isTag
      ? [String(body.dropFirst(Self.tagMark.count))]
      : body.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.contains("") || body.hasPrefix("!") { throw .malformedFilter(text) }
    pattern = isTag ? .tag(parts[0]) : .row(parts.count > 1 ? parts[1] : "*", of: parts[0])
  }

  /// Whether the pattern fits a row, by what reports call it and by what its file calls itself.
  func matches(row title: String, of scenario: String, tags: [String]) -> Bool {
    switch pattern {
    case .row(let row, let name): Self.fits(name, scenario) && Self.fits(row, title)
    case .tag(let tag): tags.contains { Self.fits(tag, $0) }
    }
  }

  /// POSIX's own matching: slashes are as other characters, and nothing escapes.
  private static func fits(_ pattern: String, _ text: String) -> Bool {
    fnmatch(pattern, text, FNM_NOESCAPE) == 0
  }
}
