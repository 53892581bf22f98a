/// The states one step away from a batch of states, and who gets there.
///
/// The rule is that of ``StepTaker``, restated for speed: the tests compare the two, step by step,
/// on every toy and every scenario. Threads are the outer loop and states the inner one, so that a
/// machine's code and constants stay hot. Buffers grow as needed; they are reused from batch to
/// batch.
final class Successors {
  let system: System
  /// The words of a state.
  let stateWords: Int
  private let threads: [ThreadCode]
  private let loops: WidthLoops

  /// How many successors there are.
  private(set) var count = 0
  /// How many there is room for.
  private(set) var capacity: Int
  // Used by one thread, in innermost loops: a check at run time that nobody else uses the buffers
  // would cost as much as the use.
  @exclusivity(unchecked) private(set) var states: StateBuffer
  @exclusivity(unchecked) private(set) var hashes: OwnedBuffer<UInt64>
  @exclusivity(unchecked) private(set) var steps: OwnedBuffer<BatchStep>

  let batchCapacity: Int
  /// Expands in place of this, if the search is reduced.
  let persistentSets: PersistentSetExpansion?
  /// Says which states are kept, if the search goes by symmetry.
  let orbits: Orbits?
  /// By place in the batch: the threads that can step.
  let canStep: OwnedBuffer<UInt64>

  /// The states of a batch that lie here and there.
  private var gathered: StateBuffer
  /// The places of the states in which no check is broken.
  private let intact: OwnedBuffer<UInt32>
  /// For each of these, the position of a thread in its script.
  private let positions: OwnedBuffer<UInt8>
  /// The places of the states from which a machine steps.
  private let origins: OwnedBuffer<UInt32>
  /// What a machine works on, and what came of it.
  private let copies: StateBuffer
  private let outcomes: OwnedBuffer<Outcome>

  /// What the loop needs of a thread.
  private struct ThreadCode {
    let script: [any StepMachine]
    let position: Cell<UInt8>
  }

  init(
    of system: System, batch: Int, _ persistentSets: PersistentSetExpansion? = nil,
    _ orbits: Orbits? = nil
  ) {
    precondition(batch <= BatchStep.largestBatch, "a batch has too many states")
    (self.persistentSets, self.orbits) = (persistentSets, orbits)
    self.system = system
    stateWords = system.layout.wordCount
    loops = WidthLoops(words: stateWords)
    threads = system.threads.map { ThreadCode(script: $0.script, position: $0.position) }
    batchCapacity = batch
    capacity = batch * 8 + 64
    states = StateBuffer(capacity, words: stateWords)
    gathered = StateBuffer(0, words: stateWords)
    hashes = OwnedBuffer(capacity: capacity)
    steps = OwnedBuffer(capacity: capacity)
    canStep = OwnedBuffer(capacity: batch)
    intact = OwnedBuffer(capacity: batch)
    positions = OwnedBuffer(capacity: batch)
    origins = OwnedBuffer(capacity: batch)
    copies = StateBuffer(batch, words: stateWords)
    outcomes = OwnedBuffer(capacity: batch)
  }

  @inline(__always) func state(_ index: Int) -> StateRef { states[index] }

  /// Replaces the contents by the successors of `batch` states, at most ``batchCapacity``.
  ///
  /// `place` says where the state at an index of the batch lies.
  func expand(_ batch: Int, place: (Int) -> StateRef) {
    if batch == 1 {
      return expand(StateRow(at: place(0).pointer, stride: stateWords, words: stateWords), 1)
    }
    if gathered.capacity == 0 { gathered.grow(to: batchCapacity) }
    let row = gathered.row
    let width = AnyWidth(words: stateWords)
    for index in 0..<batch { width.copy(place(index), to: row[index]) }
    expand(row, batch)
  }

  /// Replaces the contents by the successors of `batch` states in a row, at most
  /// ``batchCapacity``.
  func expand(_ states: StateRow, _ batch: Int) {
    count = 0
    for index in 0..<batch { canStep[index] = 0 }
    if let persistentSets { return persistentSets.expand(states, batch, into: self) }
    loops.expand(self, states, batch)
    orbits?.canonicalize(self, of: states, batch)
  }

  /// Adds the successors of a batch, when there are none; see ``WidthLoops``.
  @inline(__always) func expand<W: Width>(_ states: StateRow, _ batch: Int, _ width: W) {
    let size = findIntact(batch, states)
    for (number, code) in threads.enumerated() {
      if code.script.count == 1 {
        // Most threads run one machine.
        let size = list(size, code, states)
        if size > 0 {
          expand(code.script[0], of: number, at: 0, code.position, size, states, width)
        }
        continue
      }
      locate(size, code, states)
      for (position, machine) in code.script.enumerated() {
        let size = list(size, at: position)
        if size > 0 {
          expand(machine, of: number, at: position, code.position, size, states, width)
        }
      }
    }
    // A loop of its own: one hash does not wait for another.
    let (row, hashes, count) = (self.states.row(width), hashes.base, count)
    for index in 0..<count { hashes[index] = width.hash(row[index]) }
  }

  /// Lists the states in which no check is broken; returns how many there are.
  ///
  /// A broken check ends the run: nobody steps from there, and nobody is missed.
  private func findIntact(_ batch: Int, _ states: StateRow) -> Int {
    let intact = intact.base
    var count = 0
    for index in 0..<batch {
      intact[count] = UInt32(truncatingIfNeeded: index)
      count &+= states[index][0] & Check.mask == 0 ? 1 : 0
    }
    return count
  }

  /// Notes for each of these states the position of a thread in its script.
  private func locate(_ size: Int, _ thread: ThreadCode, _ states: StateRow) {
    let (intact, positions, cell) = (intact.base, positions.base, thread.position)
    for index in 0..<size {
      positions[index] = StateView(states[Int(intact[index])], NoRecorder())[cell]
    }
  }

  /// Lists those of these states in which the thread is at the start of its script; returns how
  /// many there are.
  private func list(_ size: Int, _ thread: ThreadCode, _ states: StateRow) -> Int {
    let (intact, origins, cell) = (intact.base, origins.base, thread.position)
    var count = 0
    for index in 0..<size {
      origins[count] = intact[index]
      let position = StateView(states[Int(intact[index])], NoRecorder())[cell]
      // Without a branch, which would often be mispredicted.
      count &+= Int(truncatingIfNeeded: (UInt64(position) &- 1) &>> 63)
    }
    return count
  }

  /// Lists those of these states in which the thread is at `position`; returns how many there are.
  private func list(_ size: Int, at position: Int) -> Int {
    let (intact, positions, origins) = (intact.base, positions.base, origins.base)
    let wanted = UInt8(truncatingIfNeeded: position)
    var count = 0
    for index in 0..<size {
      origins[count] = intact[index]
      // Without a branch, which would often be mispredicted.
      count &+= Int(truncatingIfNeeded: (UInt64(positions[index] ^ wanted) &- 1) &>> 63)
    }
    return count
  }

  /// Adds the results of a machine's step from the listed states.
  @inline(__always)
  private func expand<W: Width>(
    _ machine: any StepMachine, of thread: Int, at position: Int, _ positionCell: Cell<UInt8>,
    _ size: Int, _ states: StateRow, _ width: W
  ) {
    let (origins, copies, outcomes) = (origins.base, copies.row(width), outcomes.base)
    let canStep = canStep.base
    for index in 0..<size { width.copy(states[Int(origins[index])], to: copies[index]) }
    machine.stepEach(
      _StateBatch(
        states: copies.first.pointer, stride: copies.stride, count: size, outcomes: outcomes))
    makeRoom(for: size)
    let begun = BatchStep(from: 0, thread: thread, choice: 0)
    let (positionWord, shift) = (Int(positionCell.word), UInt64(positionCell.shift))
    // As locals they stay in registers.
    var (count, results, steps) = (count, self.states.row(width), steps.base)
    var all: UInt8 = 0
    for index in 0..<size { all |= outcomes[index].flags }
    let haveChoices = Outcome(flags: all).hasMoreChoices
    @inline(__always) func add(_ index: Int) {
      let (copy, outcome, origin) = (copies[index], outcomes[index], Int(origins[index]))
      // What breaks a check happened, even if the machine could not go on from there. There are no
      // branches here, because they would often be mispredicted.
      let isKept: UInt64 = UInt64(outcome.flags) | copy[0] & Check.mask == 0 ? 0 : 1
      canStep[origin] |= isKept &<< UInt64(truncatingIfNeeded: thread)
      copy[positionWord] &+= (outcome.isCompleted ? 1 : 0) &<< shift
      width.copy(copy, to: results[count])
      steps[count] = begun.from(origin)
      count &+= Int(truncatingIfNeeded: isKept)
    }
    if !haveChoices {
      for index in 0..<size { add(index) }
      self.count = count
      return
    }
    for index in 0..<size {
      add(index)
      if outcomes[index].hasMoreChoices {
        let origin = Int(origins[index])
        self.count = count
        stepAgain(machine, from: states[origin], origin, thread, position, positionCell)
        makeRoom(for: size)
        (count, results, steps) = (self.count, self.states.row(width), self.steps.base)
      }
    }
    self.count = count
  }

  /// Adds the results of a step in its second choice and those that follow.
  @inline(never)
  private func stepAgain(
    _ machine: any StepMachine, from state: StateRef, _ origin: Int, _ thread: Int, _ position: Int,
    _ positionCell: Cell<UInt8>
  ) {
    var choice = 1
    while true {
      makeRoom(for: 1)
      let to = self.state(count)
      AnyWidth(words: stateWords).copy(state, to: to)
      let next = StateView(to, NoRecorder())
      let outcome = machine.stepPlain(next, choice: choice)
      if outcome.isBlocked && to[0] & Check.mask == 0 { break }
      if outcome.isCompleted {
        next[positionCell] = UInt8(truncatingIfNeeded: position &+ 1)
      }
      steps[count] = BatchStep(from: origin, thread: thread, choice: choice)
      count &+= 1
      if !outcome.hasMoreChoices { break }
      choice &+= 1
      precondition(choice < 256, "a step has at most 256 choices")
    }
  }

  /// Adds a successor whose words and hash are still to be written; returns its index.
  func append(origin: Int, thread: Int, choice: Int) -> Int {
    makeRoom(for: 1)
    steps[count] = BatchStep(from: origin, thread: thread, choice: choice)
    count &+= 1
    return count &- 1
  }

  @inline(__always) private func makeRoom(for more: Int) {
    if count &+ more > capacity { grow(by: more) }
  }

  @inline(never) private func grow(by more: Int) {
    let larger = max(capacity * 2, capacity + more)
    states.grow(to: larger, keeping: count)
    hashes.grow(to: larger, keeping: count)
    steps.grow(to: larger, keeping: count)
    capacity = larger
  }

  /// The successors' indices ordered by origin, then thread, then choice.
  ///
  /// The loop above leaves them ordered by thread first; a stable counting sort mends that.
  func inOrderOfOrigin(_ batch: Int) -> [Int] {
    var starts = [Int](repeating: 0, count: batch + 1)
    for index in 0..<count { starts[steps[index].origin + 1] += 1 }
    for index in 0..<batch { starts[index + 1] += starts[index] }
    var order = [Int](repeating: 0, count: count)
    for index in 0..<count {
      let from = steps[index].origin
      order[starts[from]] = index
      starts[from] += 1
    }
    return order
  }
}
