/// Completions for bash, which need nothing but bash.
enum BashCompletion {
  static var text: String {
    ([head] + [main] + Command.allCases.map(command) + ["complete -F _explore explore\n"])
      .joined(separator: "\n")
  }

  private static let head = """
    # bash completions of explore; made by 'explore generate complete-bash'.

    # What is typed of a value starts with $1; the words that fit are offered. Bash breaks words
    # at '=', so what stands before the last one is there already.
    _explore_words() {
      local value="$1" word there=""
      shift
      [[ $COMP_WORDBREAKS == *=* ]] && there="${value%"${value##*=}"}"
      for word; do
        [[ $word == "$value"* ]] && COMPREPLY+=("${_explore_before}${word#"$there"}")
      done
      [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    }

    # Folders, and files that end in one of $2, ...; all files without any.
    _explore_files() {
      local value="$1" file ending
      shift
      compopt -o filenames 2>/dev/null
      while IFS= read -r file; do
        [[ -d $file || $# == 0 ]] && COMPREPLY+=("${_explore_before}$file") && continue
        for ending; do
          [[ $file == *"$ending" ]] && COMPREPLY+=("${_explore_before}$file") && break
        done
      done < <(compgen -f -- "$value")
    }

    # Words that a file is typed behind.
    _explore_beginnings() {
      if [[ $1 == *=* ]]; then _explore_files "${1#*=}"; else _explore_words "$@"; fi
    }

    """

  private static var main: String {
    let commands = Command.allCases.map(\.rawValue).joined(separator: " ")
    return """
      _explore() {
        local i=$COMP_CWORD word="${COMP_WORDS[COMP_CWORD]}" _explore_before=""
        COMPREPLY=()
        while ((i > 2)) && [[ ${COMP_WORDS[i]} == "=" || ${COMP_WORDS[i - 1]} == "=" ]]; do
          ((i--))
          word="${COMP_WORDS[i]}$word"
        done
        if ((i == 1)); then
          _explore_words "$word" \(commands) --help --version
          return
        fi
        local option="" value="$word"
        if [[ $word == --*=* ]]; then
          option="${word%%=*}"
          value="${word#*=}"
          [[ $COMP_WORDBREAKS == *=* ]] || _explore_before="$option="
        elif [[ ${COMP_WORDS[i - 1]} == -* ]]; then
          option="${COMP_WORDS[i - 1]}"
        fi
        declare -F "_explore_${COMP_WORDS[1]}" >/dev/null && "_explore_${COMP_WORDS[1]}"
      }

      """
  }

  /// The function that completes behind a command; it finds the variables of `_explore`.
  private static func command(_ command: Command) -> String {
    let options = Option.all(for: command)
    var lines = ["_explore_\(command.rawValue)() {"]
    let valued = options.filter { $0.placeholder != nil }
    if !valued.isEmpty {
      lines.append("  case $option in")
      for option in valued {
        let names = ["--\(option.name)"] + (option.letter.map { ["-\($0)"] } ?? [])
        lines += branch(names.joined(separator: " | "), option.completion(for: command))
      }
      lines.append("  esac")
    }
    let names = options.map { "--\($0.name)" + ($0.placeholder == nil ? "" : "=") } + ["--help"]
    lines += [
      "  if [[ $word == -?* ]]; then", "    _explore_words \"$word\" \(quoted(names))",
      "    return",
      "  fi",
    ]
    for operand in command.operandCompletions {
      guard let call = call(operand.completion) else { continue }
      switch operand.place {
      case .first: lines.append("  ((i == 2)) && \(call)")
      case .after(let word):
        lines.append("  [[ ${COMP_WORDS[i - 1]} == \(shellQuoted(word)) ]] && \(call)")
      case .any: lines.append("  \(call)")
      }
    }
    return (lines + ["  return 0", "}", ""]).joined(separator: "\n")
  }

  private static func branch(_ pattern: String, _ completion: Completion) -> [String] {
    ["    \(pattern))"] + (call(completion).map { ["      \($0)"] } ?? [])
      + ["      return", "      ;;"]
  }

  private static func call(_ completion: Completion) -> String? {
    switch completion {
    case .words(let words): "_explore_words \"$value\" \(quoted(words))"
    case .beginnings(let words): "_explore_beginnings \"$value\" \(quoted(words))"
    case .files(let endings):
      "_explore_files \"$value\"" + (endings.isEmpty ? "" : " \(quoted(endings))")
    case .none: nil
    }
  }

  private static func quoted(_ words: [String]) -> String {
    words.map(shellQuoted).joined(separator: " ")
  }
}
