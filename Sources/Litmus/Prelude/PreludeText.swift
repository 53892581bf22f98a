/// Types and functions in C that are a part of the language: a file uses them without writing
/// them, and may write its own of the same names instead.
///
/// A file that uses none pays nothing. What their instructions do stands where the file calls
/// them; their text has no places of its own.
enum PreludeText {
  /// By name: the text of each structure and of each function.
  static let structures = texts("struct")
  static let functions = texts("static")

  private static func texts(_ word: String) -> [String: String] {
    var texts: [String: String] = [:]
    for text in [ListPrelude.text, HashListPrelude.text, LocklessListPrelude.text] {
      for item in text.split(separator: "\n\n") where item.hasPrefix(word + " ") {
        texts[name(of: item)] = String(item)
      }
    }
    return texts
  }

  /// The word before the first parenthesis or brace.
  private static func name(of item: Substring) -> String {
    let head = item.prefix { $0 != "(" && $0 != "{" }
    return String(head.split { $0 == " " || $0 == "*" }.last ?? "")
  }

  /// A text of the language, and the word of the file that uses it first.
  private struct Use {
    var text: String
    var token: Token
  }

  /// What a file uses of these texts and does not write itself, as items that come before its own.
  static func items(
    usedBy tokens: [Token], of tree: SyntaxTree, in source: SourceText, names: NameTable,
    diagnostics: Diagnostics
  ) -> [SyntaxTree.Item] {
    guard names.texts.contains(where: { structures[$0] != nil || functions[$0] != nil }) else {
      return []
    }
    var known = ownNames(tokens, of: tree, names)
    let places = [(structures, true), (functions, false)]
    var uses: [Use] = []
    func find(in tokens: [Token], at place: Token?) {
      for (token, next) in zip(tokens, tokens.dropFirst()) {
        for (texts, isStructure) in places {
          // 'struct NAME', or 'NAME(': other things may have the same names.
          let named = isStructure ? next : token
          guard isStructure ? token.isWord("struct", names) : next.is(.openParen),
            case .name(let name) = named.kind, let text = texts[names.text(of: name)],
            known.insert(Own(name: name, isStructure: isStructure)).inserted
          else { continue }
          uses.append(Use(text: text, token: place ?? named))
        }
      }
    }
    find(in: tokens, at: nil)
    var items: [SyntaxTree.Item] = []
    var (structuresFound, index) = (0, 0)
    while index < uses.count {
      let use = uses[index]
      let tokens = lexed(use, names)
      find(in: tokens, at: use.token)
      let parser = Parser(
        tokens, of: source, as: .race, names: names, diagnostics: diagnostics)
      for item in parser.parseFile().items {
        var item = item
        if case .function(var function) = item.kind {
          function.isPrelude = true
          item.kind = .function(function)
          items.append(item)
        } else {
          items.insert(item, at: structuresFound)
          structuresFound += 1
        }
      }
      index += 1
    }
    return items
  }

  private struct Own: Hashable {
    var name: Name
    var isStructure: Bool
  }

  /// What a file declares itself, well or badly.
  private static func ownNames(
    _ tokens: [Token], of tree: SyntaxTree, _ names: NameTable
  ) -> Set<Own> {
    var own: Set<Own> = []
    for name in tree.brokenNames { own.insert(Own(name: name, isStructure: false)) }
    for item in tree.items {
      let declared: [Name] =
        switch item.kind {
        case .function(let function): [function.name]
        case .declaration(let declaration): declaration.names
        default: []
        }
      for name in declared { own.insert(Own(name: name, isStructure: false)) }
    }
    for (index, token) in tokens.enumerated() where token.isWord("struct", names) {
      guard index + 2 < tokens.count, tokens[index + 2].is(.openBrace),
        case .name(let name) = tokens[index + 1].kind
      else { continue }
      own.insert(Own(name: name, isStructure: true))
    }
    return own
  }

  /// The words of a text, all of which stand where the file uses it.
  private static func lexed(_ use: Use, _ names: NameTable) -> [Token] {
    guard let source = try? SourceText(named: "<prelude>", bytes: Array(use.text.utf8)) else {
      return [use.token]
    }
    var tokens = Lexer.tokens(source, names: names, diagnostics: Diagnostics(for: source))
    var end = use.token
    end.kind = .endOfFile
    tokens.append(end)
    for index in tokens.indices {
      (tokens[index].offset, tokens[index].end) = (use.token.offset, use.token.end)
    }
    return tokens
  }
}

extension Token {
  fileprivate func isWord(_ word: String, _ names: NameTable) -> Bool {
    if case .name(let name) = kind { return names.text(of: name) == word }
    return false
  }
}
