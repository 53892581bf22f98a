import Reporting
import Scheduler
import Synchronization

/// One line on a terminal that is rewritten while a search runs, and gone when it ends.
final class ProgressLine: Sendable {
  private let console: Console
  private let columns: Int
  private let title: String
  private let limits: Limits
  private let shown = Mutex(Shown())

  private struct Shown {
    var length = 0
    var time = Duration.zero
    /// States, or runs.
    var amount = 0
  }

  /// Nil when standard error is no terminal.
  init?(_ title: String, on console: Console, within limits: Limits = .none) {
    guard let columns = console.facts.errorColumns else { return nil }
    self.limits = limits
    (self.console, self.columns, self.title) = (console, columns, title)
  }

  /// Rewrites the line, at most five times a second and not in the first one.
  func update(_ progress: SearchProgress) {
    if progress.elapsed < .seconds(1) { return }
    shown.withLock { shown in
      let passed = progress.elapsed - shown.time
      guard passed >= .milliseconds(200) else { return }
      let amount = progress.runs > 0 ? progress.runs : progress.states
      let rate = Int(Double(max(0, amount - shown.amount)) / (passed / .seconds(1)))
      (shown.time, shown.amount) = (progress.elapsed, amount)
      let share = progress.share(of: limits).map { ", \(Int($0 * 100)) % of the limit" } ?? ""
      let text =
        progress.runs > 0
        ? "\(amount) runs, \(rate)/s\(share)  \(title)"
        : "\(amount) states, \(rate)/s, frontier \(progress.frontier), "
          + "depth \(progress.depth), \(ByteCount(progress.bytes))\(share)  \(title)"
      let line = String(text.prefix(columns - 1))
      let rest = String(repeating: " ", count: max(0, shown.length - line.count))
      shown.length = line.count
      console.write("\r" + line + rest, .error)
    }
  }

  func erase() {
    shown.withLock { shown in
      if shown.length == 0 { return }
      console.write("\r" + String(repeating: " ", count: shown.length) + "\r", .error)
      shown = Shown()
    }
  }
}
