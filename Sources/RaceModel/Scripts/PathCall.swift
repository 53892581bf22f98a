/// One run of a kernel path with its arguments resolved to indices.
package struct PathCall: Hashable, Sendable {
  package let path: PathSpec
  /// By place in the path's arguments.
  private var values: [ArgumentValue]

  /// A call of `path` with every argument that it takes.
  package init(_ path: PathSpec, _ arguments: GivenArgument...) {
    let labels = path.arguments.map(\.label)
    precondition(
      arguments.map(\.label) == labels, "\(path.id) takes \(labels), not \(arguments)")
    (self.path, values) = (path, arguments.map(\.value))
  }

  /// Reads the arguments of a call of `path`, which have passed their shapes.
  init(
    _ path: PathSpec, from object: CheckedObject, on machine: Scenario.Machine
  ) throws(ScenarioFault) {
    (self.path, values) = (path, [])
    for argument in path.arguments {
      values.append(try argument.read(object, on: machine, for: self))
    }
  }

  /// The value of an argument; nil when the path does not take it.
  func value<Value>(of argument: PathArgument<Value>) -> Value? {
    path.arguments.firstIndex { $0.label == argument.label }.flatMap { values[$0].value as? Value }
  }

  /// The value of an argument that the path takes.
  package subscript<Value>(argument: PathArgument<Value>) -> Value {
    guard let value = value(of: argument) else {
      preconditionFailure("\(path.id) takes no '\(argument.label)'")
    }
    return value
  }

  /// The vCPU that executes the call; nil for a call that only acts on one.
  var runningVCPU: Int? { value(of: Argument.vcpu) }

  /// The call with its arguments named as scenario files name them.
  package func text(on machine: Scenario.Machine) -> String {
    ([path.id] + path.arguments.map { "\($0.key.name)=\($0.text(in: self, on: machine))" })
      .joined(separator: " ")
  }

  /// The same call when things have other numbers.
  func renumbered(by numbers: any Renumbering) -> PathCall {
    var call = self
    call.values = path.arguments.map { $0.renumbered(in: self, by: numbers) }
    return call
  }

  /// The call as schedules' tokens know it: a form that must stay, whatever is renamed.
  var identity: String {
    let parts = path.arguments.map { $0.identity(in: self) } + path.identity.constants
    return path.identity.name + (parts.isEmpty ? "" : "(" + parts.joined(separator: ", ") + ")")
  }
}

extension PathCall: CustomStringConvertible {
  package var description: String { identity }
}
