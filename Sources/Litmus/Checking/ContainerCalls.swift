// Relatives of `container_of`: those of work and timers.
extension Checker {
  /// `from_timer(variable, timer, member)`, which takes the type of the container from a pointer.
  func containerOfTimer(
    _ arguments: [Expression], _ name: String, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    guard case .name(let variable) = arguments[0].kind,
      case .variable(let number)? = lookUp(variable),
      let type = program.variables[number].type.pointee
    else {
      throw fail(
        .type, at: arguments[0].offset, "'\(name)' takes the pointer that it gives a value")
    }
    return try container(
      of: try pointerValue(arguments[1]), in: type, arguments[2], at: arguments[1].offset, offset)
  }

  func delayedWork(
    of argument: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var pointer = try pointerValue(argument)
    guard pointer.type == .pointer(.object(.work)) else {
      throw fail(
        .type, at: argument.offset,
        "'to_delayed_work' takes a 'struct work_struct *', not a '\(text(pointer.type))'")
    }
    pointer.type = .pointer(.structure(builtIn(.delayedWork)))
    return pointer
  }
}
