// `container_of`: from a pointer to a member to the structure that it is in.
extension Checker {
  func containerOf(
    _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    try container(
      of: try pointerValue(arguments[0]), in: try container(arguments[1]), arguments[2],
      at: arguments[0].offset, offset)
  }

  /// The container of what a pointer, which stands at a place, leads to.
  func container(
    of pointer: TypedExpression, in type: CType, _ member: Expression, at place: Int,
    _ offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let (distance, kind) = try self.member(member, of: type, in: "container_of")
    guard pointer.type == .pointer(kind) || pointer.type == .pointer(.void) else {
      throw fail(
        .type, at: place,
        "the member is a '\(text(kind))', and the pointer is a '\(text(pointer.type))'")
    }
    let pointer = try convert(pointer, to: .pointer(kind), for: "the member")
    return TypedExpression(
      kind: .container(pointer, distance: distance), type: .pointer(type), offset: offset)
  }

  private func container(_ argument: Expression) throws(Abandoned) -> CType {
    guard case .type(let syntax) = argument.kind else {
      throw fail(.type, at: argument.offset, "'container_of' takes the type of the container")
    }
    return try resolve(syntax)
  }

  /// `hlist_entry_safe`: the same, or NULL for NULL; the pointer is looked at once.
  func containerOrNull(
    _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let pointer = keep(try pointerValue(arguments[0]), as: "pointer")
    let found = try container(
      of: pointer.read, in: try container(arguments[1]), arguments[2], at: arguments[0].offset,
      offset)
    let result = TypedExpression(
      kind: .conditional(pointer.read, found, constant(0, found.type, at: offset)),
      type: found.type, offset: offset)
    return inOrder(pointer.assign, result)
  }

  /// Where a member lies in a structure, which may be a member of a member.
  func member(
    _ expression: Expression, of type: CType, in function: String
  ) throws(Abandoned) -> (offset: Int, type: CType) {
    switch expression.kind {
    case .name(let name):
      let found = try member(name, of: type, at: expression.offset)
      return (found.offset, found.type)
    case .member(let base, let name, throughPointer: false, let place):
      let outer = try member(base, of: type, in: function)
      let inner = try member(name, of: outer.type, at: place)
      return (outer.offset + inner.offset, inner.type)
    case .index(let base, let index):
      let outer = try member(base, of: type, in: function)
      guard case .array(let element, let count) = outer.type else {
        throw fail(.type, at: expression.offset, "'\(text(outer.type))' is no array")
      }
      let number = try constantValue(of: index)
      guard number >= 0, number < Int64(count) else {
        throw fail(.type, at: index.offset, "the array has no element \(number)")
      }
      return (outer.offset + Int(number) * (try size(of: element, at: index.offset)), element)
    default: throw fail(.type, at: expression.offset, "'\(function)' takes the name of a member")
    }
  }
}
