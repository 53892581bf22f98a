/// By property: the state of one level in which it is broken or reached, or before the step that
/// breaks it.
///
/// Of several such states it keeps the one whose words come first, which does not depend on who
/// found it when.
struct WitnessStates<W: Width> {
  private(set) var numbers = PropertyMap<Int>()

  /// Whether looking at a state can change what is kept.
  func wants(_ property: PropertyIndex, _ number: Int, in store: StateStore<W>) -> Bool {
    numbers[property].map { store.precedes(number, $0) } ?? true
  }

  mutating func note(_ property: PropertyIndex, _ number: Int, in store: StateStore<W>) {
    if wants(property, number, in: store) { numbers[property] = number }
  }
}
