// Calls that are about work and timers.
extension Checker {
  func call(
    _ function: DeferredFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    guard arguments.count == function.arguments.count else {
      let count = function.arguments.count
      throw fail(
        .type, at: offset,
        "'\(name)' takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)")
    }
    var place: Place?
    var given: (expression: Expression, number: Int)?
    var values: [TypedExpression] = []
    for (argument, kind) in zip(arguments, function.arguments) {
      switch kind {
      case .item: place = try itemPlace(argument, of: function, name)
      case .function: given = (argument, try deferredFunction(argument, function.kind, name))
      case .time: values.append(try time(argument))
      case .dropped: try checkDropped(argument)
      }
    }
    guard let place else { return nothing(at: offset) }
    if let given {
      let number = giveFunction(given.number, to: key(of: place), function.kind)
      values.append(constant(Int64(number + 1), at: given.expression.offset))
    }
    return TypedExpression(
      kind: .primitive(
        .deferred(function.call, isDelayed: function.kind == .delayedWork), place, values),
      type: function.hasValue ? .int : .void, offset: offset)
  }

  /// The work or timer that an argument points to or names.
  private func itemPlace(
    _ argument: Expression, of function: DeferredFunction, _ name: String
  ) throws(Abandoned) -> Place {
    if let variable = namedItem(argument) {
      let kind = program.variables[variable].type == .object(.timer) ? DeferredKind.timer : .work
      guard function.takes(kind) else { throw mistaken(argument, function, name, kind.text) }
      return .variable(variable)
    }
    let pointer = try pointerValue(argument)
    let (pointee, type) = try pointee(of: pointer, at: argument.offset)
    let place = if case .address(let known) = pointer.kind { known } else { pointee }
    switch (function.kind, type) {
    case (.work, .object(.work)):
      if function.call.isAboutQueue, case .member(let outer, offset: 0) = place,
        isDelayedWork(program.type(of: outer))
      {
        throw fail(
          .type, at: argument.offset,
          "'\(name)' is not for delayed work, whose time may not have come: write "
            + "'\(name.replacing("_work", with: "_delayed_work"))'")
      }
      return place
    case (.timer, .object(.timer)): return place
    case (.delayedWork, _) where isDelayedWork(type): return .member(place, offset: 0)
    default: throw mistaken(argument, function, name, text(type))
    }
  }

  private func mistaken(
    _ argument: Expression, _ function: DeferredFunction, _ name: String, _ type: String
  ) -> Abandoned {
    fail(
      .type, at: argument.offset, "'\(name)' works on '\(function.kind.text)', not on '\(type)'")
  }

  private func isDelayedWork(_ type: CType?) -> Bool {
    guard case .structure(let number)? = type else { return false }
    return program.structures[number].builtIn == .delayedWork
  }

  /// The variable of a work or timer that the file declares by its function: `work F(void)`.
  func namedItem(_ argument: Expression) -> Int? {
    var name = argument
    if case .unary(.address, let operand) = argument.kind { name = operand }
    guard case .name(let name) = name.kind, case .function(let number)? = lookUp(name),
      let variable = deferred.variables[number]
    else { return nil }
    deferred.used.insert(number)
    return variable
  }

  /// The function that work or a timer is given.
  func deferredFunction(
    _ argument: Expression, _ kind: DeferredKind, _ name: String
  ) throws(Abandoned) -> Int {
    var operand = argument
    if case .unary(.address, let inner) = argument.kind { operand = inner }
    guard case .name(let symbol) = operand.kind else {
      throw fail(.refused, at: argument.offset, "'\(name)' takes the name of a function")
    }
    if brokenNames.contains(symbol), lookUp(symbol) == nil { throw Abandoned() }
    guard case .function(let number)? = lookUp(symbol) else {
      if lookUp(symbol) == nil { throw unknown(symbol, at: argument.offset) }
      throw fail(
        .type, at: argument.offset,
        "'\(name)' takes the name of a function: '\(text(symbol))' is none")
    }
    let function = program.functions[number]
    let object = CType.object(kind == .timer ? .timer : .work)
    let takes = function.parameters.map { program.variables[$0].type }
    guard takes == [.pointer(object)], function.returns == .void, function.role.isDeferrable(kind)
    else {
      throw fail(
        .type, at: argument.offset,
        "'\(function.name)' is no function that \(kind == .timer ? "a timer" : "work") can run: "
          + "it takes a '\(text(.pointer(object)))' and returns nothing")
    }
    guard function.body != nil else {
      throw fail(
        .type, at: argument.offset, "'\(function.name)' is only declared: nobody knows what it does"
      )
    }
    deferred.given.insert(number)
    return number
  }

  /// When something is to run: it is computed, and what counts the kernel's time is 0.
  private func time(_ argument: Expression) throws(Abandoned) -> TypedExpression {
    let outer = deferred.isInTime
    deferred.isInTime = true
    defer { deferred.isInTime = outer }
    let value = try value(argument)
    guard value.type.isScalar else {
      throw fail(.type, at: argument.offset, "'\(text(value.type))' is no time")
    }
    return value
  }

  /// A queue, a processor or flags, on which nothing depends.
  private func checkDropped(_ argument: Expression) throws(Abandoned) {
    if case .name(let name) = argument.kind, lookUp(name) == nil,
      DeferredFunction.queues.contains(text(name))
    {
      return
    }
    try checkUnevaluated(argument)
  }

  /// Which items a place may be, by what leads to it.
  private func key(of place: Place) -> DeferredState.Key {
    switch place {
    case .variable(let number): return .variable(number)
    case .element(let base, _, _, _): return key(of: base)
    case .member(let base, let offset):
      if case .structure(let number)? = program.type(of: base) {
        if program.structures[number].builtIn == .delayedWork { return key(of: base) }
        return .member(of: number, offset)
      }
      return .any
    case .pointee, .result: return .any
    }
  }

  /// Notes that items may be given a function; its place in ``Program/deferredFunctions``.
  func giveFunction(_ number: Int, to key: DeferredState.Key, _ kind: DeferredKind) -> Int {
    let place: Int
    if let known = program.deferredFunctions.firstIndex(of: number) {
      place = known
    } else {
      program.deferredFunctions.append(number)
      place = program.deferredFunctions.count - 1
    }
    deferred.gifts.append((key, kind, place))
    return place
  }
}

/// What is known of the work and timers of a file while it is being checked.
struct DeferredState {
  /// Which items are given a function.
  enum Key: Hashable {
    /// Those in a global that is named.
    case variable(Int)
    /// Those that lie so many cells from the start of a structure.
    case member(of: Int, Int)
    /// Any: a pointer leads there.
    case any
  }

  /// By function: the variable of the work or timer that it is itself.
  var variables: [Int: Int] = [:]
  /// By function: the thread that it interrupts, as the file names it.
  var threads: [Int: (name: Name, offset: Int)] = [:]
  /// The functions whose own work or timer is used, and those that others are given.
  var used: Set<Int> = []
  var given: Set<Int> = []
  var gifts: [(key: Key, kind: DeferredKind, function: Int)] = []
  /// What variables start with: which function, of which cell.
  var initial:
    [(variable: Int, offset: Int, function: Expression, kind: DeferredKind, name: String)] =
      []
  /// Whether what is being checked says when something is to run.
  var isInTime = false
}

extension DeferredCall {
  /// Whether it has a name of its own for delayed work, which may wait for its time.
  var isAboutQueue: Bool {
    switch self {
    case .flush, .cancel, .cancelSync, .disable, .enable, .setUp: true
    default: false
    }
  }
}

extension FunctionSyntax.Role {
  /// Whether a function of this role can be what work or a timer runs.
  func isDeferrable(_ kind: DeferredKind) -> Bool {
    switch self {
    case .plain: true
    case .handler(let word): word == (kind == .timer ? .timer : .work)
    case .thread, .daemon, .initial, .process: false
    }
  }
}
