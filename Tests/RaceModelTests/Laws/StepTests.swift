import RaceModel
import Scheduler
import Testing

/// The search's loop over many states against the rule for one step, on every row of every
/// scenario.
struct StepTests {
  @Test(arguments: try Corpus.rows())
  func `the batched loop takes the steps that the rule gives, in its order`(row: CorpusRow) {
    let comparison = SuccessorComparison(of: row.system, most: 2_000)
    #expect(comparison.difference == nil)
    #expect(comparison.expanded > 1)
  }
}
