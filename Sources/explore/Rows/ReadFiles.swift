import Scheduler
import Synchronization

/// What a file says, and what is searched of it, by row: one job, or two that are compared.
struct ReadFile: Sendable {
  var input: Input
  var rows: [[Job]]

  /// - Throws: ``InputError`` for what is wrong with the file, and ``UsageError`` for what the
  ///   command line asks of it that it does not have or take.
  init(_ path: String, _ session: Session, _ request: Request) throws {
    input = try session.inputs(request).read(path)
    rows =
      request.showsChanges
      ? try RowChange.changes(of: input, request).map(\.jobs)
      : try Job.jobs(of: input, request).map { [$0] }
  }

  /// Reads some files side by side; what came of each is in their order.
  static func all(
    _ paths: ArraySlice<String>, _ session: Session, _ request: Request
  ) -> [Result<ReadFile, any Error>] {
    let work = Work(first: paths.startIndex)
    let jobs = min(request.jobs ?? session.machine.cores, session.machine.mostThreads, paths.count)
    ThreadTeam.run(
      jobs,
      { _ in
        while let place = work.take(below: paths.endIndex) {
          let file = Result { try ReadFile(paths[place], session, request) }
          work.read.withLock { $0[place] = file }
        }
      }, absent: { _ in })
    return work.read.withLock { read in paths.indices.compactMap { read[$0] } }
  }

  /// Which file is next, and what came of those that were read.
  private final class Work: Sendable {
    private let next: Atomic<Int>
    let read = Mutex<[Int: Result<ReadFile, any Error>]>([:])

    init(first: Int) { next = Atomic(first) }

    func take(below end: Int) -> Int? {
      let place = next.add(1, ordering: .relaxed).oldValue
      return place < end ? place : nil
    }
  }
}
