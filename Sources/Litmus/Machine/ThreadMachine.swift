internal import Scheduler

/// Where a thread of a race file stands: one of its stops, by number.
struct CodePoint: ProgramPoint {
  var stop: UInt32

  /// How many there are depends on the program; nobody lists them.
  static var allCases: [CodePoint] { [] }

  init(stop: Int) { self.stop = UInt32(stop) }
  init(cellBits: UInt64) { stop = UInt32(truncatingIfNeeded: cellBits) }
  var cellBits: UInt64 { UInt64(stop) }
  var label: String { "step-\(stop)" }
}

/// A thread of a race file as a machine of the engine.
///
/// Nothing of it changes once it is made.
final class ThreadMachine: StepMachine, @unchecked Sendable {
  let point: Cell<CodePoint>
  let thread: Int
  let image: ProgramImage
  let cells: SystemCells
  /// The thread's instructions, and those of them where it can stand.
  let code: UnsafeMutablePointer<Instruction>
  let stops: [Int32]
  private let operations: OperationCode
  /// By stop.
  private let entries: UnsafeMutablePointer<ThreadCode.Entry>
  /// By stop: what is known of the access that comes next.
  let ahead: UnsafeMutablePointer<AccessKind>
  private let gate: Gate
  private let lowered: LoweredThread
  private let source: SourceText?

  init(
    _ lowered: LoweredThread, number: Int, point: Cell<CodePoint>, _ image: ProgramImage,
    _ cells: SystemCells, source: SourceText?
  ) {
    (thread, self.point, self.image, self.cells) = (number, point, image, cells)
    (stops, self.lowered, self.source) = (lowered.stops, lowered, source)
    code = image.code(of: number)
    gate = image.gates[number]
    let made = ThreadCode(lowered, in: image.program, cells.all, noCell: cells.noCell)
    (operations, entries) = (made.code, ProgramImage.copy(made.entries))
    ahead = ProgramImage.copy(
      lowered.stops.map { AccessKind(lowered.code[Int($0)], in: image) })
  }

  deinit {
    entries.deallocate()
    ahead.deallocate()
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: operations.registers) { registers in
      guard let base = registers.baseAddress else { return .blocked }
      return step(state, from: Int(state[point].stop), choice: choice, base)
    }
  }

  @inline(__always) private func step<R: AccessRecorder>(
    _ state: StateView<R>, from stop: Int, choice: Int, _ registers: UnsafeMutablePointer<Int64>
  ) -> Outcome {
    if gate.slot >= 0, StateMemory(state, cells).readCell(gate.slot) >= gate.least {
      return .blocked
    }
    let entry = entries[stop]
    var interpreter = Interpreter(
      operations, image, cells, state, registers, thread: thread, choice: choice)
    let exit = interpreter.run(from: Int(entry.operation), hasPassed: entry.hasPassed)
    let outcome: Outcome
    switch exit {
    case .blocked, .given: return .blocked
    case .failed:
      let finding = interpreter.finding
      state.fail(cells.checks[Int(finding.rawValue)], saying: finding.sentence)
      outcome = .advanced
    case .stopped, .ended:
      interpreter.clear()
      state[point] = CodePoint(stop: Int(interpreter.value))
      outcome = exit == .ended ? .completed : .advanced
    }
    return interpreter.hasMore ? outcome.withMoreChoices : outcome
  }

  /// How many states are ordered at once.
  private static var most: Int { 128 }

  /// Takes the steps from one stop after the other, so that the same operations come again.
  func stepEach(_ batch: _StateBatch) {
    let (size, most) = (batch.size, Self.most)
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: operations.registers) { registers in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * most + 1) { scratch in
        guard let registers = registers.baseAddress, let scratch = scratch.baseAddress else {
          return
        }
        var first = 0
        while first < size {
          let count = min(most, size &- first)
          stepEach(batch, from: first, count, registers, scratch)
          first &+= count
        }
      }
    }
  }

  @inline(never) private func stepEach(
    _ batch: _StateBatch, from first: Int, _ count: Int,
    _ registers: UnsafeMutablePointer<Int64>, _ scratch: UnsafeMutablePointer<UInt8>
  ) {
    let most = Self.most
    let isOrdered = stops.count <= most
    let (order, numbers, ends) = (scratch, scratch + most, scratch + 2 * most)
    if isOrdered {
      for stop in 0...stops.count { ends[stop] = 0 }
      for index in 0..<count {
        let stop = UInt8(truncatingIfNeeded: batch.state(first &+ index)[point].stop)
        numbers[index] = stop
        ends[Int(stop)] &+= 1
      }
      var end: UInt8 = 0
      for stop in 0..<stops.count {
        end &+= ends[stop]
        ends[stop] = end
      }
      for index in 0..<count {
        let stop = Int(numbers[index])
        ends[stop] &-= 1
        order[Int(ends[stop])] = UInt8(truncatingIfNeeded: index)
      }
    }
    for index in 0..<count {
      let place = first &+ (isOrdered ? Int(order[index]) : index)
      let state = batch.state(place)
      let outcome = step(state, from: Int(state[point].stop), choice: 0, registers)
      batch.note(outcome, at: place)
    }
  }

  /// The slots that are cleared on the way to an instruction where a thread can stand.
  func deadSlots(at instruction: Int32) -> [Int32] {
    stops.firstIndex(of: instruction).map { lowered.clears[$0] } ?? []
  }

  /// By slot that several locals share: the slot of the local that is there in a state.
  func holders(in state: Property.State) -> [Int32: Int32] {
    let stop = Int(state[point].stop)
    return lowered.holders.indices.contains(stop) ? lowered.holders[stop] : [:]
  }

  func location(in state: StateView<NoRecorder>) -> Location {
    location(ofStop: Int(state[point].stop))
  }

  /// Where in the file the thread stands at a stop.
  func location(ofStop stop: Int) -> Location {
    source?.location(of: lowered.code[Int(stops[stop])], in: lowered) ?? Location(label: "step")
  }
}

/// The cells of a system, as machines find them.
final class SystemCells: @unchecked Sendable {
  let all: [SlotCell]
  /// The cell of constants, which has no bits.
  let noCell: Cell<UInt64>
  let cells: UnsafeMutablePointer<SlotCell>
  let locks: UnsafeMutablePointer<Lock>
  let lockCount: Int
  /// By the code of a finding: the engine's check.
  let checks: [Check]
  /// The slots that can hold addresses.
  let addressSlots: [Int32]

  init(
    cells: [SlotCell], noCell: Cell<UInt64>, locks: [Lock], checks: [Check], addressSlots: [Int32]
  ) {
    (all, self.noCell, self.addressSlots, self.checks) = (cells, noCell, addressSlots, checks)
    self.cells = ProgramImage.copy(cells)
    self.locks = .allocate(capacity: max(1, locks.count))
    self.locks.initialize(from: locks, count: locks.count)
    lockCount = locks.count
  }

  deinit {
    cells.deallocate()
    locks.deallocate()
  }
}
