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
  let code: UnsafeMutablePointer<Instruction>
  let stops: [Int32]
  /// By instruction: its number among the stops; -1 for others.
  private let stopNumbers: [Int32]
  private let clears: [[Int32]]
  /// The stop of a thread that has ended, which takes no more steps.
  private let ending: Int
  private let lowered: LoweredThread
  private let source: SourceText?

  init(
    _ lowered: LoweredThread, number: Int, point: Cell<CodePoint>, _ image: ProgramImage,
    _ cells: SystemCells, source: SourceText?
  ) {
    (thread, self.point, self.image, self.cells) = (number, point, image, cells)
    code = .allocate(capacity: max(1, lowered.code.count))
    code.initialize(from: lowered.code, count: lowered.code.count)
    (stops, clears) = (lowered.stops, lowered.clears)
    var numbers = Array(repeating: Int32(-1), count: lowered.code.count)
    for (number, stop) in lowered.stops.enumerated() { numbers[Int(stop)] = Int32(number) }
    stopNumbers = numbers
    ending = lowered.stops.firstIndex { lowered.code[Int($0)].operation == .end } ?? 0
    (self.lowered, self.source) = (lowered, source)
  }

  deinit { code.deallocate() }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let memory = StateMemory(state, cells)
    var executor = Executor(code, of: thread, image, memory, choice: choice)
    switch executor.run(from: stops[Int(state[point].stop)]) {
    case .blocked: return .blocked
    case .failed(let finding, let hasMore):
      state.fail(cells.checks[Int(finding.rawValue)], saying: finding.sentence)
      return hasMore ? .advanced.withMoreChoices : .advanced
    case .stopped(let index, let hasMore):
      let number = Int(stopNumbers[Int(index)])
      for slot in clears[number] { memory.write(slot, 0) }
      state[point] = CodePoint(stop: number)
      return hasMore ? .advanced.withMoreChoices : .advanced
    case .ended(let hasMore):
      for slot in clears[ending] { memory.write(slot, 0) }
      state[point] = CodePoint(stop: ending)
      return hasMore ? .completed.withMoreChoices : .completed
    }
  }

  /// The slots that are cleared on the way to an instruction where a thread can stand.
  func deadSlots(at instruction: Int32) -> [Int32] { clears[Int(stopNumbers[Int(instruction)])] }

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
  let cells: UnsafeMutablePointer<SlotCell>
  let locks: UnsafeMutablePointer<Lock>
  /// By the code of a finding: the engine's check.
  let checks: [Check]
  /// The slots that can hold addresses.
  let addressSlots: [Int32]

  init(cells: [SlotCell], locks: [Lock], checks: [Check], addressSlots: [Int32]) {
    self.addressSlots = addressSlots
    self.cells = .allocate(capacity: max(1, cells.count))
    self.cells.initialize(from: cells, count: cells.count)
    self.locks = .allocate(capacity: max(1, locks.count))
    self.locks.initialize(from: locks, count: locks.count)
    self.checks = checks
  }

  deinit {
    cells.deallocate()
    locks.deallocate()
  }
}
