/// An argument of paths: how files give it, what it is resolved to, and how reports show it.
///
/// What it names decides what becomes of it when things change places (``Renumbering``), so a path
/// need not say.
package struct PathArgument<Value: Hashable & Sendable>: Sendable {
  /// The key that files and reports use, with the shape of its value.
  let key: Key
  /// Tells arguments apart that share a key, and stands in schedules' tokens.
  let label: String
  /// What it says, for lists and for files that are begun.
  let meaning: String
  /// A value as files write it, one that the machines of ``ExampleCalls`` have.
  let example: String
  let resolve: @Sendable (ArgumentReading) throws(ScenarioFault) -> Value
  let show: @Sendable (Value, PathCall, Scenario.Machine) -> String
  let renumber: @Sendable (Value, PathCall, any Renumbering) -> Value
  let identify: @Sendable (Value) -> String

  /// `identify` is the value's form in schedules' tokens, in which no one's renaming may show.
  init(
    _ key: Key, label: String, meaning: String, example: String,
    resolve: @escaping @Sendable (ArgumentReading) throws(ScenarioFault) -> Value,
    show: @escaping @Sendable (Value, PathCall, Scenario.Machine) -> String,
    renumber: @escaping @Sendable (Value, PathCall, any Renumbering) -> Value = { value, _, _ in
      value
    },
    identify: (@Sendable (Value) -> String)? = nil
  ) {
    (self.key, self.label, self.meaning, self.example) = (key, label, meaning, example)
    (self.resolve, self.show, self.renumber) = (resolve, show, renumber)
    self.identify = identify ?? { "\(label): \($0)" }
  }

  /// The argument with a value, for a call that is not read from a file.
  package func callAsFunction(_ value: Value) -> GivenArgument {
    GivenArgument(label: label, value: ArgumentValue(value))
  }
}

/// An argument and the value that it is given.
package struct GivenArgument: Sendable {
  let label: String
  let value: ArgumentValue
}

/// The value of an argument, whatever its type.
struct ArgumentValue: Hashable, Sendable {
  let value: any Hashable & Sendable

  init(_ value: any Hashable & Sendable) { self.value = value }

  static func == (left: Self, right: Self) -> Bool {
    AnyHashable(left.value) == AnyHashable(right.value)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(value)) }
}

/// What an argument is resolved from: the call in the file, and what has been read of it.
struct ArgumentReading {
  let object: CheckedObject
  let key: Key
  let machine: Scenario.Machine
  /// The call with the arguments before this one.
  let call: PathCall

  var position: SourcePosition { object.position(of: key) }
  var integer: Int { object.integer(key) }
}

/// What is common to the arguments of all types.
protocol PathParameter: Sendable {
  var key: Key { get }
  var label: String { get }
  var meaning: String { get }
  var example: String { get }

  func read(
    _ object: CheckedObject, on machine: Scenario.Machine, for call: PathCall
  ) throws(ScenarioFault) -> ArgumentValue
  /// The value as reports show it.
  func text(in call: PathCall, on machine: Scenario.Machine) -> String
  func renumbered(in call: PathCall, by numbers: any Renumbering) -> ArgumentValue
  func identity(in call: PathCall) -> String
}

extension PathArgument: PathParameter {
  func read(
    _ object: CheckedObject, on machine: Scenario.Machine, for call: PathCall
  ) throws(ScenarioFault) -> ArgumentValue {
    ArgumentValue(
      try resolve(ArgumentReading(object: object, key: key, machine: machine, call: call)))
  }

  func text(in call: PathCall, on machine: Scenario.Machine) -> String {
    show(call[self], call, machine)
  }

  func renumbered(in call: PathCall, by numbers: any Renumbering) -> ArgumentValue {
    ArgumentValue(renumber(call[self], call, numbers))
  }

  func identity(in call: PathCall) -> String { identify(call[self]) }
}
