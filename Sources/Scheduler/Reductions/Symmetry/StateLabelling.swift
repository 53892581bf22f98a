/// The properties about single states, as what tells states apart.
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
  func verdicts(on count: Int, place: (Int) -> Words) -> [Bool] {
    let isQuiet = (0..<count).map { index in
      properties.system.quietWhen(StateView(place(index), PropertyRecorder()))
    }
    var verdicts: [Bool] = []
    verdicts.reserveCapacity(count * (always.count + quiet.count))
    for test in always {
      for index in 0..<count { verdicts.append(test(StateView(place(index), PropertyRecorder()))) }
    }
    for test in quiet {
      for index in 0..<count {
        verdicts.append(isQuiet[index] && test(StateView(place(index), PropertyRecorder())))
      }
    }
    return verdicts
  }
}
