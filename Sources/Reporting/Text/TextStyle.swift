/// How wide text may be and whether it is coloured, and the shapes that all texts share.
public struct TextStyle: Sendable {
  /// The columns of a line.
  public var width: Int
  /// What colours the text.
  public var paint: Paint
  /// What the model restates: traces say of ghost cells that they are no part of it.
  public var model: String
  /// Whether it is shown how long searches took, which differs from run to run.
  public var showsTimes = false

  /// Plain text of 80 columns, unless told otherwise.
  public init(
    width: Int = 80, paint: Paint = Paint(isOn: false), model: String = "what is modelled"
  ) {
    (self.width, self.paint, self.model) = (width, paint, model)
  }

  private static let column = 15

  /// A line, or a few, of `label` and what there is to say.
  package func field(_ label: String, _ value: String, _ colour: Paint.Colour? = nil) -> [String] {
    var lines = labelled(label, value, column: Self.column, width: width)
    if let colour { lines[0] = paint(label, as: colour) + lines[0].dropFirst(label.count) }
    return lines
  }

  /// `text` wrapped, two columns to the right.
  package func indented(_ text: String) -> [String] {
    wrapped(text, width: width - 2).map { "  " + $0 }
  }

  /// What an explanation speaks of.
  package static func state(after step: Int) -> String {
    step == 0 ? "the initial state:" : "the state after step \(step):"
  }

  /// Where the loop of an endless run lies.
  package static func loop(from first: Int, to last: Int) -> String {
    let steps = first == last ? "it repeats" : "steps \(first) to \(last) repeat"
    return "The loop starts at step \(first): \(steps) for ever."
      + " The steps before it are a shortest run to it."
  }

  /// `1 preemption, 2 switches, 24 steps`.
  package static func measure(preemptions: Int, switches: Int, steps: Int) -> String {
    counted(preemptions, "preemption") + ", \(switches) switch\(switches == 1 ? "" : "es"), "
      + counted(steps, "step")
  }
}
