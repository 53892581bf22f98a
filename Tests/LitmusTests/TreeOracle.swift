@testable import Litmus

/// Runs typed programs the slow way, to compare with: no instructions, no slots, no engine.
///
/// A thread is run again from its start for every step, and is given what its accesses gave
/// before. It covers integers, arrays, calls, locks and read-modify-writes, and programs whose
/// runs end.
struct TreeOracle {
  let program: Program
  /// By global: its first cell.
  private let bases: [Int: Int]
  private let cellCount: Int

  /// What a thread does to shared memory.
  enum Access {
    case read(Int), write(Int, Int64)
    case change(Int, (Int64) -> (new: Int64?, result: Int64))
    /// Possible only where the cell is 0.
    case lock(Int)
  }

  struct State: Hashable {
    var cells: [Int64]
    var histories: [[Int64]]
  }

  init(_ program: Program) {
    self.program = program
    var (bases, count) = ([Int: Int](), 0)
    for (number, variable) in program.variables.enumerated() where variable.function == nil {
      bases[number] = count
      if case .array(_, let length) = variable.type { count += length } else { count += 1 }
    }
    (self.bases, cellCount) = (bases, count)
  }

  /// The cells of all final states, and whether some state is stuck; nil if there are more states
  /// than `limit`, or a thread goes round too often between two accesses.
  func explore(limit: Int) -> (finals: Set<[Int64]>, hasDeadlock: Bool)? {
    var cells = Array(repeating: Int64(0), count: cellCount)
    for initial in program.initialValues {
      if case .number(let value) = initial.value, let base = bases[initial.variable] {
        cells[base + initial.offset] = value
      }
    }
    let start = State(cells: cells, histories: program.threads.map { _ in [] })
    var (seen, stack): (Set<State>, [State]) = ([start], [start])
    var (finals, hasDeadlock) = (Set<[Int64]>(), false)
    while let state = stack.popLast() {
      if seen.count > limit { return nil }
      var (unfinished, moved) = (false, false)
      for (number, thread) in program.threads.enumerated() {
        let run = TreeRun(self, history: state.histories[number])
        let access = run.next(thread.function)
        if run.isTooLong { return nil }
        guard let access else { continue }
        unfinished = true
        guard let next = take(access, number, from: state) else { continue }
        moved = true
        if seen.insert(next).inserted { stack.append(next) }
      }
      if !unfinished { finals.insert(state.cells) }
      if unfinished && !moved { hasDeadlock = true }
    }
    return (finals, hasDeadlock)
  }

  private func take(_ access: Access, _ thread: Int, from state: State) -> State? {
    var next = state
    switch access {
    case .read(let cell): next.histories[thread].append(state.cells[cell])
    case .write(let cell, let value):
      next.cells[cell] = value
      next.histories[thread].append(0)
    case .change(let cell, let body):
      let (new, result) = body(state.cells[cell])
      if let new { next.cells[cell] = new }
      next.histories[thread].append(result)
    case .lock(let cell):
      if state.cells[cell] != 0 { return nil }
      next.cells[cell] = 1
      next.histories[thread].append(0)
    }
    return next
  }

  func base(_ variable: Int) -> Int? { bases[variable] }
}

/// One run of a thread up to the first access that it has not made yet.
final class TreeRun {
  private struct Pause: Error {}
  private enum Signal { case normal, jump(Int), done(Int64) }
  /// Where a place lies: shared, or a local's cell.
  private enum Where { case shared(Int), local(Int, Int) }

  private let oracle: TreeOracle
  private let history: [Int64]
  private var made = 0
  /// The access that the run has come to.
  private var pending: TreeOracle.Access?
  private var locals: [[Int: [Int64]]] = [[:]]
  /// How often loops have gone round.
  private var rounds = 0
  private static let mostRounds = 2_000
  var isTooLong: Bool { rounds > Self.mostRounds }

  init(_ oracle: TreeOracle, history: [Int64]) { (self.oracle, self.history) = (oracle, history) }

  func next(_ function: Int) -> TreeOracle.Access? {
    _ = try? run(oracle.program.functions[function].body ?? [], from: nil)
    return pending
  }

  private func make(_ access: TreeOracle.Access) throws -> Int64 {
    guard made < history.count else {
      pending = access
      throw Pause()
    }
    made += 1
    return history[made - 1]
  }

  // MARK: - Statements

  /// Runs statements in order; with `label` from that label on.
  private func run(_ statements: [TypedStatement], from label: Int?) throws -> Signal {
    var (index, wanted) = (0, label)
    while index < statements.count {
      if let label = wanted {
        guard case .label(label) = statements[index] else {
          index += 1
          continue
        }
        wanted = nil
      }
      let signal = try run(statements[index])
      if case .jump(let label) = signal {
        let isHere = statements.contains { if case .label(label) = $0 { true } else { false } }
        guard isHere else { return signal }
        (index, wanted) = (0, label)
        continue
      }
      if case .done = signal { return signal }
      index += 1
    }
    return wanted.map { .jump($0) } ?? .normal
  }

  private func run(_ statement: TypedStatement) throws -> Signal {
    switch statement {
    case .expression(let expression): _ = try value(expression)
    case .declare, .label: break
    case .block(let statements): return try run(statements, from: nil)
    case .condition(let test, let first, let second):
      if try value(test) != 0 { return try run(first) }
      if let second { return try run(second) }
    case .loop(let loop): return try run(loop)
    case .choice(let expression, let cases, let body, let end):
      let number = try value(expression)
      let entry = cases.first { $0.value == number } ?? cases.first { $0.value == nil }
      guard let entry, case .block(let statements) = body else { return .normal }
      let signal = try run(statements, from: entry.label)
      if case .jump(end) = signal { return .normal }
      return signal
    case .jump(let label, _): return .jump(label)
    case .return(let expression, _): return .done(try expression.map(value) ?? 0)
    case .atomic, .guarded: fatalError("not generated")
    }
    return .normal
  }

  private func run(_ loop: TypedLoop) throws -> Signal {
    var skipsTest = loop.testsLast
    while true {
      rounds += 1
      if isTooLong { throw Pause() }
      if !skipsTest, let condition = loop.condition, try value(condition) == 0 { return .normal }
      skipsTest = false
      let signal = try run(loop.body)
      switch signal {
      case .jump(loop.breakLabel): return .normal
      case .jump(loop.continueLabel), .normal: break
      default: return signal
      }
      if let step = loop.step { _ = try value(step) }
    }
  }

  // MARK: - Places

  private func find(_ place: Place) throws -> Where {
    switch place {
    case .variable(let number):
      return oracle.base(number).map { .shared($0) } ?? .local(number, 0)
    case .member(let base, let offset): return moved(try find(base), by: offset)
    case .element(let base, let index, let stride, _):
      let start = try find(base)
      return moved(start, by: Int(try value(index)) * stride)
    case .pointee(let pointer):
      guard case .address(let place) = pointer.kind else { fatalError("not generated") }
      return try find(place)
    case .result: fatalError("not generated")
    }
  }

  private func moved(_ place: Where, by cells: Int) -> Where {
    switch place {
    case .shared(let cell): .shared(cell + cells)
    case .local(let number, let offset): .local(number, offset + cells)
    }
  }

  private func read(_ place: Where) throws -> Int64 {
    switch place {
    case .shared(let cell): return try make(.read(cell))
    case .local(let number, let offset):
      return locals[locals.count - 1][number, default: Array(repeating: 0, count: 4)][offset]
    }
  }

  private func write(_ place: Where, _ value: Int64) throws {
    switch place {
    case .shared(let cell): _ = try make(.write(cell, value))
    case .local(let number, let offset):
      locals[locals.count - 1][number, default: Array(repeating: 0, count: 4)][offset] = value
    }
  }

  private func shared(_ place: Place?) throws -> Int {
    guard let place, case .shared(let cell) = try find(place) else { fatalError("not generated") }
    return cell
  }

  // MARK: - Values

  private func wrap(_ value: Int64, _ type: CType) -> Int64 {
    guard case .integer(let integer) = type, integer.bits < 64 else { return value }
    if integer.bits == 1 { return value == 0 ? 0 : 1 }
    let modulus = Int64(1) << Int64(integer.bits)
    let rest = ((value % modulus) + modulus) % modulus
    return integer.isSigned && rest >= modulus / 2 ? rest - modulus : rest
  }

  private func compute(
    _ operation: BinaryOperator, _ left: Int64, _ right: Int64, _ type: CType
  ) -> Int64 {
    // The generated numbers are small, so that 64 bits are enough before they are wrapped.
    switch operation {
    case .add: wrap(left + right, type)
    case .subtract: wrap(left - right, type)
    case .multiply: wrap(left * right, type)
    case .divide: wrap(left / right, type)
    case .remainder: wrap(left % right, type)
    case .and: wrap(left & right, type)
    case .or: wrap(left | right, type)
    case .xor: wrap(left ^ right, type)
    case .shiftLeft: wrap(left << right, type)
    case .shiftRight: wrap(left >> right, type)
    case .equal: left == right ? 1 : 0
    case .notEqual: left != right ? 1 : 0
    case .less: left < right ? 1 : 0
    case .greater: left > right ? 1 : 0
    case .lessOrEqual: left <= right ? 1 : 0
    case .greaterOrEqual: left >= right ? 1 : 0
    case .logicalAnd, .logicalOr: fatalError("not a number's operator")
    }
  }

  private func value(_ expression: TypedExpression) throws -> Int64 {
    switch expression.kind {
    case .constant(let number): return number
    case .read(let place, _): return try read(try find(place))
    case .unary(let operation, let operand):
      let number = try value(operand)
      switch operation {
      case .minus: return wrap(-number, expression.type)
      case .complement: return wrap(-number - 1, expression.type)
      case .not: return number == 0 ? 1 : 0
      default: return number
      }
    case .binary(let operation, let left, let right, let type):
      let first = try value(left)
      return compute(operation, first, try value(right), type)
    case .convert(let operand): return wrap(try value(operand), expression.type)
    case .logical(let operation, let left, let right):
      let isTrue = try value(left) != 0
      if isTrue != (operation == .logicalAnd) { return isTrue ? 1 : 0 }
      return try value(right) != 0 ? 1 : 0
    case .conditional(let test, let first, let second):
      return try value(test) != 0 ? try value(first) : try value(second)
    case .comma(let left, let right):
      _ = try value(left)
      return try value(right)
    case .assign(let place, let right, _):
      let number = try value(right)
      try write(try find(place), number)
      return number
    case .update(let place, let operation, let right, let type, let givesOld):
      let operand = try value(right)
      let target = try find(place)
      let old = try read(target)
      let new = wrap(compute(operation, wrap(old, type), operand, type), expression.type)
      try write(target, new)
      return givesOld ? old : new
    case .call(let number, let arguments):
      let values = try arguments.map(value)
      let function = oracle.program.functions[number]
      var frame: [Int: [Int64]] = [:]
      for (parameter, value) in zip(function.parameters, values) { frame[parameter] = [value] }
      locals.append(frame)
      defer { locals.removeLast() }
      if case .done(let result) = try run(function.body ?? [], from: nil) { return result }
      return 0
    case .primitive(let primitive, let place, let arguments):
      return try self.primitive(primitive, place, arguments)
    case .orElse(let first, let second):
      let chosen = try value(first)
      return chosen != 0 ? chosen : try value(second)
    case .unwatched(let operand): return try value(operand)
    case .address, .offset, .distance, .container, .copy, .structure, .local, .function,
      .callThrough, .statements:
      fatalError("not generated")
    }
  }

  private func primitive(
    _ primitive: Primitive, _ place: Place?, _ arguments: [TypedExpression]
  ) throws -> Int64 {
    let values = try arguments.map(value)
    let cell = try shared(place)
    switch primitive {
    case .exchange: return try make(.change(cell) { (values[0], $0) })
    case .compareExchange:
      return try make(.change(cell) { ($0 == values[0] ? values[1] : nil, $0) })
    case .fetch(.add, let returned):
      let type = arguments[0].type
      return try make(
        .change(cell) { [self] old in
          let new = wrap(old + values[0], type)
          return (new, returned == .new ? new : old)
        })
    case .lock(.lock, _): return try make(.lock(cell))
    case .lock(.unlock, _): return try make(.write(cell, 0))
    case .lock(.tryLock, _): return try make(.change(cell) { $0 == 0 ? (1, 1) : (nil, 0) })
    default: fatalError("not generated")
    }
  }
}
