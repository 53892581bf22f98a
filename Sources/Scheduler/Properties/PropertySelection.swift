/// Some properties of a table, by where they are judged: those that a search still looks for, or
/// those that make a run count as violating.
///
/// Checks and deadlock belong to every selection.
struct PropertySelection: Sendable {
  /// A property about single states.
  struct StateTest: Sendable {
    let property: PropertyIndex
    /// See ``PropertyTable/test(_:)``.
    let isHit: @Sendable (Property.State) -> Bool
  }

  let table: PropertyTable
  /// Those that are judged in every state: invariants and landmarks.
  let everywhere: [StateTest]
  /// Those that are judged in quiet states.
  let quiet: [StateTest]
  let atEnd: [PropertyIndex]
  let perStep: [PropertyIndex]
  let landmarks: [PropertyIndex]

  init(from table: PropertyTable, where isIncluded: (PropertyIndex) -> Bool) {
    func tests(_ properties: [PropertyIndex]) -> [StateTest] {
      properties.filter(isIncluded).compactMap { property in
        table.test(property).map { StateTest(property: property, isHit: $0) }
      }
    }
    self.table = table
    everywhere = tests(table.always + table.landmarks)
    quiet = tests(table.quiet)
    atEnd = table.atEnd.filter(isIncluded)
    perStep = table.perStep.filter(isIncluded)
    landmarks = table.landmarks.filter(isIncluded)
  }

  /// Those about single states.
  var aboutStates: [PropertyIndex] { (everywhere + quiet).map(\.property) }

  /// Those about single states that are hit in a state.
  @inline(__always) func hits(in state: Words) -> [PropertyIndex] {
    let view = StateView(state, PropertyRecorder())
    var hits: [PropertyIndex] = []
    for test in everywhere where test.isHit(view) { hits.append(test.property) }
    if quiet.isEmpty || !table.system.quietWhen(view) { return hits }
    for test in quiet where test.isHit(view) { hits.append(test.property) }
    return hits
  }

  /// What is broken in a state from which no thread can step.
  func hits(atEnd state: Words) -> [PropertyIndex] { table.hits(atEnd: state, among: atEnd) }

  /// Those that a step breaks.
  func hits(from before: Words, to after: Words, by thread: Int) -> [PropertyIndex] {
    perStep.filter { table.isHit($0, from: before, to: after, by: thread) }
  }
}
