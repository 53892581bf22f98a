package import Scheduler
import Synchronization

/// A program of a race file, ready to be explored under sequential consistency.
package struct RaceProgram {
  /// The macros and labels that it was made with.
  package let defines: [Define]
  package let labels: Set<String>
  private let image: ProgramImage
  private let start: StartState
  private let file: RaceFile
  private let asksForProgress: Bool
  private let asksForDataRaces: Bool
  /// herd7's question, if the file has one.
  package let quantifier: Quantifier?

  /// What herd7's condition asks.
  package enum Quantifier: Hashable, Sendable { case exists, notExists, forall }

  /// What came of exploring the program.
  package struct Result {
    /// The system that was explored.
    package var system: System
    package var exploration: Exploration

    /// What was found, by id, with the preemptions of the run that shows it.
    ///
    /// A `sometimes` property that is never true has no such run. Runs that `assume` ends are of no
    /// interest and show nothing.
    package var found: [(id: String, preemptions: Int?)] {
      exploration.findings.compactMap { finding in
        switch finding.result {
        case .violated(let counterexample) where finding.id != Finding.assume.id:
          (finding.id, counterexample.preemptions)
        case .neverReached: (finding.id, nil)
        case .violated, .holds, .reached, .undecided: nil
        }
      }
    }

    /// The answer of the search, apart from runs that `assume` ends.
    package var verdict: Verdict {
      if exploration.verdict != .violated { return exploration.verdict }
      if !found.isEmpty { return .violated }
      return exploration.limit == nil ? .holds : .undecided
    }
  }

  /// The id of the property that stands for herd7's question: it breaks where a final state answers
  /// `exists` with yes, or `forall` with no.
  package static let questionID = "condition"

  /// - Throws: all mistakes, up to ``FileLimits/diagnostics``.
  package init(
    _ file: RaceFile, defines: [Define] = [], labels: Set<String> = []
  ) throws(RaceFileError) {
    (self.file, self.defines, self.labels) = (file, defines, labels)
    let program = try file.program(defines: defines, labels: labels)
    let diagnostics = Diagnostics(for: file.source)
    let first = Lowering(program, diagnostics: diagnostics)
    var lowered = first.lower()
    try diagnostics.check()
    if !first.mayLackValues.isEmpty {
      // Only the locals that need it get a flag that says whether they have a value.
      let second = Lowering(program, flagged: first.mayLackValues, diagnostics: diagnostics)
      lowered = second.lower()
      try diagnostics.check()
    }
    image = ProgramImage(lowered)
    do throws(StartState.Failure) { start = try StartState(of: image) } catch {
      diagnostics.report(.type, at: error.offset, error.message)
      try diagnostics.check()
      preconditionFailure("a mistake was reported")
    }
    (asksForProgress, asksForDataRaces) = (
      program.options.contains(.progress), program.options.contains(.dataRaces)
    )
    quantifier = program.question.map { question in
      switch question.quantifier {
      case .exists: .exists
      case .notExists: .notExists
      case .forall: .forall
      }
    }
  }

  /// How many states are looked at to learn how large numbers get.
  private static let sampleStates = 2_000

  /// Explores the program, with more bits for its variables until every number fits.
  package func explore(_ options: Explorer.Options = Explorer.Options()) -> Result {
    explore(options, extra: []) { _ in }
  }

  private func explore(
    _ options: Explorer.Options, extra: [Property], prepare: (RaceSystem) -> Void
  ) -> Result {
    var encodings = sampledEncodings()
    while true {
      let made = system(encodings, extra: extra)
      prepare(made)
      let exploration = Explorer.explore(made.system, options: options)
      guard let slot = overflowed(exploration, in: made), encodings[slot].widen() else {
        return Result(system: made.system, exploration: exploration)
      }
    }
  }

  /// The names of what is shown of final states: what `locations` and the condition speak of.
  package var shown: [String] { image.program.shown.map(\.name) }

  /// The final states, by what is shown of them, in the order of ``shown``; addresses by name.
  ///
  /// Only those that the filter lets through count. The states are all of them if the search that
  /// `options` asks for looks at all.
  package func finalStates(
    _ options: Explorer.Options = Explorer.Options()
  ) -> (states: Set<[String]>, result: Result) {
    let (nodes, filter) = (image.program.shown.map(\.node), image.program.filter)
    let printer = AddressPrinter(image.program)
    let (box, found) = (SystemBox(), FinalStates())
    let observer = Property(
      "final-states", sentence: "Every final state is seen.",
      kind: .atEnd { state in
        guard let made = box.system, filter < 0 || made.holds(filter, in: state) else {
          return true
        }
        let shown = nodes.map { printer.text(made.value(of: $0, in: state)) }
        found.states.withLock { _ = $0.insert(shown) }
        return true
      })
    let result = explore(options, extra: [observer]) { made in
      found.states.withLock { $0 = [] }
      box.made.withLock { $0 = made }
    }
    return (found.states.withLock { $0 }, result)
  }

  /// The slot whose cell was too small, if one was.
  private func overflowed(_ exploration: Exploration, in made: RaceSystem) -> Int? {
    for finding in exploration.findings where finding.id == Check.cellOverflow.id {
      guard case .violated(let counterexample) = finding.result,
        let trace = try? made.system.replay(counterexample.schedule), let name = trace.overflowed
      else { continue }
      return made.slotOfCell[name]
    }
    return nil
  }

  private func system(_ encodings: [Encoding], extra: [Property] = []) -> RaceSystem {
    let source = file.source
    var properties = extra
    if asksForProgress {
      properties.append(
        Property(
          RaceSystem.progressID, sentence: "Threads that step for ever end.", kind: .terminates(.weak)))
    }
    let box = SystemBox()
    if asksForDataRaces {
      properties.append(
        Property(
          RaceSystem.dataRaceID,
          sentence: "No two threads touch a variable at once, one writing, one by a plain access.",
          kind: .always { state in box.system?.dataRace(in: state) == nil },
          explain: { state in
            box.system.flatMap { made in
              made.dataRace(in: state).map { made.explain($0, in: source.name) }
            }
          }))
    }
    if let question = self.question(box) { properties.append(question) }
    let made = RaceSystem(
      image, start: start, encodings: encodings,
      source: source, extra: properties)
    box.made.withLock { $0 = made }
    return made
  }

  /// herd7's question as a property of final states.
  private func question(_ box: SystemBox) -> Property? {
    guard let quantifier, image.program.question >= 0 else { return nil }
    let (condition, filter) = (image.program.question, image.program.filter)
    return Property(
      Self.questionID, sentence: "No final state answers the file's question.",
      kind: .atEnd { state in
        guard let made = box.system else { return true }
        if filter >= 0, !made.holds(filter, in: state) { return true }
        return made.holds(condition, in: state) == (quantifier == .forall)
      })
  }

  /// Encodings for the numbers that the first states have.
  private func sampledEncodings() -> [Encoding] {
    let slots = image.program.slots
    let seen = SeenNumbers(zip(slots, start.values).map { Encoding($0, initial: $1) })
    let used = slots.indices.filter { !slots[$0].isUnused && image.lockOfSlot[$0] < 0 }
    let box = SystemBox()
    let observer = Property(
      "seen-numbers", sentence: "Every number is seen.",
      kind: .always { state in
        guard let made = box.system else { return true }
        seen.encodings.withLock { encodings in
          for slot in used { encodings[slot].include(made.read(Int32(slot), in: state)) }
        }
        return true
      })
    let made = RaceSystem(
      image, start: start,
      encodings: zip(slots, start.values).map { Encoding.raw($0, initial: $1) },
      source: nil, extra: [observer])
    box.made.withLock { $0 = made }
    var options = Explorer.Options(limits: Limits(states: Self.sampleStates))
    options.countsInterleavings = false
    _ = Explorer.explore(made.system, options: options)
    return seen.encodings.withLock { $0 }
  }
}

/// A system that closures of its own properties look at: they are made before it.
private final class SystemBox: Sendable {
  let made = Mutex<RaceSystem?>(nil)
  var system: RaceSystem? { made.withLock { $0 } }
}

/// The final states that were seen.
private final class FinalStates: Sendable {
  let states = Mutex<Set<[String]>>([])
}

/// The numbers that states were seen to have.
private final class SeenNumbers: Sendable {
  let encodings: Mutex<[Encoding]>
  init(_ encodings: [Encoding]) { self.encodings = Mutex(encodings) }
}
