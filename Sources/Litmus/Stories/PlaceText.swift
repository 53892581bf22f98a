// Places and values as a C programmer writes them, for what is told of a run.
extension Program {
  /// `x`, `p->next`, `a[i].count`.
  func text(of place: Place) -> String {
    switch place {
    case .variable(let number): return variables[number].name
    case .pointee(let pointer):
      if case .read(let place, _) = pointer.kind { return "*" + text(of: place) }
      return "*" + text(of: pointer, bindsTightly: true)
    case .member(let base, let offset):
      let type = type(of: base)
      let path = type.map { memberPath(of: $0, at: offset) } ?? ""
      guard case .pointee(let pointer) = base, path.first == "." else {
        return tight(base) + path
      }
      return text(of: pointer, bindsTightly: true) + "->" + path.dropFirst()
    case .result(let call): return text(of: call)
    case .element(.variable(let number), let index, _, _) where variables[number].isPerCPU:
      let name = variables[number].name
      if case .primitive(.processor, _, _) = index.kind { return name }
      let cpu = index.constant.flatMap { Int(exactly: $0) } ?? -1
      let known = threads.indices.contains(cpu) ? threads[cpu].name : text(of: index)
      return "per_cpu(\(name), \(known))"
    case .element(let base, let index, _, _): return "\(tight(base))[\(text(of: index))]"
    }
  }

  /// A place before what binds more tightly than `*`.
  private func tight(_ place: Place) -> String {
    if case .pointee = place { return "(\(text(of: place)))" }
    return text(of: place)
  }

  /// `.lock`, or `.parts[1].count`, for what lies so many cells from the start of a type.
  ///
  /// It ends at what begins there, which may have parts itself.
  private func memberPath(of type: CType, at offset: Int) -> String {
    func rest(_ type: CType, _ offset: Int) -> String {
      offset == 0 ? "" : memberPath(of: type, at: offset)
    }
    switch type {
    case .structure(let number):
      let members = structures[number].members ?? []
      guard let member = members.last(where: { $0.offset <= offset }) else { return "" }
      return "." + member.name + rest(member.type, offset - member.offset)
    case .array(let element, let count) where count > 0:
      let size = max(1, self.size(of: element))
      return "[\(offset / size)]" + rest(element, offset % size)
    default: return ""
    }
  }

  /// `container_of(p, struct s, member)`, by the type of a pointer to the container.
  func container(_ pointer: String, _ type: CType, _ distance: Int) -> String {
    guard let structure = type.pointee, case .structure(let number) = structure else {
      return "container_of(\(pointer))"
    }
    let member = memberPath(of: structure, at: distance).dropFirst()
    return "container_of(\(pointer), struct \(structures[number].name), \(member))"
  }

  /// An expression as C writes it.
  func text(_ expression: TypedExpression) -> String { text(of: expression) }

  private func text(of expression: TypedExpression, bindsTightly: Bool = false) -> String {
    switch expression.kind {
    case .constant(let value): return "\(value)"
    case .address(.variable(let number)): return "&\(variables[number].name)"
    case .address(let place): return bindsTightly ? "(&\(text(of: place)))" : "&\(text(of: place))"
    case .read(let place, _): return bindsTightly ? tight(place) : text(of: place)
    case .convert(let operand), .unwatched(let operand):
      return text(of: operand, bindsTightly: bindsTightly)
    case .call(let number, _): return "\(functions[number].name)()"
    case .container(let pointer, let distance):
      return container(text(of: pointer), expression.type, distance)
    case .function(let number): return functions[number].name
    case .callThrough(let pointer, _): return "\(text(of: pointer, bindsTightly: true))()"
    case .local(let thread, let variable):
      return "\(threads[thread].name):\(variables[variable].name)"
    case .binary(let operation, let left, let right, _):
      let inner =
        text(of: left, bindsTightly: true) + " \(operation.symbol) "
        + text(of: right, bindsTightly: true)
      return bindsTightly ? "(\(inner))" : inner
    case .offset(let pointer, let count, _):
      let inner =
        text(of: pointer, bindsTightly: true) + " + " + text(of: count, bindsTightly: true)
      return bindsTightly ? "(\(inner))" : inner
    default: return "..."
    }
  }
}

extension BinaryOperator {
  /// The operator as C writes it.
  var symbol: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .and: "&"
    case .or: "|"
    case .xor: "^"
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .greater: ">"
    case .lessOrEqual: "<="
    case .greaterOrEqual: ">="
    case .logicalAnd: "&&"
    case .logicalOr: "||"
    }
  }
}
