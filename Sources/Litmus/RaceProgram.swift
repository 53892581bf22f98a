package import Scheduler
import Synchronization

/// A program of a race file, ready to be explored under sequential consistency.
package struct RaceProgram {
  /// The macros and labels that it was made with.
  package let defines: [Define]
  package let labels: Set<String>
  let image: ProgramImage
  private let start: StartState
  let file: RaceFile
  private let asksForProgress: Bool
  private let asksForDataRaces: Bool
  /// What a deadlock is, if not what the language says.
  private let deadlock: DeadlockRule?
  private let asksForLeaks: Bool
  /// What the program means, as sixteen hex digits; schedules are bound to it.
  package let meaning: String
  /// herd7's question, if the file has one.
  package let quantifier: Quantifier?
  /// Counts steps of the searches, if somebody asks.
  package var stepCounter: StepCounter?

  /// What herd7's condition asks.
  package enum Quantifier: Hashable, Sendable { case exists, notExists, forall }

  /// The id of the property that stands for herd7's question: it breaks where a final state
  /// answers `exists` with yes, or `forall` with no.
  package static let questionID = "condition"

  /// What can be found in every race file, by the names that reports have.
  package static var checks: [(id: String, sentence: String)] {
    Finding.allCases.filter { $0 != .assume }.map { ($0.id, $0.sentence) } + [
      (Check.deadlock.id, Check.deadlock.sentence),
      (Sleepers.lostWakeUpID, Sleepers.lostWakeUpSentence),
      (RaceSystem.dataRaceID, RaceSystem.dataRaceSentence),
      (RaceSystem.leaksID, RaceSystem.leaksSentence),
    ]
  }
  /// The id of a property that never breaks; it looks at the final states.
  static let endsID = "final-states"

  /// Makes the program of a row, or one of no row, with some macros.
  ///
  /// `model` names the memory model, whatever the row and the file say; the row's name comes
  /// before the file's.
  /// - Throws: all mistakes, up to ``ErrorLimit/most``.
  package init(
    _ file: RaceFile, defines: [Define] = [], labels: Set<String> = [], row: Row? = nil,
    model: String? = nil
  ) throws(RaceFileError) {
    try self.init(
      file, defines: defines, labels: labels, row: row, model: model, reading: .standard)
  }

  /// The same, with another reading of the language: tests see that each matters.
  init(
    _ file: RaceFile, defines: [Define], labels: Set<String>, row: Row? = nil, model: String? = nil,
    reading: Reading
  ) throws(RaceFileError) {
    deadlock = reading.deadlock
    (self.file, self.defines, self.labels) = (file, defines, labels)
    let program = try file.program(defines: defines, labels: labels)
    let diagnostics = Diagnostics(for: file.source)
    Self.checkModel(model, row, program, diagnostics)
    for label in row?.labels ?? [] where !program.labels.contains(label) {
      diagnostics.report(
        Diagnostic(
          .unknownName, in: file.source.name, at: row?.position ?? TextPosition(line: 1, column: 1),
          "the row is 'with \(label)', and there is no 'maybe \(label)'"
            + suggestion(for: label, among: program.labels.sorted())))
    }
    try diagnostics.check()
    let first = Lowering(program, reading: reading, diagnostics: diagnostics)
    var lowered = first.lower()
    try diagnostics.check()
    if !first.mayLackValues.isEmpty {
      // Only the locals that need it get a flag that says whether they have a value.
      let second = Lowering(
        program, flagged: first.mayLackValues, reading: reading, diagnostics: diagnostics)
      lowered = second.lower()
      try diagnostics.check()
    }
    image = ProgramImage(lowered)
    do throws(StartState.Failure) { start = try StartState(of: image) } catch {
      diagnostics.report(.type, at: error.offset, error.message)
      try diagnostics.check()
      preconditionFailure("a mistake was reported")
    }
    asksForLeaks = program.options.contains(.leaks)
    (asksForProgress, asksForDataRaces) = (
      program.options.contains(.progress),
      program.options.contains(.dataRaces) || file.language == .litmus
    )
    quantifier = program.question.map { question in
      switch question.quantifier {
      case .exists: .exists
      case .notExists: .notExists
      case .forall: .forall
      }
    }
    meaning = RaceMeaning.digits(
      of: image.program, start,
      asking: [file.language.rawValue, quantifier.map { "\($0)" } ?? ""]
        + program.options.map(\.rawValue).sorted())
  }

  /// Refuses every memory model but sequential consistency where it is named.
  private static func checkModel(
    _ model: String?, _ row: Row?, _ program: Program, _ diagnostics: Diagnostics
  ) {
    let (ofRow, ofFile) = (row?.model, program.model)
    guard let name = model ?? ofRow ?? ofFile?.name, name != memoryModel else { return }
    let message =
      "the memory model '\(name)' is not there yet; '\(memoryModel)' is the only one"
    if model == nil, let position = row?.modelPosition {
      diagnostics.report(Diagnostic(.refused, in: diagnostics.source.name, at: position, message))
    } else {
      diagnostics.report(.refused, at: model == nil ? ofFile?.offset ?? 0 : 0, message)
    }
  }

  /// The name of the memory model that programs are explored under.
  package static let memoryModel = "sc"

  /// The threads in the order of the file, and then the handlers.
  package var threads: [String] { image.program.threads.map(\.name) }

  /// What those that are no threads are, as the file says it: `irq tick on cpu0`.
  package var titles: [String?] { image.program.threads.map(\.title) }

  /// A system in which every number fits, for runs that are taken step by step.
  package var roomySystem: System {
    let slots = image.program.slots
    return system(
      zip(slots, start.values).map {
        Encoding.raw($0, initial: $1, locations: image.locationCount)
      }
    ).system
  }

  /// Explores the program, with more bits for its variables until every number fits.
  ///
  /// The limit of time is for all these searches together.
  package func explore(_ options: Explorer.Options = Explorer.Options()) -> Result {
    explore(options, nil)
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
    let nodes = image.program.shown.map(\.node)
    let printer = AddressPrinter(image.program)
    let found = Mutex<Set<[String]>>([])
    let result = explore(options) { made, state in
      guard let state else {
        found.withLock { $0 = [] }
        return
      }
      let shown = nodes.map { printer.text(made.value(of: $0, in: state)) }
      found.withLock { _ = $0.insert(shown) }
    }
    return (found.withLock { $0 }, result)
  }

  /// Explores, and tells `see` of each final state that the filter lets through; of none when a
  /// search starts.
  func explore(
    _ options: Explorer.Options, _ see: (@Sendable (RaceSystem, Property.State?) -> Void)?
  ) -> Result {
    var options = options
    options.start = options.start ?? .now
    let (condition, filter) = (image.program.question, image.program.filter)
    var sampling = NumberSampling(image, from: start)
    let equal =
      options.reduction == .symmetry
      ? EqualThreads(of: image.program, starts: start.starts) : nil
    while true {
      equal?.unify(&sampling.encodings)
      let (box, answers) = (SystemBox(), AnswerBox())
      let observer = Property(
        Self.endsID, sentence: "Every final state is seen.",
        kind: .atEnd { state in
          guard let made = box.system, filter < 0 || made.holds(filter, in: state) else {
            return true
          }
          if condition >= 0 { answers.note(made.holds(condition, in: state)) }
          see?(made, state)
          return true
        })
      // Where daemons alone go on every state is final: nobody looks at them who need not.
      let isObserved = see != nil || condition >= 0
      let made = system(sampling.encodings, extra: isObserved ? [observer] : [], equal)
      box.made.withLock { $0 = made }
      see?(made, nil)
      let explored = Explorer.explore(made.system, options: options)
      guard let overflow = overflow(explored, in: made),
        sampling.widen(overflow.slot, after: overflow.schedule)
      else { return Result(explored, of: made.system, answers.seen, in: self) }
    }
  }

  /// Whether a property is the question of `exists`.
  package func isQuestion(_ id: String) -> Bool { quantifier == .exists && id == Self.questionID }

  /// Whether the file is broken where a property or check is; in herd7's dialect most are flags.
  package func isClaim(_ id: String) -> Bool {
    !isQuestion(id) && (file.language == .race || claims.contains(id))
  }

  /// The ids of what the file itself says must be true.
  private var claims: Set<String> {
    Set(
      image.program.properties.map(\.name) + (asksForProgress ? ["progress"] : [])
        + (quantifier == nil || quantifier == .exists ? [] : [Self.questionID]))
  }

  /// The slot whose cell was too small, if one was, and a run on which it was.
  private func overflow(
    _ exploration: Exploration, in made: RaceSystem
  ) -> (slot: Int, schedule: Schedule)? {
    for finding in exploration.findings where finding.id == Check.cellOverflow.id {
      guard case .violated(let counterexample) = finding.result,
        let trace = try? made.system.replay(counterexample.schedule), let name = trace.overflowed
      else { continue }
      return made.slotOfCell[name].map { ($0, counterexample.schedule) }
    }
    return nil
  }

  private func system(
    _ encodings: [Encoding], extra: [Property] = [], _ equal: EqualThreads? = nil
  ) -> RaceSystem {
    let source = file.source
    let box = SystemBox()
    let made = RaceSystem(
      image, start: start, encodings: encodings, source: source,
      extra: { machines in
        var properties = extra
        if asksForProgress {
          properties.append(
            Property(
              RaceSystem.progressID, sentence: "Threads do not go round for ever.",
              kind: .terminates(.strong)))
        }
        if asksForLeaks { properties.append(RaceSystem.leaks(machines)) }
        if asksForDataRaces {
          properties.append(
            RaceSystem.dataRaces(
              machines, in: source.name, isQuestion: !isClaim(RaceSystem.dataRaceID)))
        }
        if mayHaveNoEnd {
          properties.append(
            Property(
              RaceSystem.finalStateID, sentence: "Some run ends, with nothing left for handlers.",
              kind: .sometimes { state in box.system?.system.isFinal(state) ?? true }))
        }
        if let question = self.question(box) { properties.append(question) }
        return properties
      }, identity: meaning, equal: equal, counter: stepCounter,
      deadlock: deadlock)
    box.made.withLock { $0 = made }
    return made
  }

  /// Whether properties of final states may have nothing to be about, for handlers that may be
  /// started again and again.
  private var mayHaveNoEnd: Bool {
    image.program.handlers.contains { $0.pending >= 0 }
      && image.program.properties.contains { $0.kind == .finally }
  }

  /// herd7's question as a property of final states.
  private func question(_ box: SystemBox) -> Property? {
    guard let quantifier, image.program.question >= 0 else { return nil }
    let (condition, filter) = (image.program.question, image.program.filter)
    return Property(
      Self.questionID, sentence: quantifier.sentence,
      kind: .atEnd { state in
        guard let made = box.system else { return true }
        if filter >= 0, !made.holds(filter, in: state) { return true }
        return made.holds(condition, in: state) == (quantifier == .forall)
      }, isQuestion: quantifier == .exists
    ) { state in
      guard let made = box.system else { return nil }
      let values = made.values(of: condition, in: state)
      return values.isEmpty ? nil : "the condition finds " + values.joined(separator: ", ")
    }
  }
}

/// A system that closures of its own properties look at: they are made before it.
private final class SystemBox: Sendable {
  let made = Mutex<RaceSystem?>(nil)
  var system: RaceSystem? { made.withLock { $0 } }
}

/// What the final states that were seen answer.
private final class AnswerBox: Sendable {
  private let answers = Mutex(RaceProgram.Answers())
  var seen: RaceProgram.Answers { answers.withLock { $0 } }
  func note(_ answer: Bool) { answers.withLock { $0.note(answer) } }
}

extension RaceProgram.Quantifier {
  /// What the property that stands for the question says; for `exists`, what breaks it answers it.
  fileprivate var sentence: String {
    switch self {
    case .exists: "No final state is as 'exists' asks."
    case .notExists: "No final state is as '~exists' says."
    case .forall: "Every final state is as 'forall' says."
    }
  }
}
