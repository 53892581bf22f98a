// Places and values as a C programmer writes them, for what is told of a run.
extension Program {
  /// `x`, `p->next`, `a[i].count`.
  func text(of place: Place) -> String {
    switch place {
    case .variable(let number): return variables[number].name
    case .pointee(let pointer): return "*" + text(of: pointer, bindsTightly: true)
    case .member(let base, let offset):
      let type = type(of: base)
      let path = type.map { memberPath(of: $0, at: offset) } ?? ""
      guard case .pointee(let pointer) = base, path.first == "." else {
        return text(of: base) + path
      }
      return text(of: pointer, bindsTightly: true) + "->" + path.dropFirst()
    case .result(let call): return text(of: call)
    case .element(let base, let index, _, _): return "\(text(of: base))[\(text(of: index))]"
    }
  }

  /// `.lock`, or `.parts[1].count`, for what lies so many cells from the start of a type.
  private func memberPath(of type: CType, at offset: Int) -> String {
    switch type {
    case .structure(let number):
      let members = structures[number].members ?? []
      guard let member = members.last(where: { $0.offset <= offset }) else { return "" }
      return "." + member.name + memberPath(of: member.type, at: offset - member.offset)
    case .array(let element, let count) where count > 0:
      let size = max(1, self.size(of: element))
      return "[\(offset / size)]" + memberPath(of: element, at: offset % size)
    default: return ""
    }
  }

  private func text(of expression: TypedExpression, bindsTightly: Bool = false) -> String {
    switch expression.kind {
    case .constant(let value): return "\(value)"
    case .address(.variable(let number)): return "&\(variables[number].name)"
    case .address(let place): return bindsTightly ? "(&\(text(of: place)))" : "&\(text(of: place))"
    case .read(let place, _): return text(of: place)
    case .convert(let operand), .unwatched(let operand):
      return text(of: operand, bindsTightly: bindsTightly)
    case .call(let number, _): return "\(functions[number].name)()"
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
