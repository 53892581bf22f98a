/// By subject: the state of one level in which it is broken or reached, or before the step that
/// breaks it.
///
/// Of several such states it keeps the one whose words come first, which does not depend on who
/// found it when.
struct WitnessStates {
  private(set) var numbers: [Int?]

  init(subjects: Int) { numbers = Array(repeating: nil, count: subjects) }

  /// Whether looking at a state can change what is kept.
  func wants(_ subject: Int, _ number: Int, in store: StateStore) -> Bool {
    numbers[subject].map { store.precedes(number, $0) } ?? true
  }

  mutating func note(_ subject: Int, _ number: Int, in store: StateStore) {
    if wants(subject, number, in: store) { numbers[subject] = number }
  }
}
