import Testing

@testable import Scheduler

/// The search's loop over many states against the rule for one step.
@Suite struct SuccessorsTests {
  @Test(arguments: [1, 3, 32])
  func `the batched loop takes the steps that the rule gives, in its order`(batch: Int) {
    for (name, system) in Toys.all {
      let comparison = SuccessorComparison(of: system, most: 1_000, batch: batch)
      #expect(comparison.difference == nil, "\(name)")
      #expect(comparison.expanded > 0, "\(name)")
    }
  }
}
