/// Where a machine stands: the label of its next step and the function that the step belongs to.
public struct Location: Hashable, Sendable {
  /// The step's name, in kebab-case.
  public var label: String
  /// The function that the step restates; nil if the model restates no existing code.
  public var function: String?

  /// Names the step `label` of `function`.
  public init(label: String, function: String? = nil) {
    (self.label, self.function) = (label, function)
  }
}
