/// What a search watches, by number: the properties, then the checks, then deadlock.
struct PropertyTable: Sendable {
  let system: System
  let always: [Int]
  let quiet: [Int]
  let atEnd: [Int]
  let perStep: [Int]
  let sometimes: [Int]
  let terminates: [Int]
  let firstCheck: Int
  let deadlock: Int

  init(of system: System) {
    self.system = system
    var lists: (always: [Int], quiet: [Int], atEnd: [Int], perStep: [Int], sometimes: [Int]) =
      ([], [], [], [], [])
    var terminates: [Int] = []
    for (number, property) in system.properties.enumerated() {
      switch property.kind {
      case .always: lists.always.append(number)
      case .quiet: lists.quiet.append(number)
      case .atEnd: lists.atEnd.append(number)
      case .perStep: lists.perStep.append(number)
      case .sometimes: lists.sometimes.append(number)
      case .terminates: terminates.append(number)
      }
    }
    (always, quiet, atEnd) = (lists.always, lists.quiet, lists.atEnd)
    (perStep, sometimes, self.terminates) = (lists.perStep, lists.sometimes, terminates)
    firstCheck = system.properties.count
    deadlock = firstCheck + system.checks.count
  }

  var count: Int { deadlock + 1 }

  /// The subject of the check that is broken in a state, if one is.
  func brokenCheck(in state: Words) -> Int? {
    let code = Int(state[0] & Check.mask)
    return code == 0 ? nil : firstCheck + code - 1
  }

  /// What is broken in a state from which nobody can step: a check, deadlock, or some of `atEnd`.
  func endHits(_ state: Words, _ atEnd: [Int]) -> [Int] {
    if let check = brokenCheck(in: state) { return [check] }
    if system.isUnfinished(state) { return [deadlock] }
    return atEnd.filter { isHit($0, state) }
  }

  func id(_ subject: Int) -> String {
    if subject < firstCheck { return system.properties[subject].id }
    return check(subject).id
  }

  func sentence(_ subject: Int) -> String {
    if subject < firstCheck { return system.properties[subject].sentence }
    return check(subject).sentence
  }

  private func check(_ subject: Int) -> Check {
    subject == deadlock ? .deadlock : system.checks[subject - firstCheck]
  }

  /// Whether a property about single states is broken in a state; for `sometimes`, is reached.
  @inline(__always)
  func isHit(_ subject: Int, _ state: Words, log: Words? = nil) -> Bool {
    let view = StateView(state, PropertyRecorder(into: log))
    switch system.properties[subject].kind {
    case .always(let holds), .atEnd(let holds): return !holds(view)
    case .quiet(let holds): return system.quietWhen(view) && !holds(view)
    case .sometimes(let isReached): return isReached(view)
    case .perStep, .terminates: return false
    }
  }

  /// The fairness under which a property wants all threads to finish; nil for other subjects.
  func fairness(of subject: Int) -> Fairness? {
    guard subject < firstCheck, case .terminates(let fairness) = system.properties[subject].kind
    else { return nil }
    return fairness
  }

  /// What says whether a property about single states is broken, or for `sometimes` reached, in a
  /// state, which must be a quiet one if the property is about those.
  func test(_ subject: Int) -> ((Property.State) -> Bool)? {
    switch system.properties[subject].kind {
    case .always(let holds), .atEnd(let holds), .quiet(let holds): { !holds($0) }
    case .sometimes(let isReached): isReached
    case .perStep, .terminates: nil
    }
  }

  /// Whether a step from `before` to `after` breaks a per-step property.
  func isBroken(_ subject: Int, from before: Words, to after: Words, by thread: Int) -> Bool {
    guard case .perStep(let holds) = system.properties[subject].kind else { return false }
    return !holds(
      StateView(before, PropertyRecorder()), StateView(after, PropertyRecorder()),
      ThreadID(thread))
  }
}
