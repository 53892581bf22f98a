/// Completions for zsh, for a folder of `$fpath`.
enum ZshCompletion {
  static var text: String {
    """
    #compdef explore
    # zsh completions of explore; made by 'explore generate complete-zsh'.

    _explore() {
      local curcontext="$curcontext" state line
      typeset -A opt_args
      _arguments -C \\
        '(- *)'{-h,--help}'[print the help]' \\
        '(- *)--version[print the version]' \\
        '1:command:->command' \\
        '*::argument:->argument'
      case $state in
        command)
          local -a commands
          commands=(
    \(Command.allCases.map(described).joined(separator: "\n"))
          )
          _describe -t commands command commands
          ;;
        argument)
          case $words[1] in
    \(Command.allCases.map(command).joined(separator: "\n"))
          esac
          ;;
      esac
    }

    _explore "$@"

    """
  }

  private static func described(_ command: Command) -> String {
    "        '\(command.rawValue):\(plain(command.summary))'"
  }

  private static func command(_ command: Command) -> String {
    let indent = String(repeating: " ", count: 12)
    let specs =
      Option.all(for: command).map { option(of: $0, command) }
      + ["'(- *)'{-h,--help}'[print the help]'"] + operands(of: command)
    let lines = ["_arguments \\"] + specs.map { "  \($0) \\" }
    return ("        \(command.rawValue))\n")
      + (lines.map { indent + $0 }.joined(separator: "\n").dropLast(2)) + "\n\(indent);;"
  }

  private static func option(of option: Option, _ command: Command) -> String {
    let repeated = option.isRepeatable ? "*" : ""
    let text = "[\(plain(option.summary(for: command)))]"
    guard let placeholder = option.placeholder else { return "'--\(option.name)\(text)'" }
    let value = ":\(plain(placeholder)):\(action(option.completion(for: command)))"
    let long = "'\(repeated)--\(option.name)=\(text)\(value)'"
    return option.letter.map { "'\(repeated)-\($0)+\(text)\(value)' \(long)" } ?? long
  }

  private static func operands(of command: Command) -> [String] {
    var specs: [String] = []
    var afterWord: [(word: String, action: String)] = []
    for operand in command.operandCompletions {
      let action = action(operand.completion)
      switch operand.place {
      case .first: specs.append("'1: :\(action)'")
      case .any: specs.append("'*: :\(action)'")
      case .after(let word): afterWord.append((word, action))
      }
    }
    if afterWord.isEmpty { return specs }
    let cases = afterWord.map { "\($0.word)) \(statement($0.action)) ;;" }.joined(separator: " ")
    return specs + ["'*: :{case $words[CURRENT-1] in \(cases) esac}'"]
  }

  /// What `_arguments` does to offer the words.
  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .words(let words): "(\(words.map(plain).joined(separator: " ")))"
    case .beginnings(let words):
      "{compset -P \"*=\" && _files || compadd -S \"\" -- \(words.joined(separator: " "))}"
    case .files(let endings):
      endings.isEmpty
        ? "_files"
        : "_files -g \"*.(\(endings.map { $0.dropFirst() }.joined(separator: "|")))\""
    case .none: " "
    }
  }

  /// The action as a command.
  private static func statement(_ action: String) -> String {
    action.hasPrefix("(") ? "compadd -- \(action.dropFirst().dropLast())" : action
  }

  /// A text inside single quotes and brackets of a specification.
  private static func plain(_ text: String) -> String {
    text.map { character in
      switch character {
      case "'": "'\\''"
      case "[", "]", ":", "\\": "\\\(character)"
      default: "\(character)"
      }
    }.joined()
  }
}
