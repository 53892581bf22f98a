/// A file that states a race in C: its header, its rows, and a program for each set of macros.
package struct RaceFile: Sendable {
  /// The name of the test, from the line `C NAME`.
  package let name: String
  /// The language that the file is written in.
  package let language: Language
  /// The rows in their order; none if the file has none.
  package let rows: [Row]
  /// The words after `Result:` in a comment; empty without one.
  package let result: [String]
  /// The words after `Tags=` in the header, by which all rows are chosen.
  package let tags: [String]
  let source: SourceText

  /// What the file says, byte for byte.
  package var bytes: [UInt8] { source.bytes }

  /// Reads a file that is called `file` in messages.
  ///
  /// The program is parsed with the macros of the first row, so that its mistakes are told
  /// together with those of the rows.
  /// - Throws: all mistakes, up to ``ErrorLimit/most``.
  package init(_ bytes: [UInt8], named file: String, language: Language) throws(RaceFileError) {
    do throws(Diagnostic) { source = try SourceText(named: file, bytes: bytes) } catch {
      throw RaceFileError(diagnostics: [error])
    }
    self.language = language
    let diagnostics = Diagnostics(for: source)
    let names = NameTable()
    let text = Lexer.file(source, as: language, names: names, diagnostics: diagnostics)
    (name, result) = (text.header.name, text.header.result?.words ?? [])
    tags = text.header.tags
    rows = Self.readRows(text, of: source, diagnostics: diagnostics)
    _ = Self.parse(
      text, of: source, as: language, defines: rows.first?.defines ?? [],
      labels: Set(rows.first?.labels ?? []), names: names, diagnostics: diagnostics)
    try diagnostics.check()
  }

  /// A mistake of a row, which its name points at.
  package func error(in row: Row, _ message: String) -> RaceFileError {
    RaceFileError(diagnostics: [Diagnostic(.refused, in: source.name, at: row.position, message)])
  }

  private static func readRows(
    _ text: LexedText, of source: SourceText, diagnostics: Diagnostics
  ) -> [Row] {
    var rows: [Row] = []
    var lines: [String: Int] = [:]
    for line in text.rows {
      guard rows.count < FileLimits.rows else {
        diagnostics.report(
          .limit, at: line.offset, "a file has at most \(FileLimits.rows) rows")
        break
      }
      var parser = RowParser(line, of: source, diagnostics: diagnostics)
      do throws(Abandoned) {
        let row = try parser.parse()
        if let first = lines[row.name] {
          diagnostics.report(
            .duplicate, at: line.offset, "the row '\(row.name)' stands in line \(first) already")
        } else {
          lines[row.name] = row.position.line
        }
        rows.append(row)
      } catch {
        if diagnostics.isFull { break }
      }
    }
    return rows
  }

  private static func parse(
    _ text: LexedText, of source: SourceText, as language: Language, defines: [Define],
    labels: Set<String>, names: NameTable, diagnostics: Diagnostics
  ) -> SyntaxTree {
    let preprocessor = Preprocessor(
      text.tokens, of: source, defines: defines, names: names, diagnostics: diagnostics)
    let tokens = preprocessor.run()
    if preprocessor.isExhausted { return SyntaxTree() }
    let parser = Parser(
      tokens, of: source, as: language, names: names, diagnostics: diagnostics)
    let wasRight = diagnostics.isEmpty
    var tree = parser.parseFile()
    if language == .race, !parser.isHopeless {
      let given = PreludeText.items(
        usedBy: tokens, of: tree, in: source, names: names, diagnostics: diagnostics)
      tree.items = given + tree.items
    }
    if wasRight, !diagnostics.isEmpty, !parser.isHopeless {
      // What is wrong elsewhere with names and types is told together with what cannot be parsed.
      let checker = Checker(
        tree, names: names, of: source, as: language, labels: labels, diagnostics: diagnostics)
      _ = checker.check()
    }
    return tree
  }

  /// The program as it is written, with some macros defined.
  ///
  /// - Throws: all mistakes, up to ``ErrorLimit/most``.
  func tree(
    defines: [Define], labels: Set<String> = []
  ) throws(RaceFileError) -> (tree: SyntaxTree, names: NameTable) {
    let diagnostics = Diagnostics(for: source)
    let names = NameTable()
    let text = Lexer.file(source, as: language, names: names, diagnostics: diagnostics)
    let tree = Self.parse(
      text, of: source, as: language, defines: defines, labels: labels, names: names,
      diagnostics: diagnostics)
    try diagnostics.check()
    return (tree, names)
  }
}

extension RaceFile {
  /// The program with some macros defined and some `maybe` blocks put in, its types checked.
  ///
  /// - Throws: all mistakes, up to ``ErrorLimit/most``.
  func program(defines: [Define], labels: Set<String> = []) throws(RaceFileError) -> Program {
    let (tree, names) = try tree(defines: defines, labels: labels)
    let diagnostics = Diagnostics(for: source)
    let checker = Checker(
      tree, names: names, of: source, as: language, labels: labels, diagnostics: diagnostics)
    let program = checker.check()
    try diagnostics.check()
    return program
  }
}
