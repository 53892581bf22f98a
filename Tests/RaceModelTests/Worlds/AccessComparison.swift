/// Compares the lists of the page with what machines were seen to do.
struct AccessComparison {
  let page: AccessLists
  let observed: ObservedAccessLists

  /// What differs: which machine, which row, and the row as it should stand.
  var differences: [String] {
    let names = Set(observed.machines.keys).union(page.machines.map(\.name)).sorted()
    return names.flatMap(differences(of:))
  }

  func differences(of name: String) -> [String] {
    guard let points = observed.machines[name] else {
      return ["\(name): no world runs a machine of this name"]
    }
    guard let list = page[name] else {
      let rows = points.map { point in row(point, of: name, in: points.map(\.label), nil) }
      return [
        "\(name): the page lacks its list:\n" + ([AccessRow.head] + rows).joined(separator: "\n")
      ]
    }
    let labels = list.rows.map(\.label)
    var found = Dictionary(grouping: labels, by: \.self).filter { $1.count > 1 }.keys.sorted()
      .map { "\(name): two rows '\($0)'" }
    found += labels.filter { label in !points.contains { $0.label == label } }
      .map { "\(name): the machine has no point '\($0)'" }
    for point in points {
      let own = list.rows.first { $0.label == point.label }
      let expected = row(point, of: name, in: labels, own)
      if own.map(\.description) != expected {
        found.append(
          """
          \(name), '\(point.label)':
            page:     \(own.map(\.description) ?? "no row")
            expected: \(expected)
          """)
      }
    }
    return found
  }

  /// The row of a point as it should stand: the place is the page's own where that can be.
  private func row(
    _ point: MachineNode.Point, of machine: String, in labels: [String], _ own: AccessRow?
  ) -> String {
    let seen = observed.points[machine]?[point.label] ?? [:]
    let plain = seen[[]]
    var place = own?.place ?? .kernel(function: point.function ?? "", line: 0)
    if plain != nil {
      // The line is the page's; that there is a function and which is the machine's.
      switch (point.function, place) {
      case (nil, _): place = .outside
      case (let function?, .kernel(_, let line)): place = .kernel(function: function, line: line)
      case (let function?, _): place = .kernel(function: function, line: 0)
      }
    } else {
      let settings = seen.keys.sorted { $0.sorted().joined() < $1.sorted().joined() }
      let common = settings.reduce(settings.first ?? []) { $0.intersection($1) }.sorted()
      if let knob = place.knob, settings.contains(where: { $0.contains(knob) }) {
        place = .knob(knob)
      } else if let knob = common.first ?? settings.first?.sorted().first {
        place = .knob(knob)
      } else if let own, !own.isReached {
        return AccessRow(label: point.label, isReached: false, place: place).description
      } else {
        return "a world in which '\(point.label)' is reached"
      }
    }
    let under = place.knob.map { knob in seen.filter { $0.key.contains(knob) } }
    let points = under.map { Array($0.values) } ?? [plain].compactMap(\.self)
    let earlier = labels.firstIndex(of: point.label).map { labels[...$0] } ?? []
    let held = points.flatMap(\.held)
    let ever = Set(held.joined())
    let always = ever.filter { lock in held.allSatisfy { $0.contains(lock) } }
    let next = Set(points.flatMap(\.next))
    let row = AccessRow(
      label: point.label,
      operations: Self.joined(Set(points.flatMap(\.operations))),
      held: always, heldAtTimes: ever.subtracting(always), next: next,
      again: next.intersection(earlier), place: place)
    return row.description
  }

  /// A cell read and written is updated, a lock taken or only looked at is tried for.
  private static func joined(_ operations: Set<AccessRow.Operation>) -> Set<AccessRow.Operation> {
    var joined = operations
    func join(_ first: AccessRow.Verb, _ second: AccessRow.Verb, as verb: AccessRow.Verb) {
      for operation in operations where operation.verb == first {
        let other = AccessRow.Operation(verb: second, object: operation.object)
        guard operations.contains(other) else { continue }
        joined.subtract([operation, other])
        joined.insert(AccessRow.Operation(verb: verb, object: operation.object))
      }
    }
    join(.read, .write, as: .update)
    join(.lock, .test, as: .try)
    return joined
  }
}
