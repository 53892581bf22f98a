/// Turns a checked program into instructions.
///
/// Functions are inlined. An expression becomes instructions for what it reads and writes, one for
/// each access, in C's order, and a node for its value.
final class Lowering {
  let program: Program
  let diagnostics: Diagnostics
  private let reading: Reading
  var result = LoweredProgram()
  /// By variable: where a global lies.
  var locationOfGlobal: [Int: Int] = [:]
  /// By function whose address is taken: the location that stands for it.
  var locationOfFunction: [Int: Int] = [:]

  /// The kinds of containers that pointers to members are followed to.
  var containers: [Container] = []
  /// By the node of an address: what is accessed there.
  var kinds: [Int32: CellKind] = [:]
  /// The nodes of addresses that nobody else can have, so that accesses there are no steps.
  var ownAddresses: Set<Int32> = []
  /// By register of herd7: the value that it starts with.
  var registerValues: [Int: Int64] = [:]

  // What is known of the thread that is being lowered.
  var thread = 0
  var code: [Instruction] = []
  var frames: [CallFrame] = []
  var frame: Frame
  /// Labels by number, and where they stand.
  var labels: [Int32] = []
  /// Whether an `atomic` block is being lowered, and whether anything of it has been.
  var isInAtomic = false
  var atomicStart = 0
  /// How many conditions and loops are around what is being lowered.
  var conditions = 0
  /// The choices of the `atomic` block so far: where all are made, and how many results they have.
  var atomicChoice: (instruction: Int, slot: Int32, count: Int64)?
  /// The locals whose values may be missing where they are read; their slots say so.
  let flagged: Set<Int>
  /// Whether structures that are copied, and what pointers lead to, may lack values.
  var structuresMayLackValues = false
  var pointeesMayLackValues = false
  /// By function: the jumps that pass over declarations; and what any of them passes over.
  var jumpsOver: [Int: JumpsOver] = [:]
  var jumpedOver: Set<Int> = []
  /// Whether memory is looked at within an expression, and not by instructions of its own.
  var looksAtMemory = false
  /// Whether it is the condition of a wait that is being lowered.
  var isInCondition = false
  private var depth = 0
  /// By variable of a thread's own function: its slot or location, for properties.
  var pinned: [Int: [Int: Storage]] = [:]
  var pinnedVariables: [Int: Set<Int>] = [:]
  /// How deep the thread is in code that must not sleep, if that can matter.
  var depthSlot: Int32 = -1
  private let asksForSleep: Bool
  /// The slots of what keeps the thread from sleeping and is counted apart, if it ever does so:
  /// whether it has disabled interrupts, how often bottom halves and preemption, how many bits it
  /// has locked.
  var heldSlots: [Held: Int32] = [:]
  /// Whether it is `init` that is being lowered, which must end with nothing held.
  var isInitial = false
  /// The first slot that the thread has taken for itself.
  private var firstTracked: Int32 = 0
  /// The locals that may be read before they have a value, and are not flagged.
  private(set) var mayLackValues: Set<Int> = []

  /// What a thread holds that nobody else waits for.
  enum Held: Hashable { case interrupts, bottomHalves, bits, preemption }

  /// Where a variable lies.
  enum Storage {
    /// In slots of the thread, from this one on.
    case slots(Int32)
    /// In memory, from this location on.
    case memory(Int)
  }

  /// An inlined call.
  struct Frame {
    var number: Int32
    var function: Int
    var storage: [Int: Storage] = [:]
    var returnLabel: Int
    var returnSlot: Int32
    /// The function's labels, by their number there.
    var labels: [Int: Int] = [:]
    /// The arrays in slots and the objects that die at the return.
    var arrays: [(first: Int32, count: Int)] = []
    var objects: [Int32] = []
    /// Whether a condition may have led to the return already.
    var mayHaveReturned = false
    /// What is computed where what it guards is left, the innermost last.
    var guards: [Guard] = []
    /// How many loops are around what is being lowered, and whether jumps may go back to it.
    var loops = 0
    var jumps = false
    /// Parameters by variable, where a function is a part of an expression over a whole state.
    var values: [Int: Int32] = [:]
    /// Where all that it does stands, if it is a part of the language: its call in the file.
    var place: Int?
    /// Whether what is being lowered may run again before the function returns.
    var repeats: Bool { loops > 0 || jumps }
  }

  /// `flagged` are the locals that may be read before they have a value.
  init(
    _ program: Program, flagged: Set<Int> = [], reading: Reading = .standard,
    diagnostics: Diagnostics
  ) {
    (self.program, self.flagged, self.diagnostics) = (program, flagged, diagnostics)
    self.reading = reading
    frame = Frame(number: 0, function: -1, returnLabel: 0, returnSlot: -1)
    asksForSleep =
      program.usesPrimitive {
        if case .deferred(let call, _) = $0 { return call.sleeps }
        if case .allocate = $0 { return true }
        if case .wait(let operation) = $0 { return operation.sleeps }
        if case .handler(let operation, _) = $0 { return operation.maySleep }
        return [.mightSleep, .callbackBarrier, .rcu(.synchronize), .srcu(.synchronize)].contains($0)
      } || program.variables.contains { program.sleeps($0.type) }
  }

  func lower() -> LoweredProgram {
    collectPinned()
    collectContainers()
    findMissingValues()
    layOutGlobals()
    layOutPools()
    layOutReaders()
    layOutHandlers()
    layOutTasks()
    layOutCallbacks()
    layOutDeferred()
    if let initial = program.initial {
      isInitial = true
      let first = Int32(result.slots.count)
      result.initial = lower(thread: 0, function: initial, named: "init")
      result.initialSlots = first..<Int32(result.slots.count)
      result.initialHeld = heldSlots.values.sorted()
      isInitial = false
    }
    for (number, entry) in program.threads.enumerated() {
      var lowered = lower(thread: number, function: entry.function, named: entry.name)
      lowered.isDaemon = entry.isDaemon
      lowered.title = title(of: entry)
      result.threads.append(lowered)
    }
    layOutObjectHeads()
    layOutGraves()
    dropIdleReaders()
    dropWakeful()
    if diagnostics.isEmpty { lowerProperties() }
    findAddresses()
    return result
  }

  private func lower(thread number: Int, function: Int, named name: String) -> LoweredThread {
    (thread, code, frames, labels, isInAtomic, depth) = (number, [], [], [], false, 0)
    conditions = 0
    depthSlot = -1
    heldSlots = [:]
    if asksForSleep {
      depthSlot = takeSlots(
        [.upTo(Int64(FileLimits.nesting))], named: "\(name).atomic-depth", pinned: true)
    }
    firstTracked = Int32(result.slots.count)
    frames.append(
      CallFrame(
        function: program.functions[function].name, caller: -1,
        offset: program.functions[function].offset))
    frame = Frame(number: 0, function: function, returnLabel: newLabel(), returnSlot: -1)
    frame.jumps = program.functions[function].jumps
    addPinned(of: function)
    lowerBody(of: function, program.threads[number]) {
      if !isInitial, let item = program.threads[number].deferred {
        runDeferred(item)
      } else {
        lower(program.functions[function].body ?? [])
      }
      place(frame.returnLabel)
      endFrame()
    }
    emit(Instruction(operation: .end), at: program.functions[function].end)
    resolveLabels()
    if let rewrite = reading.rewrite { code = rewrite(code) }
    IdleJumps.mark(in: &code)
    var lowered = LoweredThread(name: name, code: code, frames: frames)
    guard diagnostics.isEmpty else { return lowered }
    var analysis = SlotAnalysis(
      code, slots: firstTracked..<Int32(result.slots.count), in: result)
    guard let analyzed = analysis.run() else {
      report(.limit, at: program.functions[function].offset, "the thread has too many locals")
      return lowered
    }
    mayLackValues.formUnion(analyzed.mayLackValues)
    (lowered.code, lowered.stops, lowered.clears) = (analyzed.code, analyzed.stops, analyzed.clears)
    lowered.holders = analyzed.holders
    analyzed.apply(to: &result)
    return lowered
  }

  /// Calls are replaced by what the function does; its value is in the slot that is returned.
  ///
  /// Each argument is the nodes of its cells.
  func inline(
    _ number: Int, _ arguments: [[Int32]], isUsed: Bool = true, at offset: Int
  ) -> Int32 {
    let function = program.functions[number]
    depth += 1
    defer { depth -= 1 }
    guard depth <= FileLimits.nesting, frames.count < FileLimits.instructions,
      code.count < FileLimits.instructions
    else {
      report(
        .limit, at: offset,
        depth > FileLimits.nesting
          ? "functions call each other more than \(FileLimits.nesting) deep"
          : "the thread has more than \(FileLimits.instructions) instructions and calls")
      return constant(0)
    }
    let outer = frame
    let returnSlot =
      function.returns == .void
      ? -1 : takeSlots(contents(of: function.returns), named: "\(threadName).\(function.name)")
    frames.append(
      CallFrame(function: function.name, caller: outer.number, offset: outer.place ?? offset))
    frame = Frame(
      number: Int32(frames.count - 1), function: number, returnLabel: newLabel(),
      returnSlot: returnSlot)
    frame.jumps = function.jumps
    frame.place = outer.place ?? (function.isPrelude ? offset : nil)
    frame.mayHaveReturned = isInAtomic && (outer.mayHaveReturned || function.jumps)
    for (parameter, argument) in zip(function.parameters, arguments) {
      declare(parameter, at: offset, isParameter: true)
      assign(argument, to: access(.variable(parameter)), at: offset)
    }
    let body = function.body ?? []
    lower(body)
    if isUsed, returnSlot >= 0, !body.endsWithReturn {
      // Whoever wants the value of a function that returns none finds none.
      emit(Instruction(operation: .check(.uninitialised), value: constant(0)), at: function.end)
    }
    place(frame.returnLabel)
    endFrame()
    frame = outer
    return returnSlot < 0 ? constant(0) : slot(returnSlot)
  }

  /// Ends the lives of the function's locals.
  private func endFrame() {
    let offset = max(0, program.functions[frame.function].end)
    for object in frame.objects { endLife(of: object, at: offset) }
    for array in frame.arrays {
      for index in 0..<array.count { set(array.first + Int32(index), to: constant(0), at: offset) }
    }
  }

  /// Replaces labels by instructions; a jump back by a branch goes by way of a jump of its own,
  /// where a thread can stand.
  private func resolveLabels() {
    func target(_ label: Int32, from index: Int) -> Int32 {
      let place = labels[Int(label)]
      guard Int(place) <= index else { return place }
      var jump = Instruction(operation: .jump, next: place)
      (jump.offset, jump.frame) = (code[index].offset, code[index].frame)
      code.append(jump)
      return Int32(code.count - 1)
    }
    for index in code.indices {
      switch code[index].operation {
      case .jump: code[index].next = labels[Int(code[index].next)]
      case .branch:
        let (next, other) = (code[index].next, code[index].other)
        code[index].next = target(next, from: index)
        code[index].other = target(other, from: index)
      default: break
      }
    }
  }

  func report(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) {
    diagnostics.report(kind, at: offset, message)
  }

  // MARK: - Slots of a thread

  /// Takes slots in a row for numbers of these kinds.
  func takeSlots(_ contents: [Slot.Content], named name: String, pinned: Bool = false) -> Int32 {
    let first = Int32(result.slots.count)
    for content in contents {
      result.slots.append(
        Slot(name: name, content: content, thread: thread, isPinned: pinned))
    }
    return first
  }

  /// A slot for a value between two accesses.
  func temporary(_ type: CType) -> Int32 {
    let slot = takeSlots([content(of: type)], named: "\(threadName).temporary")
    result.slots[Int(slot)].isTemporary = true
    return slot
  }

  var threadName: String {
    thread < program.threads.count ? program.threads[thread].name : "init"
  }

  func content(of type: CType) -> Slot.Content {
    switch type {
    case .integer(let integer): .integer(integer)
    case .pointer: .pointer
    case .object(.atomic(let integer)): .integer(integer)
    case .object(.refcount), .object(.seqcount): .integer(.unsignedInt)
    default: .integer(.long)
    }
  }

  // MARK: - Code

  func emit(_ instruction: Instruction, at offset: Int) {
    if code.count >= FileLimits.instructions {
      return report(
        .limit, at: offset,
        "the thread has more than \(FileLimits.instructions) instructions and calls")
    }
    var instruction = instruction
    instruction.offset = Int32(frame.place ?? offset)
    instruction.frame = frame.number
    if instruction.isStep, isInAtomic { instruction.isStep = false }
    if let kind = kinds[instruction.address] { instruction.kind = kind }
    if ownAddresses.contains(instruction.address) { instruction.isStep = false }
    code.append(instruction)
  }

  func newLabel() -> Int {
    labels.append(-1)
    return labels.count - 1
  }

  func place(_ label: Int) { labels[label] = Int32(code.count) }

  func jump(to label: Int, at offset: Int) {
    emit(Instruction(operation: .jump, next: Int32(label)), at: offset)
  }

  func node(_ node: Node) -> Int32 {
    result.nodes.append(node)
    if node.operation == .load, let kind = kinds[node.a] {
      result.nodes[result.nodes.count - 1].kind = kind
    }
    return Int32(result.nodes.count - 1)
  }

  func constant(_ value: Int64) -> Int32 { node(Node(operation: .constant, value: value)) }
  func slot(_ slot: Int32) -> Int32 { node(Node(operation: .slot, a: slot)) }

  func set(_ target: Int32, to value: Int32, at offset: Int) {
    emit(Instruction(operation: .set, target: target, value: value), at: offset)
  }
}
