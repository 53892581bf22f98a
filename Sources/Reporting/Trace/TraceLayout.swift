internal import Scheduler

/// Where the parts of a ``TraceTable`` stand on the line.
struct TraceLayout {
  enum Form { case columns, lanes }

  let form: Form
  /// The threads that have a column or lane.
  let threads: [Int]
  let numberWidth: Int
  /// By thread: where its column or lane starts.
  private var starts: [Int] = []
  /// By thread: the locks it ever holds, each with a bar of its own, outermost first.
  private var bars: [[Int]] = []
  private var widths: [Int] = []
  /// In lanes, the column that all threads share.
  private var sharedStart = 0
  private(set) var changedStart = 0

  private static let gutter = 2

  private init(_ form: Form, _ trace: TraceReport, _ threads: [Int]) {
    (self.form, self.threads) = (form, threads)
    numberWidth = max("step".count, "\(trace.steps.count)".count)
  }

  /// A column for each of `threads`, as wide as what stands in it.
  static func columns(
    of trace: TraceReport, _ lines: [TraceLine], for threads: [Int]
  ) -> TraceLayout {
    var layout = TraceLayout(.columns, trace, threads)
    var start = layout.numberWidth + gutter
    for index in trace.threads.indices {
      let thread = ThreadID(index)
      let bars = trace.locks.indices.filter { lock in
        lines.contains { $0.owners[lock].contains(thread) }
      }
      let text = max(trace.threads[index].count, layout.widestStep(of: thread, lines))
      layout.starts.append(start)
      layout.bars.append(bars)
      layout.widths.append(text)
      if !threads.contains(index) { continue }
      start += (bars.isEmpty ? 0 : bars.count + 1) + text + gutter
    }
    layout.changedStart = start
    return layout
  }

  /// A character or two for each thread, and one column for what they all do.
  static func lanes(of trace: TraceReport, _ lines: [TraceLine], width: Int) -> TraceLayout {
    var layout = TraceLayout(.lanes, trace, Array(trace.threads.indices))
    let lane = trace.threads.count > 10 ? 1 : 2
    let first = layout.numberWidth + gutter
    layout.starts = trace.threads.indices.map { first + $0 * lane }
    layout.sharedStart = first + trace.threads.count * lane + gutter - 1
    let widest = trace.threads.indices.map { layout.widestStep(of: ThreadID($0), lines) }.max() ?? 0
    let half = (width - layout.sharedStart - gutter) / 2
    layout.widths = trace.threads.map { _ in min(widest, half) }
    layout.changedStart = layout.sharedStart + min(widest, half) + gutter
    return layout
  }

  private func widestStep(of thread: ThreadID, _ lines: [TraceLine]) -> Int {
    lines.reduce(0) { widest, line in
      guard line.thread == thread, case .step(let step, _) = line.content else { return widest }
      return max(widest, step.text.count + (step.location.function == nil ? 0 : 2))
    }
  }

  /// The letter of a thread, the one that schedule tokens use.
  static func letter(_ thread: Int) -> String {
    String(Unicode.Scalar(UInt8(97 + thread % 26)))
  }

  func textStart(_ thread: ThreadID) -> Int {
    switch form {
    case .lanes: sharedStart
    case .columns:
      starts[thread.index] + (bars[thread.index].isEmpty ? 0 : bars[thread.index].count + 1)
    }
  }

  func textWidth(_ thread: ThreadID) -> Int { widths[thread.index] }

  func header(_ trace: TraceReport) -> String {
    var canvas = Canvas(width: changedStart + "changed".count)
    canvas.put(leftPadded("step", to: numberWidth), at: 0)
    for index in threads {
      switch form {
      case .columns: canvas.put(trace.threads[index], at: textStart(ThreadID(index)))
      case .lanes: canvas.put(Self.letter(index), at: starts[index])
      }
    }
    canvas.put("changed", at: changedStart)
    return canvas.text
  }

  /// Draws the bars of held locks and, in lanes, who steps.
  func drawMarks(_ line: TraceLine, _ trace: TraceReport, isFirst: Bool, on canvas: inout Canvas) {
    for index in threads {
      let held = trace.locks.indices.filter { line.owners[$0].contains(ThreadID(index)) }
      switch form {
      case .columns:
        for (place, lock) in bars[index].enumerated() where held.contains(lock) {
          canvas.put(Self.bar(trace.locks[lock].kind), at: starts[index] + place)
        }
      case .lanes:
        let innermost = held.last.map { Self.bar(trace.locks[$0].kind) } ?? "."
        let mark = isFirst && line.thread.index == index ? "*" : innermost
        canvas.put(mark, at: starts[index])
      }
    }
  }

  private static func bar(_ kind: Lock.Kind) -> String {
    switch kind {
    case .spin: "|"
    case .mutex: ":"
    }
  }

  /// A change wrapped so that a line breaks after the name where it can.
  static func wrappedChange(_ text: String, width: Int) -> [String] {
    if text.count <= width { return [text] }
    let mark = text.indices.first { text[$0...].hasPrefix(": ") }
    guard let mark else { return wrapped(text, width: width, indent: "  ") }
    let value = String(text[mark...].dropFirst(2))
    var values = [value]
    if value.count > width - 2,
      let arrow = value.indices.first(where: { value[$0...].hasPrefix(" -> ") })
    {
      values = [String(value[..<arrow]), String(value[arrow...].dropFirst())]
    }
    return wrapped(text[..<mark] + ":", width: width, indent: "  ")
      + values.flatMap { wrapped($0, width: width - 2, indent: "  ") }.map { "  " + $0 }
  }
}
