/// The states one step away from a batch of states, and who gets there.
///
/// Threads are the outer loop and states the inner one, so that a machine's code and constants stay
/// hot. Buffers grow as needed; they are reused from batch to batch.
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
  /// Which state of the batch each comes from, by its place in the batch.
  private(set) var origin: UnsafeMutablePointer<UInt32>
  private(set) var thread: UnsafeMutablePointer<UInt8>
  private(set) var choice: UnsafeMutablePointer<UInt8>
  /// Room for the number of each successor's state, for who looks them up.
  private(set) var numbers: UnsafeMutablePointer<UInt32>
  /// Room for the numbers of those that are new.
  private(set) var fresh: UnsafeMutablePointer<UInt32>

  let batchCapacity: Int
  /// Expands in place of this, if the search is reduced.
  let fusion: Fusion<W>?
  /// Says which states are kept, if the search goes by symmetry.
  let orbits: Orbits<W>?
  /// By place in the batch: the threads that can step, the threads that have not finished.
  let canStep: UnsafeMutablePointer<UInt64>
  let unfinished: UnsafeMutablePointer<UInt64>

  /// What the loop needs of a thread.
  private struct ThreadCode {
    let script: [any StepMachine]
    let position: Cell<UInt8>
  }

  init(
    of system: System, width: W, batch: Int, _ fusion: Fusion<W>? = nil,
    _ orbits: Orbits<W>? = nil
  ) {
    (self.fusion, self.orbits) = (fusion, orbits)
    self.system = system
    self.width = width
    threads = system.threads.map { ThreadCode(script: $0.script, position: $0.position) }
    batchCapacity = batch
    capacity = batch * 8 + 64
    words = .allocate(capacity: capacity * width.words)
    hashes = .allocate(capacity: capacity)
    origin = .allocate(capacity: capacity)
    thread = .allocate(capacity: capacity)
    choice = .allocate(capacity: capacity)
    numbers = .allocate(capacity: capacity)
    fresh = .allocate(capacity: capacity)
    canStep = .allocate(capacity: batch)
    unfinished = .allocate(capacity: batch)
  }

  deinit {
    words.deallocate()
    hashes.deallocate()
    origin.deallocate()
    thread.deallocate()
    choice.deallocate()
    numbers.deallocate()
    fresh.deallocate()
    canStep.deallocate()
    unfinished.deallocate()
  }

  /// Replaces the contents by the successors of `batch` states, at most ``batchCapacity``.
  ///
  /// `place` says where the state at an index of the batch lies.
  @inline(__always)
  func expand(_ batch: Int, place: (Int) -> Words) {
    count = 0
    for index in 0..<batch {
      canStep[index] = 0
      unfinished[index] = 0
    }
    if let fusion { return fusion.expand(batch, into: self, place: place) }
    for (number, code) in threads.enumerated() {
      let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: number)
      for (position, machine) in code.script.enumerated() {
        expand(batch, thread: number, bit, machine, at: position, code.position, place)
      }
    }
    // A loop of its own: one hash does not wait for another.
    let (words, hashes, size, count) = (words, hashes, width.words, count)
    for index in 0..<count { hashes[index] = width.hash(words + index &* size) }
    orbits?.fold(batch, self, place: place)
  }

  @inline(__always)
  private func expand(
    _ batch: Int, thread number: Int, _ bit: UInt64, _ machine: any StepMachine, at position: Int,
    _ positionCell: Cell<UInt8>, _ place: (Int) -> Words
  ) {
    // A call to a machine could change anything, as far as the compiler knows: what the loop needs
    // stays in registers only as locals.
    var (count, words) = (count, words)
    var (origin, thread, choice) = (origin, thread, choice)
    let (canStep, unfinished, size) = (canStep, unfinished, width.words)
    for index in 0..<batch {
      let from = place(index)
      // A broken check ends the run: nobody steps from here, and nobody is missed.
      if from[0] & Check.mask != 0 { continue }
      let view = StateView(from, NoRecorder())
      if Int(view[positionCell]) != position { continue }
      unfinished[index] |= bit
      var alternative = 0
      while true {
        if count == capacity {
          self.count = count
          grow()
          words = self.words
          (origin, thread, choice) = (self.origin, self.thread, self.choice)
        }
        let to = words + count &* size
        width.copy(from, to: to)
        let next = StateView(to, NoRecorder())
        let outcome = machine.stepPlain(next, choice: alternative)
        // What breaks a check happened, even if the machine could not go on from there.
        if outcome.isBlocked && to[0] & Check.mask == 0 { break }
        if outcome.isCompleted {
          next[positionCell] = UInt8(truncatingIfNeeded: position &+ 1)
        }
        origin[count] = UInt32(truncatingIfNeeded: index)
        thread[count] = UInt8(truncatingIfNeeded: number)
        choice[count] = UInt8(truncatingIfNeeded: alternative)
        canStep[index] |= bit
        count &+= 1
        if !outcome.hasMoreChoices { break }
        alternative &+= 1
        precondition(alternative < 256, "a step has at most 256 choices")
      }
    }
    self.count = count
  }

  /// Adds a successor whose words and hash are still to be written; returns its index.
  func append(origin from: Int, thread number: Int, choice alternative: Int) -> Int {
    if count == capacity { grow() }
    origin[count] = UInt32(truncatingIfNeeded: from)
    thread[count] = UInt8(truncatingIfNeeded: number)
    choice[count] = UInt8(truncatingIfNeeded: alternative)
    count &+= 1
    return count &- 1
  }

  private func grow() {
    func grown<T>(_ old: UnsafeMutablePointer<T>, _ each: Int) -> UnsafeMutablePointer<T> {
      let new = UnsafeMutablePointer<T>.allocate(capacity: capacity * 2 * each)
      new.moveInitialize(from: old, count: capacity * each)
      old.deallocate()
      return new
    }
    words = grown(words, width.words)
    hashes = grown(hashes, 1)
    origin = grown(origin, 1)
    thread = grown(thread, 1)
    choice = grown(choice, 1)
    numbers = grown(numbers, 1)
    fresh = grown(fresh, 1)
    capacity *= 2
  }

  /// The successors' indices ordered by origin, then thread, then choice.
  ///
  /// The loop above leaves them ordered by thread first; a stable counting sort mends that.
  func inOrderOfOrigin(_ batch: Int) -> [Int] {
    var starts = [Int](repeating: 0, count: batch + 1)
    for index in 0..<count { starts[Int(origin[index]) + 1] += 1 }
    for index in 0..<batch { starts[index + 1] += starts[index] }
    var order = [Int](repeating: 0, count: count)
    for index in 0..<count {
      let from = Int(origin[index])
      order[starts[from]] = index
      starts[from] += 1
    }
    return order
  }
}
