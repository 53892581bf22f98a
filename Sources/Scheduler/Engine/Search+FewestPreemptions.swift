/// Counterexamples with the fewest preemptions, and among those the fewest steps.
///
/// A 0-1 search over pairs of a state and the thread that stepped last: a step costs 1 when the last
/// thread could still step and another one steps. Pairs are never merged on the state alone, for
/// two runs to one state can differ in what their next step costs. Within a cost, pairs are visited
/// by number of steps, then in the order in which they were found: by thread, then choice.
extension Search {
  /// A visit to a pair that still waits for its turn.
  private struct Visit {
    var state: UInt32
    var from: UInt32
    var thread: UInt8
    var fromThread: UInt8
    var choice: UInt8
    /// By place in ``Goals/perStep``: the properties that this step breaks.
    var broke: UInt64
  }

  /// How each visited pair was reached, by state and last thread.
  private struct Pairs: ~Copyable {
    let threads: Int
    /// The state before, plus one; 0 is not visited.
    let from: ReservedMemory<UInt32>
    let fromThread: ReservedMemory<UInt8>
    let choice: ReservedMemory<UInt8>

    init(states: Int, threads: Int) {
      // One more "thread" for the initial state, where nobody has stepped.
      self.threads = threads + 1
      from = ReservedMemory(capacity: states * (threads + 1))
      fromThread = ReservedMemory(capacity: states * (threads + 1))
      choice = ReservedMemory(capacity: states * (threads + 1))
      precondition(
        choice.capacity >= states * (threads + 1) && from.capacity >= states * (threads + 1),
        "no address space for the search for fewest preemptions")
    }

    func isVisited(_ state: UInt32, _ thread: UInt8) -> Bool {
      from[Int(state) * threads + Int(thread)] != 0
    }

    func visit(_ visit: Visit) {
      let pair = Int(visit.state) * threads + Int(visit.thread)
      from[pair] = visit.from + 1
      fromThread[pair] = visit.fromThread
      choice[pair] = visit.choice
    }

    /// The run to a pair.
    func run(to state: UInt32, _ thread: UInt8) -> [Schedule.Step] {
      var steps: [Schedule.Step] = []
      var (state, thread) = (state, thread)
      while Int(thread) != threads - 1 {
        let pair = Int(state) * threads + Int(thread)
        steps.append(Schedule.Step(ThreadID(Int(thread)), choice: Int(choice[pair])))
        (state, thread) = (from[pair] - 1, fromThread[pair])
      }
      return steps.reversed()
    }
  }

  /// A minimal counterexample for each of `broken`, all of which the search has seen broken.
  func fewestPreemptions(to broken: [Int]) -> [Int: Counterexample] {
    var found: [Int: Counterexample] = [:]
    guard !broken.isEmpty else { return found }
    let pairs = Pairs(states: store.count, threads: system.threads.count)
    let nobody = UInt8(system.threads.count)
    let perStep = Array(broken.filter(subjects.perStep.contains).prefix(64))
    let inState = broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) }
    let atEnd = broken.filter(subjects.atEnd.contains)

    var preemptions = 0
    var current: [[Visit]] = [
      [Visit(state: 0, from: 0, thread: nobody, fromThread: nobody, choice: 0, broke: 0)]
    ]
    func note(_ subject: Int, _ run: [Schedule.Step]) {
      if found[subject] == nil {
        found[subject] = Counterexample(
          schedule: Schedule(run), preemptions: preemptions, isMinimal: limit == nil)
      }
    }
    while found.count < broken.count {
      var next: [[Visit]] = []
      var steps = 0
      while steps < current.count && found.count < broken.count {
        var waiting = current[steps][...]
        current[steps] = []
        while !waiting.isEmpty && found.count < broken.count {
          var batch: [Visit] = []
          while batch.count < successors.batchCapacity, let visit = waiting.popFirst() {
            if visit.broke != 0 {
              let run =
                pairs.run(to: visit.from, visit.fromThread)
                + [Schedule.Step(ThreadID(Int(visit.thread)), choice: Int(visit.choice))]
              for (place, subject) in perStep.enumerated() where visit.broke >> place & 1 == 1 {
                note(subject, run)
              }
            }
            if pairs.isVisited(visit.state, visit.thread) { continue }
            pairs.visit(visit)
            batch.append(visit)
          }
          successors.expand(batch.count) { store.state(Int(batch[$0].state)) }
          for (index, visit) in batch.enumerated() {
            let state = store.state(Int(visit.state))
            var hits = inState.filter { found[$0] == nil && subjects.isHit($0, state) }
            if let check = subjects.brokenCheck(in: state) {
              hits.append(check)
            } else if successors.canStep[index] == 0 {
              if successors.unfinished[index] != 0 {
                hits.append(subjects.deadlock)
              } else {
                hits += atEnd.filter { found[$0] == nil && subjects.isHit($0, state) }
              }
            }
            for subject in hits where found[subject] == nil {
              note(subject, pairs.run(to: visit.state, visit.thread))
            }
          }
          for index in successors.inOrderOfOrigin(batch.count) {
            let visit = batch[Int(successors.origin[index])]
            let thread = successors.thread[index]
            let words = successors.words + index * store.width.words
            guard let number = store.find(words, hash: successors.hashes[index]) else { continue }
            var broke: UInt64 = 0
            for (place, subject) in perStep.enumerated()
            where subjects.isBroken(
              subject, from: store.state(Int(visit.state)), to: words, by: Int(thread))
            {
              broke |= 1 << UInt64(place)
            }
            let state = UInt32(number)
            if broke == 0 && pairs.isVisited(state, thread) { continue }
            let step = Visit(
              state: state, from: visit.state, thread: thread, fromThread: visit.thread,
              choice: successors.choice[index], broke: broke)
            let canContinue = successors.canStep[Int(successors.origin[index])]
            let isPreemption =
              thread != visit.thread && visit.thread != nobody
              && canContinue >> UInt64(visit.thread) & 1 == 1
            if isPreemption {
              Self.append(step, to: &next, at: steps + 1)
            } else {
              Self.append(step, to: &current, at: steps + 1)
            }
          }
        }
        steps += 1
      }
      preconditionFailureIfStuck(next.isEmpty && found.count < broken.count, broken, found)
      (current, preemptions) = (next, preemptions + 1)
    }
    return found
  }

  private func preconditionFailureIfStuck(
    _ isStuck: Bool, _ broken: [Int], _ found: [Int: Counterexample]
  ) {
    precondition(
      !isStuck,
      "no run breaks \(broken.filter { found[$0] == nil }.map(subjects.id)), yet the search saw it")
  }

  private static func append(_ visit: Visit, to buckets: inout [[Visit]], at steps: Int) {
    while buckets.count <= steps { buckets.append([]) }
    buckets[steps].append(visit)
  }
}
