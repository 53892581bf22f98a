// Work and timers as items of a file, in its globals and its pools.
extension Checker {
  /// Declares `work F(void)` or `timer F(void)`: a function, and what runs it.
  func declareDeferred(
    _ syntax: FunctionSyntax, _ word: HandlerSyntax.Word, _ number: Int
  ) throws(Abandoned) {
    let (name, object) = (text(syntax.name), CType.object(word == .timer ? .timer : .work))
    let takes = program.functions[number].parameters.map { program.variables[$0].type }
    guard takes.isEmpty || takes == [.pointer(object)] else {
      throw fail(
        .type, at: syntax.offset,
        "'\(name)' takes nothing or a '\(text(.pointer(object)))': write (void)")
    }
    let head = syntax.handler ?? HandlerSyntax()
    if word == .work, let thread = head.thread {
      throw fail(
        .type, at: thread.offset, "work runs in a thread of its own, and interrupts none")
    }
    if head.isRaised || head.times != nil {
      throw fail(
        .type, at: syntax.offset,
        "'\(name)' runs where it is pending: 'raised' and 'times' are for interrupts")
    }
    let variable = addVariable(
      syntax.name, object, function: nil, startsAsZero: true, at: syntax.offset)
    deferred.variables[number] = variable
    deferred.threads[number] = head.thread
  }

  /// Finds all work and all timers in globals and pools, and gives each that can run a machine.
  func finishDeferred() {
    for start in deferred.initial {
      attempt { () throws(Abandoned) in
        let number = try deferredFunction(start.function, start.kind, start.name)
        let place = giveFunction(number, to: .variable(start.variable), start.kind)
        startFunction(place, of: start.variable, at: start.offset)
      }
    }
    for (number, variable) in deferred.variables.sorted(by: { $0.key < $1.key }) {
      // Who only gives the function to others has no use for work of its name.
      if deferred.given.contains(number), !deferred.used.contains(number) { continue }
      let isTimer = program.variables[variable].type == .object(.timer)
      let place = giveFunction(number, to: .variable(variable), isTimer ? .timer : .work)
      startFunction(place, of: variable, at: 0)
    }
    if deferred.gifts.isEmpty { return }
    for (number, variable) in program.variables.enumerated() where variable.function == nil {
      var found: [FoundItem] = []
      collect(variable.type, FoundItem(name: variable.name), into: &found)
      for item in found { addMachine(for: item, in: .variable(number), at: variable.offset) }
    }
    for (number, pool) in program.pools.enumerated() {
      let type = CType.structure(pool.structure)
      if !program.holdsDeferred(type) { continue }
      for index in 0..<min(pool.count, FileLimits.threads + 1) {
        var found: [FoundItem] = []
        collect(type, FoundItem(name: "\(pool.name)#\(index)"), into: &found)
        for item in found {
          addMachine(for: item, in: .object(index, ofPool: number), at: pool.offset)
        }
      }
    }
  }

  /// Notes the function that work or a timer starts with, if that is what an initialiser says.
  func addInitialFunction(
    of variable: Int, at cell: Int, _ type: CType, _ initializer: Expression
  ) throws(Abandoned) -> Bool {
    guard case .call(let callee, let arguments) = initializer.kind,
      case .name(let symbol) = callee.kind
    else { return false }
    let name = text(symbol)
    let known: (kind: DeferredKind, count: Int, function: Int)
    switch name {
    case "__WORK_INITIALIZER": known = (.work, 2, 1)
    case "__DELAYED_WORK_INITIALIZER": known = (.delayedWork, 3, 1)
    case "__TIMER_INITIALIZER": known = (.timer, 2, 0)
    default: return false
    }
    let object: CType =
      switch known.kind {
      case .work: .object(.work)
      case .delayedWork: .structure(builtIn(.delayedWork))
      case .timer: .object(.timer)
      }
    guard type == object, arguments.count == known.count else {
      throw fail(.type, at: initializer.offset, "'\(name)' makes no '\(text(type))'")
    }
    // The function may be defined further down.
    deferred.initial.append((variable, cell, arguments[known.function], known.kind, name))
    return true
  }

  private func startFunction(_ place: Int, of variable: Int, at offset: Int) {
    program.initialValues.append(
      Program.InitialCell(variable: variable, offset: offset, value: .number(Int64(place + 1))))
  }

  /// Work or a timer in a variable.
  private struct FoundItem {
    var kind = DeferredKind.work
    var name: String
    var offset = 0
    /// The structures around it, and how many cells from their starts it lies.
    var around: [(structure: Int, offset: Int)] = []
  }

  private func collect(_ type: CType, _ outer: FoundItem, into found: inout [FoundItem]) {
    if found.count > FileLimits.threads { return }
    var item = outer
    switch type {
    case .object(.work), .object(.timer):
      if type == .object(.timer) { item.kind = .timer }
      found.append(item)
    case .array(let element, let count):
      let size = program.size(of: element)
      guard size > 0, program.holdsDeferred(element) else { return }
      for index in 0..<count {
        item.name = "\(outer.name)[\(index)]"
        collect(element, item, into: &found)
        item.offset += size
        for place in item.around.indices { item.around[place].offset += size }
      }
    case .structure(let number):
      if program.structures[number].builtIn == .delayedWork {
        item.kind = .delayedWork
        found.append(item)
        return
      }
      for member in program.structures[number].members ?? [] {
        item = outer
        item.name += ".\(member.name)"
        item.offset += member.offset
        for place in item.around.indices { item.around[place].offset += member.offset }
        item.around.append((number, member.offset))
        collect(member.type, item, into: &found)
      }
    default: break
    }
  }

  private func addMachine(
    for item: FoundItem, in container: DeferredItem.Container, at offset: Int
  ) {
    var functions: [Int] = []
    for gift in deferred.gifts where gift.kind == item.kind && !functions.contains(gift.function) {
      let isMeant =
        switch gift.key {
        case .variable(let number): .variable(number) == container
        case .member(let structure, let offset):
          item.around.contains { $0.structure == structure && $0.offset == offset }
        case .any: true
        }
      if isMeant { functions.append(gift.function) }
    }
    guard let first = functions.first else { return }
    if program.threads.count == FileLimits.threads {
      diagnostics.report(
        .limit, at: offset,
        "with '\(item.name)' there are more than \(FileLimits.threads) threads, handlers, works "
          + "and timers")
      return
    }
    let function = program.deferredFunctions[first]
    program.deferred.append(
      DeferredItem(
        kind: item.kind, name: item.name, container: container, offset: item.offset,
        functions: functions))
    var activity = item.kind == .timer ? Activity.timer(of: nil) : .work
    if let on = deferred.threads[function],
      deferred.variables[function].map({ .variable($0) }) == container
    {
      guard
        let thread = program.threads.firstIndex(where: {
          $0.activity == .thread && $0.name == text(on.name)
        })
      else {
        diagnostics.report(
          .unknownName, at: on.offset,
          "there is no thread '\(text(on.name))'"
            + suggestion(for: text(on.name), among: program.threads.map(\.name)))
        return
      }
      activity = .timer(of: thread)
    }
    program.threads.append(
      ThreadEntry(
        name: item.name, function: function, isDaemon: true, process: nil, activity: activity,
        deferred: program.deferred.count - 1))
  }
}

extension Program {
  /// Whether something of the type is work or a timer, or holds some.
  func holdsDeferred(_ type: CType) -> Bool {
    switch type {
    case .object(.work), .object(.timer): true
    case .array(let element, _): holdsDeferred(element)
    case .structure(let number):
      (structures[number].members ?? []).contains { holdsDeferred($0.type) }
    default: false
    }
  }
}
