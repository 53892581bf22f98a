/// Values of some of the properties of a table.
///
/// Goes through them in the order of the table. A dictionary's order differs from run to run.
struct PropertyMap<Value>: Sequence {
  /// By property, up to the last one that has a value.
  private var values: [Value?] = []

  init() {}

  /// A value for each of the `properties` for which `value` has one.
  init(_ properties: some Sequence<PropertyIndex>, _ value: (PropertyIndex) -> Value?) {
    for property in properties { self[property] = value(property) }
  }

  subscript(property: PropertyIndex) -> Value? {
    get { property.number < values.count ? values[property.number] : nil }
    set {
      while values.count <= property.number { values.append(nil) }
      values[property.number] = newValue
    }
  }

  /// Those that have a value, in order.
  var properties: [PropertyIndex] { map(\.property) }

  func mapValues<Other>(_ transform: (Value) -> Other) -> PropertyMap<Other> {
    PropertyMap<Other>(properties) { self[$0].map(transform) }
  }

  /// The values of those properties that are as asked.
  func restricted(to isIncluded: (PropertyIndex) -> Bool) -> Self {
    Self(properties.filter(isIncluded)) { self[$0] }
  }

  /// Takes over the values of `others` for properties that have none.
  mutating func fill(from others: Self) {
    for (property, value) in others where self[property] == nil { self[property] = value }
  }

  mutating func removeAll() { values.removeAll(keepingCapacity: true) }

  struct Iterator: IteratorProtocol {
    fileprivate let values: [Value?]
    private var number = 0

    fileprivate init(_ values: [Value?]) { self.values = values }

    mutating func next() -> (property: PropertyIndex, value: Value)? {
      while number < values.count {
        defer { number += 1 }
        if let value = values[number] { return (PropertyIndex(number), value) }
      }
      return nil
    }
  }

  func makeIterator() -> Iterator { Iterator(values) }
}

extension PropertyMap: Sendable where Value: Sendable {}
