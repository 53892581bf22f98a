/// The labels of states: what the properties about single states say of them.
struct StateLabelling {
  private let properties: PropertyTable
  private let always: [(Property.State) -> Bool]
  private let quiet: [(Property.State) -> Bool]

  init(of properties: PropertyTable) {
    self.properties = properties
    always = (properties.always + properties.landmarks).compactMap { properties.test($0) }
    quiet = properties.quiet.compactMap { properties.test($0) }
  }

  /// What the properties say of some states: a truth value for each property and state.
  func verdicts(on states: StateRow, _ count: Int) -> [Bool] {
    func view(_ index: Int) -> Property.State { StateView(states[index], PropertyRecorder()) }
    let isQuiet = (0..<count).map { properties.system.quietWhen(view($0)) }
    var verdicts: [Bool] = []
    verdicts.reserveCapacity(count * (always.count + quiet.count))
    for test in always {
      for index in 0..<count { verdicts.append(test(view(index))) }
    }
    for test in quiet {
      for index in 0..<count { verdicts.append(isQuiet[index] && test(view(index))) }
    }
    return verdicts
  }
}
