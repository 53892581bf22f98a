/// What machines were seen to do at each of their program points, in runs of small worlds.
struct ObservedAccessLists {
  /// What was seen of one point under one kernel.
  struct Point {
    var operations: Set<AccessRow.Operation> = []
    /// The sets of locks that were held.
    var held: Set<Set<String>> = []
    /// The points that came next, and `end`.
    var next: Set<String> = []
  }

  /// By machine, by label, and then by the settings that are not those of Linux 6.1.
  private(set) var points: [String: [String: [Set<String>: Point]]] = [:]
  /// By machine that was seen: all of its points, in the order of the type.
  private(set) var machines: [String: [MachineNode.Point]] = [:]

  /// Adds what one call of a machine did at a point; whether that is new.
  mutating func add(
    _ seen: Point, at label: String, of machine: String, under settings: Set<String>
  ) -> Bool {
    let old = points[machine]?[label]?[settings] ?? Point()
    var sum = old
    sum.operations.formUnion(seen.operations)
    sum.held.formUnion(seen.held)
    sum.next.formUnion(seen.next)
    points[machine, default: [:]][label, default: [:]][settings] = sum
    return sum.operations.count > old.operations.count || sum.held.count > old.held.count
      || sum.next.count > old.next.count
  }

  mutating func add(_ node: MachineNode) {
    if machines[node.name] == nil { machines[node.name] = node.points }
    for callee in node.callees { add(callee) }
  }
}
