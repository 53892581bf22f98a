import Reporting
import Scheduler

/// Turns arguments into an invocation: GNU long options, `--` ends them, `-` is an operand.
struct CommandLineParser {
  private var rest: ArraySlice<String>
  private var given: Set<String> = []

  /// `arguments` does not hold the program's own name.
  static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var parser = CommandLineParser(rest: arguments[...])
    return try parser.invocation()
  }

  /// The command that a command line starts with, right or wrong as the rest may be.
  static func command(of arguments: [String]) -> Command? {
    arguments.first { !$0.hasPrefix("-") }.flatMap(Command.init(rawValue:))
  }

  private init(rest: ArraySlice<String>) { self.rest = rest }

  private mutating func invocation() throws(UsageError) -> Invocation {
    if rest.isEmpty { return .nothing }
    let options = rest.prefix { $0 != "--" }
    let asksForHelp = options.contains { $0 == "--help" || $0 == "-h" }
    guard let name = rest.first(where: { !$0.hasPrefix("-") || $0 == "-" }),
      rest.first == name
    else { return try withoutCommand(asksForHelp) }
    rest.removeFirst()
    guard let command = Command(rawValue: name) else { throw .unknownCommand(name) }
    if asksForHelp { return .help(command == .help ? nil : .command(command)) }
    if options.contains("--version") { return .version }
    if command == .help { return .help(try helpTopic()) }
    return .request(try request(command))
  }

  /// Options before the command: only those that need none.
  private func withoutCommand(_ asksForHelp: Bool) throws(UsageError) -> Invocation {
    if asksForHelp { return .help(Self.command(of: Array(rest)).map(HelpPage.command)) }
    if rest.first == "--version" { return .version }
    guard let first = rest.first, first != "--" else { return .nothing }
    let name = String(first.prefix { $0 != "=" })
    if let option = Option.all.first(where: { "--\($0.name)" == name }) {
      throw .optionBeforeCommand(option.name, option.commands)
    }
    throw .unknownOption(name, nil)
  }

  private mutating func helpTopic() throws(UsageError) -> HelpPage? {
    guard let name = rest.popFirst() else { return nil }
    guard let page = HelpPage(name) else { throw .unknownTopic(name) }
    if let extra = rest.first { throw .unexpectedOperand(extra, .help) }
    return page == .command(.help) ? nil : page
  }

  private mutating func request(_ command: Command) throws(UsageError) -> Request {
    var request = Request(command: command)
    while let argument = rest.popFirst() {
      if argument == "--" {
        request.operands += rest
        break
      } else if argument.hasPrefix("-") && argument != "-" {
        try option(argument, &request)
      } else {
        request.operands.append(argument)
      }
    }
    try checkOperands(request)
    try settleStrategy(&request)
    try checkChanges(request)
    for option in ["times", "watch"] where given.contains(option) {
      if request.format.name != OutputFormats.standard.name {
        throw .excluded(option, by: "format=\(request.format.name)")
      }
    }
    if request.watches, request.operands.contains("-") { throw .watchedStandardInput }
    if request.watches, request.operands.isEmpty { throw .excluded("watch", by: "rerun-failed") }
    return request
  }

  private mutating func option(_ argument: String, _ request: inout Request) throws(UsageError) {
    let argument = Self.spelledOut(argument)
    let name = String(argument.prefix { $0 != "=" })
    if ["--help", "--version"].contains(name) { throw .unexpectedValue(option: name) }
    guard let option = Option.all.first(where: { "--\($0.name)" == name }) else {
      throw .unknownOption(name, request.command)
    }
    guard option.commands.contains(request.command) else {
      throw .optionOfOtherCommand(option.name, request.command, takenBy: option.commands)
    }
    let value = try value(of: option, in: argument, after: name)
    if value.isEmpty && option.placeholder != nil { throw .emptyValue(option: option.name) }
    if !given.insert(option.name).inserted && !option.isRepeatable {
      throw .repeated(option: option.name, value: nil)
    }
    try option.apply(value, &request)
    request.given.append((option, value))
  }

  /// `-DX` as `--define=X`, `-D` as `--define`; other arguments as they are.
  private static func spelledOut(_ argument: String) -> String {
    guard !argument.hasPrefix("--"), let letter = argument.dropFirst().first,
      let option = Option.all.first(where: { $0.letter == letter })
    else { return argument }
    let value = argument.dropFirst(2)
    return "--\(option.name)" + (value.isEmpty ? "" : "=\(value)")
  }

  /// The value of an option, from the same argument or the next; empty for a flag.
  private mutating func value(
    of option: Option, in argument: String, after name: String
  ) throws(UsageError) -> String {
    let isAttached = name.endIndex < argument.endIndex
    guard let placeholder = option.placeholder else {
      if isAttached { throw .unexpectedValue(option: name) }
      return ""
    }
    if isAttached { return String(argument.dropFirst(name.count + 1)) }
    guard let next = rest.popFirst(), next != "--" else {
      throw .missingValue(option: option.name, placeholder: placeholder)
    }
    return next
  }

  /// Refuses options that mean nothing to the strategy; a bound alone asks for the bounded search.
  private func settleStrategy(_ request: inout Request) throws(UsageError) {
    if request.command == .compare { return try settleStrategies(request) }
    let implied =
      given.contains("strategy")
      ? nil : StrategySpec.allCases.first { $0.impliedBy.map(given.contains) ?? false }
    request.strategy = implied ?? request.strategy
    for option in Option.all where given.contains(option.name) {
      guard let takers = option.strategies, !takers.contains(request.strategy) else { continue }
      if let implying = implied?.impliedBy { throw .excluded(implying, by: option.name) }
      throw .optionOfOtherStrategy(option.name, request.strategy, takenBy: takers)
    }
  }

  /// Rows are checked as they are, or compared with what the command line makes of them.
  private func checkChanges(_ request: Request) throws(UsageError) {
    guard request.command == .check else { return }
    if request.showsChanges {
      if request.changes.isEmpty { throw .diffWithoutChange }
      if let format = request.formats.first(where: { $0.diff(TextStyle()) == nil }) {
        throw .formatWithoutDiff(format.name)
      }
      if request.partition != nil { throw .excluded("diff", by: "partition") }
    } else if let option = request.kernelChoices.first {
      throw .changeWithoutDiff(option: option)
    }
  }

  /// Refuses options that mean nothing to any of the strategies that are compared.
  private func settleStrategies(_ request: Request) throws(UsageError) {
    for option in Option.all where given.contains(option.name) {
      guard let takers = option.strategies, !takers.contains(where: request.compared.contains)
      else { continue }
      throw .optionOfOtherStrategies(option.name, request.compared, takenBy: takers)
    }
  }

  private func checkOperands(_ request: Request) throws(UsageError) {
    let most: Int
    switch request.command {
    case .run, .compare, .replay: most = 1
    case .list: most = 3
    case .new, .generate: most = 2
    case .check, .merge: most = .max
    case .help: most = 0
    }
    let needsOperand = request.command != .list && request.rerunReport == nil
    if needsOperand && request.operands.isEmpty {
      throw .missingOperand(request.command)
    }
    if request.operands.count > most {
      throw .unexpectedOperand(request.operands[most], request.command)
    }
    if request.operands.contains("") { throw .emptyOperand(request.command) }
    if request.command == .replay && request.schedule == nil { throw .missingSchedule }
  }
}
