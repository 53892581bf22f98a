import Reporting
import Scheduler
import Testing

@testable import Litmus

/// Files that somebody has spoiled: none of them crashes or hangs the reader, the lowering or the
/// machine.
@Suite struct MutationTests {
  /// How far files came.
  struct Counts {
    var refused = 0
    var made = 0
    var searched = 0
  }

  @Test func `samples have every construct`() {
    var words: Set<Substring> = []
    for sample in MutationSamples.all {
      let text = String(decoding: sample.bytes, as: UTF8.self)
      words.formUnion(
        text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
    }
    for construct in RaceLanguage.constructs where construct.meanings[.sc] != .refused {
      let name = construct.name.replacing("struct ", with: "")
      #expect(words.contains(name[...]), "\(construct.kind) \(construct.name)")
    }
  }

  @Test func `samples are right, so that one change can make them wrong`() {
    for sample in MutationSamples.all {
      #expect(throws: Never.self) {
        let file = try RaceFile(sample.bytes, named: "f", language: sample.language)
        _ = try RaceProgram(file, defines: file.rows.first?.defines ?? [])
      }
    }
  }

  @Test func `a spoiled file is answered, or refused with a place`() throws {
    let campaign = Campaign("mutations", usual: 2_000)
    let (samples, mutator) = (MutationSamples.all, MutationSamples.mutator)
    var counts = Counts()
    let rounds = try campaign.run { round, random in
      let sample = random.pick(samples)
      let bytes = mutator.mutate(sample.bytes, by: &random)
      // A round that is made again by itself is there to be looked at.
      if campaign.rounds.count == 1 { print(String(decoding: bytes, as: UTF8.self)) }
      let other: Language = sample.language == .race ? .litmus : .race
      let problem = Self.problem(
        of: bytes, as: random.oneIn(16) ? other : sample.language, &counts, &random)
      if let problem {
        let text = String(decoding: bytes, as: UTF8.self)
        try #require(Bool(false), "\(campaign.label(round)): \(problem)\n\(text)")
      }
    }
    print("mutations: \(rounds) files, \(counts)")
    // All parts of the reader and of the machine are met, if there are enough files.
    if rounds >= 1_000 {
      #expect(counts.refused * 4 > rounds && counts.made * 6 > rounds)
      #expect(counts.searched * 12 > rounds)
    }
  }

  /// Reads, makes and now and then searches a file; says what is wrong with what that gives.
  static func problem(
    of bytes: [UInt8], as language: Language, _ counts: inout Counts, _ random: inout Random
  ) -> String? {
    do throws(RaceFileError) {
      let file = try RaceFile(bytes, named: "f", language: language)
      let rows: [Row?] = file.rows.isEmpty ? [nil] : Array(file.rows.prefix(3))
      for row in rows {
        let program = try RaceProgram(
          file, defines: row?.defines ?? [], labels: Set(row?.labels ?? []), row: row)
        counts.made += 1
        guard random.oneIn(2) else { continue }
        counts.searched += 1
        if let problem = search(program, &random) { return problem }
      }
      return nil
    } catch {
      counts.refused += 1
      return problem(of: error.diagnostics, in: bytes)
    }
  }

  /// Says what is wrong with mistakes: each has a place in the text, and a sentence.
  private static func problem(of mistakes: [Diagnostic], in bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    if mistakes.isEmpty { return "refused without a reason" }
    if mistakes.count > ErrorLimit.most { return "\(mistakes.count) reasons" }
    // CR LF is one character, and ends one line.
    let lines = text.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r" || $0 == "\r\n"
    }
    for mistake in mistakes {
      let (line, column) = (mistake.position.line, mistake.position.column)
      if mistake.message.isEmpty || line < 1 || column < 1 { return "\(mistake)" }
      if mistake.file.hasPrefix("<-D ") { continue }
      guard mistake.file == "f", line <= lines.count,
        column <= lines[line - 1].unicodeScalars.count + 1
      else { return "no such place: \(mistake)" }
    }
    let places = mistakes.filter { $0.file == "f" }.map(\.position)
    return places == places.sorted() ? nil : "out of order: \(mistakes)"
  }

  /// Searches a little, and tells of what is found as a report would.
  private static func search(_ program: RaceProgram, _ random: inout Random) -> String? {
    let reductions: [Reduction] = [.none, .none, .partialOrder, .symmetry, .fingerprints]
    let strategies: [Strategy] = [
      .exhaustive, .exhaustive, .exhaustive, .bounded(preemptions: 1), .bounded(preemptions: nil),
    ]
    let strategy = random.pick(strategies)
    let result = program.explore(
      Explorer.Options(
        strategy: strategy, limits: Limits(states: 200, bytes: 1 << 28, duration: .seconds(20)),
        countsInterleavings: random.oneIn(2),
        reduction: strategy == .exhaustive ? random.pick(reductions) : .none))
    let report = ExplorationReport(result.exploration, of: result.system)
    if report.findings.count != result.exploration.findings.count { return "findings are lost" }
    for finding in result.exploration.findings + result.flags {
      guard case .violated(let counterexample) = finding.result else { continue }
      do {
        let trace = try result.system.replay(counterexample.schedule)
        if trace.steps.isEmpty != counterexample.schedule.steps.isEmpty {
          return "\(finding.id): its run has no steps"
        }
      } catch {
        return "\(finding.id): its run is none: \(error)"
      }
    }
    return nil
  }
}
