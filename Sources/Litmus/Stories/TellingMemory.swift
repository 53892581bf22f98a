internal import Scheduler

/// A state on which steps are tried: it notes what they access, and the state itself stays as it
/// is.
final class TellingMemory: MachineMemory {
  /// An access to a value of the program's.
  struct Access {
    var slot: Int32
    var old: Int64
    /// Nil if it only reads.
    var new: Int64?
    /// Whether a pointer becomes dead with what it points to.
    var isDeath = false
  }

  private let state: StateMemory<PropertyRecorder>
  private let image: ProgramImage
  /// What has been written since.
  private(set) var written: [Int32: Int64] = [:]
  private(set) var owners: [Int32: Int] = [:]
  /// What was accessed, in its order.
  var accesses: [Access] = []
  /// The addresses of objects whose lives have ended, lowest first.
  private(set) var ended: [ClosedRange<Int64>] = []

  /// The cells must outlive the memory.
  init(_ state: Property.State, _ cells: SystemCells, _ image: ProgramImage) {
    (self.state, self.image) = (StateMemory(state, cells), image)
  }

  private func isTold(_ slot: Int32) -> Bool { image.isData[Int(slot)] }

  var addressSlots: [Int32] { state.addressSlots }

  private func value(_ slot: Int32) -> Int64 { written[slot] ?? state.read(slot) }

  func read(_ slot: Int32) -> Int64 {
    let value = value(slot)
    if isTold(slot) { accesses.append(Access(slot: slot, old: value)) }
    return value
  }

  func write(_ slot: Int32, _ value: Int64) {
    let old = self.value(slot)
    written[slot] = value
    guard isTold(slot) else { return }
    // What reads and then writes is one access.
    if let last = accesses.last, last.slot == slot, last.new == nil { accesses.removeLast() }
    accesses.append(Access(slot: slot, old: old, new: value))
  }

  func clear(_ slot: Int32) { written[slot] = 0 }

  func has(_ slot: Int32, in thread: Int) -> Bool { state.has(slot, in: thread) }

  func bury(_ addresses: ClosedRange<Int64>, by distance: Int64, thread: Int) {
    ended.append(addresses)
    for slot in addressSlots where has(slot, in: thread) && addresses.contains(value(slot)) {
      let grave = value(slot) + distance
      if isTold(slot) {
        accesses.append(Access(slot: slot, old: value(slot), new: grave, isDeath: true))
      }
      written[slot] = grave
    }
  }

  // MARK: - Locks

  func isFree(lock: Int32) -> Bool { owners[lock].map { $0 < 0 } ?? state.isFree(lock: lock) }

  func isHeld(lock: Int32, by thread: Int) -> Bool {
    owners[lock].map { $0 == thread } ?? state.isHeld(lock: lock, by: thread)
  }

  func acquire(lock: Int32, by thread: Int) -> Bool {
    if !isFree(lock: lock) { return false }
    owners[lock] = thread
    return true
  }

  func release(lock: Int32, by thread: Int) { owners[lock] = -1 }

  /// The number of the thread that holds a lock; nil if it is free.
  func owner(of lock: Int32) -> Int? {
    (0..<image.threadCount).first { isHeld(lock: lock, by: $0) }
  }
}

/// A thread that takes steps on its own, from some state on, for whoever tells of them.
struct DryRun {
  let machine: ThreadMachine
  let memory: TellingMemory
  /// The instruction at which it stands.
  private(set) var position: Int32

  init(_ machine: ThreadMachine, _ state: Property.State) {
    self.machine = machine
    memory = TellingMemory(state, machine.cells, machine.image)
    position = machine.stops[Int(state[machine.point].stop)]
  }

  /// What came of a step.
  struct Step {
    var result: Executor<TellingMemory>.Result
    /// The instruction at which the run has ended; -1 if it goes on.
    var failedAt: Int32
    var accesses: [TellingMemory.Access]
    /// What `choose` gave.
    var chosen: Int64?
  }

  /// Takes the next step.
  mutating func take(choice: Int = 0, evenIfInterrupted: Bool = false) -> Step {
    memory.accesses = []
    var executor = Executor(
      machine.code, of: machine.thread, machine.image, memory, choice: choice)
    // A thread stands still while a handler runs in its place.
    let standsStill = executor.isInterrupted && !evenIfInterrupted
    let result = standsStill ? .blocked : executor.run(from: position)
    if case .stopped(let next, _) = result {
      position = next
      for slot in machine.deadSlots(at: next) { memory.clear(slot) }
    }
    return Step(
      result: result, failedAt: executor.failedAt, accesses: memory.accesses,
      chosen: executor.chosen)
  }

  /// The instruction at which it stands.
  var instruction: Instruction { machine.code[Int(position)] }
}
