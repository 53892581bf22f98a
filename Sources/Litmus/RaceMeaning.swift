internal import Scheduler

/// What a program means, as a number: that of its instructions, start values, threads and
/// properties.
///
/// Comments, formatting, line numbers and the names of variables and functions change nothing.
/// Schedules are bound to it, so that a token is good for as long as its program is the same.
struct RaceMeaning {
  private var hash = StableHash()

  /// Sixteen hex digits for a program whose threads stand at `start`, and what else is asked of
  /// it.
  static func digits(of program: LoweredProgram, _ start: StartState, asking: [String]) -> String {
    var meaning = RaceMeaning()
    for number in program.slots.indices {
      meaning.add(program.slots[number], start.values[number])
    }
    for object in program.objects {
      switch object.lifetime {
      // They are as the objects are whose graves they are.
      case .grave: continue
      case .global, .local: break
      case .freeable, .pooled: meaning.hash.add("\(object.lifetime)")
      }
      meaning.add(object.base, object.size)
    }
    for pool in program.pools { meaning.add(pool.first, pool.count) }
    for node in program.nodes { meaning.add(node) }
    for table in program.containers { meaning.add(table.distance) }
    for lock in program.locks { meaning.hash.add(lock.sleeps ? "sleeps" : "spins") }
    for (number, thread) in program.threads.enumerated() {
      meaning.hash.add(thread.name)
      if thread.isDaemon { meaning.hash.add("daemon") }
      if program.handlers[number].isHandler { meaning.hash.add("\(program.handlers[number])") }
      meaning.add(Int(start.starts[number]), thread.stops.count)
      for instruction in thread.code { meaning.add(instruction) }
    }
    for property in program.properties {
      meaning.hash.add("\(property.kind) \(property.name)")
      meaning.add(Int(property.node))
    }
    for text in asking { meaning.hash.add(text) }
    meaning.add(Int(program.question), Int(program.filter))
    for slots in [
      program.rcuDepth, program.rcuWaits, program.rcuWaitsOn, program.taskStates,
      program.ownEntries,
    ] {
      for slot in slots { meaning.add(Int(slot)) }
    }
    return hexDigits(meaning.hash.value)
  }

  private static func hexDigits(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// A number that says which location an address is of, whatever number an address is.
  private static func number(_ value: Int64) -> Int {
    Int(Address.isAddress(value) ? value - Address.base + 0x5AFE_0000 : value)
  }

  private mutating func add(_ numbers: Int...) {
    for number in numbers { hash.add(UInt64(bitPattern: Int64(number))) }
  }

  private mutating func add(_ slot: Slot, _ value: Int64) {
    hash.add("\(slot.content)")
    if slot.startsEmpty { hash.add("empty") }
    add(slot.thread ?? -1, Self.number(value), slot.isUnused ? 1 : 0)
  }

  private mutating func add(_ node: Node) {
    hash.add("\(node.operation) \(node.binary) \(node.type)")
    add(Int(node.a), Int(node.b), Int(node.c), Self.number(node.value))
    if node.endsBehind { hash.add("behind") }
  }

  private mutating func add(_ instruction: Instruction) {
    hash.add("\(instruction.operation) \(instruction.isStep) \(instruction.isMarked)")
    add(
      Int(instruction.target), Int(instruction.address), Int(instruction.value),
      Int(instruction.second), Int(instruction.next), Int(instruction.other),
      Int(instruction.limit), Int(instruction.depthSlot))
  }
}
