/// By property: the state of one level in which it is hit, or before the step that hits it.
///
/// Of several such states it keeps the one whose words come first, which does not depend on who
/// found it when.
struct WitnessStates {
  private(set) var numbers = PropertyMap<Int>()
  private let store: StateStore

  init(in store: StateStore) { self.store = store }

  mutating func note(_ property: PropertyIndex, _ number: Int) {
    if numbers[property].map({ store.precedes(number, $0) }) ?? true { numbers[property] = number }
  }

  mutating func merge(_ others: WitnessStates) {
    for (property, number) in others.numbers { note(property, number) }
  }

  mutating func removeAll() { numbers.removeAll() }
}
