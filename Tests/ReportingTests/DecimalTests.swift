import Foundation
import Scheduler
import Testing

@testable import Reporting

/// Exact fractions as decimals, against what the C library prints of the nearest double.
@Suite struct DecimalTests {
  @Test(arguments: [
    (0, 7, "0"), (1, 1, "1"), (1, 2, "0.5"), (1, 3, "0.333333"), (2, 3, "0.666667"),
    (1, 10_000, "0.0001"), (1, 100_000, "1e-05"), (3, 200_000, "1.5e-05"), (999_999, 1, "999999"),
    (1_000_000, 1, "1e+06"), (9_999_996, 10, "1e+06"), (100, 1, "100"), (1234, 10, "123.4"),
  ])
  func `fractions read as expected`(part: UInt64, whole: UInt64, text: String) {
    #expect(Statistic.decimal(BigNatural(part), over: BigNatural(whole)) == text)
  }

  @Test func `six digits are those of printf`() {
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    for _ in 0..<2000 {
      // A seventh is never half of a decimal digit: a tie would be one in the exact number only.
      let part = (next() >> (next() % 24)) * 7 + 1
      let whole = ((next() >> (next() % 24)) + 1) * 7
      let printed = String(format: "%.6g", Double(part) / Double(whole))
      #expect(Statistic.decimal(BigNatural(part), over: BigNatural(whole)) == printed)
    }
  }

  @Test func `no number is too large or too small`() {
    var large: BigNatural = 1
    for _ in 0..<400 { large = large * 10 }
    #expect(Statistic.decimal(large * 15, over: 10) == "1.5e+400")
    #expect(Statistic.decimal(15, over: large * 10) == "1.5e-400")
    #expect(Statistic.decimal(large, over: large) == "1")
  }
}
