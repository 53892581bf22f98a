// Operators and branches as operations.
extension CodeBuilder {
  /// The operations that say an operator.
  struct OperatorCodes {
    /// Of two operands; of the same, turned round.
    var both: MachineOperation.Code?
    var swapped: MachineOperation.Code?
    /// Of the current number and the right operand; of the current number and the left one.
    var with: MachineOperation.Code?
    var turned: MachineOperation.Code?
    /// Whether the result may not fit its type.
    var wraps = false
  }

  /// Nil for operators that have no operations of their own.
  static func codes(of node: Node) -> OperatorCodes? {
    if node.type.bits == 1 { return nil }
    let comparesBits = node.type.bits == 64 && !node.type.isSigned
    switch node.binary {
    case .add: return OperatorCodes(both: .add, with: .addTo, turned: .addTo, wraps: true)
    case .subtract: return OperatorCodes(both: .subtract, with: .subtractFrom, wraps: true)
    case .multiply:
      return OperatorCodes(both: .multiply, with: .multiplyBy, turned: .multiplyBy, wraps: true)
    case .and: return OperatorCodes(both: .and, with: .andWith, turned: .andWith)
    case .or: return OperatorCodes(both: .or, with: .orWith, turned: .orWith)
    case .xor: return OperatorCodes(both: .xor, with: .xorWith, turned: .xorWith)
    case .equal: return OperatorCodes(both: .equal, with: .equalTo, turned: .equalTo)
    case .notEqual: return OperatorCodes(both: .notEqual, with: .notEqualTo, turned: .notEqualTo)
    case .less where !comparesBits:
      return OperatorCodes(both: .less, with: .lessThan, turned: .greaterThan)
    case .greater where !comparesBits:
      return OperatorCodes(swapped: .less, with: .greaterThan, turned: .lessThan)
    case .lessOrEqual where !comparesBits:
      return OperatorCodes(both: .lessOrEqual, with: .lessOrEqualTo, turned: .greaterOrEqualTo)
    case .greaterOrEqual where !comparesBits:
      return OperatorCodes(swapped: .lessOrEqual, with: .greaterOrEqualTo, turned: .lessOrEqualTo)
    default: return nil
    }
  }

  /// The operation that goes one way or the other by a comparison, and whether the ways are
  /// exchanged.
  private struct BranchCodes {
    var both: (code: MachineOperation.Code, isTurned: Bool)
    var with: (code: MachineOperation.Code, isTurned: Bool)
    var turned: (code: MachineOperation.Code, isTurned: Bool)
    /// Whether the operands of `both` are exchanged.
    var isSwapped = false
  }

  private static func branchCodes(of node: Node) -> BranchCodes? {
    guard codes(of: node) != nil else { return nil }
    switch node.binary {
    case .and:
      return BranchCodes(
        both: (.branchAnd, false), with: (.branchAndWith, false), turned: (.branchAndWith, false))
    case .equal:
      return BranchCodes(
        both: (.branchEqual, false), with: (.branchEqualTo, false), turned: (.branchEqualTo, false))
    case .notEqual:
      return BranchCodes(
        both: (.branchEqual, true), with: (.branchEqualTo, true), turned: (.branchEqualTo, true))
    case .less:
      return BranchCodes(
        both: (.branchLess, false), with: (.branchLessThan, false),
        turned: (.branchGreaterThan, false))
    case .greater:
      return BranchCodes(
        both: (.branchLess, false), with: (.branchGreaterThan, false),
        turned: (.branchLessThan, false), isSwapped: true)
    case .lessOrEqual:
      return BranchCodes(
        both: (.branchLessOrEqual, false), with: (.branchGreaterThan, true),
        turned: (.branchLessThan, true))
    case .greaterOrEqual:
      return BranchCodes(
        both: (.branchLessOrEqual, false), with: (.branchLessThan, true),
        turned: (.branchGreaterThan, true), isSwapped: true)
    default: return nil
    }
  }

  /// Goes to the label `yes` if a node is not 0, otherwise to `no`.
  mutating func branch(_ number: Int32, _ yes: Int32, _ no: Int32) {
    if let value = constant(number) {
      emit(.jump, next: value != 0 ? yes : no)
      return
    }
    let node = node(bare(number))
    switch node.operation {
    case .not: return branch(node.a, no, yes)
    case .and, .or:
      let middle = newLabel()
      if node.operation == .and {
        branch(node.a, middle, no)
      } else {
        branch(node.a, yes, middle)
      }
      place(middle)
      return branch(node.b, yes, no)
    case .convert where node.type.bits == 1: return branch(node.a, yes, no)
    case .binary:
      if node.binary == .notEqual, constant(node.b) == 0 { return branch(node.a, yes, no) }
      if node.binary == .equal, constant(node.b) == 0 { return branch(node.a, no, yes) }
      if let codes = Self.branchCodes(of: node), branch(node, codes, yes, no) { return }
    default: break
    }
    compute(number)
    emit(.branch, next: yes, other: no)
  }

  /// False if both sides must be computed.
  private mutating func branch(
    _ node: Node, _ codes: BranchCodes, _ yes: Int32, _ no: Int32
  ) -> Bool {
    func ways(_ isTurned: Bool) -> (Int32, Int32) { isTurned ? (no, yes) : (yes, no) }
    if !isCurrent(node.a), !isCurrent(node.b), isSimple(node.a), isSimple(node.b),
      let left = simple(node.a), let right = simple(node.b)
    {
      let (next, other) = ways(codes.both.isTurned)
      emit(
        codes.both.code, a: codes.isSwapped ? right : left, b: codes.isSwapped ? left : right,
        next: next, other: other)
    } else if !isCurrent(node.b), isSimple(node.b) {
      compute(node.a)
      let (next, other) = ways(codes.with.isTurned)
      guard let right = simple(node.b) else { preconditionFailure("the right side is simple") }
      emit(codes.with.code, b: right, next: next, other: other)
    } else if isSimple(node.a) {
      compute(node.b)
      let (next, other) = ways(codes.turned.isTurned)
      guard let left = simple(node.a) else { preconditionFailure("the left side is simple") }
      emit(codes.turned.code, b: left, next: next, other: other)
    } else {
      return false
    }
    return true
  }
}
