import Testing

@testable import Scheduler

/// Runs of no interest, questions, and systems that their identity names.
struct CutTests {
  /// Draws a number from 0 to 3: 0 is of no interest, 1 breaks a check.
  private final class Draw: StepMachine {
    enum Point: UInt8, ProgramPoint { case draw }

    let point: Cell<Point>
    private let value: Cell<UInt8>
    private let (cut, check): (Check, Check)

    init(_ point: Cell<Point>, _ value: Cell<UInt8>, _ cut: Check, _ check: Check) {
      (self.point, self.value, self.cut, self.check) = (point, value, cut, check)
    }

    func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
      state[value] = UInt8(choice)
      if choice == 0 { state.fail(cut, saying: "0") }
      if choice == 1 { state.fail(check, saying: "1") }
      return choice < 3 ? Outcome.completed.withMoreChoices : .completed
    }
  }

  private static func system(identity: String = "", bits: Int = 4) -> System {
    var builder = SystemBuilder(threads: ["one", "two"])
    builder.identity = identity
    builder.isNamedByIdentity = !identity.isEmpty
    let cut = builder.cut("dull", sentence: "The run is of interest.")
    let check = builder.check("wrong", sentence: "Nobody draws 1.")
    let values = builder.threads.map { thread in
      let value = builder.layout.cell("value\(thread.index)", bits: bits, initial: UInt8(0))
      let point = builder.layout.cell(
        "point\(thread.index)", bits: Draw.Point.bits, role: .local(thread),
        initial: Draw.Point.draw)
      builder.run([Draw(point, value, cut, check)], on: thread)
      return value
    }
    builder.add(
      Property(
        "asked", sentence: "The first thread does not draw 3.",
        kind: .always { $0[values[0]] != 3 }, isQuestion: true))
    return builder.build()
  }

  @Test(arguments: [Reduction.none, .partialOrder, .fingerprints])
  func `a cut is found nowhere`(reduction: Reduction) {
    let found = Explorer.explore(Self.system(), options: Explorer.Options(reduction: reduction))
    #expect(found.broken == ["asked", "wrong"])
  }

  @Test func `strategies that take runs find no cut either`() {
    for strategy in [
      Strategy.bounded(preemptions: nil), .dpor(maxSteps: 100, countingPreemptions: nil),
      .randomWalk(Sampling()),
    ] {
      let found = Explorer.explore(Self.system(), options: Explorer.Options(strategy: strategy))
      #expect(found.broken.contains("wrong") && !found.broken.contains("dull"))
    }
  }

  /// Of either thread first: 0 and 1 end the run, after 2 and 3 the other one draws.
  @Test(arguments: [1, 2])
  func `neither cuts nor questions make a run violating`(jobs: Int) {
    let found = Explorer.explore(Self.system(), options: Explorer.Options(jobs: jobs))
    #expect(found.counts.interleavings == .finite(all: 20, violating: 6))
    #expect(found.counts.deadlocks == 0)
  }

  @Test func `a replayed run that is cut breaks nothing and has ended`() throws {
    let system = Self.system()
    let trace = try system.replay(Schedule([Schedule.Step(ThreadID(0))]))
    #expect(trace.broken.isEmpty)
    #expect(throws: ReplayError.self) {
      try system.replay(Schedule([Schedule.Step(ThreadID(0)), Schedule.Step(ThreadID(1))]))
    }
  }

  @Test func `the identity alone names a system, whatever its cells`() {
    let (narrow, wide) = (
      Self.system(identity: "it", bits: 2), Self.system(identity: "it", bits: 8)
    )
    #expect(narrow.stableHash == wide.stableHash)
    #expect(narrow.stableHash != Self.system(identity: "other", bits: 2).stableHash)
    #expect(Self.system(bits: 2).stableHash != Self.system(bits: 8).stableHash)
  }
}
