/// Stateless source-DPOR with sleep sets: at least one run of each Mazurkiewicz trace.
///
/// After Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic partial order reduction", POPL 2014
/// (algorithm 1). A node is a run so far; its `backtrack` threads are explored, and become a
/// source set: every maximal run from there is equivalent to one that begins with one of them.
/// When a step races with an earlier one, a thread that begins the reversal joins the `backtrack`
/// of the node before the earlier one, unless one is there. A sleeping result, explored before in
/// an equivalent run, is left out until a step that it depends on is taken.
///
/// What differs from the paper, and why no trace is lost:
///
/// - **Independence is judged on executed steps.** A step is a deterministic program over the
///   cells that it reads, so it stays the same, and possible, where those are the same. When a
///   race is reversed the later step is asked anew what it does without the earlier one. If what
///   it then touches conflicts with a step that came after it, its races are looked at once more
///   at the end of the run, with all steps before it that need not follow it.
/// - **A step with choices** is one step to others: it touches what any of its choices touches,
///   they are explored together and they sleep together. So is the count of traces to be read.
/// - **Blocked steps.** The paper's steps do not disable each other; ours do (locks, waiting). A
///   thread that is blocked at the end of a run races, by what it read, with the steps that wrote
///   there. And when a race is reversed and the later step, asked anew, is blocked, then what it
///   waits for lies further back: it races with steps of the rest of the run, which are taken out
///   in turn until it can go. So in `p: lock, unlock; q: lock` the second lock, impossible between
///   the two, is still found to race with the first.
/// - **A broken check** ends the run for all threads: it writes a cell that every step reads.
///
/// Proof sketch. Let w be a run from a node E whose first steps do not sleep; some run explored
/// below E has w as a prefix, up to equivalence. By induction this holds below the nodes E.q that
/// have been explored; if one of those q begins w, or conflicts with nothing in w, that is all.
/// Else take a q that does not conflict with the longest prefix v of w; of those, with w = v.t..,
/// one that changes what t reads as late as possible in the order in which t reads. Some explored
/// run has E.q.v before t, by induction: take one in which, cell by cell in the order of t's
/// reading, the fewest steps outside E.q.v write what t reads. Taking such steps out leaves t
/// blocked, or a run with fewer would be explored, until t does what it does after E.q.v. Taking q
/// out then, and what else blocks t, asks for a run from E with v and t, begun by a thread p.
/// Either p begins w; or it conflicts with no step of v.t, a longer prefix; or it changes what t
/// reads later than q does. Each contradicts the choice of q.
///
/// A run as long as runs may be is cut, and then nothing is proved. Of a run that has been twice
/// in one state the threads take turns, so that one that waits in a loop does not use up the
/// steps.
///
/// Time is proportional to the runs, times the square of their length and the threads; memory to
/// one run.
struct SourceDPOR {
  /// A run so far, and what is to be explored from there.
  struct Node {
    let state: [UInt64]
    /// By thread.
    let next: [NextStep]
    /// The threads that need no exploring.
    let asleep: UInt64
    /// The threads to explore, and those explored.
    var backtrack: UInt64 = 0
    var done: UInt64 = 0
    /// The thread that is being explored, and its next choice.
    var current: (thread: Int, choice: Int)?
    /// How many steps of each thread the run so far has.
    let cut: Execution.Cut
    /// Whether the run so far has been in one state twice.
    let isLooping: Bool
  }

  /// How a run ended.
  enum End {
    /// Nobody can step.
    case maximal
    /// All that can step sleep: an equivalent run is explored elsewhere.
    case asleep
    /// It is as long as runs may be.
    case cut
  }

  struct Counts {
    /// Maximal runs, one for each Mazurkiewicz trace.
    var traces = 0
    var blocked = 0
    /// Runs as long as runs may be.
    var cut = 0
    /// Races whose reversal was not yet asked for.
    var reversed = 0
    var steps = 0
    var longest = 0
  }

  let stepper: Stepper
  let maxSteps: Int
  private(set) var run: Execution
  var nodes: [Node]
  /// By position in the run, what its step read and wrote when it was asked anew without what it
  /// raced with; nothing if it did not race.
  private(set) var asked: [Footprint] = []
  var counts = Counts()
  /// How many of the last run's first steps the run has had all the time since this was last set.
  var shared = 0
  /// How often the run has been in each of its states.
  private var visits: [[UInt64]: Int]
  /// Whether nobody has looked yet what there is to explore from the last node.
  private var isNew = true

  init(of system: System, maxSteps: Int) {
    stepper = Stepper(of: system)
    self.maxSteps = maxSteps
    run = Execution(threads: system.threads.count)
    let (state, stepper) = (system.layout.initial, stepper)
    nodes = [
      Node(
        state: state, next: system.threads.indices.map { stepper.next($0, from: state) },
        asleep: 0, cut: run.whole, isLooping: false)
    ]
    visits = [state: 1]
  }

  /// The state after the steps of ``run``.
  var state: [UInt64] { nodes[nodes.count - 1].state }

  /// Goes on to the end of the next run and says how it ended; nil when all have been explored, or
  /// when `isStopped`, asked before each step, says so.
  mutating func nextRun(isStopped: (Counts, _ depth: Int) -> Bool) -> End? {
    while let last = nodes.indices.last {
      if isNew {
        isNew = false
        if let end = start(last) { return end }
      }
      guard let (thread, choice) = nextMove(from: last) else {
        leave(nodes.removeLast().state)
        if last > 0 {
          run.removeLast()
          asked.removeLast()
        }
        shared = min(shared, run.count)
        continue
      }
      if isStopped(counts, run.count) { return nil }
      take(thread, choice, from: last)
      isNew = true
    }
    return nil
  }

  /// Says which thread to explore first from the last node, or how its run has ended.
  private mutating func start(_ last: Int) -> End? {
    let node = nodes[last]
    counts.longest = max(counts.longest, run.count)
    let awake = (0..<run.threads).filter {
      node.next[$0].canStep && node.asleep >> UInt64($0) & 1 == 0
    }
    // A thread that loops lets the others catch up, for it may be waiting for them.
    let first = node.isLooping ? awake.min { node.cut[$0] < node.cut[$1] } : awake.first
    if let first, run.count < maxSteps {
      nodes[last].backtrack = 1 << UInt64(first)
      return nil
    }
    reverseRacesLeft(at: node)
    if first != nil {
      counts.cut += 1
      return .cut
    }
    if node.next.contains(where: \.canStep) {
      counts.blocked += 1
      return .asleep
    }
    counts.traces += 1
    return .maximal
  }

  private mutating func leave(_ state: [UInt64]) {
    visits[state] = visits[state].flatMap { $0 == 1 ? nil : $0 - 1 }
  }

  /// The next step to explore from a node: all choices of a thread, one thread after another.
  private mutating func nextMove(from position: Int) -> (thread: Int, choice: Int)? {
    if let (thread, choice) = nodes[position].current {
      if choice < nodes[position].next[thread].changes.count {
        nodes[position].current = (thread, choice + 1)
        return (thread, choice)
      }
      nodes[position].done |= 1 << UInt64(thread)
    }
    let open = nodes[position].backtrack & ~nodes[position].done & ~nodes[position].asleep
    if open == 0 { return nil }
    nodes[position].current = (open.trailingZeroBitCount, 1)
    return (open.trailingZeroBitCount, 0)
  }

  /// Takes a step from the last node, asks for its races to be reversed, and adds the node after
  /// it.
  private mutating func take(_ thread: Int, _ choice: Int, from position: Int) {
    let node = nodes[position]
    let step = node.next[thread]
    let past = run.past(of: step.touched, by: thread, after: node.cut)
    asked.append(reverse(past.races, of: thread, after: node.cut))
    counts.steps += 1
    run.append(thread, choice: choice, of: step, past)
    let state = node.state.indices.map { node.state[$0] ^ step.changes[choice][$0] }
    var (next, cut, asleep) = (node.next, node.cut, node.asleep | node.done)
    cut[thread] += 1
    asleep &= ~(1 << UInt64(thread))
    for other in next.indices {
      if other == thread || step.touched.writesInto(next[other].touched) {
        next[other] = stepper.next(other, from: state)
      }
      // What slept before the step, or has been explored, goes on to sleep if it does not
      // conflict.
      if node.next[other].touched.conflicts(with: step.touched) {
        asleep &= ~(1 << UInt64(other))
      }
    }
    visits[state, default: 0] += 1
    nodes.append(
      Node(
        state: state, next: next, asleep: asleep, cut: cut,
        isLooping: node.isLooping || visits[state] != 1))
  }
}

/// Races, and who has to begin a run in which they are the other way round.
extension SourceDPOR {
  /// Asks for races of the next step of `thread` after a cut to be reversed; returns what the step
  /// read and wrote wherever it was asked anew.
  mutating func reverse(_ races: [Int], of thread: Int, after cut: Execution.Cut) -> Footprint {
    var reversal = Reversal(thread: thread)
    for race in races { reverse(&reversal, without: race, of: cut) }
    return reversal.touched
  }

  /// Asks for more races to be reversed once a run has ended.
  ///
  /// A step that was taken before others, with which it does not conflict, may conflict with them
  /// without what it raced with: it may even be blocked until they are taken. So its races are
  /// looked at again, after all that does not follow it. And threads that are still blocked race.
  mutating func reverseRacesLeft(at node: Node) {
    for (thread, next) in node.next.enumerated() where next.isBlocked {
      _ = reverse(waits(of: next, thread, after: node.cut), of: thread, after: node.cut)
    }
    for position in run.events.indices where !asked[position].reads.isEmpty {
      let later = position + 1..<run.count
      let mayMatter = later.contains {
        run.events[$0].footprint.conflicts(with: asked[position])
          && !run.happens(position, before: $0)
      }
      if !mayMatter { continue }
      let event = run.events[position]
      let others = run.cut(node.cut, without: position)
      let past = run.past(of: event.footprint, by: event.thread, after: others)
      _ = reverse(past.races, of: event.thread, after: others)
    }
  }

  /// The positions of the steps that a blocked step races with: the last ones, by order of the
  /// run, that wrote what it read.
  private func waits(of next: NextStep, _ thread: Int, after cut: Execution.Cut) -> [Int] {
    var reads = Footprint()
    reads.reads = next.touched.reads
    return run.past(of: reads, by: thread, after: cut).races
  }

  /// The work of reversing the races of one step.
  private struct Reversal {
    let thread: Int
    /// What is left of the run after taking out events, as far as that has been done.
    var seen: Set<Execution.Cut> = []
    var touched = Footprint()
  }

  /// Asks for a run in which a step comes before an event that it races with in `cut`.
  ///
  /// What is left of the cut without the event, and what it happens before, can be run from where
  /// the event was, and then the step. If it is blocked there, what blocks it is taken out too.
  private mutating func reverse(
    _ reversal: inout Reversal, without race: Int, of cut: Execution.Cut
  ) {
    let (thread, rest) = (reversal.thread, run.cut(cut, without: race))
    if !reversal.seen.insert(rest).inserted { return }
    var state = self.state
    var first = run.count
    for position in run.events.indices.reversed() where !run.isIn(rest, position) {
      first = position
      let change = run.events[position].change
      for word in state.indices { state[word] ^= change[word] }
    }
    let next = stepper.next(thread, from: state)
    reversal.touched.formUnion(next.touched)
    if next.canStep {
      ask(for: thread, next.touched, after: rest, at: first)
    } else {
      for race in waits(of: next, thread, after: rest) {
        reverse(&reversal, without: race, of: rest)
      }
    }
  }

  /// Asks for a run with the events of `cut` and then a step of `thread`, from the node before the
  /// event at `first` on, which is not in the cut: unless a thread that can begin such a run is
  /// explored there or sleeps.
  private mutating func ask(
    for thread: Int, _ footprint: Footprint, after cut: Execution.Cut, at first: Int
  ) {
    let node = nodes[first]
    var beginners: UInt64 = 0
    for position in first..<run.count
    where run.isIn(cut, position) && run.isNext(after: node.cut, position) {
      beginners |= 1 << UInt64(run.events[position].thread)
    }
    let past = run.past(of: footprint, by: thread, after: cut)
    if zip(past.clock, node.cut).allSatisfy({ $0 <= $1 }) { beginners |= 1 << UInt64(thread) }
    precondition(beginners != 0, "some step begins every run")
    if beginners & (node.backtrack | node.asleep) != 0 { return }
    nodes[first].backtrack |= beginners & (~beginners &+ 1)
    counts.reversed += 1
  }
}
