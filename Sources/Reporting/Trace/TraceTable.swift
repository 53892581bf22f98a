internal import Scheduler

/// A trace as text: one column per thread, time downwards, and a column of what changed.
///
/// Lock regions are bars at the left of their thread's column. When the columns would be too
/// narrow, threads become lanes and what they do shares one column. Lines of a source are wrapped
/// within columns first. No line is wider than asked.
public struct TraceTable {
  private let trace: TraceReport
  private let style: TextStyle
  private let rows: [TraceLine]
  private let layout: TraceLayout

  private static let changedLeast = 24

  /// The table of a run, or of its steps from number `first` on.
  public init(_ trace: TraceReport, style: TextStyle = TextStyle(), from first: Int = 1) {
    (self.trace, self.style) = (trace, style)
    rows = trace.lines(from: first)
    let all = Array(trace.threads.indices)
    let busy = all.filter { thread in trace.steps.contains { $0.thread.index == thread } }
    let columns = [all, busy].map { [rows] in TraceLayout.columns(of: trace, rows, for: $0) }
    let changed = rows.map(\.widestChange).max() ?? 0
    layout =
      columns.first { $0.changedStart + Self.changedLeast <= style.width }
      ?? (trace.hasSource
        ? columns.lazy.compactMap {
          $0.squeezed(to: style.width, changed: min(changed, Self.changedLeast))
        }.first : nil)
      ?? TraceLayout.lanes(of: trace, rows, width: style.width)
  }

  /// The table as text, each line with its end.
  public var text: String { textLines.map { $0 + "\n" }.joined() }

  /// The lines of the table, without indentation.
  package var textLines: [String] {
    if trace.steps.isEmpty { return [] }
    return legend + [style.paint(String(layout.header(trace).prefix(style.width)), as: .strong)]
      + rows.flatMap(text(of:))
  }

  private var legend: [String] {
    let regions = trace.allRegions
    let used = regions.indices.filter { region in rows.contains { !$0.owners[region].isEmpty } }
    func names(_ kind: Trace.Region.Kind) -> [String] {
      used.filter { regions[$0].kind == kind }.map { regions[$0].name }
    }
    let marks = [
      (Trace.Region.Kind.lock(.mutex), "holds"), (.lock(.spin), "holds"), (.readers, "reads under"),
    ].compactMap { kind, verb in
      names(kind).isEmpty
        ? nil : "\(TraceLayout.bar(kind)) \(verb) \(list(names(kind), "or"))"
    }
    var legend = marks.isEmpty ? [] : [marks.joined(separator: "; ")]
    let bars = layout.barsInOrder.map { regions[$0] }.reduce(into: [String]()) { names, region in
      if names.last != region.name { names.append(region.name) }
    }
    if bars.count > 1 {
      legend.append("bars from left to right: " + bars.joined(separator: ", "))
    }
    if showsGhosts { legend.append("(...) is no part of \(style.model): properties look at it") }
    let idle = trace.threads.indices.filter { !layout.threads.contains($0) }
    if !idle.isEmpty { legend.append("no step of " + list(idle.map { trace.threads[$0] }, "or")) }
    if layout.form == .lanes {
      let threads = trace.threads.indices.map { "\(TraceLayout.letter($0)) \(trace.threads[$0])" }
      legend.append("* takes the step; the threads are " + threads.joined(separator: ", "))
    }
    return legend.flatMap { wrapped($0, width: style.width) }
  }

  /// Whether ghosts are among the changes.
  private var showsGhosts: Bool {
    rows.contains { line in
      guard case .step(let step, _) = line.content else { return false }
      return step.changes.contains { $0.role == .ghost }
    }
  }

  private func text(of line: TraceLine) -> [String] {
    switch line.content {
    case .loopStart: return [style.paint("loop:", as: .strong)]
    case .function(let name, let depth):
      let indent = String(repeating: " ", count: TraceLayout.indent(depth))
      return paintedRow(line, text: indent + name, isWide: true, number: "", changes: [])
    case .pause(let why):
      return paintedRow(line, text: "-- \(why) --", isWide: true, number: "", changes: [])
    case .step(let step, let changes):
      let indent = String(repeating: " ", count: step.indent)
      return paintedRow(
        line, text: indent + step.text, isWide: false, number: "\(step.number)",
        changes: changes.flatMap {
          TraceLayout.wrappedChange($0, width: style.width - layout.changedStart)
        })
    }
  }

  /// One or more lines: the number, the thread's text and the changes beside it.
  private func paintedRow(
    _ line: TraceLine, text: String, isWide: Bool, number: String, changes: [String]
  ) -> [String] {
    let room = isWide ? style.width - layout.textStart(line.thread) : layout.textWidth(line.thread)
    let name = layout.form == .lanes && isWide ? "\(trace.name(of: line.thread)): " : ""
    let texts = Self.cell(name + text, width: room)
    return (0..<max(texts.count, changes.count, 1)).map { index in
      var canvas = Canvas(width: style.width)
      layout.drawMarks(line, trace, isFirst: index == 0 && !isWide, on: &canvas)
      canvas.put(leftPadded(index == 0 ? number : "", to: layout.numberWidth), at: 0)
      if index < texts.count { canvas.put(texts[index], at: layout.textStart(line.thread)) }
      if index < changes.count { canvas.put(changes[index], at: layout.changedStart) }
      let plain = canvas.text
      guard case .pause = line.content else { return plain }
      return style.paint(plain, as: .unsure)
    }
  }

  private static func cell(_ text: String, width: Int) -> [String] {
    let indent = String(text.prefix { $0 == " " })
    return wrapped(text, width: width - indent.count, indent: "  ").map { indent + $0 }
  }
}
