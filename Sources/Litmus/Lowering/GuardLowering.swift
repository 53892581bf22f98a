// What is computed where a block is left, whatever way.
extension Lowering {
  /// Something that is given back at the end of some statements.
  struct Guard {
    /// The labels among them.
    var labels: Set<Int>
    var end: TypedExpression
  }

  func lowerGuarded(_ body: [TypedStatement], _ end: TypedExpression) {
    frame.guards.append(Guard(labels: TypedStatement.block(body).labels, end: end))
    lower(body)
    frame.guards.removeLast()
    discard(end)
  }

  /// Gives back what a jump to a label of the function leaves; all there is, if it returns.
  func leaveGuards(to label: Int? = nil, at offset: Int = 0) {
    if let label { requireGuards(of: label, at: offset) }
    let guards = frame.guards
    for held in guards.reversed() {
      if let label, held.labels.contains(label) { break }
      // What is left meanwhile is not left again.
      frame.guards.removeLast()
      discard(held.end)
    }
    frame.guards = guards
  }

  /// Refuses jumps to where something is held that is not held yet.
  func requireGuards(of label: Int, at offset: Int) {
    let held = frame.guards.count { $0.labels.contains(label) }
    guard let body = program.functions[frame.function].body,
      TypedStatement.block(body).guards(around: label) > held
    else { return }
    report(.refused, at: offset, "this jumps over a guard, into what it guards")
  }
}

extension TypedStatement {
  /// The labels in it, those of its loops among them.
  var labels: Set<Int> {
    switch self {
    case .label(let number): [number]
    case .block(let statements), .guarded(let statements, _):
      statements.reduce(into: []) { $0.formUnion($1.labels) }
    case .condition(_, let first, let second): first.labels.union(second?.labels ?? [])
    case .loop(let loop): loop.body.labels.union([loop.continueLabel, loop.breakLabel])
    case .choice(_, _, let body, let end): body.labels.union([end])
    case .atomic(let body, _): body.labels
    case .expression, .declare, .jump, .return: []
    }
  }

  /// How many guards are around a label in it.
  func guards(around label: Int) -> Int {
    switch self {
    case .guarded(let statements, _):
      TypedStatement.block(statements).labels.contains(label)
        ? 1 + TypedStatement.block(statements).guards(around: label) : 0
    case .block(let statements): statements.map { $0.guards(around: label) }.max() ?? 0
    case .condition(_, let first, let second):
      max(first.guards(around: label), second?.guards(around: label) ?? 0)
    case .loop(let loop): loop.body.guards(around: label)
    case .choice(_, _, let body, _), .atomic(let body, _): body.guards(around: label)
    case .expression, .declare, .label, .jump, .return: 0
    }
  }
}
