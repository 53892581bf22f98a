import Synchronization
import Testing

@testable import Scheduler
@testable import explore

struct ProgressLineTests {
  private final class Written: Sendable { let text = Mutex("") }

  private func progress(_ milliseconds: Int, states: Int) -> SearchProgress {
    SearchProgress(
      states: states, transitions: states, frontier: 7, depth: 3, bytes: 5 << 20,
      elapsed: .milliseconds(milliseconds))
  }

  @Test func `the line is rewritten after a second, seldom, and gone at the end`() throws {
    let written = Written()
    let console = Console(facts: .init(outputColumns: nil, errorColumns: 60)) { text, stream in
      #expect(stream == .error)
      written.text.withLock { $0 += text }
    }
    let line = try #require(ProgressLine(on: console))
    line.update(progress(900, states: 100), "race patched")
    #expect(written.text.withLock { $0.isEmpty })
    line.update(progress(1000, states: 2000), "race patched")
    line.update(progress(1100, states: 3000), "race patched")
    line.update(progress(1500, states: 4000), "race patched")
    line.erase()
    let states = written.text.withLock { $0 }.split(separator: "\r").map(String.init)
    #expect(states[0] == "2000 states, 2000/s, frontier 7, depth 3, 5 MiB  race patch")
    #expect(states[1] == "4000 states, 4000/s, frontier 7, depth 3, 5 MiB  race patch")
    #expect(states[2] == String(repeating: " ", count: 59))
    #expect(states.count == 3)
  }

  @Test func `the line tells how much of the nearest limit is used up`() throws {
    let written = Written()
    let console = Console(facts: .init(outputColumns: nil, errorColumns: 80)) { text, _ in
      written.text.withLock { $0 += text }
    }
    let limits = Limits(states: 10_000, bytes: 8 << 20, duration: .seconds(4))
    let line = try #require(ProgressLine(on: console, within: limits))
    line.update(progress(1000, states: 2000), "race")
    #expect(
      written.text.withLock { $0 }
        == "\r2000 states, 2000/s, frontier 7, depth 3, 5 MiB, 62 % of the limit  race")
    let now = progress(3000, states: 2000)
    #expect(now.share(of: limits) == 0.75)
    #expect(now.share(of: .none) == nil)
    #expect(now.share(of: Limits(states: 1)) == 1)
  }

  @Test func `with many rows the line tells how many are done, and of the first that is searched`()
    throws
  {
    let written = Written()
    let console = Console(facts: .init(outputColumns: nil, errorColumns: 80)) { text, _ in
      written.text.withLock { $0 += text }
    }
    let line = try #require(ProgressLine(on: console, of: 9))
    line.erase(after: 2)
    line.update(progress(1000, states: 2000), "late") { false }
    #expect(written.text.withLock { $0.isEmpty })
    line.update(progress(1000, states: 2000), "first") { true }
    #expect(written.text.withLock { $0.hasPrefix("\r2/9 rows  2000 states") })
  }

  @Test func `nothing is written where nobody looks`() {
    #expect(ProgressLine(on: Console(facts: .none) { _, _ in }) == nil)
  }
}
