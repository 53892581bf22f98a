// `container_of`: from a pointer to a member to the structure that it is in.
extension Checker {
  func containerOf(
    _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var pointer = try pointerValue(arguments[0])
    let (type, distance, member) = try container(of: pointer, arguments)
    pointer = try convert(pointer, to: .pointer(member), for: "the member")
    return TypedExpression(
      kind: .container(pointer, distance: distance), type: type, offset: offset)
  }

  /// The type of a pointer to the container, and how far from its start the member is.
  private func container(
    of pointer: TypedExpression, _ arguments: [Expression]
  ) throws(Abandoned) -> (type: CType, distance: Int, member: CType) {
    guard case .type(let syntax) = arguments[1].kind else {
      throw fail(.type, at: arguments[1].offset, "'container_of' takes the type of the container")
    }
    let type = try resolve(syntax)
    let (distance, member) = try self.member(arguments[2], of: type)
    guard pointer.type == .pointer(member) || pointer.type == .pointer(.void) else {
      throw fail(
        .type, at: arguments[0].offset,
        "the member is a '\(text(member))', and the pointer is a '\(text(pointer.type))'")
    }
    return (.pointer(type), distance, member)
  }

  /// `hlist_entry_safe`: the same, or NULL for NULL; the pointer is looked at once.
  func containerOrNull(
    _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let argument = try pointerValue(arguments[0])
    let (type, distance, member) = try container(of: argument, arguments)
    let pointer = keep(
      try convert(argument, to: .pointer(member), for: "the member"), as: "pointer")
    let found = TypedExpression(
      kind: .container(pointer.read, distance: distance), type: type, offset: offset)
    let result = TypedExpression(
      kind: .conditional(pointer.read, found, constant(0, type, at: offset)), type: type,
      offset: offset)
    return inOrder(pointer.assign, result)
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
    case .index(let base, let index):
      let outer = try member(base, of: type)
      guard case .array(let element, let count) = outer.type else {
        throw fail(.type, at: expression.offset, "'\(text(outer.type))' is no array")
      }
      let number = try constantValue(of: index)
      guard number >= 0, number < Int64(count) else {
        throw fail(.type, at: index.offset, "the array has no element \(number)")
      }
      return (outer.offset + Int(number) * (try size(of: element, at: index.offset)), element)
    default: throw fail(.type, at: expression.offset, "'container_of' takes the name of a member")
    }
  }
}
