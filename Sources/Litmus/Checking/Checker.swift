/// Resolves the names of a syntax tree and checks that its parts fit.
///
/// What has no meaning in race files, or none yet, is refused here by its name and place.
final class Checker {
  /// What a name stands for.
  enum Entity {
    case variable(Int)
    /// A variable of which each CPU has a copy.
    case perCPU(Int)
    case function(Int)
    case constant(Int64)
    /// A constant of the kernel's, which has a type of its own.
    case known(Int64, IntegerType)
    /// A parameter of a process of herd7: the address of the global of that name.
    case address(Int)
  }

  let tree: SyntaxTree
  let names: NameTable
  let source: SourceText
  let language: Language
  let labels: Set<String>
  let diagnostics: Diagnostics
  var program = Program()
  /// The names that can be seen, the innermost scope last.
  var scopes: [[Name: Entity]] = [[:]]
  var structureNumbers: [Name: Int] = [:]
  var typedefs: [Name: CType] = [:]
  /// herd7's globals, which parameters name.
  var herdGlobals: [Name: Int] = [:]
  /// By process and name: the values of herd7's initial state that registers start with.
  var registerValues: [Int: [(name: Name, type: CType?, value: ConstantValue, offset: Int)]] = [:]
  /// Names and structures whose declarations were refused: what uses them is not refused as well.
  var brokenNames: Set<Name> = []
  var brokenStructures: Set<Int> = []
  /// The globals that have been declared without 'extern', and where the others have been with it.
  private var definedGlobals: Set<Int> = []
  private var undefinedGlobals: [Int: Int] = [:]
  /// The handlers in the order of the file.
  var handlers: [DeclaredHandler] = []
  /// How many cells the globals and the objects of pools take.
  var cells = 0
  /// Of which CPU the name is, at an offset, of a variable that each of them has.
  var perCPU: (offset: Int, index: TypedExpression)?
  /// Whether the expression that is being checked is not computed.
  var isUnevaluated = false
  /// The function whose body is being checked.
  var current: FunctionState?

  /// What is known of a function while its body is being checked.
  struct FunctionState {
    var number: Int
    /// Whether undeclared names are registers, as in a process of herd7.
    var process: Int?
    var gotoLabels: [Name: (label: Int, isPlaced: Bool, offset: Int)] = [:]
    var breakLabels: [Int] = []
    var continueLabels: [Int] = []
    /// The labels of the `switch` statements around, with the type of their values.
    var cases: [(type: CType, labels: [(value: Int64?, label: Int)])] = []
    var isInAtomic = false
    /// How many of the `switch` statements around are around the `atomic` block too.
    var casesAroundAtomic = 0
    /// The same for `({ ... })`.
    var isInStatements = false
    var casesAround = 0
  }

  init(
    _ tree: SyntaxTree, names: NameTable, of source: SourceText, as language: Language,
    labels: Set<String>, diagnostics: Diagnostics
  ) {
    (self.tree, self.names, self.source) = (tree, names, source)
    (self.language, self.labels, self.diagnostics) = (language, labels, diagnostics)
    brokenNames = tree.brokenNames
  }

  func check() -> Program {
    declareInitialState()
    for item in tree.items { attempt { () throws(Abandoned) in try declare(item) } }
    declareHandlers()
    finishInitialState()
    for (number, offset) in undefinedGlobals.sorted(by: { $0.value < $1.value })
    where tree.brokenNames.isEmpty {
      diagnostics.report(
        .unknownName, at: offset,
        "'\(program.variables[number].name)' is 'extern', and the file does not define it")
    }
    for item in tree.items {
      if case .function(let function) = item.kind {
        attempt { () throws(Abandoned) in try checkBody(of: function) }
      }
    }
    for item in tree.items { attempt { () throws(Abandoned) in try checkLast(item) } }
    checkAddressesOfFunctions()
    checkRecursion()
    checkConditions()
    if program.threads.isEmpty, diagnostics.isEmpty {
      diagnostics.report(.syntax, at: source.start, "the file has no thread")
    }
    return program
  }

  /// Remembers the names that a declaration would have declared, if it is refused.
  func declaring(
    _ names: [Name], _ body: () throws(Abandoned) -> Void
  ) throws(Abandoned) {
    do throws(Abandoned) { try body() } catch {
      brokenNames.formUnion(names.filter { lookUp($0) == nil })
      throw error
    }
  }

  /// Goes on behind what is wrong; it has been reported.
  func attempt(_ body: () throws(Abandoned) -> Void) {
    do throws(Abandoned) { try body() } catch { return }
  }

  func text(_ name: Name) -> String { names.text(of: name) }

  func fail(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) -> Abandoned {
    diagnostics.fail(kind, at: offset, message)
  }

  // MARK: - Scopes

  func lookUp(_ name: Name) -> Entity? {
    for scope in scopes.reversed() {
      if let entity = scope[name] { return entity }
    }
    if language == .race, let known = KnownConstant.table[text(name)] {
      return .known(known.value, known.type)
    }
    if language == .race, Self.cpuCounts.contains(text(name)) {
      return .known(Int64(max(1, cpuCount)), text(name) == "NR_CPUS" ? .int : .unsignedInt)
    }
    return nil
  }

  func define(_ name: Name, as entity: Entity, at offset: Int) throws(Abandoned) {
    if scopes[scopes.count - 1][name] != nil {
      throw fail(.duplicate, at: offset, "'\(text(name))' is declared twice")
    }
    scopes[scopes.count - 1][name] = entity
  }

  func inScope(_ body: () throws(Abandoned) -> Void) throws(Abandoned) {
    scopes.append([:])
    defer { scopes.removeLast() }
    try body()
  }

  func unknown(_ name: Name, at offset: Int) -> Abandoned {
    if brokenNames.contains(name) { return Abandoned() }
    let known = scopes.flatMap { $0.keys.map(text) }
    return fail(
      .unknownName, at: offset,
      "unknown name '\(text(name))'"
        + suggestion(for: text(name), among: known))
  }

  func addVariable(
    _ name: Name, _ type: CType, function: Int?, startsAsZero: Bool, at offset: Int
  ) -> Int {
    program.variables.append(
      Variable(
        name: text(name), type: type, function: function, startsAsZero: startsAsZero,
        offset: offset))
    return program.variables.count - 1
  }

  // MARK: - Items

  private func declare(_ item: SyntaxTree.Item) throws(Abandoned) {
    switch item.kind {
    case .declaration(let declaration):
      try declaring(declaration.names) { () throws(Abandoned) in try declareGlobals(declaration) }
    case .function(let function):
      try declaring([function.name]) { () throws(Abandoned) in try declareFunction(function) }
    case .option(let option):
      program.options.insert(option)
    case .model(let model): program.model = (model, item.offset)
    case .pool(let pool): try declare(pool, at: item.offset)
    case .property, .unroll: break
    }
  }

  private func declareGlobals(_ declaration: Declaration) throws(Abandoned) {
    let base = try resolve(declaration.base, at: declaration.offset)
    for variable in declaration.variables {
      guard let name = variable.declarator.name else { continue }
      let offset = variable.declarator.offset
      let type = try resolve(base, variable.declarator, initializer: variable.initializer)
      if declaration.isTypedef {
        typedefs[name] = type
        continue
      }
      if type.isFunction {
        try declarePrototype(name, variable.declarator, base)
        continue
      }
      let number =
        try declaration.isPerCPU
        ? declarePerCPU(name, type, at: offset) : declareGlobal(name, type, at: offset)
      if declaration.isExtern, variable.initializer == nil {
        if !definedGlobals.contains(number) { undefinedGlobals[number] = offset }
        continue
      }
      definedGlobals.insert(number)
      undefinedGlobals[number] = nil
      if let initializer = variable.initializer {
        if program.variables[number].hasInitializer {
          throw fail(.duplicate, at: offset, "'\(text(name))' is given a value twice")
        }
        program.variables[number].hasInitializer = true
        if declaration.isPerCPU {
          try addInitialValues(ofPerCPU: number, type, initializer, offset)
        } else {
          try addInitialValues(of: number, at: 0, type, initializer, offset)
        }
      }
    }
  }

  /// The global of a name, which may have been declared before.
  private func declareGlobal(
    _ name: Name, _ type: CType, at offset: Int
  ) throws(Abandoned) -> Int {
    if case .variable(let known)? = scopes[0][name] {
      guard program.variables[known].type == type else {
        throw fail(
          .duplicate, at: offset,
          "'\(text(name))' is declared as a '\(text(program.variables[known].type))' already")
      }
      return known
    }
    try countCells(of: type, at: offset)
    try requireNoEntry(type, at: offset)
    let number = addVariable(name, type, function: nil, startsAsZero: true, at: offset)
    try define(name, as: .variable(number), at: offset)
    return number
  }

  /// Counts the parts of one more global.
  func countCells(of type: CType, at offset: Int) throws(Abandoned) {
    cells += try size(of: type, at: offset)
    if cells > Self.mostCells { throw tooLarge(at: offset) }
  }

  private func declarePrototype(
    _ name: Name, _ declarator: Declarator, _ base: CType
  ) throws(Abandoned) {
    if case .function? = lookUp(name) { return }
    guard case .function(let parameters)? = declarator.derivations.first else { return }
    var returns = declarator
    returns.derivations.removeFirst()
    var function = Function(
      name: text(name), role: .plain, returns: try resolve(base, returns, initializer: nil),
      offset: declarator.offset, end: declarator.offset)
    for parameter in parameters {
      let type = try decay(resolve(parameter.type))
      function.parameters.append(
        addVariable(
          parameter.type.declarator.name ?? name, type, function: program.functions.count,
          startsAsZero: false, at: declarator.offset))
    }
    program.functions.append(function)
    try define(name, as: .function(program.functions.count - 1), at: declarator.offset)
  }

  private func declareFunction(_ syntax: FunctionSyntax) throws(Abandoned) {
    if case .handler(let word) = syntax.role, word == .work || word == .timer {
      throw fail(.refused, at: syntax.offset, Substitutes.refusal(of: word.rawValue))
    }
    var number = program.functions.count
    if case .function(let known)? = lookUp(syntax.name), program.functions[known].body == nil,
      syntax.role == .plain
    {
      number = known
    } else {
      try define(syntax.name, as: .function(number), at: syntax.offset)
      program.functions.append(
        Function(
          name: text(syntax.name), role: syntax.role, returns: .void, offset: syntax.offset,
          end: syntax.end))
    }
    program.functions[number].returns = try resolve(syntax.returns)
    program.functions[number].offset = syntax.offset
    program.functions[number].end = syntax.end
    program.functions[number].isPrelude = syntax.isPrelude
    program.functions[number].body = []
    program.functions[number].parameters = []
    if case .process(let process) = syntax.role {
      try declareHerdParameters(of: syntax)
      if process != program.threads.count, tree.brokenNames.isEmpty {
        diagnostics.report(
          .syntax, at: syntax.offset,
          "expected P\(program.threads.count) here: processes come in order")
      }
      addMachine(number, process: process, isDaemon: false, name: text(syntax.name))
      return
    }
    for parameter in syntax.parameters {
      let declarator = parameter.type.declarator
      guard let name = declarator.name else {
        throw fail(.syntax, at: declarator.offset, "a parameter has a name")
      }
      let type = try decay(resolve(parameter.type))
      if !type.isScalar {
        guard case .structure = type else {
          throw fail(.type, at: declarator.offset, "a '\(text(type))' is not handed over by value")
        }
        try requireCopy(type, at: declarator.offset)
      }
      program.functions[number].parameters.append(
        addVariable(name, type, function: number, startsAsZero: false, at: declarator.offset))
    }
    switch syntax.role {
    case .thread, .daemon:
      try requireNoParameters(syntax)
      addMachine(number, isDaemon: syntax.role == .daemon, name: text(syntax.name))
    case .initial:
      try requireNoParameters(syntax)
      if program.initial != nil {
        throw fail(.duplicate, at: syntax.offset, "a file has one 'init'")
      }
      program.initial = number
    case .handler:
      try requireNoParameters(syntax)
      handlers.append(
        DeclaredHandler(function: number, syntax: syntax, head: syntax.handler ?? HandlerSyntax()))
    case .plain, .process: break
    }
  }

  private func requireNoParameters(_ syntax: FunctionSyntax) throws(Abandoned) {
    if !syntax.parameters.isEmpty {
      throw fail(
        .type, at: syntax.offset, "'\(text(syntax.name))' takes no arguments: write (void)")
    }
  }

  /// Adds a machine that runs a function.
  func addMachine(
    _ function: Int, process: Int? = nil, isDaemon: Bool, name: String,
    activity: Activity = .thread
  ) {
    let offset = program.functions[function].offset
    if program.threads.count == FileLimits.threads {
      diagnostics.report(
        .limit, at: offset,
        "a file has at most \(FileLimits.threads) threads\(activity == .thread ? "" : " and handlers")"
      )
      return
    }
    program.threads.append(
      ThreadEntry(
        name: name, function: function, isDaemon: isDaemon, process: process, activity: activity))
  }

  // MARK: - Calls among functions

  /// Functions are inlined, so none may call itself.
  private func checkRecursion() {
    for call in callsThroughPointers {
      for (number, function) in program.functions.enumerated()
      where function.addressTakenAt != nil && program.type(of: function) == call.type {
        calls[call.function, default: []].append((number, call.offset))
      }
    }
    var state = Array(repeating: 0, count: program.functions.count)
    for start in program.functions.indices where state[start] == 0 {
      // A stack of functions and of the calls that are still to be followed.
      var stack = [(function: start, calls: calls[start] ?? [])]
      state[start] = 1
      while let last = stack.indices.last {
        guard let call = stack[last].calls.popLast() else {
          state[stack[last].function] = 2
          stack.removeLast()
          continue
        }
        if state[call.function] == 1 {
          diagnostics.report(
            .refused, at: call.offset,
            "'\(program.functions[call.function].name)' calls itself: functions are inlined")
        } else if state[call.function] == 0 {
          state[call.function] = 1
          stack.append((call.function, calls[call.function] ?? []))
        }
      }
    }
  }

  /// By function: whom it calls, and where.
  var calls: [Int: [(function: Int, offset: Int)]] = [:]
  /// Who calls functions of a type through pointers, and where.
  var callsThroughPointers: [(function: Int, type: CType, offset: Int)] = []
}
