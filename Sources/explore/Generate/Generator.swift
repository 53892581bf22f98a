import RaceModel
import Reporting

/// Something that `explore generate` prints, made of the tables that the program reads itself.
struct Generator: CatalogEntry {
  let id: String
  let summary: String
  /// What follows it on the command line; empty for nothing.
  let operand: String
  /// A command line to copy.
  let example: String
  private let make: @Sendable (String?) throws(UsageError) -> String

  private init(
    _ id: String, _ summary: String, operand: String = "", example: String,
    make: @escaping @Sendable (String?) throws(UsageError) -> String
  ) {
    (self.id, self.summary, self.operand, self.example) = (id, summary, operand, example)
    self.make = make
  }

  /// What is typed behind `generate`.
  var form: String { operand.isEmpty ? id : "\(id) \(operand)" }

  /// The text; `name` is the operand.
  ///
  /// - Throws: ``UsageError`` for a name that is missing, unknown or too much.
  func text(_ name: String?) throws(UsageError) -> String {
    if operand.isEmpty, let name { throw .unexpectedOperand(name, .generate) }
    return try make(name)
  }

  static let allCases: [Generator] = [
    Generator(
      "complete-bash", "completions for bash",
      example: "explore generate complete-bash >> ~/.bash_completion"
    ) { _ in BashCompletion.text },
    Generator(
      "complete-zsh", "completions for zsh, in a folder of $fpath",
      example: "explore generate complete-zsh > ~/.zfunc/_explore"
    ) { _ in ZshCompletion.text },
    Generator(
      "complete-fish", "completions for fish",
      example: "explore generate complete-fish > ~/.config/fish/completions/explore.fish"
    ) { _ in FishCompletion.text },
    Generator(
      "man", "the manual page, in roff",
      example: "explore generate man > ~/.local/share/man/man1/explore.1"
    ) { _ in ManualPage.text },
    Generator(
      "vim", "a syntax file of Vim for race files",
      example: "explore generate vim > ~/.vim/syntax/race.vim"
    ) { _ in VimSyntax.text },
    Generator(
      "schema", "a JSON schema: \(list(Schema.allCases.map(\.rawValue), "or"))", operand: "NAME",
      example: "explore generate schema scenario > scenario.schema.json"
    ) { (name) throws(UsageError) in
      let names = Schema.allCases.map(\.rawValue)
      guard let name else { throw .missingSchema(names) }
      guard let schema = Schema(rawValue: name) else {
        throw .unknownName(noun: "schema", name, allowed: names)
      }
      return schema.text
    },
  ]

  static func == (left: Generator, right: Generator) -> Bool { left.id == right.id }
  func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
