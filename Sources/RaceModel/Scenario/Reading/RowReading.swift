extension ScenarioReader {
  /// `properties` and `sometimes` are those of the scenario, which count for every row.
  static func rows(
    _ objects: [CheckedObject], on machine: Scenario.Machine, properties: [PropertySpec],
    sometimes: [Landmark]
  ) throws(ScenarioFault) -> [Scenario.Row] {
    var names = FirstUses(of: .rowName)
    var rows: [Scenario.Row] = []
    for object in objects {
      let name = object.text(RowKeys.name)
      let position = object.position(of: RowKeys.name)
      try names.insert(name, at: position)
      var replacement: [Scenario.ThreadScript]?
      if object.value(RowKeys.threads) != nil {
        replacement = try threads(object.objects(RowKeys.threads), on: machine)
      }
      let expectation = try expectation(object, properties: properties)
      try checkLandmarks(of: object, RowKeys.sometimes, on: machine)
      let own = object.choices(RowKeys.sometimes, of: Landmark.self)
      // What breaks has been reached, and a row without an expectation claims nothing.
      guard expectation != .holds || !(sometimes + own).isEmpty else {
        throw ScenarioFault(.noLandmark(row: name), at: position)
      }
      let note = object.value(RowKeys.note) == nil ? "" : object.text(RowKeys.note)
      rows.append(
        Scenario.Row(
          name: name, kernel: kernel(object), threads: replacement, expectation: expectation,
          sometimes: own, note: note, tags: object.texts(RowKeys.tags), at: position))
    }
    return rows
  }

  private static func kernel(_ row: CheckedObject) -> Kernel {
    var settings: [Kernel.Setting] = []
    if row.value(RowKeys.knobs) != nil {
      let knobs = row.object(RowKeys.knobs)
      // In the order of the file, which is the order of their effect.
      for member in knobs.members {
        guard let knob = Knob(rawValue: member.key), case .string(let value) = member.value.kind
        else { preconditionFailure("'\(member.key)' passed its shape but is no knob") }
        settings.append(Kernel.Setting(knob: knob, value: value))
      }
    }
    return Kernel(
      base: row.choice(RowKeys.kernel, of: Kernel.Base.self),
      patches: row.choices(RowKeys.with, of: Kernel.Patch.self), settings: settings)
  }

  /// Refuses knobs and patches that change nothing in a row, as none of its paths reads them.
  static func checkKnobs(
    of row: Scenario.Row, _ object: CheckedObject, in scenario: Scenario
  ) throws(ScenarioFault) {
    let members = object.value(RowKeys.knobs) == nil ? [] : object.object(RowKeys.knobs).members
    let requests =
      [.base(row.kernel.base)] + row.kernel.patches.map(Kernel.Request.patch)
      + row.kernel.settings.map(Kernel.Request.setting)
    let places =
      [object.position(of: RowKeys.kernel)] + object.items(RowKeys.with).map(\.position)
      + members.map(\.keyPosition)
    let unread = scenario.unread(requests, in: row.kernel, row.threads ?? scenario.threads)
    for (request, place) in zip(requests, places) {
      guard let found = unread.first(where: { $0.request == request }) else { continue }
      throw ScenarioFault(.unread(found, row: row.name), at: place)
    }
  }

  private static func expectation(
    _ row: CheckedObject, properties: [PropertySpec]
  ) throws(ScenarioFault) -> Scenario.Expectation? {
    let violates = row.items(RowKeys.violates)
    guard row.value(RowKeys.expect) != nil else {
      guard violates.isEmpty else {
        throw ScenarioFault(.violatesOfUnpinned, at: row.position(of: RowKeys.violates))
      }
      return nil
    }
    switch row.choice(RowKeys.expect, of: RowKeys.Verdict.self) {
    case .holds:
      guard violates.isEmpty else {
        throw ScenarioFault(.violatesOfHolds, at: row.position(of: RowKeys.violates))
      }
      return .holds
    case .violated:
      guard !violates.isEmpty else {
        throw ScenarioFault(.violatesMissing, at: row.position(of: RowKeys.expect))
      }
      let checked = properties.map(\.rawValue)
      for (id, value) in zip(row.texts(RowKeys.violates), violates) {
        guard checked.contains(id) || Scenario.alwaysOnChecks.contains(id) else {
          throw value.fault(.violatesUnchecked(id, checked: checked))
        }
      }
      return .violated(row.texts(RowKeys.violates).sorted())
    }
  }
}
