/// Turns the bytes of a scenario file into a validated scenario.
///
/// Three stages look for mistakes: the text is JSON5, every value has the shape its key asks for,
/// and the values fit each other. Each goes around what the one before could not read, so that
/// mistakes of all three are told together.
package struct ScenarioReader {
  let faults = FaultList()

  /// Reads a whole file.
  ///
  /// `file` is named in errors. When it ends in `.json5`, the scenario must be called like it.
  /// - Throws: all mistakes of the file, as many as are told of one.
  package static func read(
    _ bytes: [UInt8], file: String
  ) throws(ScenarioFileError) -> Scenario {
    let reader = ScenarioReader()
    let scenario = reader.scenario(bytes, file: file)
    try reader.faults.check(file)
    guard let scenario else { preconditionFailure("a file without mistakes is not read") }
    return scenario
  }

  /// A machine that is written in this source.
  static func example(machine text: String) -> Scenario.Machine {
    let reader = ScenarioReader()
    guard let value = JSON5Parser.parse(Array(text.utf8), reader.faults),
      let machine = reader.machine(CheckedObject(value)), reader.faults.isEmpty
    else { preconditionFailure("an example is refused: \(reader.faults.ordered)") }
    return machine
  }

  private func scenario(_ bytes: [UInt8], file: String) -> Scenario? {
    guard let value = JSON5Parser.parse(bytes, faults) else { return nil }
    RootKeys.shape.check(value, faults)
    guard case .object = value.kind else { return nil }
    let root = CheckedObject(value)
    if let name = text(root, RootKeys.name), let expected = Self.baseName(of: file),
      name != expected
    {
      faults.note(.nameUnlikeFile(name, expected: expected), at: root.position(of: RootKeys.name))
    }
    let before = faults.count
    var machine: Scenario.Machine?
    if let value = root.value(RootKeys.machine), case .object = value.kind {
      machine = self.machine(CheckedObject(value))
    }
    let machineIsRight =
      faults.count == before && root.value(RootKeys.machine).map { !faults.isBroken($0) } ?? false
    if machine == nil {
      faults.markUnread(
        .table, .lpid, .slots, .pages, .guests, .pagesOfGuests, .vcpus, .hashedEntries)
    }
    return scenario(
      root,
      on: machine ?? Scenario.Machine(lpid: 1, slots: [], pages: [], guests: [], vcpus: []),
      machineIsRight: machineIsRight)
  }

  private func scenario(
    _ root: CheckedObject, on machine: Scenario.Machine, machineIsRight: Bool
  ) -> Scenario? {
    let before = faults.count
    let threads = threads(of: root, RootKeys.threads, on: machine)
    let threadsAreRight = faults.count == before && isRight(root, RootKeys.threads)
    checkTable(of: root, RootKeys.properties, noun: "property", on: machine) {
      PropertySpec(rawValue: $0)?.tables ?? []
    }
    checkLandmarks(of: root, RootKeys.sometimes, on: machine)
    if !isRight(root, RootKeys.properties) || faults.isUnclear(root.position) {
      faults.markUnread(.properties)
    }
    let properties =
      isRight(root, RootKeys.properties)
      ? root.choices(RootKeys.properties, of: PropertySpec.self) : []
    let landmarks: [Landmark]? =
      isRight(root, RootKeys.sometimes) && !faults.isUnclear(root.position)
      ? root.choices(RootKeys.sometimes, of: Landmark.self) : nil
    var scenario = Scenario(
      name: text(root, RootKeys.name) ?? "", summary: text(root, RootKeys.summary) ?? "",
      machine: machine, threads: threads, properties: properties, sometimes: landmarks ?? [],
      rows: [], cites: texts(root, RootKeys.cites), tags: texts(root, RootKeys.tags))
    var names = FirstUses(of: .rowName)
    for object in objects(root, RootKeys.rows) {
      let row = row(object, &names, in: scenario, sometimes: landmarks)
      guard let row, machineIsRight, row.threads != nil || threadsAreRight else { continue }
      checkKnobs(of: row, object, in: scenario)
      scenario.rows.append(row)
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

// What can be read of objects in which something may be wrong.
extension ScenarioReader {
  /// Whether the value of a key is right, or was left out by somebody who may.
  func isRight(_ object: CheckedObject, _ key: Key) -> Bool {
    object.value(key).map { !faults.isBroken($0) } ?? (key.presence != .required)
  }

  /// Whether an object is right but for what is in the values of `others`.
  func isRight(_ object: CheckedObject, but others: [Key] = []) -> Bool {
    !faults.isUnclear(object.position)
      && object.members.allSatisfy { member in
        others.contains { $0.name == member.key } || !faults.isBroken(member.value)
      }
  }

  /// The value of a key that was given, if it is right.
  func text(_ object: CheckedObject, _ key: Key) -> String? {
    object.value(key) != nil && isRight(object, key) ? object.text(key) : nil
  }

  private func texts(_ object: CheckedObject, _ key: Key) -> [String] {
    isRight(object, key) ? object.texts(key) : []
  }

  /// The objects in a list, whatever is wrong with them; what else is in it is left out.
  ///
  /// When not all are there, or one is not right but for the values of `others`, `part` is marked
  /// as not read.
  func objects(
    _ object: CheckedObject, _ key: Key, part: ScenarioPart? = nil, but others: [Key] = []
  ) -> [CheckedObject] {
    var items: [JSON5Value] = []
    var isWhole = key.presence != .required || object.value(key) != nil
    if let value = object.value(key) {
      if case .list(let list) = value.kind { items = list } else { isWhole = false }
      // The list itself may be what is wrong, as one that is too long.
      isWhole = isWhole && (!faults.isBroken(value) || items.contains { faults.isBroken($0) })
    }
    let objects = items.compactMap { item in
      if case .object = item.kind { CheckedObject(item) } else { nil }
    }
    isWhole = isWhole && objects.count == items.count
    if let part, !isWhole || !objects.allSatisfy({ isRight($0, but: others) }) {
      faults.markUnread(part)
    }
    return objects
  }

  /// Notes names of paths, properties or landmarks that the machine's table does not have.
  func checkTable(
    of object: CheckedObject, _ key: Key, noun: String, on machine: Scenario.Machine,
    tables: (String) -> [TableKind]
  ) {
    var values: [JSON5Value] = []
    if let value = object.value(key) {
      if case .list(let items) = value.kind { values = items } else { values = [value] }
    }
    for value in values where !faults.isBroken(value) {
      guard case .string(let name) = value.kind, !tables(name).contains(machine.table) else {
        continue
      }
      faults.note(value.fault(.nameOfOtherTable(name, noun: noun, has: machine.table)))
    }
  }

  func checkLandmarks(of object: CheckedObject, _ key: Key, on machine: Scenario.Machine) {
    checkTable(of: object, key, noun: "landmark", on: machine) {
      Landmark(rawValue: $0)?.tables ?? []
    }
  }
}
