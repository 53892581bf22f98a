import Scheduler
import Testing

@testable import Reporting
@testable import explore

/// Tables of few and many threads, and reports of what real scenarios rarely do.
struct TraceTableTests {
  /// A run of all writers in which each is cut off in its region, where that is possible.
  private func table(threads: Int, width: Int = 80) throws -> [String] {
    let system = Toys.writers(threads)
    var steps: [Schedule.Step] = []
    for thread in 0..<threads { steps.append(.init(ThreadID(thread))) }
    for thread in 0..<threads {
      steps += Array(repeating: .init(ThreadID(thread)), count: 5)
    }
    let trace = TraceReport(try system.replay(Schedule(steps)), of: system)
    return TraceTable(trace, style: TextStyle(width: width)).textLines
  }

  @Test func `tables of one to eight threads are their golden`() throws {
    let text = try [1, 2, 3, 4, 8].map { try table(threads: $0).joined(separator: "\n") + "\n" }
    Golden.expect(text.joined(separator: "\n"), is: "tables.txt")
  }

  @Test(arguments: 1...26)
  func `no line is wider than asked for`(threads: Int) throws {
    for width in [80, 100, 120] {
      for line in try table(threads: threads, width: width) {
        #expect(line.count <= width, "\(threads) threads: \(line)")
      }
    }
  }

  @Test(arguments: 1...8)
  func `each step stands in the table once`(threads: Int) throws {
    let numbers = try table(threads: threads).compactMap { Int($0.prefix(4).filter { $0 != " " }) }
    #expect(numbers == Array(1...6 * threads))
  }

  @Test func `a thread that waits for a lock says for which, and who has it`() throws {
    let system = Toys.writers(2)
    let steps = [0, 0, 1, 0].map { Schedule.Step(ThreadID($0)) }
    let trace = TraceReport(try system.replay(Schedule(steps)), of: system)
    #expect(trace.unfinishedText[1].hasSuffix("waits for outer_mutex, which thread0 holds"))
    let lines = TraceTable(trace).textLines
    #expect(lines.contains { $0.contains("-- waits for outer_mutex --") })
    #expect(lines.contains { $0.contains("-- preempted --") })
  }

  @Test func `a deadlock names who waits`() throws {
    let row = try Toys.row(of: Toys.waiting(.blocking))
    #expect(row.result.broken == ["deadlock"])
    #expect(row.exitCode == .violated)
    Golden.expect(RunText(style: TextStyle()).add([row]), is: "run-deadlock.txt")
  }

  @Test func `an unbounded number of interleavings names the loop`() throws {
    let row = try Toys.row(of: Toys.waiting(.spinning))
    Golden.expect(RunText(style: TextStyle()).add([row]), is: "run-unbounded.txt")
  }

  @Test func `a model that is too small is our mistake and no verdict`() throws {
    let row = try Toys.row(of: Toys.writers(2, bits: 1))
    #expect(row.result.broken == ["cell-overflow"])
    #expect(row.exitCode == .bug)
    #expect(row.checkExitCode == .bug)
    #expect(
      row.modelFault == "a value did not fit into the cell a_shared_value[0x1000]: step 10, "
        + "thread1 at write-value in inner_function_with_a_rather_long_name()")
  }

  @Test(arguments: [
    ("a: 1 -> 2", ["a: 1 -> 2"]),
    ("a_rather_long_name: 1 -> 2", ["a_rather_long_name:", "  1 -> 2"]),
    ("name: a long value -> another value", ["name:", "  a long value", "  -> another value"]),
    ("unlock a_lock_with_a_long_name_of_it", ["unlock", "  a_lock_with_a_long", "  _name_of_it"]),
  ])
  func `changes break where they read best`(text: String, lines: [String]) {
    #expect(TraceLayout.wrappedChange(text, width: 20) == lines)
  }
}
