extension ScenarioReader {
  /// A row; nil if something is wrong with it.
  ///
  /// `scenario` has what counts for every row; `sometimes` is nil where it is not known which
  /// landmarks do.
  func row(
    _ object: CheckedObject, _ names: inout FirstUses, in scenario: Scenario,
    sometimes: [Landmark]?
  ) -> Scenario.Row? {
    let before = faults.count
    let position = object.position(of: RowKeys.name)
    let name = text(object, RowKeys.name)
    if let name { names.insert(name, at: position, faults) }
    var replacement: [Scenario.ThreadScript]?
    if object.value(RowKeys.threads) != nil {
      replacement = threads(of: object, RowKeys.threads, on: scenario.machine)
    }
    checkLandmarks(of: object, RowKeys.sometimes, on: scenario.machine)
    checkNames(of: object, scenario.properties)
    // A key that is not known may be one of those whose absence would be a mistake.
    guard isRight(object, but: [RowKeys.threads]) else { return nil }
    let expectation = expectation(object)
    let own = object.choices(RowKeys.sometimes, of: Landmark.self)
    // What breaks has been reached, and a row without an expectation claims nothing.
    if expectation == .holds, let sometimes, (sometimes + own).isEmpty {
      faults.note(.noLandmark(row: name ?? ""), at: position)
    }
    guard faults.count == before, isRight(object, RowKeys.threads) else { return nil }
    let note = object.value(RowKeys.note) == nil ? "" : object.text(RowKeys.note)
    return Scenario.Row(
      name: name ?? "", kernel: kernel(object), threads: replacement, expectation: expectation,
      sometimes: own, note: note, tags: object.texts(RowKeys.tags), at: position)
  }

  private func kernel(_ row: CheckedObject) -> Kernel {
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

  /// Notes knobs and patches that change nothing in a row, as none of its paths reads them.
  func checkKnobs(of row: Scenario.Row, _ object: CheckedObject, in scenario: Scenario) {
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
      faults.note(.unread(found, row: row.name), at: place)
    }
  }

  /// Notes names of what breaks that nobody looks for, where something is to break.
  private func checkNames(of row: CheckedObject, _ properties: [PropertySpec]) {
    guard let verdict = text(row, RowKeys.expect),
      verdict == RowKeys.Verdict.violated.rawValue,
      let value = row.value(RowKeys.violates), case .list(let items) = value.kind
    else { return }
    let checked = properties.map(\.rawValue)
    for item in items where !faults.isBroken(item) {
      guard case .string(let id) = item.kind, !checked.contains(id),
        !Scenario.alwaysOnChecks.contains(id)
      else { continue }
      faults.note(item.fault(.violatesUnchecked(id, checked: checked)))
    }
  }

  /// What a row that is right by itself expects.
  private func expectation(_ row: CheckedObject) -> Scenario.Expectation? {
    let violates = row.texts(RowKeys.violates)
    guard row.value(RowKeys.expect) != nil else {
      if !violates.isEmpty {
        faults.note(.violatesOfUnpinned, at: row.position(of: RowKeys.violates))
      }
      return nil
    }
    switch row.choice(RowKeys.expect, of: RowKeys.Verdict.self) {
    case .holds:
      if !violates.isEmpty {
        faults.note(.violatesOfHolds, at: row.position(of: RowKeys.violates))
      }
      return .holds
    case .violated:
      if violates.isEmpty {
        faults.note(.violatesMissing, at: row.position(of: RowKeys.expect))
      }
      return .violated(violates.sorted())
    }
  }
}
