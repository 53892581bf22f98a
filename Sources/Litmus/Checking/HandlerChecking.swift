// Handlers: what runs when something has happened.
extension Checker {
  /// A handler whose head has been read; it becomes a machine when all threads are known.
  struct DeclaredHandler {
    var function: Int
    var syntax: FunctionSyntax
    var head: HandlerSyntax
  }

  /// Makes the handlers machines of their own, behind the threads.
  func declareHandlers() {
    for handler in handlers {
      attempt { () throws(Abandoned) in
        let activity = try activity(of: handler)
        addMachine(
          handler.function, isDaemon: true, name: text(handler.syntax.name), activity: activity)
      }
    }
  }

  private func activity(of handler: DeclaredHandler) throws(Abandoned) -> Activity {
    let (syntax, head) = (handler.syntax, handler.head)
    guard case .handler(let word) = syntax.role else { return .thread }
    switch word {
    case .irq, .softirq:
      guard let on = head.thread else {
        throw fail(
          .syntax, at: syntax.offset,
          "'\(word.rawValue)' says whom it interrupts: "
            + "'\(word.rawValue) \(text(syntax.name))(void) on THREAD'")
      }
      let thread = try interrupted(on.name, at: on.offset)
      return .interrupt(
        of: thread, isSoft: word == .softirq, times: try times(of: handler))
    case .work, .timer:
      throw fail(.refused, at: syntax.offset, Substitutes.refusal(of: word.rawValue))
    }
  }

  /// The thread that a handler interrupts.
  func interrupted(_ name: Name, at offset: Int) throws(Abandoned) -> Int {
    let threads = program.threads.filter { $0.activity == .thread }.map(\.name)
    if let number = threads.firstIndex(of: text(name)) { return number }
    if brokenNames.contains(name) { throw Abandoned() }
    if handlers.contains(where: { $0.syntax.name == name }) {
      throw fail(
        .type, at: offset, "'\(text(name))' is no thread: a handler interrupts threads only")
    }
    throw fail(
      .unknownName, at: offset,
      "there is no thread '\(text(name))'\(suggestion(for: text(name), among: threads))")
  }

  /// How often an interrupt comes: once where nothing is said; nil if whenever it is raised.
  private func times(of handler: DeclaredHandler) throws(Abandoned) -> ClosedRange<Int>? {
    let head = handler.head
    guard let times = head.times else { return head.isRaised ? nil : 1...1 }
    let offset = times.least.offset
    if head.isRaised {
      throw fail(
        .type, at: offset, "'raised' comes as often as it is raised: it has no 'times'")
    }
    let (least, most) = (try constantValue(of: times.least), try constantValue(of: times.most))
    guard least >= 0, most >= 1, least <= most else {
      throw fail(
        .type, at: offset,
        "'times' takes a number from 1 on, or the least and the most: 'times 0..2'")
    }
    guard most <= Int64(FileLimits.count) else {
      throw fail(.limit, at: offset, "'times' is at most \(FileLimits.count)")
    }
    return Int(least)...Int(most)
  }
}

// Calls that are about a handler.
extension Checker {
  func handlerCall(
    _ operation: Primitive.HandlerOperation, _ name: String, _ argument: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let machine = try self.handler(argument, name)
    guard case .interrupt(_, let isSoft, let times) = program.threads[machine].activity else {
      throw fail(.type, at: argument.offset, "'\(name)' takes an 'irq'")
    }
    let handler = program.threads[machine].name
    if isSoft, operation != .raise {
      throw fail(.type, at: argument.offset, "'\(name)' takes an 'irq', and '\(handler)' is none")
    }
    if operation.isRaise, times != nil {
      throw fail(
        .type, at: argument.offset,
        "'\(handler)' comes by itself: '\(name)' takes a handler that is 'raised'")
    }
    return TypedExpression(
      kind: .primitive(.handler(operation, machine: machine), nil, []), type: .void,
      offset: offset)
  }

  /// The machine of the handler that an argument names.
  private func handler(_ argument: Expression, _ name: String) throws(Abandoned) -> Int {
    guard case .name(let named) = argument.kind else {
      throw fail(.type, at: argument.offset, "'\(name)' takes the name of a handler")
    }
    guard case .function(let function)? = lookUp(named) else {
      if lookUp(named) == nil { throw unknown(named, at: argument.offset) }
      throw fail(.type, at: argument.offset, "'\(text(named))' is no handler")
    }
    guard
      let machine = program.threads.firstIndex(where: {
        $0.function == function && $0.activity != .thread
      })
    else {
      // One whose head was refused is no machine.
      if handlers.contains(where: { $0.function == function }) { throw Abandoned() }
      throw fail(.type, at: argument.offset, "'\(text(named))' is no handler")
    }
    return machine
  }
}
