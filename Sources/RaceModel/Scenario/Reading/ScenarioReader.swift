/// Turns the bytes of a scenario file into a validated scenario.
///
/// Three stages, each of which can count on the one before: the text is JSON5, every value has
/// the shape its key asks for, and the values fit each other. The first fault ends the reading.
package enum ScenarioReader {
  /// Reads a whole file.
  ///
  /// `file` is named in errors. When it ends in `.json5`, the scenario must be called like it.
  package static func read(_ bytes: [UInt8], file: String) throws(ScenarioError) -> Scenario {
    do throws(ScenarioFault) {
      let value = try JSON5Parser.parse(bytes)
      try RootKeys.shape.check(value)
      return try scenario(CheckedObject(value), file: file)
    } catch {
      throw ScenarioError(file: file, position: error.position, reason: error.reason)
    }
  }

  private static func scenario(
    _ root: CheckedObject, file: String
  ) throws(ScenarioFault) -> Scenario {
    let name = root.text(RootKeys.name)
    if let expected = baseName(of: file), name != expected {
      throw ScenarioFault(
        .nameUnlikeFile(name, expected: expected), at: root.position(of: RootKeys.name))
    }
    let machine = try machine(root.object(RootKeys.machine))
    let threads = try threads(root.objects(RootKeys.threads), on: machine)
    try checkTable(of: root, RootKeys.properties, noun: "property", on: machine) {
      PropertySpec(rawValue: $0)?.tables ?? []
    }
    try checkLandmarks(of: root, RootKeys.sometimes, on: machine)
    let properties = root.choices(RootKeys.properties, of: PropertySpec.self)
    let sometimes = root.choices(RootKeys.sometimes, of: Landmark.self)
    let rows = try rows(
      root.objects(RootKeys.rows), on: machine, properties: properties, sometimes: sometimes)
    let scenario = Scenario(
      name: name, summary: root.text(RootKeys.summary), machine: machine, threads: threads,
      properties: properties, sometimes: sometimes, rows: rows, cites: root.texts(RootKeys.cites),
      tags: root.texts(RootKeys.tags))
    for (row, object) in zip(rows, root.objects(RootKeys.rows)) {
      try checkKnobs(of: row, object, in: scenario)
    }
    return scenario
  }

  /// The last part of the path without `.json5`; nil when it ends otherwise.
  private static func baseName(of file: String) -> String? {
    let suffix = ".json5"
    guard file.hasSuffix(suffix), let last = file.split(separator: "/").last else { return nil }
    return String(last.dropLast(suffix.count))
  }
}

extension ScenarioReader {
  /// Names of paths, properties or landmarks that the machine's table does not have.
  static func checkTable(
    of object: CheckedObject, _ key: Key, noun: String, on machine: Scenario.Machine,
    tables: (String) -> [TableKind]
  ) throws(ScenarioFault) {
    var values: [JSON5Value] = []
    if let value = object.value(key) {
      if case .list(let items) = value.kind { values = items } else { values = [value] }
    }
    for value in values {
      guard case .string(let name) = value.kind, !tables(name).contains(machine.table) else {
        continue
      }
      throw value.fault(.nameOfOtherTable(name, noun: noun, has: machine.table))
    }
  }

  static func checkLandmarks(
    of object: CheckedObject, _ key: Key, on machine: Scenario.Machine
  ) throws(ScenarioFault) {
    try checkTable(of: object, key, noun: "landmark", on: machine) {
      Landmark(rawValue: $0)?.tables ?? []
    }
  }
}
