internal import Scheduler

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
      guard case .pointee(let pointer) = base, path.first == "." else { return text(of: base) + path }
      return text(of: pointer, bindsTightly: true) + "->" + path.dropFirst()
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
    case .convert(let operand): return text(of: operand, bindsTightly: bindsTightly)
    case .call(let number, _): return "\(functions[number].name)()"
    case .local(let thread, let variable): return "\(threads[thread].name):\(variables[variable].name)"
    case .binary(let operation, let left, let right, _):
      let inner = text(of: left, bindsTightly: true) + " \(operation.symbol) "
        + text(of: right, bindsTightly: true)
      return bindsTightly ? "(\(inner))" : inner
    case .offset(let pointer, let count, _):
      let inner = text(of: pointer, bindsTightly: true) + " + " + text(of: count, bindsTightly: true)
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

extension SourceText {
  /// The line as a trace shows it: without blanks at both ends, tabs as blanks, no control
  /// characters, not too long.
  func shownLine(_ number: Int) -> String {
    trimmedLine(number).withoutTabs.shown(limit: 160)
  }

  /// Where an instruction of a thread stands.
  func location(of instruction: Instruction, in thread: LoweredThread) -> Location {
    var calls: [Location.Call] = []
    var frame = instruction.frame
    while frame > 0 {
      let call = thread.frames[Int(frame)]
      calls.append(Location.Call(call.function, line: line(of: call.offset)))
      frame = call.caller
    }
    let line = line(of: Int(instruction.offset))
    return Location(source: shownLine(line), line: line, calls: calls.reversed())
  }

  /// The call that begins at an offset, up to its closing parenthesis, on one line; the line
  /// itself where no call begins.
  func callText(at offset: Int) -> (text: String, range: Range<Int>) {
    var end = offset
    while end < bytes.count, bytes[end].continuesName { end += 1 }
    var (depth, index) = (0, end)
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "(") {
        depth += 1
      } else if byte == UInt8(ascii: ")") {
        depth -= 1
        if depth == 0 { break }
      } else if depth == 0, !byte.isBlank {
        break
      }
      index += 1
    }
    guard end > offset, index < bytes.count, bytes[index] == UInt8(ascii: ")") else {
      return (shownLine(line(of: offset)), offset..<offset + 1)
    }
    return (text(offset..<index + 1).withoutTabs.shown(limit: 160), offset..<index + 1)
  }
}

extension String {
  /// Blanks in a row that are not all spaces, as one space.
  fileprivate var withoutTabs: String {
    var text = ""
    var blanks = ""
    for scalar in unicodeScalars {
      if scalar.isASCII, UInt8(scalar.value).isBlankOrLineEnd {
        blanks.unicodeScalars.append(scalar)
        continue
      }
      text += blanks.allSatisfy { $0 == " " } ? blanks : " "
      blanks = ""
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
