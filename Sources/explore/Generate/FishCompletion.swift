/// Completions for fish.
enum FishCompletion {
  static var text: String {
    let commands = Command.allCases.map { command in
      "complete -c explore -n __explore_begins -a \(command.rawValue) "
        + "-d \(quoted(command.summary))"
    }
    return ([head] + commands + [""] + Command.allCases.flatMap(lines)).joined(separator: "\n")
      + "\n"
  }

  private static let head = """
    # fish completions of explore; made by 'explore generate complete-fish'.

    # No command has been typed yet.
    function __explore_begins
        test (count (commandline -opc)) -eq 1
    end

    # The command is $argv[1].
    function __explore_is
        set -l words (commandline -opc)
        test (count $words) -ge 2; and test "$words[2]" = $argv[1]
    end

    # The command is $argv[1], and the word before is $argv[2], or the command itself without it.
    function __explore_after
        set -l words (commandline -opc)
        __explore_is $argv[1]; or return 1
        if set -q argv[2]
            test "$words[-1]" = $argv[2]
        else
            test (count $words) -eq 2
        end
    end

    # Folders, and files that end in one of the arguments; all files without any.
    function __explore_files
        set -l endings (string escape --style=regex -- $argv | string join '|')
        set -l typed (string replace -r -- '^-[^=]*=' '' (commandline -ct))
        __fish_complete_path $typed | string match -r -- "^(?:.*/|.*(?:$endings))(?:\\t.*)?\\$"
    end

    # Words that a file is typed behind.
    function __explore_beginnings
        set -l typed (string replace -r -- '^--[^=]*=' '' (commandline -ct))
        if set -l parts (string match -r -- '^([^=]*=)(.*)$' $typed)
            printf '%s\\n' $parts[2](__fish_complete_path $parts[3])
        else
            printf '%s\\n' $argv
        end
    end

    complete -c explore -f
    complete -c explore -s h -l help -d 'print the help'
    complete -c explore -n __explore_begins -l version -d 'print the version'
    """

  private static func lines(of command: Command) -> [String] {
    let start = "complete -c explore -n '__explore_is \(command.rawValue)'"
    let options = Option.all(for: command).map { option in
      start + " -l \(option.name)" + (option.letter.map { " -s \($0)" } ?? "")
        + (option.placeholder == nil ? "" : " -x" + offered(option.completion(for: command)))
        + " -d \(quoted(option.summary(for: command)))"
    }
    let operands = command.operandCompletions.map { operand in
      let condition =
        switch operand.place {
        case .first: "__explore_after \(command.rawValue)"
        case .after(let word): "__explore_after \(command.rawValue) \(word)"
        case .any: "__explore_is \(command.rawValue)"
        }
      return "complete -c explore -n '\(condition)'" + offered(operand.completion)
    }
    return options + operands + [""]
  }

  private static func offered(_ completion: Completion) -> String {
    switch completion {
    case .words(let words): " -a \(quoted(words.joined(separator: " ")))"
    case .beginnings(let words):
      " -a \(quoted("(__explore_beginnings \(words.joined(separator: " ")))"))"
    case .files(let endings):
      " -a \(quoted("(__explore_files \(endings.joined(separator: " ")))"))"
    case .none: ""
    }
  }

  /// A text between single quotes, as fish has them.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
