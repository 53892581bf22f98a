import Foundation
import Testing

@testable import Litmus
@testable import Scheduler

/// What a step is told to do is what it does: traces take steps by a machine of their own.
@Suite struct StoryAgreementTests {
  /// Takes random runs of a program, and compares each step, and each that is not possible, with
  /// what would be told of it; the steps that were compared.
  private func compare(_ program: RaceProgram, runs: Int, seed: UInt64) throws -> Int {
    let system = program.roomySystem
    let teller = try #require(system.teller as? RaceTeller)
    var random = Random(seed: seed)
    var compared = 0
    for _ in 0..<runs {
      var run = Replay(of: system)
      for _ in 0..<60 {
        // Of each thread a second choice first, now and then; few steps have one.
        let order = teller.machines.indices.shuffled(using: &random)
        let steps = order.flatMap { thread in
          (random.oneIn(2) ? [1, 0] : [0]).map { Schedule.Step(ThreadID(thread), choice: $0) }
        }
        var next: Replay?
        for step in steps where next == nil {
          var tried = run
          let isTaken: Bool
          do throws(ReplayError) {
            try tried.take(step)
            isTaken = true
          } catch { isTaken = false }
          if run.location(of: step.thread) == nil { continue }
          try compare(step, from: run.state, to: isTaken ? tried : nil, teller, in: system)
          compared += 1
          if isTaken { next = tried }
        }
        guard let next, next.steps.last?.broken.isEmpty ?? true else { break }
        run = next
      }
    }
    return compared
  }

  private func compare(
    _ step: Schedule.Step, from before: [UInt64], to run: Replay?, _ teller: RaceTeller,
    in system: System
  ) throws {
    let (told, written, free) = system.view(before) { state in
      var dry = DryRun(teller.machines[step.thread.index], state)
      let told = dry.take(choice: step.choice)
      let free = (0..<teller.cells.lockCount).map { dry.memory.isFree(lock: Int32($0)) }
      return (told, dry.memory.written, free)
    }
    guard let run, let last = run.steps.last else {
      // A choice that a step has not got is not possible either.
      #expect(told.result == .blocked || step.choice > 0, "\(step)")
      return
    }
    let location = "\(last.location)"
    switch told.result {
    case .blocked: Issue.record("\(location): the step is taken, and told to be impossible")
    case .failed(let finding, _):
      #expect(last.broken.contains(finding.id), "\(location)")
    case .stopped, .ended:
      let ids = Set(Finding.allCases.map(\.id))
      #expect(!last.broken.contains(where: ids.contains), "\(location)")
      let after = run.state
      let values = values(before, teller, system)
      let found = self.values(after, teller, system)
      for (number, slot) in teller.program.slots.enumerated()
      where slot.hasCell && teller.cells.all[number].register < 0 {
        let expected = written[Int32(number)] ?? values[number]
        // What a thread does not need any more is cleared when it ends.
        if case .ended = told.result, slot.thread == step.thread.index, found[number] == 0 {
          continue
        }
        #expect(found[number] == expected, "\(location): \(slot.name)")
      }
      system.view(after) { state in
        let held = StateMemory(state, teller.cells)
        for (lock, isFree) in free.enumerated() {
          #expect(held.isFree(lock: Int32(lock)) == isFree, "\(location): lock \(lock)")
        }
      }
    }
  }

  /// The numbers in the slots of a state that have cells.
  private func values(_ words: [UInt64], _ teller: RaceTeller, _ system: System) -> [Int64] {
    system.view(words) { state in
      let memory = StateMemory(state, teller.cells)
      return teller.program.slots.indices.map { number in
        let isKept = teller.program.slots[number].hasCell && teller.cells.all[number].register < 0
        return isKept ? memory.read(Int32(number)) : 0
      }
    }
  }

  @Test(arguments: RaceFolderTests.names)
  func `steps of known races do what is told of them`(name: String) throws {
    let file = try read(try RaceFolderTests.text(name))
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      #expect(try compare(program, runs: 10, seed: 1) > 30, "\(row.name)")
    }
  }

  @Test func `steps of generated programs do what is told of them`() throws {
    var compared = 0
    for seed in 0..<60 {
      let program = try RaceProgram(try read(GeneratedProgram(seed: UInt64(seed)).text))
      compared += try compare(program, runs: 4, seed: UInt64(seed))
    }
    #expect(compared > 3000)
  }
}
