/// The declarations that jumps of a function pass over: their locals have no value behind them.
///
/// A `switch` jumps to its cases.
struct JumpsOver {
  /// A jump: a `goto` by its label and where it stands, or a `switch` by the label of its end.
  enum Jump: Hashable {
    case goTo(label: Int, offset: Int)
    case choice(end: Int)
  }

  /// By jump: the locals that it passes over.
  private(set) var locals: [Jump: [Int]] = [:]

  /// A declaration, and the statements up to which its local is in scope.
  private struct Declaration {
    var local: Int
    var place: Int
    var end = 0
  }

  private var count = 0
  /// The declarations in scope.
  private var scope: [Int] = []
  private var declarations: [Declaration] = []
  /// By label: its place, and what is in scope there.
  private var labels: [Int: (place: Int, scope: [Int])] = [:]
  private var jumps: [(jump: Jump, place: Int, labels: [Int])] = []

  init(_ body: [TypedStatement]) {
    visit(.block(body))
    for (jump, place, targets) in jumps {
      var found: [Int] = []
      for target in targets {
        guard let label = labels[target] else { continue }
        for index in label.scope {
          let declaration = declarations[index]
          let isInScope = declaration.place < place && place <= declaration.end
          if !isInScope, !found.contains(declaration.local) { found.append(declaration.local) }
        }
      }
      if !found.isEmpty { locals[jump] = found }
    }
  }

  /// The statements within an expression, each list in a scope of its own.
  private mutating func visit(_ expression: TypedExpression) {
    for statements in expression.outermostStatements { visit(.block(statements)) }
  }

  private mutating func visit(_ statement: TypedStatement) {
    count += 1
    switch statement {
    case .declare(let local, _):
      declarations.append(Declaration(local: local, place: count))
      scope.append(declarations.count - 1)
    case .block(let statements):
      let outer = scope.count
      for statement in statements { visit(statement) }
      for index in scope[outer...] { declarations[index].end = count }
      scope.removeSubrange(outer...)
    case .label(let number): labels[number] = (count, scope)
    case .jump(let label, let offset):
      jumps.append((.goTo(label: label, offset: offset), count, [label]))
    case .choice(let value, let cases, let body, let end):
      visit(value)
      jumps.append((.choice(end: end), count, cases.map(\.label)))
      visit(body)
    case .condition(let test, let first, let second):
      visit(test)
      visit(first)
      if let second { visit(second) }
    case .loop(let loop):
      for expression in [loop.condition, loop.step] {
        if let expression { visit(expression) }
      }
      visit(loop.body)
    case .atomic(let body, _): visit(body)
    case .guarded(let body, let end):
      visit(.block(body))
      visit(end)
    case .expression(let expression): visit(expression)
    case .return(let value, _): if let value { visit(value) }
    }
  }
}
