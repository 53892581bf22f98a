/// Judges the properties of a system on its traces.
///
/// Broken checks, deadlocks and properties of the end are seen at the end of any run of a trace.
/// The other properties see states and steps on the way, which differ between the runs of one
/// trace; they are judged on all cuts of the trace, see ``TraceCuts``. So when every trace has
/// been judged, so has every reachable state and every step.
///
/// Of the runs that break something the cheapest is kept: the fewest preemptions, then the fewest
/// steps. Every run belongs to a trace, so this is the minimum of all runs when all traces have
/// been judged.
struct TraceJudge {
  let properties: PropertyTable
  private let stepper: Stepper
  private let initial: [UInt64]
  /// By property, the cheapest run that breaks it.
  private(set) var found = PropertyMap<(schedule: Schedule, cost: TraceCuts.Cost)>()
  /// By `sometimes` property, a shortest run that reaches it.
  private(set) var reached = PropertyMap<Schedule>()
  /// The states in which runs end of which nobody can step.
  private(set) var finalStates: Set<[UInt64]> = []
  private(set) var deadlocks = 0
  /// By number of preemptions, the traces of which no run has fewer; nil if nobody wants to know.
  private(set) var tracesByPreemptions: [Int]?
  private let mostPreemptions: Int
  private let looksAtCuts: Bool

  /// Counts traces by the fewest preemptions of their runs, up to a number of them.
  init(of system: System, _ stepper: Stepper, countingPreemptions most: Int?) {
    properties = PropertyTable(of: system)
    self.stepper = stepper
    initial = system.layout.initial
    mostPreemptions = most ?? 0
    tracesByPreemptions = most.map { Array(repeating: 0, count: $0 + 1) }
    looksAtCuts =
      !(properties.aboutStates.isEmpty && properties.perStep.isEmpty)
  }

  /// Judges a run that ends in `state`; its first `known` steps have been judged before.
  mutating func judge(
    _ run: Execution, to state: [UInt64], _ end: SourceDPOR.End, known: Int,
    isStopped: () -> Bool
  ) {
    let cuts = TraceCuts(of: run, from: initial)
    if end == .maximal {
      let isNew = finalStates.insert(state).inserted
      let hits = withState(state) { properties.hits(atEnd: $0, among: properties.atEnd) }
      if isNew && hits.contains(where: properties.isAboutStuckThreads) { deadlocks += 1 }
      for property in hits { keepCheapest(property, .end, of: cuts) }
      countPreemptions(of: cuts)
    }
    if looksAtCuts { judge(cuts, known: known, isStopped) }
  }

  private mutating func countPreemptions(of cuts: TraceCuts) {
    let beyond = TraceCuts.Cost(preemptions: mostPreemptions + 1, steps: 0)
    if tracesByPreemptions != nil,
      let (_, cost) = cuts.cheapestRun(to: .end, below: beyond, properties, stepper)
    {
      tracesByPreemptions?[cost.preemptions] += 1
    }
  }

  /// Judges the properties that look at states and steps on the way.
  private mutating func judge(_ cuts: TraceCuts, known: Int, _ isStopped: () -> Bool) {
    var broken: Set<PropertyIndex> = []
    let properties = properties
    var reached = reached
    let (invariants, events) = (properties.invariants, cuts.run.events)
    withoutActuallyEscaping(isStopped) { isStopped in
      var visitor = TraceCuts.Visitor(
        state: { state, positions in
          for property in invariants where !broken.contains(property) {
            if properties.isHit(property, in: state) { broken.insert(property) }
          }
          for property in properties.landmarks
          where (reached[property]?.steps.count ?? .max) > positions.count {
            if !properties.isHit(property, in: state) { continue }
            reached[property] = Schedule(
              positions.map {
                Schedule.Step(ThreadID(events[$0].thread), choice: events[$0].choice)
              })
          }
        }, step: nil, isStopped: isStopped)
      if !properties.perStep.isEmpty {
        visitor.step = { before, after, thread, _ in
          for property in properties.perStep where !broken.contains(property) {
            if properties.isHit(property, from: before, to: after, by: thread) {
              broken.insert(property)
            }
          }
        }
      }
      cuts.visit(beyond: known, visitor)
    }
    self.reached = reached
    for property in broken.sorted() {
      keepCheapest(
        property, properties.perStep.contains(property) ? .step(property) : .state(property),
        of: cuts)
    }
  }

  private mutating func keepCheapest(
    _ property: PropertyIndex, _ goal: TraceCuts.Goal, of cuts: TraceCuts
  ) {
    if let better = cuts.cheapestRun(to: goal, below: found[property]?.cost, properties, stepper) {
      found[property] = better
    }
  }
}
