import Litmus

/// A syntax file of Vim for race files, made of the table of their constructs.
enum VimSyntax {
  static var text: String {
    let head = """
      " Race files (*.race) and tests in C (*.litmus) of explore, printed by 'explore generate vim'.
      " Save it as ~/.vim/syntax/race.vim.
      if exists("b:current_syntax")
        finish
      endif
      runtime! syntax/c.vim
      unlet! b:current_syntax
      syntax sync fromstart

      " C NAME, and comments as herd7 has them.
      syntax match raceHeader /\\%1lC\\s.*/
      syntax region raceComment start=/^\\s*(\\*/ end=/\\*)/ contains=@Spell

      " Words that begin an item, where one begins.
      syntax match raceItem /^\\s*\\zs\\(\(items)\\)\\>\\ze\\s*\\h/
      syntax match raceItem /^\\s*\\zs\\(init\\)\\ze\\s*(/
      syntax match raceItem /^\\s*\\zs\\(\(alone)\\)\\s*$/
      syntax match raceItem /^\\~\\?\\(\(questions)\\)\\>\\ze\\s*[([]/
      syntax match raceItem /^\\s*\\zs\\(\(properties)\\)\\>\\ze\\s\\+\\h/ nextgroup=raceProperty skipwhite
      syntax match raceProperty /\\h\\w*\\ze\\s*:/ contained
      syntax match raceHandlerWord /\\(^\\(\(handlers)\\)\\s.*)\\s*.*\\)\\@<=\\<\\(on\\|raised\\|times\\)\\>/
      syntax region raceRow start=/^row\\s/ end=/$/ contains=raceRowWord,raceVerdict,raceDefine,raceBound
      syntax keyword raceRowWord row with tag model contained
      syntax keyword raceVerdict holds violated allowed forbidden contained
      syntax match raceDefine /\\s\\zs-D\\h\\w*\\(=\\S*\\)\\?/ contained
      syntax match raceBound /@\\d\\+/ contained

      " Words of race files that stand in code.

      """
    var groups: [(group: String, names: [String])] = [
      ("raceStatement", names(.word, .given).filter { blocks.contains($0) } + calls)
    ]
    groups.append(("raceFunction", names(.function, .given).filter { !calls.contains($0) }))
    groups.append(("raceFunction", names(.function, .noEffect)))
    groups.append(("raceMacro", names(.macro, .given)))
    groups.append(("raceType", types(.given)))
    groups.append(("raceRefused", names(.function, .refused) + types(.refused)))
    let words = groups.map { keywords($0.names, in: $0.group) }.joined(separator: "\n")
    let links = """

      highlight default link raceHeader PreProc
      highlight default link raceComment Comment
      highlight default link raceItem Statement
      highlight default link raceHandlerWord Statement
      highlight default link raceProperty Identifier
      highlight default link raceRowWord Statement
      highlight default link raceVerdict Constant
      highlight default link raceDefine PreProc
      highlight default link raceBound Number
      highlight default link raceStatement Statement
      highlight default link raceFunction Function
      highlight default link raceMacro Macro
      highlight default link raceType Type
      highlight default link raceRefused Error

      let b:current_syntax = "race"

      """
    return head + words + "\n" + links
  }

  /// Words that begin a block within a function.
  private static let blocks = ["atomic", "maybe"]
  /// Functions that race files have and the kernel does not.
  private static let calls = ["assert", "assume", "await", "choose", "raise", "raise_wait"]
  /// Items that are a word alone, and those that other patterns know.
  private static let lonely = ["data-races", "leaks", "progress"]
  private static let known = ["init", "row"]
  private static let conditions = ["exists", "forall", "filter", "locations"]
  private static let interrupting = ["irq", "softirq", "work", "timer"]
  private static let asking = ["always", "quiet", "finally", "sometimes"]

  private static var items: String {
    names(.word, .given).filter { !(blocks + lonely + known + asking + conditions).contains($0) }
      .joined(separator: "\\|")
  }
  private static var alone: String { lonely.joined(separator: "\\|") }
  private static var properties: String { asking.joined(separator: "\\|") }
  private static var questions: String { conditions.joined(separator: "\\|") }
  private static var handlers: String { interrupting.joined(separator: "\\|") }

  private static func names(_ kind: Construct.Kind, _ meaning: Construct.Meaning) -> [String] {
    RaceLanguage.constructs.filter {
      $0.kind == kind && $0.meanings.values.allSatisfy { $0 == meaning }
    }.map(\.name)
  }

  /// The types, without `struct` before them.
  private static func types(_ meaning: Construct.Meaning) -> [String] {
    names(.type, meaning).map { $0.hasPrefix("struct ") ? String($0.dropFirst(7)) : $0 }
  }

  /// Keywords of a group, as many to a line as fit.
  private static func keywords(_ names: [String], in group: String) -> String {
    var lines: [String] = []
    for name in Set(names).sorted() {
      if let last = lines.last, last.count + name.count < 98 {
        lines[lines.count - 1] = last + " " + name
      } else {
        lines.append("syntax keyword \(group) \(name)")
      }
    }
    return lines.joined(separator: "\n")
  }
}
