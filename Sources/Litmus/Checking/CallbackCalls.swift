// Callbacks of RCU, which run in a machine of their own.
extension Checker {
  func call(
    _ function: CallbackFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    guard arguments.count == function.argumentCount else {
      throw fail(
        .type, at: offset,
        "'\(name)' takes \(function.argumentCount) argument"
          + "\(function.argumentCount == 1 ? "" : "s"), not \(arguments.count)")
    }
    switch function {
    case .free: return try freeLater(name, arguments, at: offset)
    case .freeObject:
      let pointer = keep(try pointerValue(arguments[0]), as: name)
      let sleep = TypedExpression(
        kind: .primitive(.mightSleep, nil, []), type: .void, offset: offset)
      let queued = queue(.freeObject, nil, [pointer.read], at: offset)
      return after([sleep, pointer.assign], unlessNull(pointer.read, queued))
    case .call(let inDomain):
      var domain: [TypedExpression] = []
      if inDomain {
        _ = try objectPlace(arguments[0], [.srcu], name)
        domain = [try pointerValue(arguments[0])]
      }
      let rest = arguments.dropFirst(inDomain ? 1 : 0)
      let head = try objectPlace(rest[rest.startIndex], [.callbackHead], name)
      let callback = try self.callback(rest[rest.startIndex + 1], name)
      return queue(.function(callback), head.place, domain, at: offset)
    }
  }

  private func queue(
    _ callback: Callback, _ head: Place?, _ arguments: [TypedExpression], at offset: Int
  ) -> TypedExpression {
    if program.callbacks.isEmpty { program.callbackOffset = offset }
    if !program.callbacks.contains(callback) { program.callbacks.append(callback) }
    let number = program.callbacks.firstIndex(of: callback) ?? 0
    return TypedExpression(
      kind: .primitive(.queueCallback(number), head, arguments), type: .void, offset: offset)
  }

  /// The function that an argument names, which takes a head alone.
  private func callback(_ argument: Expression, _ name: String) throws(Abandoned) -> Int {
    guard case .name(let text) = argument.kind, case .function(let number)? = lookUp(text) else {
      throw fail(.type, at: argument.offset, "'\(name)' takes the name of a function")
    }
    let function = program.functions[number]
    let isCallback =
      function.role == .plain && function.parameters.count == 1
      && program.variables[function.parameters[0]].type == .pointer(.object(.callbackHead))
    guard isCallback else {
      throw fail(
        .type, at: argument.offset, "'\(function.name)' does not take a 'struct rcu_head *' alone")
    }
    guard function.body != nil else {
      throw fail(
        .refused, at: argument.offset,
        "'\(function.name)' is only declared: what runs when readers have left is not known")
    }
    return number
  }

  /// `kfree_rcu(p, rcu)`: nothing where `p` is NULL.
  private func freeLater(
    _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let pointer = keep(try pointerValue(arguments[0]), as: name)
    let (place, type) = try pointee(of: pointer.read, at: arguments[0].offset)
    let (distance, member) = try self.member(arguments[1], of: type, in: name)
    guard member == .object(.callbackHead) else {
      throw fail(
        .type, at: arguments[1].offset,
        "'\(name)' takes the name of a 'struct rcu_head', not of a '\(text(member))'")
    }
    let queued = queue(.free(offset: distance), .member(place, offset: distance), [], at: offset)
    return inOrder(pointer.assign, unlessNull(pointer.read, queued))
  }

  private func unlessNull(
    _ pointer: TypedExpression, _ call: TypedExpression
  ) -> TypedExpression {
    TypedExpression(
      kind: .conditional(pointer, call, nothing(at: call.offset)), type: .void,
      offset: call.offset)
  }

  /// Makes a machine of what runs callbacks, behind all others, if the file queues any.
  func declareCallbacks() {
    guard !program.callbacks.isEmpty else { return }
    let isTaken = program.threads.contains { $0.name == "rcu" }
    let name = isTaken ? "rcu-callbacks" : "rcu"
    program.functions.append(
      Function(
        name: name, role: .plain, returns: .void, body: [], offset: program.callbackOffset,
        end: program.callbackOffset))
    addMachine(
      program.functions.count - 1, isDaemon: true, name: name, activity: .callbacks)
  }
}
