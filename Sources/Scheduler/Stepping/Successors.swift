/// The states one step away from a batch of states, and who gets there.
///
/// The rule is that of ``StepTaker``, restated for speed: the tests compare the two, step by step,
/// on every toy and every scenario. Threads are the outer loop and states the inner one, so that a
/// machine's code and constants stay hot. Buffers grow as needed; they are reused from batch to
/// batch.
final class Successors<W: Width> {
  let system: System
  let width: W
  private let threads: [ThreadCode]

  /// How many successors there are.
  private(set) var count = 0
  private var capacity: Int
  /// The successors' words, `width.words` each.
  private(set) var words: Words
  private(set) var hashes: UnsafeMutablePointer<UInt64>
  private(set) var steps: UnsafeMutablePointer<BatchStep>
  /// Room for the number of each successor's state plus one, for who looks them up.
  private(set) var numbers: UnsafeMutablePointer<UInt32>
  /// Room for the numbers of those that are new.
  private(set) var fresh: UnsafeMutablePointer<UInt32>
  /// Room for a place of the table for each, and for a list of indices.
  private(set) var places: UnsafeMutablePointer<UInt32>
  private(set) var list: UnsafeMutablePointer<UInt32>

  let batchCapacity: Int
  /// Expands in place of this, if the search is reduced.
  let persistentSets: PersistentSetExpansion<W>?
  /// Says which states are kept, if the search goes by symmetry.
  let orbits: Orbits<W>?
  /// By place in the batch: the threads that can step.
  let canStep: UnsafeMutablePointer<UInt64>

  /// The places of the states in which no check is broken.
  private let intact: UnsafeMutablePointer<UInt32>
  /// For each of these, the position of a thread in its script.
  private let positions: UnsafeMutablePointer<UInt8>
  /// The places of the states from which a machine steps.
  private let origins: UnsafeMutablePointer<UInt32>
  /// What a machine works on, and what came of it.
  private let copies: Words
  private let outcomes: UnsafeMutablePointer<Outcome>

  /// What the loop needs of a thread.
  private struct ThreadCode {
    let script: [any StepMachine]
    let position: Cell<UInt8>
  }

  init(
    of system: System, width: W, batch: Int, _ persistentSets: PersistentSetExpansion<W>? = nil,
    _ orbits: Orbits<W>? = nil
  ) {
    precondition(batch <= BatchStep.largestBatch, "a batch has too many states")
    (self.persistentSets, self.orbits) = (persistentSets, orbits)
    self.system = system
    self.width = width
    threads = system.threads.map { ThreadCode(script: $0.script, position: $0.position) }
    batchCapacity = batch
    capacity = batch * 8 + 64
    words = .allocate(capacity: capacity * width.words)
    hashes = .allocate(capacity: capacity)
    steps = .allocate(capacity: capacity)
    numbers = .allocate(capacity: capacity)
    fresh = .allocate(capacity: capacity)
    places = .allocate(capacity: capacity)
    list = .allocate(capacity: capacity)
    canStep = .allocate(capacity: batch)
    intact = .allocate(capacity: batch)
    positions = .allocate(capacity: batch)
    origins = .allocate(capacity: batch)
    copies = .allocate(capacity: batch * width.words)
    outcomes = .allocate(capacity: batch)
  }

  deinit {
    words.deallocate()
    hashes.deallocate()
    steps.deallocate()
    numbers.deallocate()
    fresh.deallocate()
    places.deallocate()
    list.deallocate()
    canStep.deallocate()
    intact.deallocate()
    positions.deallocate()
    origins.deallocate()
    copies.deallocate()
    outcomes.deallocate()
  }

  /// The words of a successor.
  @inline(__always) func state(_ index: Int) -> Words { words + index &* width.words }

  /// Replaces the contents by the successors of `batch` states, at most ``batchCapacity``.
  ///
  /// `place` says where the state at an index of the batch lies.
  @inline(__always)
  func expand(_ batch: Int, place: (Int) -> Words) {
    count = 0
    for index in 0..<batch { canStep[index] = 0 }
    if let persistentSets { return persistentSets.expand(batch, into: self, place: place) }
    let size = findIntact(batch, place)
    for (number, code) in threads.enumerated() {
      if code.script.count == 1 {
        // Most threads run one machine.
        let size = list(size, code, place)
        if size > 0 { expand(code.script[0], of: number, at: 0, code.position, size, place) }
        continue
      }
      locate(size, code, place)
      for (position, machine) in code.script.enumerated() {
        let size = list(size, at: position)
        if size > 0 { expand(machine, of: number, at: position, code.position, size, place) }
      }
    }
    // A loop of its own: one hash does not wait for another.
    let (words, hashes, each, count) = (words, hashes, width.words, count)
    for index in 0..<count { hashes[index] = width.hash(words + index &* each) }
    orbits?.fold(batch, self, place: place)
  }

  /// Lists the states in which no check is broken; returns how many there are.
  ///
  /// A broken check ends the run: nobody steps from there, and nobody is missed.
  @inline(__always) private func findIntact(_ batch: Int, _ place: (Int) -> Words) -> Int {
    let intact = intact
    var count = 0
    for index in 0..<batch {
      intact[count] = UInt32(truncatingIfNeeded: index)
      count &+= place(index)[0] & Check.mask == 0 ? 1 : 0
    }
    return count
  }

  /// Notes for each of these states the position of a thread in its script.
  @inline(__always)
  private func locate(_ size: Int, _ thread: ThreadCode, _ place: (Int) -> Words) {
    let (intact, positions, cell) = (intact, positions, thread.position)
    for index in 0..<size {
      positions[index] = StateView(place(Int(intact[index])), NoRecorder())[cell]
    }
  }

  /// Lists those of these states in which the thread is at the start of its script; returns how many there are.
  @inline(__always)
  private func list(_ size: Int, _ thread: ThreadCode, _ place: (Int) -> Words) -> Int {
    let (intact, origins, cell) = (intact, origins, thread.position)
    var count = 0
    for index in 0..<size {
      origins[count] = intact[index]
      let position = StateView(place(Int(intact[index])), NoRecorder())[cell]
      // Without a branch, which would often be mispredicted.
      count &+= Int(truncatingIfNeeded: (UInt64(position) &- 1) &>> 63)
    }
    return count
  }

  /// Lists those of these states in which the thread is at `position`; returns how many there are.
  @inline(__always) private func list(_ size: Int, at position: Int) -> Int {
    let (intact, positions, origins) = (intact, positions, origins)
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
  private func expand(
    _ machine: any StepMachine, of thread: Int, at position: Int, _ positionCell: Cell<UInt8>,
    _ size: Int, _ place: (Int) -> Words
  ) {
    let origins = origins
    let (copies, outcomes, canStep, each) = (copies, outcomes, canStep, width.words)
    for index in 0..<size { width.copy(place(Int(origins[index])), to: copies + index &* each) }
    machine.stepEach(_StateBatch(states: copies, stride: each, count: size, outcomes: outcomes))
    makeRoom(for: size)
    let begun = BatchStep(from: 0, thread: thread, choice: 0)
    let (positionWord, shift) = (Int(positionCell.word), UInt64(positionCell.shift))
    // As locals they stay in registers.
    var (count, words, steps) = (count, words, steps)
    var all: UInt8 = 0
    for index in 0..<size { all |= outcomes[index].flags }
    let haveChoices = Outcome(flags: all).hasMoreChoices
    @inline(__always) func add(_ index: Int) {
      let (copy, outcome, origin) = (copies + index &* each, outcomes[index], Int(origins[index]))
      // What breaks a check happened, even if the machine could not go on from there. There are no branches
      // here, because they would often be mispredicted.
      let isKept: UInt64 = UInt64(outcome.flags) | copy[0] & Check.mask == 0 ? 0 : 1
      canStep[origin] |= isKept &<< UInt64(truncatingIfNeeded: thread)
      copy[positionWord] &+= (outcome.isCompleted ? 1 : 0) &<< shift
      width.copy(copy, to: words + count &* each)
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
        stepAgain(machine, from: place(origin), origin, thread, position, positionCell)
        makeRoom(for: size)
        (count, words, steps) = (self.count, self.words, self.steps)
      }
    }
    self.count = count
  }

  /// Adds the results of a step in its second choice and those that follow.
  @inline(never)
  private func stepAgain(
    _ machine: any StepMachine, from state: Words, _ origin: Int, _ thread: Int, _ position: Int,
    _ positionCell: Cell<UInt8>
  ) {
    var choice = 1
    while true {
      makeRoom(for: 1)
      let to = words + count &* width.words
      width.copy(state, to: to)
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
    func grown<T>(_ old: UnsafeMutablePointer<T>, _ each: Int) -> UnsafeMutablePointer<T> {
      let new = UnsafeMutablePointer<T>.allocate(capacity: larger * each)
      new.moveInitialize(from: old, count: count * each)
      old.deallocate()
      return new
    }
    words = grown(words, width.words)
    hashes = grown(hashes, 1)
    steps = grown(steps, 1)
    numbers = grown(numbers, 1)
    fresh = grown(fresh, 1)
    places = grown(places, 1)
    list = grown(list, 1)
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
