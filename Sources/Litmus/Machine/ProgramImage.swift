internal import Scheduler

/// What all threads of a program share while they run, in memory that nobody counts references to.
///
/// It does not change once it is made; whoever runs instructions keeps it alive.
final class ProgramImage: @unchecked Sendable {
  let program: LoweredProgram
  /// By thread: its instructions.
  private let codes: UnsafeMutablePointer<UnsafeMutablePointer<Instruction>>
  let nodes: UnsafeMutablePointer<Node>
  let slotOfLocation: UnsafeMutablePointer<Int32>
  let objectOfLocation: UnsafeMutablePointer<Int32>
  /// By location: how many cells of its object lie before the object's end.
  let roomAtLocation: UnsafeMutablePointer<Int32>
  let locationCount: Int
  /// By slot: the engine's lock that it is; -1 for others.
  let lockOfSlot: UnsafeMutablePointer<Int32>
  /// By slot: how wide its numbers are.
  let types: UnsafeMutablePointer<IntegerType>
  /// By slot: what it is.
  let kinds: UnsafeMutablePointer<CellKind>
  /// The slots of locks that the engine does not know.
  let lockSlots: UnsafeMutablePointer<Int32>
  let lockSlotCount: Int
  /// By slot: whether it is a variable with an address, and no part of a lock.
  let isData: UnsafeMutablePointer<Bool>
  /// By object: where it lies, and how it ends.
  let lives: UnsafeMutablePointer<ObjectLife>
  /// By slot: the one that says whether its object has been freed; -1 where no slot need be asked.
  let lifeOfSlot: UnsafeMutablePointer<Int32>
  /// Whether any slot has such a one.
  let hasLives: Bool
  /// By slot: the code of what is found where its object ends while it is not 0; 0 if nothing is.
  let breaches: UnsafeMutablePointer<UInt8>
  /// By slot: whether it has no value at first in an object that is allocated.
  let startsEmpty: UnsafeMutablePointer<Bool>
  /// By pool: the number of its first object, and how many it has.
  let pools: UnsafeMutablePointer<(first: Int32, count: Int32)>
  private let firstGrave: Int64
  /// By machine: what a handler is started by, and what whoever can be interrupted looks at.
  let handlers: UnsafeMutablePointer<HandlerSlots>
  let gates: UnsafeMutablePointer<Gate>
  /// By machine: the slot that says what runs in the place of a thread; -1 if nothing can.
  let interrupted: UnsafeMutablePointer<Int32>
  let containers: Containers
  let threadCount: Int
  /// Where the places of threads in queues are kept.
  let entries: UnsafeMutablePointer<WaitEntry>
  let entryCount: Int
  /// By thread; -1 where it has none.
  let taskStates: UnsafeMutablePointer<Int32>
  let ownEntries: UnsafeMutablePointer<Int32>
  let (rcuDepth, rcuWaits, rcuWaitsOn): ([Int32], [Int32], [Int32])

  init(_ program: LoweredProgram) {
    self.program = program
    codes = Self.copy(program.threads.map { Self.copy($0.code) })
    nodes = Self.copy(program.nodes)
    slotOfLocation = Self.copy(program.slotOfLocation)
    objectOfLocation = Self.copy(program.objectOfLocation)
    roomAtLocation = Self.copy(program.objectOfLocation.indices.map { program.room(at: $0) })
    locationCount = program.slotOfLocation.count
    lockOfSlot = Self.copy(
      program.slots.map { slot in
        if case .lock(let number) = slot.content { return Int32(number) }
        return -1
      })
    types = Self.copy(
      program.slots.map { slot in
        if case .integer(let type) = slot.content { return type }
        return .long
      })
    kinds = Self.copy(program.slots.map { CellKind($0, in: program) })
    lockSlots = Self.copy(program.lockSlots)
    lockSlotCount = program.lockSlots.count
    var data = Array(repeating: false, count: program.slots.count)
    for slot in program.slotOfLocation where slot >= 0 {
      data[Int(slot)] = program.slots[Int(slot)].isData
    }
    isData = Self.copy(data)
    lives = Self.copy(program.objects.map(ObjectLife.init))
    lifeOfSlot = Self.copy(program.slots.map(\.life))
    hasLives = program.slots.contains { $0.life >= 0 }
    breaches = Self.copy(program.slots.map { $0.breach?.rawValue ?? 0 })
    startsEmpty = Self.copy(program.slots.map(\.startsEmpty))
    pools = Self.copy(program.pools.map { (Int32($0.first), Int32($0.count)) })
    firstGrave = Int64(program.firstGrave)
    handlers = Self.copy(program.handlers)
    gates = Self.copy(program.threads.indices.map { Gate(of: $0, in: program) })
    interrupted = Self.copy(program.processors.map(\.interrupted))
    containers = Containers(program)
    threadCount = program.threads.count
    let places = program.slots.indices.compactMap { number -> WaitEntry? in
      guard case .waiting(.entry, let thread) = program.slots[number].use,
        !program.slots[number].isUnused
      else { return nil }
      return WaitEntry(slot: Int32(number), thread: Int32(thread))
    }
    (entries, entryCount) = (Self.copy(places), places.count)
    func byThread(_ slots: [Int32]) -> UnsafeMutablePointer<Int32> {
      Self.copy(
        program.threads.indices.map { slots.indices.contains($0) ? slots[$0] : -1 })
    }
    (taskStates, ownEntries) = (byThread(program.taskStates), byThread(program.ownEntries))
    (rcuDepth, rcuWaits, rcuWaitsOn) = (program.rcuDepth, program.rcuWaits, program.rcuWaitsOn)
  }

  /// Numbers and the like in memory that whoever asks must give back.
  static func copy<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    return memory
  }

  /// Whether a thread's state is none in which it runs.
  func isAsleep(_ thread: Int, _ memory: some MachineMemory) -> Bool {
    taskStates[thread] >= 0 && memory.read(taskStates[thread]) != TaskState.running
  }

  /// The instructions of a thread.
  func code(of thread: Int) -> UnsafeMutablePointer<Instruction> { codes[thread] }

  /// The slot that an address leads to; -1 and what is wrong with it if it leads to none.
  func slot(at address: Int64) -> (slot: Int32, fault: Finding?) {
    let location = address &- Address.base
    guard location >= 0, location < Int64(locationCount) else {
      return (-1, address == 0 || Address.isPartOfNull(address) ? .null : .wild)
    }
    let slot = slotOfLocation[Int(location)]
    if slot >= 0 { return (slot, nil) }
    return (-1, (Nowhere(rawValue: slot) ?? .outside).fault)
  }

  /// Where an address leads, or led: that of an object which has been freed is still where its
  /// cells are, and may be another's by now.
  func place(of address: Int64) -> Int64 {
    let location = address &- Address.base
    guard location >= firstGrave, location < Int64(locationCount) else { return address }
    let grave = lives[Int(objectOfLocation[Int(location)])]
    if grave.dead < 0 { return address }
    let dead = lives[Int(grave.dead)]
    return dead.kind == .pooled ? address - Int64(grave.base - dead.base) : address
  }

  /// Whether a slot is what an access takes it for, but for a sign.
  func isAccessed(_ slot: Int32, as kind: CellKind) -> Bool {
    kinds[Int(slot)].isAccessed(as: kind)
  }

  /// What an access finds in a slot that holds a number with a sign, or without, and is taken for
  /// the other.
  func read(_ value: Int64, from slot: Int32, as kind: CellKind) -> Int64 {
    if kinds[Int(slot)] == kind || value == Address.noValue { return value }
    return kind.integer?.wrap(value) ?? value
  }

  /// What such a slot holds after an access has written to it.
  func written(_ value: Int64, to slot: Int32, as kind: CellKind) -> Int64 {
    if kind == .any || kinds[Int(slot)] == kind || value == Address.noValue { return value }
    return kinds[Int(slot)].integer?.wrap(value) ?? value
  }

  /// The address of what lies so many cells behind an address, in the same object or just behind
  /// its end.
  ///
  /// A part of what NULL points to leads nowhere either.
  @inline(__always) func part(of address: Int64, at cells: Int64) -> (
    address: Int64, fault: Finding?
  ) {
    let location = address &- Address.base
    guard UInt64(bitPattern: location) < UInt64(bitPattern: Int64(locationCount)) else {
      return (besideMemory(address, cells), nil)
    }
    if location <= Int64(Address.noValueLocation) { return (address, nil) }
    if cells > Int64(roomAtLocation[Int(location)]) {
      return containers.part(of: location, at: cells, self)
    }
    return (address &+ cells, nil)
  }

  /// The address of the container of a member, whatever lies there; NULL's is nowhere.
  func container(of address: Int64, _ kind: Int) -> (address: Int64, fault: Finding?) {
    let location = address &- Address.base
    let isLocation = UInt64(bitPattern: location) < UInt64(bitPattern: Int64(locationCount))
    if isLocation, location <= Int64(Address.noValueLocation) { return (address, nil) }
    if let found = containers.container(of: isLocation ? location : address == 0 ? 0 : -1, kind) {
      return (found, nil)
    }
    return moved(address, by: -containers.distance(kind))
  }

  /// What lies so many cells from what is no address: parts of what NULL points to stay such.
  func besideMemory(_ address: Int64, _ cells: Int64) -> Int64 {
    if address == 0 { return cells == 0 ? 0 : Address.nullParts &+ cells }
    let target = address &+ cells
    return target == Address.nullParts ? 0 : target
  }

  /// The address so many cells further, which must be in the same object or just behind its end.
  func moved(_ address: Int64, by cells: Int64) -> (address: Int64, fault: Finding?) {
    if cells == 0 { return (address, nil) }
    let target = address &+ cells
    let (from, to) = (address &- Address.base, target &- Address.base)
    let range = 1..<Int64(locationCount)
    guard range.contains(from) else {
      return (besideMemory(address, cells), nil)
    }
    // Functions, and containers that are not there, have nothing around them.
    guard range.contains(to), objectOfLocation[Int(from)] == objectOfLocation[Int(to)],
      objectOfLocation[Int(from)] >= 0, roomAtLocation[Int(from)] >= 0,
      roomAtLocation[Int(to)] >= 0
    else { return (0, .outOfBounds) }
    return (target, nil)
  }

  deinit {
    for thread in program.threads.indices { codes[thread].deallocate() }
    codes.deallocate()
    nodes.deallocate()
    slotOfLocation.deallocate()
    objectOfLocation.deallocate()
    roomAtLocation.deallocate()
    lockOfSlot.deallocate()
    types.deallocate()
    kinds.deallocate()
    lockSlots.deallocate()
    isData.deallocate()
    lives.deallocate()
    lifeOfSlot.deallocate()
    breaches.deallocate()
    startsEmpty.deallocate()
    pools.deallocate()
    handlers.deallocate()
    gates.deallocate()
    interrupted.deallocate()
    entries.deallocate()
    taskStates.deallocate()
    ownEntries.deallocate()
  }
}
