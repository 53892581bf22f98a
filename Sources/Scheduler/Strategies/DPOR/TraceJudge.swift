/// Judges the properties of a system on its traces.
///
/// Broken checks, deadlocks and properties of the end are seen at the end of any run of a trace.
/// The other properties see states and steps on the way, which differ between the runs of one
/// trace; they are judged on all cuts of the trace, see ``TraceCuts``. So when every trace has been
/// judged, so has every reachable state and every step.
///
/// Of the runs that break something the cheapest is kept: the fewest preemptions, then the fewest
/// steps. Every run belongs to a trace, so this is the minimum of all runs when all traces have
/// been judged.
struct TraceJudge {
  let subjects: PropertyTable
  private let stepper: Stepper
  private let initial: [UInt64]
  /// By subject, the cheapest run that breaks it.
  private(set) var found: [Int: (schedule: Schedule, cost: TraceCuts.Cost)] = [:]
  /// By `sometimes` property, a shortest run that reaches it.
  private(set) var reached: [Int: Schedule] = [:]
  /// The states in which runs end of which nobody can step.
  private(set) var finalStates: Set<[UInt64]> = []
  private(set) var deadlocks = 0
  /// By number of preemptions, the traces of which no run has fewer; nil if nobody wants to know.
  private(set) var tracesByPreemptions: [Int]?
  private let mostPreemptions: Int
  private let looksAtCuts: Bool

  /// Counts traces by the fewest preemptions of their runs, up to a number of them.
  init(of system: System, _ stepper: Stepper, countingPreemptions most: Int?) {
    subjects = PropertyTable(of: system)
    self.stepper = stepper
    initial = system.layout.initial
    mostPreemptions = most ?? 0
    tracesByPreemptions = most.map { Array(repeating: 0, count: $0 + 1) }
    looksAtCuts =
      !(subjects.always.isEmpty && subjects.quiet.isEmpty && subjects.perStep.isEmpty
      && subjects.sometimes.isEmpty)
  }

  /// Judges a run that ends in `state`; its first `known` steps have been judged before.
  mutating func judge(
    _ run: Execution, to state: [UInt64], _ end: SourceDPOR.End, known: Int,
    isStopped: () -> Bool
  ) {
    let cuts = TraceCuts(of: run, from: initial)
    if end == .maximal {
      let isNew = finalStates.insert(state).inserted
      let hits = withWords(state) { subjects.endHits($0, subjects.atEnd) }
      if isNew && hits.contains(subjects.deadlock) { deadlocks += 1 }
      for subject in hits { keepCheapest(subject, .end, of: cuts) }
      countPreemptions(of: cuts)
    }
    if looksAtCuts { judge(cuts, known: known, isStopped) }
  }

  private mutating func countPreemptions(of cuts: TraceCuts) {
    let beyond = TraceCuts.Cost(preemptions: mostPreemptions + 1, steps: 0)
    if tracesByPreemptions != nil,
      let (_, cost) = cuts.cheapestRun(to: .end, below: beyond, subjects, stepper)
    {
      tracesByPreemptions?[cost.preemptions] += 1
    }
  }

  /// Judges the properties that look at states and steps on the way.
  private mutating func judge(_ cuts: TraceCuts, known: Int, _ isStopped: () -> Bool) {
    var broken: Set<Int> = []
    let subjects = subjects
    var reached = reached
    let (inState, events) = (subjects.always + subjects.quiet, cuts.run.events)
    withoutActuallyEscaping(isStopped) { isStopped in
      var visitor = TraceCuts.Visitor(
        state: { state, places in
          for subject in inState where !broken.contains(subject) {
            if subjects.isHit(subject, state) { broken.insert(subject) }
          }
          for subject in subjects.sometimes
          where (reached[subject]?.steps.count ?? .max) > places.count {
            if !subjects.isHit(subject, state) { continue }
            reached[subject] = Schedule(
              places.map { Schedule.Step(ThreadID(events[$0].thread), choice: events[$0].choice) })
          }
        }, step: nil, isStopped: isStopped)
      if !subjects.perStep.isEmpty {
        visitor.step = { before, after, thread, _ in
          for subject in subjects.perStep where !broken.contains(subject) {
            if subjects.isBroken(subject, from: before, to: after, by: thread) {
              broken.insert(subject)
            }
          }
        }
      }
      cuts.visit(beyond: known, visitor)
    }
    self.reached = reached
    for subject in broken.sorted() {
      keepCheapest(
        subject, subjects.perStep.contains(subject) ? .step(subject) : .state(subject), of: cuts)
    }
  }

  private mutating func keepCheapest(
    _ subject: Int, _ goal: TraceCuts.Goal, of cuts: TraceCuts
  ) {
    if let better = cuts.cheapestRun(to: goal, below: found[subject]?.cost, subjects, stepper) {
      found[subject] = better
    }
  }
}
