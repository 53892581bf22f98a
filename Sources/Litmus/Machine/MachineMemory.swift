internal import Scheduler

/// What a thread's instructions run on: a state of a search, or the memory before it starts.
protocol MachineMemory {
  func read(_ slot: Int32) -> Int64
  func write(_ slot: Int32, _ value: Int64)
  /// Makes a slot 0 whose life has ended.
  func clear(_ slot: Int32)
  /// Moves the addresses that lie in a range so much further, wherever they are kept that the
  /// thread can tell: their object is no more.
  func bury(_ addresses: ClosedRange<Int64>, by distance: Int64, thread: Int)
  /// The slots that can hold addresses.
  var addressSlots: [Int32] { get }
  /// Whether the thread can tell what is in one of them.
  func has(_ slot: Int32, in thread: Int) -> Bool
  func isFree(lock: Int32) -> Bool
  func isHeld(lock: Int32, by thread: Int) -> Bool
  /// Takes a lock that the thread does not hold; false if another does.
  func acquire(lock: Int32, by thread: Int) -> Bool
  func release(lock: Int32, by thread: Int)
}

extension MachineMemory {
  @inline(__always) func clear(_ slot: Int32) { write(slot, 0) }

  func has(_ slot: Int32, in thread: Int) -> Bool { true }

  func bury(_ addresses: ClosedRange<Int64>, by distance: Int64, thread: Int) {
    for slot in addressSlots where has(slot, in: thread) {
      let address = read(slot)
      if addresses.contains(address) { write(slot, address + distance) }
    }
  }
}

/// A state of a search.
struct StateMemory<R: AccessRecorder>: MachineMemory {
  let state: StateView<R>
  let cells: UnsafeMutablePointer<SlotCell>
  let locks: UnsafeMutablePointer<Lock>
  /// The slots that no state has.
  private let registers: UnsafeMutablePointer<Int64>?
  private unowned(unsafe) let owner: SystemCells

  /// The cells must outlive the memory; a property, which sees none, needs no registers.
  @inline(__always) init(
    _ state: StateView<R>, _ owner: SystemCells, _ registers: UnsafeMutablePointer<Int64>? = nil
  ) {
    (self.state, self.owner, self.registers) = (state, owner, registers)
    (cells, locks) = (owner.cells, owner.locks)
  }

  var addressSlots: [Int32] { owner.addressSlots }

  @inline(__always) func read(_ slot: Int32) -> Int64 {
    let cell = cells + Int(slot)
    if cell.pointee.register >= 0 { return registers?[Int(cell.pointee.register)] ?? 0 }
    return readCell(slot)
  }

  @inline(__always) func write(_ slot: Int32, _ value: Int64) {
    let cell = cells + Int(slot)
    if cell.pointee.register >= 0, let registers {
      registers[Int(cell.pointee.register)] = value
    } else {
      writeCell(slot, value)
    }
  }

  /// The number in a slot that states have.
  @inline(__always) func readCell(_ slot: Int32) -> Int64 {
    let cell = cells + Int(slot)
    return cell.pointee.decode(state[cell.pointee.cell])
  }

  @inline(__always) func writeCell(_ slot: Int32, _ value: Int64) {
    let cell = cells + Int(slot)
    state[cell.pointee.cell] = cell.pointee.encode(value)
  }

  func has(_ slot: Int32, in thread: Int) -> Bool {
    let cell = cells + Int(slot)
    return cell.pointee.register < 0 || Int(cell.pointee.thread) == thread
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

/// The memory before the threads start, where `init` runs alone, and where runs are tried.
final class StartMemory: MachineMemory {
  /// The numbers in the slots, and who holds the locks.
  struct State {
    var values: [Int64]
    var owners: [Int]
  }

  // One thread uses it, often.
  @exclusivity(unchecked) private(set) var state: State
  /// By slot: an encoding for all numbers that have been written; empty if nobody asks.
  @exclusivity(unchecked) private(set) var seen: [Encoding]
  /// What has been changed since ``keep()``, and was before.
  @exclusivity(unchecked) private var valuesBefore: [(slot: Int, value: Int64)] = []
  @exclusivity(unchecked) private var ownersBefore: [(lock: Int, owner: Int)] = []

  init(slots: [Slot], locks: Int, noting seen: [Encoding] = []) {
    state = State(values: slots.map(\.initial), owners: Array(repeating: 0, count: locks))
    addressSlots = slots.indices.filter { slots[$0].holdsAddresses }.map { Int32($0) }
    self.seen = seen
  }

  var values: [Int64] { state.values }
  let addressSlots: [Int32]
  func read(_ slot: Int32) -> Int64 { state.values[Int(slot)] }

  func write(_ slot: Int32, _ value: Int64) {
    valuesBefore.append((Int(slot), state.values[Int(slot)]))
    state.values[Int(slot)] = value
    if !seen.isEmpty { seen[Int(slot)].include(value) }
  }

  func isFree(lock: Int32) -> Bool { state.owners[Int(lock)] == 0 }
  func isHeld(lock: Int32, by thread: Int) -> Bool { state.owners[Int(lock)] == thread + 1 }

  func acquire(lock: Int32, by thread: Int) -> Bool {
    if state.owners[Int(lock)] != 0 { return false }
    change(Int(lock), to: thread + 1)
    return true
  }

  func release(lock: Int32, by thread: Int) { change(Int(lock), to: 0) }

  private func change(_ lock: Int, to owner: Int) {
    ownersBefore.append((lock, state.owners[lock]))
    state.owners[lock] = owner
  }

  /// Everything up to here stays.
  func keep() {
    valuesBefore.removeAll(keepingCapacity: true)
    ownersBefore.removeAll(keepingCapacity: true)
  }

  /// Takes back what has been changed since ``keep()``.
  func takeBack() {
    for (slot, value) in valuesBefore.reversed() { state.values[slot] = value }
    for (lock, owner) in ownersBefore.reversed() { state.owners[lock] = owner }
    keep()
  }

  /// Begins again with these values and all locks free.
  func restart(_ values: [Int64]) {
    state = State(values: values, owners: Array(repeating: 0, count: state.owners.count))
    keep()
  }

  /// Whether every lock is free.
  var isQuiet: Bool { state.owners.allSatisfy { $0 == 0 } }
}
