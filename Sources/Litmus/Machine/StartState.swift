/// What a program's slots hold, and where its threads stand, before the first step.
struct StartState {
  var values: [Int64]
  /// By thread: the instruction that comes first.
  var starts: [Int32]

  /// Why `init` has no such state.
  struct Failure: Error {
    var offset: Int
    var message: String
  }

  /// Runs `init` alone, then brings every thread to its first access.
  init(of image: ProgramImage) throws(Failure) {
    let program = image.program
    let memory = StartMemory(slots: program.slots, locks: program.locks.count)
    if let initial = program.initial { try Self.run(initial, image, memory) }
    starts = []
    for (number, thread) in program.threads.enumerated() {
      starts.append(Self.firstStop(of: thread, number, image, memory))
    }
    values = memory.values
  }

  private static func run(
    _ initial: LoweredThread, _ image: ProgramImage, _ memory: StartMemory
  ) throws(Failure) {
    var code = initial.code
    var index: Int32 = 0
    var steps = 0
    while true {
      memory.keep()
      let result = code.withUnsafeMutableBufferPointer { buffer -> Executor<StartMemory>.Result in
        guard let base = buffer.baseAddress else { return .ended(hasMore: false) }
        var executor = Executor(base, of: 0, image, memory, choice: 0)
        return executor.run(from: index)
      }
      let offset = Int(initial.code[Int(index)].offset)
      switch result {
      case .blocked: throw Failure(offset: offset, message: "'init' would wait here for ever")
      case .failed(_, hasMore: true), .stopped(_, hasMore: true), .ended(hasMore: true):
        throw Failure(offset: offset, message: "'init' makes no choices")
      case .failed(let finding, _):
        throw Failure(offset: offset, message: "'init' breaks the rules here: \(finding.id)")
      case .ended:
        if let held = held(in: image, memory) {
          throw Failure(offset: offset, message: "'init' ends while it \(held)")
        }
        return dropPointers(of: image, memory)
      case .stopped(let next, _): index = next
      }
      steps += 1
      if steps > 1_000_000 {
        throw Failure(offset: offset, message: "'init' does not come to an end")
      }
    }
  }

  /// Where objects are freed, what `init` leaves behind must not follow them.
  private static func dropPointers(of image: ProgramImage, _ memory: StartMemory) {
    let program = image.program
    if program.pools.isEmpty { return }
    for slot in program.initialSlots where program.slots[Int(slot)].holdsAddresses {
      memory.clear(slot)
    }
  }

  /// What `init` has not given back; nil if it has given back all of it.
  private static func held(in image: ProgramImage, _ memory: StartMemory) -> String? {
    let program = image.program
    func isHeld(_ slot: Int32) -> Bool { slot >= 0 && memory.read(slot) != 0 }
    if !memory.isQuiet || program.lockSlots.contains(where: isHeld) { return "holds a lock" }
    if program.rcuDepth.contains(where: isHeld) { return "reads under RCU" }
    let readers = program.slots.indices.filter { program.slots[$0].readers != nil }
    if readers.contains(where: { isHeld(Int32($0)) }) { return "reads under SRCU" }
    return program.initialHeld.first(where: isHeld).map { slot in
      let name = program.slots[Int(slot)].name
      if name.hasSuffix("interrupts-off") { return "has interrupts disabled" }
      if name.hasSuffix("preemption-off") { return "has preemption disabled" }
      return name.hasSuffix("bits-locked") ? "holds a bit" : "has bottom halves disabled"
    }
  }

  /// Runs what a thread does before its first access, which nobody else can see.
  private static func firstStop(
    of thread: LoweredThread, _ number: Int, _ image: ProgramImage, _ memory: StartMemory
  ) -> Int32 {
    memory.keep()
    var code = thread.code
    let result = code.withUnsafeMutableBufferPointer { buffer -> Executor<StartMemory>.Result in
      guard let base = buffer.baseAddress else { return .ended(hasMore: false) }
      var executor = Executor(base, of: number, image, memory, choice: 0)
      return executor.run(from: 0, onlyLocal: true)
    }
    switch result {
    case .stopped(let index, _) where index != 0: return index
    case .ended:
      // A thread that touches nothing shared has ended before the first step.
      guard let end = code.firstIndex(where: { $0.operation == .end }),
        let stop = thread.stops.firstIndex(of: Int32(end))
      else { break }
      for slot in thread.clears[stop] { memory.clear(slot) }
      return Int32(end)
    default: break
    }
    // What goes wrong before the first access goes wrong in a step.
    memory.takeBack()
    return 0
  }
}
