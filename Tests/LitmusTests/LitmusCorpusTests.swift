import Foundation
import Scheduler
import Testing

@testable import Litmus

/// Tests of herd7 in a folder outside of the repository, with a table of herd7's answers.
///
/// `LITMUS_CORPUS` names the folder; without it there is nothing to test. `LITMUS_ANSWERS` names
/// the table, of cells between tabs: a file's path below the folder, herd7's exit code, its
/// observation, the number of final states. Sequential consistency allows no more than the memory
/// model of the kernel does, under which herd7 gave them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LITMUS_CORPUS"] != nil))
struct LitmusCorpusTests {
  /// Macros of such tests that no kernel has, and nothing else that is refused.
  ///
  /// Those that are newer than the kernel's model of 6.1 order what sequential consistency has in
  /// order.
  static let unknown = ["smp_memb"]

  private static let environment = ProcessInfo.processInfo.environment

  /// What herd7 says of a file; empty cells are nil.
  private struct Answer {
    var observation: String?
    var states: Int?
    /// Whether herd7 refuses it as well.
    var isRefused: Bool
  }

  /// What came of a file.
  private struct Outcome: Sendable {
    var file: String
    var isRefused = false
    /// Whether there are more states than anyone waits for.
    var isCut = false
    var states = 0
    var problems: [String] = []
  }

  private static func files() throws -> [String] {
    let folder = environment["LITMUS_CORPUS"] ?? "/nonexistent"
    return try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".litmus") }.sorted()
  }

  private static func answers() throws -> [String: Answer] {
    guard let path = environment["LITMUS_ANSWERS"] else { return [:] }
    var answers: [String: Answer] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count >= 4, cells[0].hasSuffix(".litmus") else { continue }
      answers[cells[0]] = Answer(
        observation: cells[2].isEmpty ? nil : cells[2], states: Int(cells[3]),
        isRefused: cells[1] != "0" && cells[1] != "124")
    }
    return answers
  }

  private static func outcome(of file: String, _ answer: Answer?) throws -> Outcome {
    var outcome = Outcome(file: file)
    let folder = URL(filePath: environment["LITMUS_CORPUS"] ?? "/nonexistent")
    let bytes = Array(try Data(contentsOf: folder.appending(path: file)))
    let hasUnknown = unknown.contains { String(decoding: bytes, as: UTF8.self).contains("\($0)(") }
    let program: RaceProgram
    do throws(RaceFileError) {
      program = try RaceProgram(try RaceFile(bytes, named: file, language: .litmus))
      if hasUnknown { outcome.problems.append("a macro that is unknown is read") }
    } catch {
      outcome.isRefused = true
      if answer?.isRefused == true { return outcome }
      for diagnostic in error.diagnostics
      where !unknown.contains(where: { diagnostic.message.hasPrefix("unknown function '\($0)'") }) {
        outcome.problems.append("\(diagnostic)")
      }
      return outcome
    }
    // A reduced search has the same final states; it says so of those that are small, too.
    var (states, result) = program.finalStates(options(.none, 20_000))
    let (reduced, other) = program.finalStates(options(.partialOrder, 50_000))
    if result.isWhole, other.isWhole, states != reduced {
      outcome.problems.append("\(reduced.count) final states when reduced, not \(states.count)")
    }
    if !result.isWhole { (states, result) = (reduced, other) }
    outcome.isCut = !result.isWhole
    outcome.states = states.count
    // What a search that was cut has found is true all the same.
    if let most = answer?.states, states.count > most {
      outcome.problems.append("\(states.count) final states, and herd7 has \(most)")
    }
    let isSeen = result.observation == .sometimes || result.observation == .always
    if answer?.observation == "Never", isSeen { outcome.problems.append("reaches what is Never") }
    if answer?.observation == "Always", result.isWhole, result.observation != .always {
      outcome.problems.append("does not always end as herd7 says")
    }
    return outcome
  }

  private static func options(_ reduction: Reduction, _ states: Int) -> Explorer.Options {
    Explorer.Options(
      limits: Limits(states: states, duration: .seconds(10)), countsInterleavings: false,
      reduction: reduction)
  }

  @Test func `files are read, and end in no other states than under the kernel's model`()
    async throws
  {
    let (files, answers) = (try Self.files(), try Self.answers())
    #expect(!files.isEmpty)
    #expect(answers.isEmpty || files.contains { answers[$0] != nil }, "the table is of other files")
    let outcomes = try await withThrowingTaskGroup(of: [Outcome].self) { group in
      let workers = min(files.count, ProcessInfo.processInfo.activeProcessorCount)
      for worker in 0..<workers {
        group.addTask {
          try stride(from: worker, to: files.count, by: workers).map {
            try Self.outcome(of: files[$0], answers[files[$0]])
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.file < $1.file }
    }
    for outcome in outcomes {
      #expect(
        outcome.problems.isEmpty,
        "\(outcome.file): \(outcome.problems.joined(separator: "; "))")
    }
    let (refused, cut) = (outcomes.filter(\.isRefused), outcomes.filter(\.isCut))
    print(
      "corpus: \(files.count) files, \(refused.count) refused, \(cut.count) cut,",
      "\(outcomes.reduce(0) { $0 + $1.states }) final states")
    for outcome in refused { print("corpus: refused \(outcome.file)") }
    for outcome in cut { print("corpus: cut \(outcome.file)") }
    #expect(cut.count * 4 <= files.count, "too many files have too many states")
  }
}
