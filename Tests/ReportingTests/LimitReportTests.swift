import Scheduler
import Testing

@testable import Reporting

/// What is said of limits, with and without a name for what moves them.
@Suite struct LimitReportTests {
  private static let limits: [LimitHit] = [
    .states(1), .bytes(1 << 20),
    .duration(.milliseconds(1500)), .deadline(.seconds(9)), .cancelled, .capacity(7),
    .preemptions(2), .runs(3), .steps(1), .endlessRuns, .fingerprints,
  ]

  @Test func `every kind of limit has its report`() {
    let reports = Self.limits.map { LimitReport($0) }
    #expect(Set(reports.map(\.kind)) == Set(LimitReport.Kind.allCases))
    #expect(Set(reports.map(\.text)).count == reports.count)
    #expect(reports.allSatisfy { !$0.text.contains("--") })
  }

  @Test(arguments: [
    (LimitHit.states(1), "after 1 state, the limit of --x"),
    (.duration(.milliseconds(1500)), "after 1.5 s, the limit of --x"),
    (.runs(3), "after 3 runs, the limit of --x: a sample proves nothing"),
    (.preemptions(2), "at 2 preemptions: runs with more were left out; see --x"),
    (.cancelled, "by an interrupt"), (.capacity(7), "after 7 states, the most that fit"),
  ])
  func `what moves a limit is named where there is something`(limit: LimitHit, text: String) {
    #expect(LimitReport(limit) { _ in "--x" }.text == text)
  }
}
