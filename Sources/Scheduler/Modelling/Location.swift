/// Where a machine stands: the label of its next step and the function that the step belongs to.
public struct Location: Hashable, Sendable {
  /// The step's name, in kebab-case.
  public var label: String
  /// The function that the step restates; nil if the model restates no existing code.
  public var function: String?
  /// The line of the source that the label is, from 1; nil if the label is a name.
  public var line: Int?
  /// The calls that the step is inside of, outermost first; the last one's is ``function``.
  public var calls: [Call]

  /// A call of a function that has not returned.
  public struct Call: Hashable, Sendable {
    /// The function that is called.
    public var function: String
    /// The line of the source that calls it, from 1.
    public var line: Int

    /// A call of `function` in a line.
    public init(_ function: String, line: Int) { (self.function, self.line) = (function, line) }
  }

  /// Names the step `label` of `function`.
  public init(label: String, function: String? = nil) {
    (self.label, self.function, line, calls) = (label, function, nil, [])
  }

  /// The step that stands in a line of a source, within calls, outermost first.
  public init(source label: String, line: Int, calls: [Call] = []) {
    (self.label, self.line, self.calls) = (label, line, calls)
    function = calls.last?.function
  }
}
