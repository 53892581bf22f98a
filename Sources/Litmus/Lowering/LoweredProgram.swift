/// A program as instructions over slots.
struct LoweredProgram {
  var slots: [Slot] = []
  var objects: [MemoryObject] = []
  var pools: [LoweredPool] = []
  /// By location: its slot; -1 where no cell is, as at the first, which is nobody's, at the one
  /// that means something of its own, and in graves.
  var slotOfLocation: [Int32] = [Nowhere.noValue.rawValue, Nowhere.noValue.rawValue]
  /// By location: its object, also just behind the object's end; -1 elsewhere.
  var objectOfLocation: [Int32] = [-1, -1]
  /// The first location of the graves, which come last.
  var firstGrave = Int.max
  /// By location where no data lies: what its address is called.
  var locationNames: [Int: String] = [:]
  /// What pointers are called that are no addresses, where the language itself makes them.
  var numberNames: [Int64: String] = [:]
  /// What `container_of` makes of addresses, by the number that nodes have for it.
  var containers: [ContainerTable] = []
  /// By location that stands for a container: the member that it was made of.
  var members: [Int: ContainedMember] = [:]
  var nodes: [Node] = []
  var threads: [LoweredThread] = []
  /// What runs before the threads, once.
  var initial: LoweredThread?
  /// The slots of what `init` has disabled or locked, which are 0 when it gives all of it back.
  var initialHeld: [Int32] = []
  /// The slots of `init` alone.
  var initialSlots: Range<Int32> = 0..<0
  /// The names and kinds of the locks that the engine knows.
  var locks: [(name: String, sleeps: Bool)] = []
  /// The slots of other locks, which are 0 while nobody holds them.
  var lockSlots: [Int32] = []
  var properties: [LoweredProperty] = []
  /// The node of the condition's proposition, under the filter; -1 without one.
  var question: Int32 = -1
  var filter: Int32 = -1
  /// What is shown of a final state: names and nodes.
  var shown: [(name: String, node: Int32)] = []
  /// By thread: the slot of how deep it reads under RCU; -1 if nobody waits for readers.
  var rcuDepth: [Int32] = []
  /// How many objects have readers of their own under SRCU.
  var readerObjects = 0
  /// By thread: the slots of the readers it waits for, and of the location of what they read.
  var rcuWaits: [Int32] = []
  var rcuWaitsOn: [Int32] = []
  /// By machine: what a handler is started by; that of a thread is none.
  var handlers: [HandlerSlots] = []
  /// By machine: what is known of the processor of a thread that is interrupted.
  var processors: [ProcessorSlots] = []
  /// By thread, where threads may sleep: the slot of its state, and that of its own place in a
  /// queue; -1 where it never sleeps, or only by places that it declares.
  var taskStates: [Int32] = []
  var ownEntries: [Int32] = []
  /// By thread, where threads are values: the location that it has.
  var tasks: [Int] = []
  /// What nodes are called where something goes wrong: the places that values were read from.
  var valueNames: [Int32: String] = [:]
  /// The nodes among those whose values an instruction has read from memory.
  var readNodes: Set<Int32> = []
  /// By the node of an address: the place that is accessed there, as it is written.
  var placeNames: [Int32: String] = [:]
}

/// What lies at a location that has no slot; the raw value stands in the place of one.
enum Nowhere: Int32 {
  /// Nothing of the object: it is behind its end.
  case outside = -1
  /// A function, whose code is no data.
  case function = -2
  /// The container of a member that is in no such container, as is the head of a list.
  case noContainer = -3
  /// The container of a member that is NULL.
  case containerOfNull = -4
  /// What is no more, or what has not been given a value.
  case dead = -5
  case noValue = -6

  /// What is wrong with an access there.
  var fault: Finding {
    switch self {
    case .outside: .outOfBounds
    case .function, .noContainer: .wild
    case .containerOfNull: .null
    case .dead: .useAfterFree
    case .noValue: .uninitialised
    }
  }
}

extension LoweredProgram {
  /// The object that an address leads to, or just behind.
  func object(at address: Int64) -> MemoryObject? {
    guard Address.isAddress(address) else { return nil }
    let location = Int(address - Address.base)
    guard location < objectOfLocation.count, objectOfLocation[location] >= 0 else { return nil }
    return objects[Int(objectOfLocation[location])]
  }

  /// How many cells of the object at a location lie before the object's end.
  func room(at location: Int) -> Int32 {
    guard location < objectOfLocation.count, objectOfLocation[location] >= 0 else { return 0 }
    let object = objects[Int(objectOfLocation[location])]
    return max(-1, Int32(object.base + object.size - location))
  }

  /// The address of what lies so many cells behind an address; nil unless that is in the same
  /// object or just behind its end.
  func part(of address: Int64, at cells: Int64) -> Int64? {
    guard Address.isAddress(address), cells >= 0 else { return nil }
    return cells <= Int64(room(at: Int(address - Address.base))) ? address + cells : nil
  }

  /// Whether a number is the address of something that may come to its end before the program, so
  /// that the number may become another.
  ///
  /// A global keeps its address when it is freed.
  func canDie(at value: Int64) -> Bool {
    guard Address.isAddress(value) else { return false }
    let location = Int(value - Address.base)
    guard location < objectOfLocation.count, objectOfLocation[location] >= 0 else {
      // Functions are there from the start to the end.
      return location >= slotOfLocation.count
        || slotOfLocation[location] != Nowhere.function.rawValue
    }
    let object = objects[Int(objectOfLocation[location])]
    return slotOfLocation[object.base..<object.base + object.size].contains {
      $0 < 0 || slots[Int($0)].thread != nil
    }
  }
}

/// What objects are allocated from: objects whose numbers follow each other.
struct LoweredPool {
  /// The structure, by its number in the program.
  var structure: Int
  /// The number of the first object.
  var first: Int
  var count: Int
  var mayFail: Bool
}

/// A thread's instructions.
struct LoweredThread {
  var name: String
  /// What it is, as the file says it, unless it is a thread: `irq tick on cpu0`.
  var title: String?
  /// Whether it need not end.
  var isDaemon = false
  var code: [Instruction] = []
  /// The inlined calls; the first is the thread itself.
  var frames: [CallFrame] = []
  /// The instructions where a thread can stand between steps, in order.
  var stops: [Int32] = []
  /// By stop: the slots that are cleared on the way to it.
  var clears: [[Int32]] = []

  /// By stop, of the slots that several locals share: the slot of the local that is there.
  var holders: [[Int32: Int32]] = []

  /// Whether the thread can come back to where it was.
  var hasLoop: Bool {
    code.indices.contains { code[$0].operation == .jump && Int(code[$0].next) <= $0 }
  }
}

/// A call of a function, which is inlined.
struct CallFrame {
  var function: String
  /// The frame of its caller; -1 if it is the thread itself.
  var caller: Int32
  /// Where the file calls it.
  var offset: Int
}

/// A property as a node that looks at memory.
struct LoweredProperty {
  var kind: PropertySyntax.Kind
  var name: String
  var text: String
  var node: Int32
}
