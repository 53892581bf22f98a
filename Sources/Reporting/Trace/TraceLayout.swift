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
  /// By thread: the regions it is ever inside of, each with a bar of its own, outermost first.
  private var bars: [[Int]] = []
  private var widths: [Int] = []
  /// In lanes, the column that all threads share.
  private var sharedStart = 0
  private(set) var changedStart = 0
  private let heading: String

  private static let gutter = 2
  /// The columns that a squeezed thread needs.
  private static let leastText = 16

  private init(_ form: Form, _ trace: TraceReport, _ threads: [Int]) {
    (self.form, self.threads) = (form, threads)
    numberWidth = max("step".count, "\(trace.steps.count)".count)
    heading = trace.steps.contains { $0.accesses != nil } ? "read, changed" : "changed"
  }

  /// A column for each of `threads`, as wide as what stands in it.
  static func columns(
    of trace: TraceReport, _ lines: [TraceLine], for threads: [Int]
  ) -> TraceLayout {
    var layout = TraceLayout(.columns, trace, threads)
    for index in trace.threads.indices {
      let thread = ThreadID(index)
      let bars = trace.allRegions.indices.filter { region in
        lines.contains { $0.owners[region].contains(thread) }
      }
      let text = max(trace.threads[index].count, layout.widestStep(of: thread, lines))
      layout.starts.append(0)
      layout.bars.append(bars)
      layout.widths.append(text)
    }
    layout.placeColumns()
    return layout
  }

  /// Columns so narrow that `changed` columns are left of `width` for what changes; nil if the
  /// threads cannot be told in so few.
  func squeezed(to width: Int, changed: Int) -> TraceLayout? {
    let room =
      width - max(changed, heading.count) - changedStart + threads.reduce(0) { $0 + widths[$1] }
    let most = (Self.leastText...max(Self.leastText, width)).reversed().first { most in
      threads.reduce(0) { $0 + min(widths[$1], most) } <= room
    }
    guard let most else { return nil }
    var layout = self
    layout.widths = widths.map { min($0, most) }
    layout.placeColumns()
    return layout
  }

  /// Puts the columns of the threads side by side.
  private mutating func placeColumns() {
    var start = numberWidth + Self.gutter
    for index in widths.indices {
      starts[index] = start
      if !threads.contains(index) { continue }
      start += (bars[index].isEmpty ? 0 : bars[index].count + 1) + widths[index] + Self.gutter
    }
    changedStart = start
  }

  /// The regions of threads that have several bars, in the order of the bars; none in lanes, which
  /// show one bar.
  var barsInOrder: [Int] {
    form == .lanes ? [] : Set(bars.filter { $0.count > 1 }.joined()).sorted()
  }

  /// How far the text of a step in so many calls stands to the right.
  static func indent(_ calls: Int) -> Int { 2 * min(calls, 4) }

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
      return max(widest, step.text.count + step.indent)
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
    var canvas = Canvas(width: changedStart + heading.count)
    canvas.put(leftPadded("step", to: numberWidth), at: 0)
    for index in threads {
      switch form {
      case .columns:
        canvas.put(
          String(trace.threads[index].prefix(widths[index])), at: textStart(ThreadID(index)))
      case .lanes: canvas.put(Self.letter(index), at: starts[index])
      }
    }
    canvas.put(heading, at: changedStart)
    return canvas.text
  }

  /// Draws the bars of held locks and, in lanes, who steps.
  func drawMarks(_ line: TraceLine, _ trace: TraceReport, isFirst: Bool, on canvas: inout Canvas) {
    for index in threads {
      let regions = trace.allRegions
      let held = regions.indices.filter { line.owners[$0].contains(ThreadID(index)) }
      switch form {
      case .columns:
        for (place, region) in bars[index].enumerated() where held.contains(region) {
          canvas.put(Self.bar(regions[region].kind), at: starts[index] + place)
        }
      case .lanes:
        let innermost = held.last.map { Self.bar(regions[$0].kind) } ?? "."
        let mark = isFirst && line.thread.index == index ? "*" : innermost
        canvas.put(mark, at: starts[index])
      }
    }
  }

  /// The mark of those inside of a region.
  static func bar(_ kind: Trace.Region.Kind) -> String {
    switch kind {
    case .lock(.spin): "|"
    case .lock(.mutex): ":"
    case .readers: "r"
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
