import Testing

@testable import Scheduler

/// Laws of tokens on programs that have changed, over random programs.
@Suite struct TokenLawTests {
  /// The ops of a random program by thread.
  private func ops(seed: Int) -> [[String]] {
    randomToy(seed: seed).builder.identity.split(separator: "/").map { thread in
      thread.split(separator: ";").map { $0.trimmed }
    }
  }

  private func system(_ ops: [[String]]) -> System {
    let program = ops.map { $0.joined(separator: "; ") }.joined(separator: " / ")
    let toy = Toy(program, bits: 2, variables: ["x", "y"])
    return toy.system(randomProperties(of: toy))
  }

  /// The program with local steps at random places before other steps.
  private func grown(_ ops: [[String]], _ random: inout SplitMix64) -> [[String]] {
    var number = 0
    return ops.map { thread in
      thread.flatMap { op -> [String] in
        let more = (0..<random.pick(below: 3)).map { "CHOOSE local\(number + $0) 1" }
        number += more.count
        return more + [op]
      }
    }
  }

  /// The runs that break something, but for those that end because nobody can step.
  private func findings(of system: System) -> [(id: String, schedule: Schedule)] {
    Explorer.explore(system).findings.compactMap { finding in
      guard case .violated(let found) = finding.result, finding.id != "deadlock" else { return nil }
      return (finding.id, found.schedule)
    }
  }

  private func hits(_ id: String, _ schedule: Schedule, on system: System) throws -> Bool {
    try system.replay(schedule).broken.contains(id)
  }

  @Test func `a run still breaks what it broke when local steps have come`() throws {
    var hits = 0
    for seed in 0..<250 {
      var random = SplitMix64(seed: UInt64(seed))
      let ops = ops(seed: seed)
      let (before, after) = (system(ops), system(grown(ops, &random)))
      for (id, schedule) in findings(of: before) {
        let end = try before.replay(schedule)
        // Where threads wait at the end, a local step that has come keeps one of them going.
        if id == "ends-equal" && !end.unfinished.isEmpty { continue }
        let reading = try ScheduleToken(of: schedule, for: before).reading(on: after)
        #expect(reading.schedule.steps.count >= schedule.steps.count)
        #expect(try self.hits(id, reading.schedule, on: after), "seed \(seed): \(id)")
        hits += 1
      }
    }
    #expect(hits > 150, "\(hits)")
  }

  @Test func `a run still breaks what it broke when local steps have gone`() throws {
    var (hits, parted) = (0, 0)
    for seed in 0..<250 {
      var random = SplitMix64(seed: UInt64(seed))
      let ops = ops(seed: seed)
      let (before, after) = (system(grown(ops, &random)), system(ops))
      for (id, schedule) in findings(of: before) {
        let end = try before.replay(schedule)
        if id == "ends-equal" && !end.unfinished.isEmpty { continue }
        let token = try ScheduleToken(of: schedule, for: before)
        if token.text.contains("CHOOSE-local") {
          // It names a step that is not there.
          #expect(throws: Schedule.TokenError.self) { try token.reading(on: after) }
          parted += 1
          continue
        }
        let reading = try token.reading(on: after)
        #expect(try self.hits(id, reading.schedule, on: after), "seed \(seed): \(id)")
        hits += 1
      }
    }
    #expect(hits > 150, "\(hits) hits, \(parted) parted")
  }

  /// What a token leads to on another program, from its text, by replaying from the start for each
  /// step.
  private enum Slow: Equatable {
    case schedule([Int])
    case parts(step: Int, thread: Int)
  }

  private func slowly(_ token: String, on system: System) throws -> Slow {
    var steps: [Schedule.Step] = []
    for segment in token.split(separator: ":", omittingEmptySubsequences: false)[3].split(
      separator: ",")
    {
      let thread = Int(try #require(segment.first?.asciiValue)) - 97
      let plus = segment.split(separator: "+")
      let choice = plus.count == 2 ? Int(plus[1]) ?? 0 : 0
      let at = plus[0].split(separator: "@")
      var missing = at.count == 2 ? Int(at[1]) ?? 0 : 1
      let label = try #require(at[0].firstIndex(of: "."))
      let (name, finishes) = (at[0][label...].dropFirst(), at[0].hasSuffix("/"))
      while true {
        let trace = try system.replay(Schedule(steps))
        let place = trace.unfinished.first { $0.thread.index == thread }
        if missing == 0 && !(finishes && place != nil) { break }
        guard let place, place.canStep else {
          return .parts(step: steps.count + 1, thread: thread)
        }
        var isLast = false
        if StepName(of: place.location.label).text == name.filter({ $0 != "/" }) && missing > 0 {
          missing -= 1
          isLast = missing == 0
        }
        let step = Schedule.Step(ThreadID(thread), choice: isLast ? choice : 0)
        do {
          _ = try system.replay(Schedule(steps + [step]))
        } catch {
          return .parts(step: steps.count + 1, thread: thread)
        }
        steps.append(step)
      }
    }
    return .schedule(steps.map { 100 * $0.thread.index + $0.choice })
  }

  @Test func `on mutants the step at which a run parts is the right one`() throws {
    var (fitting, parting) = (0, 0)
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(1_000 + seed))
      let ops = ops(seed: seed)
      let before = system(ops)
      var changed = ops
      let thread = random.pick(below: ops.count)
      let place = random.pick(below: ops[thread].count)
      switch random.pick(below: 3) {
      case 0: changed[thread][place] = "AWAIT y=1"
      case 1 where ops[thread].count > 1: changed[thread].remove(at: place)
      default: changed[thread].insert(random.pick(from: ["IF x=0", "LOCK m", "U x"]), at: place)
      }
      let after = system(changed)
      for (_, schedule) in findings(of: before) {
        let token = try ScheduleToken(of: schedule, for: before)
        let slow = try slowly(token.text, on: after)
        do {
          let reading = try token.reading(on: after)
          let steps = reading.schedule.steps.map { 100 * $0.thread.index + $0.choice }
          #expect(slow == .schedule(steps), "seed \(seed): \(token.text)")
          fitting += 1
        } catch {
          guard case .parts(_, let misfit) = error, case .parts(let step, let thread) = slow else {
            Issue.record("seed \(seed): \(error), slowly \(slow)")
            continue
          }
          #expect(misfit.step == step, "seed \(seed): \(misfit)")
          if misfit.problem != .runHasEnded {
            #expect(misfit.description.contains("t\(thread)"), "seed \(seed): \(misfit)")
          }
          parting += 1
        }
      }
    }
    #expect(fitting > 50 && parting > 20, "\(fitting) fit, \(parting) part")
  }
}

extension Substring {
  fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
