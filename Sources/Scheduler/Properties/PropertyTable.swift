/// A property of a ``PropertyTable``: one that the system declares, a check, or deadlock.
struct PropertyIndex: Hashable, Comparable, Sendable {
  /// Its place in the table, from 0.
  let number: Int

  init(_ number: Int) { self.number = number }

  static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// All that is judged of a system: its declared properties, then its checks, then deadlock and the
/// kind of deadlock that has a name of its own, if there is one.
///
/// The one place where a property is judged. A property is *hit* where it is broken, or, if it is
/// a landmark, where it is reached; by kind it is hit
///
/// - `always`, `quiet`, `sometimes`: in a state (``isHit(_:in:log:)``);
/// - checks, deadlock, `atEnd`: in a state from which no thread can step (``hits(atEnd:among:)``);
/// - `atEnd` where there are daemons: in a state in which all others have finished, as `always`;
/// - deadlock, if it is ``DeadlockRule/someThreadCannotEnd``: also in states from which somebody
///   can step, which takes the whole graph (``ThreadsThatCanEnd``);
/// - `perStep`: by a step (``isHit(_:from:to:by:)``);
/// - `terminates`: by an endless run (``EndlessRuns``).
///
/// Whoever looks for some properties only asks a ``PropertySelection``.
struct PropertyTable: Sendable {
  let system: System
  let always: [PropertyIndex]
  let quiet: [PropertyIndex]
  let atEnd: [PropertyIndex]
  let perStep: [PropertyIndex]
  /// The ``Property/Kind/sometimes(_:)`` properties.
  let landmarks: [PropertyIndex]
  let terminates: [PropertyIndex]

  init(of system: System) {
    self.system = system
    var (always, quiet, atEnd) = ([PropertyIndex](), [PropertyIndex](), [PropertyIndex]())
    var (perStep, landmarks, terminates) = (always, quiet, atEnd)
    for (number, property) in system.properties.enumerated() {
      switch property.kind {
      case .always: always.append(PropertyIndex(number))
      case .quiet: quiet.append(PropertyIndex(number))
      case .atEnd where system.hasDaemons: always.append(PropertyIndex(number))
      case .atEnd: atEnd.append(PropertyIndex(number))
      case .perStep: perStep.append(PropertyIndex(number))
      case .sometimes: landmarks.append(PropertyIndex(number))
      case .terminates: terminates.append(PropertyIndex(number))
      }
    }
    (self.always, self.quiet, self.atEnd) = (always, quiet, atEnd)
    (self.perStep, self.landmarks, self.terminates) = (perStep, landmarks, terminates)
  }

  // MARK: - Which there are

  var count: Int { deadlock.number + (system.deadlockKind == nil ? 1 : 2) }
  /// All of them, in order.
  var all: [PropertyIndex] { (0..<count).map(PropertyIndex.init) }
  /// Those that must hold in every state, or in every quiet one.
  var invariants: [PropertyIndex] { always + quiet }
  /// Those that are about single states, wherever in a run.
  var aboutStates: [PropertyIndex] { always + quiet + landmarks }
  /// Those that are about the steps of runs and not about single states.
  var aboutSteps: [PropertyIndex] { perStep + terminates }
  var deadlock: PropertyIndex { PropertyIndex(firstCheck + system.checks.count) }
  /// Deadlock, and its kind.
  var stuckThreads: [PropertyIndex] { (deadlock.number..<count).map(PropertyIndex.init) }

  private var firstCheck: Int { system.properties.count }

  /// Whether it is deadlock, or its kind.
  func isAboutStuckThreads(_ property: PropertyIndex) -> Bool { property >= deadlock }

  /// The declared property; nil for checks and deadlock, which come with every system.
  func declared(_ property: PropertyIndex) -> Property? {
    property.number < firstCheck ? system.properties[property.number] : nil
  }

  func isLandmark(_ property: PropertyIndex) -> Bool {
    if case .sometimes? = declared(property)?.kind { return true }
    return false
  }

  /// Whether a run that hits it is a violating one.
  func isClaim(_ property: PropertyIndex) -> Bool {
    !isLandmark(property) && declared(property)?.isQuestion != true
  }

  func id(_ property: PropertyIndex) -> String {
    declared(property)?.id ?? check(property).id
  }

  func sentence(_ property: PropertyIndex) -> String {
    declared(property)?.sentence ?? check(property).sentence
  }

  private func check(_ property: PropertyIndex) -> Check {
    if property < deadlock { return system.checks[property.number - firstCheck] }
    return property == deadlock
      ? .deadlock(system.deadlock) : system.deadlockKind?.check ?? .deadlock(system.deadlock)
  }

  /// The fairness under which a property wants all threads to finish; nil for other properties.
  func fairness(of property: PropertyIndex) -> Fairness? {
    guard case .terminates(let fairness)? = declared(property)?.kind else { return nil }
    return fairness
  }

  // MARK: - What is hit

  /// Whether a property about single states is broken in a state; whether a landmark is reached.
  ///
  /// The cells that the property reads are added to `log`, a bit for each.
  @inline(__always)
  func isHit(
    _ property: PropertyIndex, in state: StateRef, log: UnsafeMutablePointer<UInt64>? = nil
  ) -> Bool {
    if isCut(state) { return false }
    let view = StateView(state, PropertyRecorder(into: log))
    switch system.properties[property.number].kind {
    case .always(let holds): return !holds(view)
    case .atEnd(let holds):
      return !system.hasDaemons ? !holds(view) : hasEnded(view) && !holds(view)
    case .quiet(let holds): return system.quietWhen(view) && !holds(view)
    case .sometimes(let isReached): return isReached(view)
    case .perStep, .terminates: return false
    }
  }

  /// What ``isHit(_:in:log:)`` asks, for many states; nil for properties that are not about
  /// states.
  ///
  /// Of a property about quiet states it must be asked in those only.
  func test(_ property: PropertyIndex) -> (@Sendable (Property.State) -> Bool)? {
    guard let test = uncutTest(property) else { return nil }
    if system.cuts == 0 { return test }
    return { [cuts = system.cuts] in !Self.isCut($0.words[0], cuts) && test($0) }
  }

  private func uncutTest(
    _ property: PropertyIndex
  ) -> (@Sendable (Property.State) -> Bool)? {
    switch system.properties[property.number].kind {
    case .atEnd(let holds) where system.hasDaemons: { hasEnded($0) && !holds($0) }
    case .always(let holds), .atEnd(let holds), .quiet(let holds): { !holds($0) }
    case .sometimes(let isReached): isReached
    case .perStep, .terminates: nil
    }
  }

  /// Whether a run has ended in a state for all but daemons, and not by a broken check.
  private func hasEnded(_ state: Property.State) -> Bool { system.isFinal(state) }

  /// Whether a step from `before` to `after` breaks a property about steps.
  func isHit(
    _ property: PropertyIndex, from before: StateRef, to after: StateRef, by thread: Int
  ) -> Bool {
    stepTest(property)?.isHit(from: before, to: after, by: thread) ?? false
  }

  /// What ``isHit(_:from:to:by:)`` asks, for many steps; nil for properties that are not about
  /// steps.
  func stepTest(_ property: PropertyIndex) -> StepTest? {
    guard case .perStep(let holds)? = declared(property)?.kind else { return nil }
    return StepTest(holds: holds, cuts: system.cuts)
  }

  /// A property about steps, fetched once: to fetch it for each step costs as much as to ask it.
  struct StepTest {
    fileprivate let holds: @Sendable (Property.State, Property.State, ThreadID) -> Bool
    fileprivate let cuts: UInt64

    @inline(__always) func isHit(
      from before: StateRef, to after: StateRef, by thread: Int
    ) -> Bool {
      !PropertyTable.isCut(after[0], cuts)
        && !holds(
          StateView(before, PropertyRecorder()), StateView(after, PropertyRecorder()),
          ThreadID(thread))
    }
  }

  /// The check that is broken in a state, if one is; not one that ends runs of no interest.
  func brokenCheck(in state: StateRef) -> PropertyIndex? {
    let code = state[0] & Check.mask
    return code == 0 || isCut(state) ? nil : PropertyIndex(firstCheck + Int(code) - 1)
  }

  /// Whether the run to a state is of no interest, so that nothing is judged in it.
  @inline(__always) func isCut(_ state: StateRef) -> Bool { Self.isCut(state[0], system.cuts) }

  /// The same, of the first word of a state.
  @inline(__always) static func isCut(_ word: UInt64, _ cuts: UInt64) -> Bool {
    cuts &>> (word & Check.mask) & 1 == 1
  }

  /// What is broken in a state from which no thread can step: a check, deadlock or its kind, or
  /// some of `atEnd`.
  func hits(atEnd state: StateRef, among atEnd: [PropertyIndex]) -> [PropertyIndex] {
    if isCut(state) { return [] }
    if let check = brokenCheck(in: state) { return [check] }
    if system.isUnfinished(StateView(state, PropertyRecorder())) {
      guard let kind = system.deadlockKind else { return [deadlock] }
      let stuck = system.mustEnd & ~system.finished(in: state)
      return [kind.isOf(state, stuck: stuck) ? PropertyIndex(count - 1) : deadlock]
    }
    return atEnd.filter { isHit($0, in: state) }
  }
}
