internal import Scheduler

/// What all threads of a program share while they run, in memory that nobody counts references to.
///
/// It does not change once it is made; whoever runs instructions keeps it alive.
final class ProgramImage: @unchecked Sendable {
  let program: LoweredProgram
  let nodes: UnsafeMutablePointer<Node>
  let slotOfLocation: UnsafeMutablePointer<Int32>
  let objectOfLocation: UnsafeMutablePointer<Int32>
  let locationCount: Int
  /// By slot: the engine's lock that it is; -1 for others.
  let lockOfSlot: UnsafeMutablePointer<Int32>
  /// By slot: how wide its numbers are.
  let types: UnsafeMutablePointer<IntegerType>
  /// By slot: whether it is a variable with an address, and no part of a lock.
  let isData: UnsafeMutablePointer<Bool>
  let objects: [MemoryObject]
  let threadCount: Int
  let (rcuDepth, rcuWaits, rcuWaitsOn): ([Int32], [Int32], [Int32])

  init(_ program: LoweredProgram) {
    self.program = program
    func copy<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
      let memory = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
      memory.initialize(from: values, count: values.count)
      return memory
    }
    nodes = copy(program.nodes)
    slotOfLocation = copy(program.slotOfLocation)
    objectOfLocation = copy(program.objectOfLocation)
    locationCount = program.slotOfLocation.count
    lockOfSlot = copy(
      program.slots.map { slot in
        if case .lock(let number) = slot.content { return Int32(number) }
        return -1
      })
    types = copy(
      program.slots.map { slot in
        if case .integer(let type) = slot.content { return type }
        return .long
      })
    var data = Array(repeating: false, count: program.slots.count)
    for slot in program.slotOfLocation where slot >= 0 {
      data[Int(slot)] = program.slots[Int(slot)].isData
    }
    isData = copy(data)
    objects = program.objects
    threadCount = program.threads.count
    (rcuDepth, rcuWaits, rcuWaitsOn) = (program.rcuDepth, program.rcuWaits, program.rcuWaitsOn)
  }

  deinit {
    nodes.deallocate()
    slotOfLocation.deallocate()
    objectOfLocation.deallocate()
    lockOfSlot.deallocate()
    types.deallocate()
    isData.deallocate()
  }
}
