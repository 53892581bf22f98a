import RaceModel
import Reporting
import Scheduler

/// Why a command line was refused.
enum UsageError: Error, Hashable, Sendable {
  case unknownCommand(String)
  case unknownTopic(String)
  case unknownOption(String, Command?)
  case optionOfOtherCommand(String, Command, takenBy: [Command])
  case optionOfOtherStrategy(String, StrategySpec, takenBy: [StrategySpec])
  case optionOfOtherStrategies(String, [StrategySpec], takenBy: [StrategySpec])
  case optionBeforeCommand(String, [Command])
  case missingValue(option: String, placeholder: String)
  case unexpectedValue(option: String)
  case repeated(option: String, value: String?)
  case excluded(String, by: String)
  case unknownName(noun: String, String, allowed: [String])
  case malformedKnob(String)
  case malformedReport(String)
  case malformedDefine(String)
  case tooManyDefines(Int)
  case standardInputTwice
  /// Files are looked at again, which standard input is not.
  case watchedStandardInput
  case malformedFilter(String)
  /// A filter that no row of the files matches, and how many rows there are.
  case unusedFilter(String, rows: Int)
  /// The filters together let no row through, of so many.
  case everythingLeftOut(rows: Int)
  /// An option changes nothing of any row.
  case changesNothing(option: String)
  /// A check is asked to change rows without being asked to compare them.
  case changeWithoutDiff(option: String)
  /// A comparison of nothing.
  case diffWithoutChange
  /// A format that cannot show a comparison.
  case formatWithoutDiff(String)
  /// An option with its value, a file, and the language of the file, which does not have it.
  case optionOfOtherLanguage(String, file: String, InputLanguage)
  /// A format shows final states, and the file has no condition about them.
  case noCondition(format: String, file: String)
  case outOfRange(option: String, String, expected: String)
  case missingOperand(Command)
  case unexpectedOperand(String, Command)
  case emptyOperand(Command)
  case missingSchedule
  case missingSchema([String])
  /// A race file's threads are functions of its own.
  case pathsOfRace
  case refusedPaths(ScenarioTemplate.Refusal)
  case malformedFileName(String, rule: String)
  case endingOfOtherLanguage(String, InputLanguage, wanted: InputLanguage)
  case emptyValue(option: String)
  case unread(option: String, UnreadRequest, place: String)
  case unknownRow(String, file: String, allowed: [String])
  case unknownItem(ListSection, String, allowed: [String])

  /// The help that tells more, as a command line.
  func help(for command: Command?) -> String {
    switch self {
    case .unknownCommand: "explore --help"
    case .unknownTopic: "explore help"
    case .unknownOption(_, let command?): "explore \(command.rawValue) --help"
    default: command.map { "explore \($0.rawValue) --help" } ?? "explore --help"
    }
  }
}

extension UsageError: CustomStringConvertible {
  /// What is wrong and, after a semicolon, what would be right.
  var description: String {
    switch self {
    case .unknownCommand(let name):
      "unknown command \(quoted(name))" + wayOut(from: name, to: Command.allCases.map(\.rawValue))
    case .unknownTopic(let name):
      "there is no help on \(quoted(name))" + wayOut(from: name, to: HelpPage.names, listing: false)
    case .unknownOption(let name, let command):
      "unknown option \(quoted(name))"
        + wayOut(from: name, to: Option.all(for: command).map { "--\($0.name)" }, listing: false)
    case .optionOfOtherCommand(let name, let command, let others):
      "'\(command.rawValue)' takes no option '\(typed(name))'; it belongs to "
        + list(others.map { "'\($0.rawValue)'" }, "and")
    case .optionOfOtherStrategy(let name, let strategy, let others):
      "strategy '\(strategy.rawValue)' takes no option '--\(name)'; write --strategy "
        + list(others.map(\.rawValue), "or")
    case .optionOfOtherStrategies(let name, let strategies, let others):
      "option '--\(name)' means nothing to \(list(strategies.map(\.rawValue), "or")); add "
        + list(others.map(\.rawValue), "or") + " to --strategies"
    case .optionBeforeCommand(let name, let commands):
      "option '--\(name)' comes after its command; write explore \(commands[0].rawValue) --\(name)"
    case .missingValue(let option, let placeholder):
      "option '\(typed(option))' needs a value; write "
        + (typed(option).hasPrefix("--") ? "\(typed(option))=" : typed(option)) + placeholder
    case .unexpectedValue(let option):
      "option '\(option)' takes no value; write \(option)"
    case .repeated(let option, nil):
      "option '\(typed(option))' was given twice; give it once"
    case .repeated(let option, let value?):
      "option '\(typed(option))' was given twice for '\(value)'; give it once"
    case .excluded(let option, let other):
      "'--\(option)' and '--\(other)' do not go together; give one of them"
    case .unknownName(let noun, let name, let allowed):
      "unknown \(noun) \(quoted(name))" + wayOut(from: name, to: allowed)
    case .malformedKnob(let text):
      "\(quoted(text)) sets no knob; write --knob NAME=VALUE, as in --knob bump-dirty=in"
    case .malformedReport(let text):
      "\(quoted(text)) names no report; write --report FORMAT=FILE, as in --report json=out.json; "
        + "the format of standard output is that of --format"
    case .malformedDefine(let text):
      "\(quoted(text)) defines no macro; write -D NAME or -D NAME=VALUE, as in -DFIX"
    case .standardInputTwice: "standard input can be read once; give '-' once"
    case .watchedStandardInput: "--watch looks at files again, and '-' is none; name a file"
    case .malformedFilter(let text):
      "\(quoted(text)) matches no row; write SCENARIO/ROW, SCENARIO or tag:TAG, as in 'n1*/patched'"
    case .changesNothing(let option):
      "\(quoted(option)) changes nothing: no path of these rows reads it, or it is as they have it"
    case .changeWithoutDiff(let option):
      "'check' proves rows as their files have them; add --diff to see what \(quoted(option)) changes"
    case .diffWithoutChange:
      "'--diff' needs something that changes rows; add --kernel, --with, --knob or -D"
    case .formatWithoutDiff(let name):
      "format '\(name)' cannot show what '--diff' compares; give "
        + list(OutputFormats.all.filter { $0.diff(TextStyle()) != nil }.map(\.name), "or")
    case .everythingLeftOut(let rows):
      "the filters leave out every row, of \(counted(rows, "row")); give others"
    case .unusedFilter(let text, let rows):
      "no row matches --filter \(quoted(text)), of \(counted(rows, "row")); "
        + "names are those that reports print, as in 'n1*/patched'"
    case .tooManyDefines(let most): "at most \(most) macros can be defined"
    case .optionOfOtherLanguage(let option, let file, .scenario):
      "\(quoted(option)) is for race files, and \(shown(file)) is a scenario; "
        + "its kernel is changed by --kernel, --with and --knob"
    case .optionOfOtherLanguage(let option, let file, let language):
      "\(quoted(option)) is for scenarios, and \(shown(file)) is a \(language.noun); "
        + "its program is changed by -D NAME"
    case .noCondition(let format, let file):
      "--format \(format) is about a condition on final states, and \(shown(file)) has none; "
        + "give a litmus test, or a race file with 'exists', '~exists' or 'forall'"
    case .outOfRange(let option, let text, let expected):
      "option '--\(option)' cannot be \(quoted(text)); give \(expected)"
    case .missingOperand(.check):
      "'check' needs files or folders; write explore check scenarios races"
    case .missingOperand(.merge):
      "'merge' needs reports; write explore merge part-1.json part-2.json"
    case .missingOperand(.new):
      "'new' needs what to write and its name; write explore new scenario NAME, or explore new race NAME"
    case .missingOperand(.generate):
      "'generate' needs to know what; write explore generate "
        + list(Generator.allCases.map(\.form), "or")
    case .missingOperand(let command):
      "'\(command.rawValue)' needs a scenario or race file; write explore \(command.rawValue) "
        + command.operands
    case .unexpectedOperand(let text, let command):
      "\(quoted(text)) is one argument too many; write explore \(command.rawValue) "
        + command.operands
    case .emptyOperand(let command):
      "an empty argument names no file; write explore \(command.rawValue) \(command.operands)"
    case .missingSchedule:
      "'replay' needs a schedule; write --schedule TOKEN with the token that a report printed"
    case .pathsOfRace:
      "'--path' is for scenarios; the threads of a race file are written in C, in the file itself"
    case .refusedPaths(.tablesDiffer(let radix, let hashed)):
      "'\(radix.id)' needs a guest with radix tables, and '\(hashed.id)' one with a hashed table; "
        + "write a scenario for each: 'explore list paths NAME' says which a path knows"
    case .refusedPaths(.tooManyThreads(let limit)):
      "a scenario has at most \(limit) threads; give no more than \(limit) paths"
    case .refusedPaths(.tooManySlots(let limit)):
      "a slot is changed by one path, and a machine has at most \(limit) slots; "
        + "give no more than \(limit) paths that change one"
    case .malformedFileName(let name, let rule):
      "a file cannot be called \(quoted(name)); \(rule)"
    case .endingOfOtherLanguage(let file, let other, let wanted):
      "\(quoted(file)) is the name of a \(other.noun); a \(wanted.noun) ends in \(wanted.ending)"
    case .missingSchema(let names):
      "'generate schema' needs a name; write explore generate schema \(names[0])"
        + (names.count > 1 ? ", or \(list(Array(names.dropFirst()), "or"))" : "")
    case .emptyValue(let option):
      "option '\(typed(option))' has an empty value"
    case .unread(let option, let request, let place):
      "\(quoted(option)): " + request.reason(in: place)
    case .unknownItem(let section, let name, let allowed):
      "unknown \(section.noun) \(quoted(name))" + wayOut(from: name, to: allowed, listing: false)
        + (nearestName(to: name, among: allowed) == nil
          ? "; 'explore list \(section.id)' names them all" : "")
    case .unknownRow(let name, let file, []):
      "\(shown(file)) has no row \(quoted(name)): it has no rows"
    case .unknownRow(let name, let file, let allowed):
      "\(shown(file)) has no row \(quoted(name))" + wayOut(from: name, to: allowed)
    }
  }

  /// An option as the help has it: `--row`, or `-D`.
  private func typed(_ name: String) -> String {
    let letter = Option.all.first { $0.name == name }?.letter
    return letter.map { "-\($0)" } ?? "--\(name)"
  }

  /// The nearest allowed name, or all of them when none is near and they are few.
  private func wayOut(from name: String, to allowed: [String], listing: Bool = true) -> String {
    if let near = nearestName(to: name, among: allowed) { return "; did you mean '\(near)'?" }
    return listing && allowed.count <= 16 ? "; expected \(list(allowed, "or"))" : ""
  }
}
