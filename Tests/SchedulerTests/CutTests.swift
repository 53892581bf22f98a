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

  /// The only state in which the value is 0 is one that a cut leads to.
  @Test func `nothing is judged in the state that a cut leads to`() {
    var builder = SystemBuilder(threads: ["one"])
    let cut = builder.cut("dull", sentence: "The run is of interest.")
    let check = builder.check("wrong", sentence: "Nobody draws 1.")
    let value = builder.layout.cell("value", bits: 4, initial: UInt8(9))
    let thread = builder.threads[0]
    let point = builder.layout.cell(
      "point", bits: Draw.Point.bits, role: .local(thread), initial: Draw.Point.draw)
    builder.run([Draw(point, value, cut, check)], on: thread)
    for (id, kind) in [
      ("always", .always { $0[value] != 0 }), ("quiet", .quiet { $0[value] != 0 }),
      ("step", .perStep { _, after, _ in after[value] != 0 }),
      ("never", .sometimes { $0[value] == 0 }), ("once", .sometimes { $0[value] == 1 }),
    ] as [(String, Property.Kind)] {
      builder.add(Property(id, sentence: "The value is not 0.", kind: kind))
    }
    let system = builder.build()
    for options in [
      Explorer.Options(), Explorer.Options(reduction: .partialOrder),
      Explorer.Options(strategy: .dpor(maxSteps: 100, countingPreemptions: nil)),
    ] {
      #expect(Explorer.explore(system, options: options).broken == ["never", "wrong"])
    }
  }

  @Test func `a thread may have ended at the start`() {
    for ended in [[0], [0, 1]] {
      var builder = SystemBuilder(threads: ["one", "two"])
      let check = builder.check("wrong", sentence: "Nobody draws 1.")
      let value = builder.layout.cell("value", bits: 4, initial: UInt8(9))
      for thread in builder.threads {
        let point = builder.layout.cell(
          "point\(thread.index)", bits: Draw.Point.bits, role: .local(thread),
          initial: Draw.Point.draw)
        builder.run([Draw(point, value, check, check)], on: thread)
      }
      builder.ended(ended.map(ThreadID.init))
      builder.add(Property("end", sentence: "The value is 9.", kind: .atEnd { $0[value] == 9 }))
      let found = Explorer.explore(builder.build(), options: Explorer.Options())
      #expect(found.broken == (ended.count == 1 ? ["end", "wrong"] : []))
      #expect(found.counts.states == (ended.count == 1 ? 5 : 1))
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
