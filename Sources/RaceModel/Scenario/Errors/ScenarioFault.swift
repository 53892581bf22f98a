/// What is wrong and where, before the name of the file is known.
struct ScenarioFault: Error, Hashable {
  var position: SourcePosition
  var reason: ScenarioError.Reason

  init(_ reason: ScenarioError.Reason, at position: SourcePosition) {
    (self.reason, self.position) = (reason, position)
  }
}
