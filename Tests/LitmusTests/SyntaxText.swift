@testable import Litmus

/// Syntax trees as text, with every operator in parentheses.
struct SyntaxText {
  let names: NameTable

  func text(_ expression: Expression) -> String {
    switch expression.kind {
    case .name(let name): names.text(of: name)
    case .number(let bits, let suffix):
      "\(Int64(bitPattern: bits))\(suffix.isUnsigned ? "u" : "")\(suffix.isLong ? "l" : "")"
    case .string: "\"\""
    case .unary(let operation, let operand): "(\(operation) \(text(operand)))"
    case .binary(let operation, let left, let right):
      "(\(operation) \(text(left)) \(text(right)))"
    case .assign(let operation, let left, let right):
      "(=\(operation.map { " \($0)" } ?? "") \(text(left)) \(text(right)))"
    case .conditional(let condition, let first, let second):
      "(? \(text(condition)) \(first.map(text) ?? "_") \(text(second)))"
    case .comma(let left, let right): "(, \(text(left)) \(text(right)))"
    case .call(let callee, let arguments):
      "\(text(callee))(\(arguments.map(text).joined(separator: " ")))"
    case .member(let base, let name, let throughPointer, _):
      "\(text(base))\(throughPointer ? "->" : ".")\(names.text(of: name))"
    case .index(let base, let index): "\(text(base))[\(text(index))]"
    case .cast(let type, let operand): "(cast \(text(type)) \(text(operand)))"
    case .sizeOf(let operand): "(sizeof \(text(operand)))"
    case .type(let type): text(type)
    case .statements(let statements): "({ \(statements.count) })"
    case .range(let first, let last): "\(text(first))..\(text(last))"
    case .local(.name(let thread), let name):
      "\(names.text(of: thread)):\(names.text(of: name))"
    case .local(.process(let number), let name): "\(number):\(names.text(of: name))"
    }
  }

  /// A type as it is read: `pointer to array of int`.
  func text(_ type: TypeName) -> String { text(type.base, type.declarator) }

  func text(_ base: BaseType, _ declarator: Declarator) -> String {
    let made = declarator.derivations.map { derivation in
      switch derivation {
      case .pointer: "pointer to "
      case .array(let length, _): "array \(length.map { text($0) + " " } ?? "")of "
      case .function(let parameters):
        "function(\(parameters.map { text($0.type) }.joined(separator: ", "))) to "
      }
    }
    let last =
      switch base {
      case .void: "void"
      case .integer(let type): "\(type.isSigned ? "s" : "u")\(type.bits)"
      case .named(let name): names.text(of: name)
      case .typeOf(let operand): "typeof \(text(operand))"
      case .inferred: "__auto_type"
      case .structure(let structure): "struct \(structure.name.map(names.text) ?? "_")"
      case .enumeration(let enumeration): "enum \(enumeration.name.map(names.text) ?? "_")"
      }
    return made.joined() + last
  }

  func text(_ proposition: Proposition) -> String {
    switch proposition {
    case .all(let parts): "(and \(parts.map(text).joined(separator: " ")))"
    case .any(let parts): "(or \(parts.map(text).joined(separator: " ")))"
    case .not(let part): "(not \(text(part)))"
    case .implies(let left, let right): "(=> \(text(left)) \(text(right)))"
    case .constant(let value): "\(value)"
    case .compare(let left, let isEqual, let right, _):
      "\(text(left))\(isEqual ? "=" : "!=")\(text(right))"
    }
  }

  func text(_ term: ConditionTerm) -> String {
    switch term {
    case .number(let value): "\(value)"
    case .global(let name, let index): names.text(of: name) + (index.map { "[\($0)]" } ?? "")
    case .address(let name): "&\(names.text(of: name))"
    case .register(.process(let number), let name): "\(number):\(names.text(of: name))"
    case .register(.name(let thread), let name):
      "\(names.text(of: thread)):\(names.text(of: name))"
    }
  }
}
