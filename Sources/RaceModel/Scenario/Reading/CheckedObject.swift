/// An object of the right kind, whose values can be read where they have passed their shapes.
///
/// To ask for a value as something its key's shape does not promise, or for one that has not
/// passed it, is a bug in the reader.
struct CheckedObject {
  let position: SourcePosition
  let members: [JSON5Member]

  init(_ value: JSON5Value) {
    guard case .object(let members) = value.kind else { Self.mismatch(value, "an object") }
    (position, self.members) = (value.position, members)
  }

  /// The value of a key; nil when it was left out.
  func value(_ key: Key) -> JSON5Value? {
    members.first { $0.key == key.name }?.value
  }

  /// Where to point for a key: at its value, or at the object when it was left out.
  func position(of key: Key) -> SourcePosition { value(key)?.position ?? position }

  func integer(_ key: Key) -> Int {
    guard let value = value(key) else {
      guard case .defaultsTo(.integer(let fallback)) = key.presence else { Self.noDefault(key) }
      return fallback
    }
    guard case .number(let number) = value.kind, let integer = number.integer else {
      Self.mismatch(value, "an integer")
    }
    return integer
  }

  func text(_ key: Key) -> String {
    guard let value = value(key) else {
      guard case .defaultsTo(.text(let fallback)) = key.presence else { Self.noDefault(key) }
      return fallback
    }
    return Self.text(value)
  }

  func flag(_ key: Key) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .flag(let flag) = value.kind else { Self.mismatch(value, "true or false") }
    return flag
  }

  /// An entry's bits; nil for "absent".
  func entry(_ key: Key) -> Scenario.EntryBits? { Scenario.EntryBits(text(key)) }

  func object(_ key: Key) -> CheckedObject {
    guard let value = value(key) else { Self.noDefault(key) }
    return CheckedObject(value)
  }

  /// An object; nil for "absent" and when it was left out.
  func objectIfPresent(_ key: Key) -> CheckedObject? {
    guard let value = value(key), value.kind != .string(Shape.absent) else { return nil }
    return CheckedObject(value)
  }

  /// The items of a list; none when it was left out.
  func items(_ key: Key) -> [JSON5Value] {
    guard let value = value(key) else { return [] }
    guard case .list(let items) = value.kind else { Self.mismatch(value, "a list") }
    return items
  }

  func objects(_ key: Key) -> [CheckedObject] { items(key).map(CheckedObject.init) }

  func texts(_ key: Key) -> [String] { items(key).map(Self.text) }

  /// The case that a name of a closed set stands for.
  func choice<Value: RawRepresentable<String> & SendableMetatype>(
    _ key: Key, of _: Value.Type
  ) -> Value {
    Self.value(of: text(key))
  }

  func choices<Value: RawRepresentable<String> & SendableMetatype>(
    _ key: Key, of _: Value.Type
  ) -> [Value] {
    texts(key).map(Self.value)
  }

  private static func value<Value: RawRepresentable<String> & SendableMetatype>(
    of name: String
  ) -> Value {
    guard let value = Value(rawValue: name) else {
      preconditionFailure("'\(name)' passed its shape but is no \(Value.self)")
    }
    return value
  }

  private static func text(_ value: JSON5Value) -> String {
    guard case .string(let text) = value.kind else { mismatch(value, "a string") }
    return text
  }

  private static func mismatch(_ value: JSON5Value, _ expected: String) -> Never {
    preconditionFailure("the value at \(value.position) passed its shape but is not \(expected)")
  }

  private static func noDefault(_ key: Key) -> Never {
    preconditionFailure("key '\(key.name)' may be left out but has no default of this kind")
  }
}
