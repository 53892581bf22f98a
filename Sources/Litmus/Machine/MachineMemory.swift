internal import Scheduler

/// What a thread's instructions run on: a state of a search, or the memory before it starts.
protocol MachineMemory {
  func read(_ slot: Int32) -> Int64
  func write(_ slot: Int32, _ value: Int64)
  /// Makes a slot 0 whose life has ended.
  func clear(_ slot: Int32)
  /// Makes the addresses dead that lie in a range, wherever they are kept.
  func forget(_ addresses: ClosedRange<Int64>)
  /// The slots that can hold addresses.
  var addressSlots: [Int32] { get }
  func isFree(lock: Int32) -> Bool
  func isHeld(lock: Int32, by thread: Int) -> Bool
  /// Takes a lock that the thread does not hold; false if another does.
  func acquire(lock: Int32, by thread: Int) -> Bool
  func release(lock: Int32, by thread: Int)
}

extension MachineMemory {
  @inline(__always) func clear(_ slot: Int32) { write(slot, 0) }

  func forget(_ addresses: ClosedRange<Int64>) {
    for slot in addressSlots where addresses.contains(read(slot)) { write(slot, Address.dead) }
  }
}

/// A state of a search.
struct StateMemory<R: AccessRecorder>: MachineMemory {
  let state: StateView<R>
  let cells: UnsafeMutablePointer<SlotCell>
  let locks: UnsafeMutablePointer<Lock>
  private unowned(unsafe) let owner: SystemCells

  /// The cells must outlive the memory.
  @inline(__always) init(_ state: StateView<R>, _ owner: SystemCells) {
    (self.state, self.owner) = (state, owner)
    (cells, locks) = (owner.cells, owner.locks)
  }

  var addressSlots: [Int32] { owner.addressSlots }

  @inline(__always) func read(_ slot: Int32) -> Int64 {
    let cell = cells[Int(slot)]
    return cell.decode(state[cell.cell])
  }

  @inline(__always) func write(_ slot: Int32, _ value: Int64) {
    let cell = cells[Int(slot)]
    state[cell.cell] = cell.encode(value)
  }

  func isFree(lock: Int32) -> Bool { locks[Int(lock)].isFree(state) }

  func isHeld(lock: Int32, by thread: Int) -> Bool {
    locks[Int(lock)].isHeld(state, by: ThreadID(thread))
  }

  func acquire(lock: Int32, by thread: Int) -> Bool {
    locks[Int(lock)].acquire(state, by: ThreadID(thread))
  }

  func release(lock: Int32, by thread: Int) {
    locks[Int(lock)].release(state, by: ThreadID(thread))
  }
}

/// The memory before the threads start, where `init` runs alone.
final class StartMemory: MachineMemory {
  private(set) var values: [Int64]
  private var owners: [Int]

  init(slots: [Slot], locks: Int) {
    values = slots.map(\.initial)
    owners = Array(repeating: 0, count: locks)
  }

  var addressSlots: [Int32] { values.indices.map { Int32($0) } }
  func read(_ slot: Int32) -> Int64 { values[Int(slot)] }
  func write(_ slot: Int32, _ value: Int64) { values[Int(slot)] = value }
  func isFree(lock: Int32) -> Bool { owners[Int(lock)] == 0 }
  func isHeld(lock: Int32, by thread: Int) -> Bool { owners[Int(lock)] == thread + 1 }

  func acquire(lock: Int32, by thread: Int) -> Bool {
    if owners[Int(lock)] != 0 { return false }
    owners[Int(lock)] = thread + 1
    return true
  }

  func release(lock: Int32, by thread: Int) { owners[Int(lock)] = 0 }

  /// Takes back what has been written since.
  func restore(_ earlier: [Int64]) { values = earlier }

  /// Whether every lock is free.
  var isQuiet: Bool { owners.allSatisfy { $0 == 0 } }
}
