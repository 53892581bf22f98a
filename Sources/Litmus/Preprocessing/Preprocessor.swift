/// Carries out the directives of a text and replaces its macros.
///
/// This is C's preprocessor without `#include`, `#` and `##`; `IS_ENABLED(NAME)` is built in.
final class Preprocessor {
  let source: SourceText
  let names: NameTable
  let diagnostics: Diagnostics
  private(set) var macros: [Name: Macro] = [:]
  let isEnabled: Name
  private let isDefined: Name
  private let raw: [Token]
  private var index = 0
  /// How many tokens have been looked at: a few lines can ask for more work than anyone waits for.
  private var steps = 0
  private static let mostSteps = 20 * FileLimits.tokens
  /// Whether a limit has ended the text too early to make sense of it.
  private(set) var isExhausted = false

  /// A `#if` whose `#endif` has not come.
  private struct Condition {
    var offset: Int
    /// Whether the lines that are being read count.
    var isActive: Bool
    /// Whether a branch has counted, or the whole `#if` stands in lines that do not.
    var isDecided: Bool
    var hasElse = false
  }
  private var conditions: [Condition] = []

  init(
    _ tokens: [Token], of source: SourceText, defines: [Define], names: NameTable,
    diagnostics: Diagnostics
  ) {
    (raw, self.source, self.names) = (tokens, source, names)
    self.diagnostics = diagnostics
    (isEnabled, isDefined) = (names.name("IS_ENABLED"), names.name("defined"))
    for define in defines { add(define) }
    Prelude.define(in: &macros, names: names)
  }

  private func add(_ define: Define) {
    do throws(Diagnostic) {
      let text = try SourceText(named: "<-D \(define.name)>", bytes: Array(define.value.utf8))
      let found = Diagnostics(for: text)
      let body = Lexer.tokens(text, names: names, diagnostics: found)
      do throws(RaceFileError) {
        try found.check()
      } catch {
        for diagnostic in error.diagnostics { diagnostics.report(diagnostic) }
      }
      // The last of several counts, as for compilers.
      macros[names.name(define.name)] = Macro(parameters: nil, body: body, offset: nil)
    } catch {
      diagnostics.report(error)
    }
  }

  /// The tokens that are left, the last of which is the end of the file.
  func run() -> [Token] {
    var tokens: [Token] = []
    var expansion = MacroExpansion()
    while !isExhausted, !diagnostics.isFull {
      do throws(Abandoned) {
        guard let token = try expansion.next(self, from: nextActive) else { break }
        if token.kind != .endOfFile, tokens.count == FileLimits.tokens {
          throw exhausted(at: token.offset, "the file has more than \(FileLimits.tokens) words")
        }
        tokens.append(token)
        if token.kind == .endOfFile { break }
      } catch {
        // What is wrong with the use of one macro is no reason not to look at the others.
        continue
      }
    }
    if tokens.last?.kind != .endOfFile, let end = raw.last { tokens.append(end) }
    for condition in conditions {
      diagnostics.report(.syntax, at: condition.offset, "the condition has no '#endif'")
    }
    return tokens
  }

  /// Expands some tokens on their own.
  func expand(_ list: [Token], within outer: [Name], depth: Int) throws(Abandoned) -> [Token] {
    var expansion = MacroExpansion(within: outer, depth: depth)
    var (rest, tokens) = (list[...], [Token]())
    while let token = try expansion.next(self, from: { () throws(Abandoned) in rest.popFirst() }) {
      tokens.append(token)
    }
    return tokens
  }

  func countStep(_ count: Int = 1) throws(Abandoned) {
    steps += count
    if steps > Self.mostSteps {
      throw exhausted(
        at: raw[min(index, raw.count - 1)].offset,
        "the macros come to more than \(FileLimits.tokens) words")
    }
  }

  /// Reports that a limit ends the text here.
  func exhausted(at offset: Int, _ message: String) -> Abandoned {
    isExhausted = true
    return diagnostics.fail(.limit, at: offset, message)
  }

  /// Whether a name is a macro that stands for 1.
  func isOn(_ name: Name) -> Bool {
    guard let macro = macros[name], macro.parameters == nil, macro.body.count == 1 else {
      return false
    }
    if case .number(1, _) = macro.body[0].kind { return true }
    return false
  }

  // MARK: - Lines

  /// The next token of a line that counts; carries out the directives before it.
  private func nextActive() throws(Abandoned) -> Token? {
    while index < raw.count {
      let token = raw[index]
      if token.kind == .endOfFile { return token }
      index += 1
      if token.is(.hash), token.startsLine {
        let start = index
        while raw[index].kind != .endOfFile, !raw[index].startsLine { index += 1 }
        do throws(Abandoned) { try carryOut(raw[start..<index], at: token.offset) } catch {
          if diagnostics.isFull { throw error }
        }
      } else if conditions.last?.isActive ?? true {
        return token
      }
    }
    return nil
  }

  private func carryOut(_ line: ArraySlice<Token>, at offset: Int) throws(Abandoned) {
    guard let first = line.first else { return }
    guard case .name(let word) = first.kind else {
      throw diagnostics.fail(.syntax, at: first.offset, "a directive begins with a word")
    }
    let rest = line.dropFirst()
    let text = names.text(of: word)
    let isActive = conditions.last?.isActive ?? true
    switch text {
    case "if", "ifdef", "ifndef":
      guard conditions.count < FileLimits.nesting else {
        throw diagnostics.fail(
          .limit, at: offset,
          "conditions stand inside each other more than \(FileLimits.nesting) deep")
      }
      // The line must be known to be open even if its condition is wrong.
      conditions.append(Condition(offset: offset, isActive: false, isDecided: true))
      if isActive {
        let holds =
          try text == "if"
          ? evaluate(rest, at: first.offset)
          : (macros[nameAlone(rest, after: first)] != nil) == (text == "ifdef")
        conditions[conditions.count - 1].isActive = holds
        conditions[conditions.count - 1].isDecided = holds
      }
    case "elif", "else", "endif": try goOn(text, rest, at: first.offset)
    case _ where !isActive: return
    case "define": try define(rest, at: first)
    case "undef": macros[try nameAlone(rest, after: first)] = nil
    case "error":
      throw diagnostics.fail(
        .syntax, at: offset, "#error\(source.trimmedLine(source.line(of: offset)).after("error"))")
    case "include", "pragma", "line", "warning":
      throw diagnostics.fail(.refused, at: offset, "'#\(text)' has no place in a race file")
    default:
      let known = ["if", "ifdef", "ifndef", "elif", "else", "endif", "define", "undef", "error"]
      throw diagnostics.fail(
        .unknownName, at: first.offset,
        "unknown directive '#\(text)'\(suggestion(for: text, among: known))")
    }
  }

  private func goOn(_ text: String, _ rest: ArraySlice<Token>, at offset: Int) throws(Abandoned) {
    guard let last = conditions.indices.last else {
      throw diagnostics.fail(.syntax, at: offset, "'#\(text)' without '#if'")
    }
    if text == "endif" {
      conditions.removeLast()
      return
    }
    if conditions[last].hasElse {
      throw diagnostics.fail(.syntax, at: offset, "'#\(text)' after '#else'")
    }
    conditions[last].hasElse = text == "else"
    let isDecided = conditions[last].isDecided
    conditions[last].isActive = false
    if isDecided { return }
    conditions[last].isDecided = true
    var holds = text == "else"
    if !holds { holds = try evaluate(rest, at: offset) }
    conditions[last].isActive = holds
    conditions[last].isDecided = holds
  }

  private func nameAlone(_ line: ArraySlice<Token>, after word: Token) throws(Abandoned) -> Name {
    guard let first = line.first, case .name(let name) = first.kind, line.count == 1 else {
      throw diagnostics.fail(
        .syntax, at: line.dropFirst().first?.offset ?? word.end, "a name is expected here")
    }
    return name
  }

  private func evaluate(_ line: ArraySlice<Token>, at offset: Int) throws(Abandoned) -> Bool {
    var tokens: [Token] = []
    var rest = line
    while let token = rest.popFirst() {
      guard token.kind == .name(isDefined) else {
        tokens.append(token)
        continue
      }
      let hasParen = rest.first?.is(.openParen) ?? false
      if hasParen { rest.removeFirst() }
      guard case .name(let name)? = rest.popFirst()?.kind else {
        throw diagnostics.fail(.syntax, at: token.offset, "'defined' takes the name of a macro")
      }
      if hasParen, !(rest.popFirst()?.is(.closeParen) ?? false) {
        throw diagnostics.fail(.syntax, at: token.offset, "'defined(' has no end ')'")
      }
      var value = token
      value.kind = .number(macros[name] == nil ? 0 : 1, NumberSuffix())
      tokens.append(value)
    }
    let expanded = try expand(tokens, within: [], depth: 0)
    var condition = ConditionEvaluator(
      expanded, names: names, end: offset, diagnostics: diagnostics)
    return try condition.evaluate()
  }

  // MARK: - Definitions

  private func define(_ line: ArraySlice<Token>, at word: Token) throws(Abandoned) {
    var rest = line
    guard let first = rest.popFirst(), case .name(let name) = first.kind else {
      throw diagnostics.fail(
        .syntax, at: line.first?.offset ?? word.end, "'#define' takes a name")
    }
    if name == isDefined || name == isEnabled {
      throw diagnostics.fail(
        .refused, at: first.offset, "'\(names.text(of: name))' cannot be defined")
    }
    var parameters: [Name]?
    if let open = rest.first, open.is(.openParen), !open.followsBlank {
      rest.removeFirst()
      parameters = try readParameters(&rest, from: open.offset)
    }
    if let hash = rest.first(where: { $0.is(.hash) || $0.is(.hashHash) }) {
      throw diagnostics.fail(.refused, at: hash.offset, "macros that make words are not read")
    }
    let macro = Macro(parameters: parameters, body: Array(rest), offset: first.offset)
    if let known = macros[name], !known.isGiven, !known.isSame(as: macro) {
      let place = known.offset.map { "in line \(source.line(of: $0))" } ?? "by -D"
      throw diagnostics.fail(
        .duplicate, at: first.offset,
        "the macro '\(names.text(of: name))' is defined differently \(place)")
    }
    macros[name] = macro
  }

  private func readParameters(
    _ rest: inout ArraySlice<Token>, from offset: Int
  ) throws(Abandoned) -> [Name] {
    var parameters: [Name] = []
    if rest.first?.is(.closeParen) ?? false {
      rest.removeFirst()
      return []
    }
    while let token = rest.popFirst(), case .name(let name) = token.kind {
      parameters.append(name)
      guard let mark = rest.popFirst() else { break }
      if mark.is(.closeParen) { return parameters }
      guard mark.is(.comma) else { break }
    }
    throw diagnostics.fail(
      .syntax, at: offset, "the parameters of a macro are names between commas")
  }
}

extension String {
  /// What comes after the first `word`, or nothing.
  fileprivate func after(_ word: String) -> String {
    let parts = split(separator: word, maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? String(parts[1]) : ""
  }
}
