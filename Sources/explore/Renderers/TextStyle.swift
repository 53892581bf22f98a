import RaceModel

/// How wide text may be and whether it is coloured, and the shapes that all texts share.
struct TextStyle: Sendable {
  var width = 80
  var paint = Paint(isOn: false)

  private static let column = 15

  /// A line, or a few, of `label` and what there is to say.
  func field(_ label: String, _ value: String, _ colour: Paint.Colour? = nil) -> [String] {
    var lines = labelled(label, value, column: Self.column, width: width)
    if let colour { lines[0] = paint(label, colour) + lines[0].dropFirst(label.count) }
    return lines
  }

  func indented(_ text: String) -> [String] {
    wrapped(text, width: width - 2).map { "  " + $0 }
  }

  /// What is run: the kernel, its knobs and the threads.
  func facts(_ kernel: Kernel, _ threads: [ThreadReport]) -> [String] {
    var lines = field("kernel", "\(kernel)") + field("knobs", KnobText(kernel).changed)
    for (index, thread) in threads.enumerated() {
      let calls = thread.calls.joined(separator: ", then ")
      lines += field(index == 0 ? "threads" : "", "\(thread.name): \(calls)")
    }
    return lines
  }

  /// What an explanation speaks of.
  static func state(after step: Int) -> String {
    step == 0 ? "the initial state:" : "the state after step \(step):"
  }

  /// Where the loop of an endless run lies.
  static func loop(from first: Int, to last: Int) -> String {
    let steps = first == last ? "it repeats" : "steps \(first) to \(last) repeat"
    return "The loop starts at step \(first): \(steps) for ever."
      + " The steps before it are a shortest run to it."
  }

  /// `1 preemption, 2 switches, 24 steps`.
  static func measure(preemptions: Int, switches: Int, steps: Int) -> String {
    counted(preemptions, "preemption") + ", \(switches) switch\(switches == 1 ? "" : "es"), "
      + counted(steps, "step")
  }
}
