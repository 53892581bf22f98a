import Reporting
import Scheduler
import Synchronization

/// One line on a terminal that is rewritten while rows are searched, and gone when they end.
///
/// It tells of the search of one row at a time and, with many rows, how many of them are done.
final class ProgressLine: Sendable {
  private let console: Console
  private let columns: Int
  private let rows: Int
  private let limits: Limits
  private let start = ContinuousClock.now
  private let shown = Mutex(Shown())

  private struct Shown {
    var length = 0
    /// When the line was written last, counted from the start of all rows.
    var time = Duration.zero
    /// What the line was about.
    var title = ""
    /// States, or runs.
    var amount = 0
    /// When that many were there, counted from the start of their search.
    var amountTime = Duration.zero
    /// The rows that are done.
    var done = 0
  }

  /// A line for as many rows; nil when standard error is no terminal.
  init?(on console: Console, of rows: Int = 1, within limits: Limits = .none) {
    guard let columns = console.facts.errorColumns else { return nil }
    (self.console, self.columns, self.rows, self.limits) = (console, columns, rows, limits)
  }

  /// Rewrites the line, at most five times a second and not in the first one of the search.
  ///
  /// `isFirst` is asked last, whether the row is the one to tell of.
  func update(_ progress: SearchProgress, _ title: String, _ isFirst: () -> Bool = { true }) {
    if progress.elapsed < .seconds(1) { return }
    let isDue = shown.withLock { shown in
      shown.title != title || progress.elapsed - shown.amountTime >= Self.interval
    }
    guard isDue, isFirst() else { return }
    shown.withLock { shown in
      if shown.title != title {
        (shown.title, shown.amount, shown.amountTime) = (title, 0, .zero)
      }
      let passed = progress.elapsed - shown.amountTime
      guard passed >= Self.interval else { return }
      let amount = progress.runs > 0 ? progress.runs : progress.states
      let rate = Int(Double(max(0, amount - shown.amount)) / (passed / .seconds(1)))
      (shown.amountTime, shown.amount) = (progress.elapsed, amount)
      let share = progress.share(of: limits).map { ", \(Int($0 * 100)) % of the limit" } ?? ""
      write(
        done(shown)
          + (progress.runs > 0
            ? "\(amount) runs, \(rate)/s\(share)  \(title)"
            : "\(amount) states, \(rate)/s, frontier \(progress.frontier), "
              + "depth \(progress.depth), \(ByteCount(progress.bytes))\(share)  \(title)"),
        &shown)
    }
  }

  private static let interval = Duration.milliseconds(200)

  /// Takes the line away, for something is to be printed; `rows` more rows are done.
  ///
  /// Where what is printed goes elsewhere, it is put back with the number of rows that are done.
  func erase(after rows: Int = 0) {
    shown.withLock { shown in
      shown.done += rows
      let elapsed = ContinuousClock.now - start
      if console.facts.outputColumns == nil, rows > 0, shown.done < self.rows {
        if elapsed >= .seconds(1), elapsed - shown.time >= Self.interval {
          write("\(shown.done) of \(self.rows) rows", &shown)
        }
        return
      }
      if shown.length == 0 { return }
      console.write("\r" + String(repeating: " ", count: shown.length) + "\r", .error)
      shown.length = 0
    }
  }

  private func done(_ shown: Shown) -> String {
    rows > 1 ? "\(shown.done)/\(rows) rows  " : ""
  }

  private func write(_ text: String, _ shown: inout Shown) {
    let line = String(text.prefix(columns - 1))
    let rest = String(repeating: " ", count: max(0, shown.length - line.count))
    (shown.length, shown.time) = (line.count, ContinuousClock.now - start)
    console.write("\r" + line + rest, .error)
  }
}
