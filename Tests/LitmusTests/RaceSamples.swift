import Scheduler

@testable import Litmus

/// Small race files, by name; each has rows that say what must come of it.
enum RaceSamples {
  static let all = locks.merging(language) { first, _ in first }
    .merging(atomics) { first, _ in first }.merging(lives) { first, _ in first }
    .merging(heap) { first, _ in first }.merging(freed) { first, _ in first }
    .merging(handlers) { first, _ in first }.merging(processors) { first, _ in first }
    .merging(addresses) { first, _ in first }.merging(numbers) { first, _ in first }
    .merging(lists) { first, _ in first }.merging(functionPointers) { first, _ in first }
    .merging(perCPU) { first, _ in first }.merging(waits) { first, _ in first }
    .merging(guards) { first, _ in first }
}

/// What came of a program, as a row would say it.
func outcome(of program: RaceProgram, _ options: Explorer.Options = Explorer.Options()) -> String {
  let result = program.explore(options)
  let found = result.found.map { entry in
    entry.id + (entry.preemptions.map { "@\($0)" } ?? "")
  }
  return found.isEmpty ? "\(result.verdict)" : found.sorted().joined(separator: ", ")
}

/// What a row says must come of it.
func expectation(of row: Row) -> String {
  guard case .violated(let findings)? = row.expectation else { return "holds" }
  let found = findings.map { $0.id + ($0.preemptions.map { "@\($0)" } ?? "") }
  return found.sorted().joined(separator: ", ")
}
