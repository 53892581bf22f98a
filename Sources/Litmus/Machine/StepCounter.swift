internal import Scheduler
import Synchronization

/// Counts the steps that free the last lock while a property of the file is true.
///
/// A program in which an assertion stands beside each release, and goes on when it is false, is
/// compared by it: the property says the opposite.
package final class StepCounter: Sendable {
  private let property: String
  private let total = Atomic<Int>(0)

  /// Counts where the property of that name is true.
  package init(_ property: String) { self.property = property }

  /// How many such steps the last search has taken.
  package var count: Int { total.load(ordering: .relaxed) }

  /// A property that never breaks, to count by in one search; nil if the file has none to ask.
  func observer(_ image: ProgramImage, _ cells: SystemCells) -> Property? {
    total.store(0, ordering: .relaxed)
    let name = property
    guard let property = image.program.properties.first(where: { $0.name == name }) else {
      return nil
    }
    let expression = ExpressionCode(property.node, image, cells)
    return Property(
      "counted-steps", sentence: "Every step is seen.",
      kind: .perStep { before, after, _ in
        if !RaceSystem.isQuiet(image, cells, before),
          RaceSystem.isQuiet(image, cells, after), expression.holds(in: after)
        {
          self.total.wrappingAdd(1, ordering: .relaxed)
        }
        return true
      })
  }
}
