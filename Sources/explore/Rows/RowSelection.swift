/// Which rows of the files a command line asks for.
struct RowSelection: Sendable {
  private let filters: [RowFilter]
  private let partition: Partition?
  /// By filter: whether a row has matched it.
  private var isUsed: [Bool]

  init(_ request: Request) {
    (filters, partition) = (request.filters, request.partition)
    isUsed = filters.map { _ in false }
  }

  /// Whether the filters let a row through: it matches one that chooses, if there are such, and
  /// none that leaves out.
  mutating func passes(_ job: Job) -> Bool {
    var isChosen = filters.allSatisfy(\.isExclusion)
    var isLeftOut = false
    for (index, filter) in filters.enumerated()
    where filter.matches(row: job.title, of: job.inputName, tags: job.tags) {
      isUsed[index] = true
      if filter.isExclusion { isLeftOut = true } else { isChosen = true }
    }
    return isChosen && !isLeftOut
  }

  /// Whether a row belongs to the partition that is asked for.
  func isInPartition(_ job: Job) -> Bool {
    partition?.includes(row: job.title, of: job.inputName) ?? true
  }

  /// The filters that were to choose rows, and have matched none.
  var unused: [RowFilter] {
    zip(filters, isUsed).filter { !$0.0.isExclusion && !$0.1 }.map(\.0)
  }
}
