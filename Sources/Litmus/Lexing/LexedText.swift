/// A text as words, before any macro is looked at.
struct LexedText {
  /// What stands before the first word that counts.
  var header = Header()
  /// The tokens, the last of which is the end of the file; directives are among them.
  var tokens: [Token] = []
  /// The lines that begin with `row`, whether or not a condition leaves them out.
  var rows: [RowLine] = []

  /// The name of a test, and what its comments promise.
  struct Header {
    var name = ""
    /// The words after `Result:` in a comment, and where they stand.
    var result: (words: [String], offset: Int)?
    /// The words of a line `Tags=WORD...`, in its order.
    var tags: [String] = []
  }

  /// A line `row ...`, without what comes in a comment.
  struct RowLine {
    /// The bytes after the word `row`.
    var range: Range<Int>
    var offset: Int
  }
}
