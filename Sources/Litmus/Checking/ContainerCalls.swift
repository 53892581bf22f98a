// `container_of` and its relatives.
extension Checker {
  func containerOf(
    _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let pointer = try pointerValue(arguments[0])
    guard case .type(let syntax) = arguments[1].kind else {
      throw fail(.type, at: arguments[1].offset, "'container_of' takes the type of the container")
    }
    return try container(of: pointer, try resolve(syntax), arguments, at: offset)
  }

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
    return try container(of: try pointerValue(arguments[1]), type, arguments, at: offset)
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

  /// What `pointer` leads to a member of.
  private func container(
    of pointer: TypedExpression, _ type: CType, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let (distance, member) = try self.member(arguments[2], of: type)
    guard pointer.type == .pointer(member) || pointer.type == .pointer(.void) else {
      throw fail(
        .type, at: arguments[0].offset,
        "the member is a '\(text(member))', and the pointer is a '\(text(pointer.type))'")
    }
    let moved = TypedExpression(
      kind: .offset(pointer, constant(Int64(-distance), .integer(.long), at: offset), stride: 1),
      type: .pointer(type), offset: offset)
    return moved
  }

  /// Where a member lies in a structure, which may be a member of a member.
  private func member(
    _ expression: Expression, of type: CType
  ) throws(Abandoned) -> (offset: Int, type: CType) {
    switch expression.kind {
    case .name(let name):
      let found = try member(name, of: type, at: expression.offset)
      return (found.offset, found.type)
    case .member(let base, let name, throughPointer: false, let place):
      let outer = try member(base, of: type)
      let inner = try member(name, of: outer.type, at: place)
      return (outer.offset + inner.offset, inner.type)
    default: throw fail(.type, at: expression.offset, "'container_of' takes the name of a member")
    }
  }
}
