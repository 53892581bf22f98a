import Foundation
import Scheduler

/// Figures in words and digits.
enum StatisticText {
  static func value(_ statistic: Statistic) -> String {
    switch statistic.value {
    case .count(let count): "\(count)"
    case .series(let counts): counts.map(String.init).joined(separator: " ")
    case .fraction(let part, let whole): "\(part)/\(whole) = \(decimal(part, over: whole))"
    case .text(let text): text
    }
  }

  /// Six significant digits, as `0.000151978` or `1.51978e-09`.
  static func decimal(_ part: BigNatural, over whole: BigNatural) -> String {
    String(format: "%.6g", part.quotient(over: whole))
  }
}
