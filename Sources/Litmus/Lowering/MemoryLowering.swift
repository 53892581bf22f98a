// Where globals and the kernel's objects lie.
extension Lowering {
  func layOutGlobals() {
    var values: [Int: [Int: Int64]] = [:]
    let freed = program.freedTypes
    for (number, variable) in program.variables.enumerated() where variable.function == nil {
      locationOfGlobal[number] = addObject(
        variable.name, variable.type, thread: nil,
        elements: variable.isPerCPU ? program.cpuNames : nil, at: variable.offset)
      if program.canBeFreed(variable, among: freed) {
        addLife(ofObjectAt: locationOfGlobal[number])
      }
    }
    layOutFunctions()
    for cell in program.initialValues {
      switch cell.value {
      case .number(let value): values[cell.variable, default: [:]][cell.offset] = value
      case .address(let variable, let offset):
        guard let location = locationOfGlobal[variable] else { continue }
        values[cell.variable, default: [:]][cell.offset] = Address.value(of: location + offset)
      case .function(let number):
        values[cell.variable, default: [:]][cell.offset] = address(ofFunction: number)
      }
    }
    for (variable, cells) in values {
      guard let location = locationOfGlobal[variable] else {
        registerValues[variable] = cells[0]
        continue
      }
      for (offset, value) in cells {
        result.slots[Int(result.slotOfLocation[location + offset])].initial = value
      }
    }
  }

  /// Finds out which slots can hold addresses: those of pointers, and those of integers too where
  /// a pointer is made one.
  func findAddresses() {
    var mixes = program.threads.contains { $0.process != nil }
    program.visitExpressions { expression in
      if case .convert(let operand) = expression.kind, operand.type.pointee != nil,
        expression.type.integer != nil
      {
        mixes = true
      }
    }
    for cell in program.initialValues {
      guard case .address = cell.value, let location = locationOfGlobal[cell.variable] else {
        continue
      }
      if result.slots[Int(result.slotOfLocation[location + cell.offset])].content != .pointer {
        mixes = true
      }
    }
    for index in result.slots.indices {
      switch result.slots[index].content {
      case .pointer: result.slots[index].holdsAddresses = true
      case .integer: result.slots[index].holdsAddresses = mixes
      case .upTo, .lock: break
      }
    }
  }

  /// Gives an object its locations and slots; the location behind its end stays empty.
  ///
  /// What a lock keeps for each thread has slots behind that of the lock, and no locations.
  /// `elements` are the names of an array's elements that are no numbers.
  func addObject(
    _ name: String, _ type: CType, thread: Int?, elements: [String]? = nil, at offset: Int
  ) -> Int {
    let base = result.slotOfLocation.count
    var cells: [Slot] = []
    let locksBefore = result.locks.count
    if let elements, case .array(let element, _) = type {
      for part in elements {
        addCells(of: element, named: "\(name)(\(part))", thread: thread, to: &cells)
      }
      if let first = elements.first { result.locationNames[base] = "&\(name)(\(first))" }
    } else {
      addCells(of: type, named: name, thread: thread, to: &cells)
    }
    if result.locks.count > FileLimits.locks, locksBefore <= FileLimits.locks {
      report(
        .limit, at: offset,
        "with '\(name)' there are \(result.locks.count) spinlocks and mutexes, and at most "
          + "\(FileLimits.locks) are followed")
    }
    let number = Int32(result.objects.count)
    let first = Int32(result.slots.count)
    for cell in cells {
      if cell.isLock { result.lockSlots.append(Int32(result.slots.count)) }
      if cell.use != .other {
        result.slotOfLocation.append(Int32(result.slots.count))
        result.objectOfLocation.append(number)
      }
      result.slots.append(cell)
    }
    let size = result.slotOfLocation.count - base
    result.slotOfLocation.append(-1)
    result.objectOfLocation.append(number)
    let count: Int? = if case .array(_, let count) = type { count } else { nil }
    result.objects.append(
      MemoryObject(
        name: name, base: base, size: size, slots: first..<Int32(result.slots.count), count: count,
        lifetime: thread == nil ? .global : .local))
    findContainers(in: type, at: base)
    return base
  }

  /// The cells of a value of the type, with names as traces show them.
  private func addCells(
    of type: CType, named name: String, thread: Int?, to cells: inout [Slot]
  ) {
    func add(_ name: String, _ content: Slot.Content) {
      cells.append(Slot(name: name, content: content, thread: thread))
    }
    let threads = Int64(program.threads.count)
    switch type {
    case .void, .function: break
    case .integer(let integer): add(name, .integer(integer))
    case .pointer: add(name, .pointer)
    case .array(let element, let count):
      for index in 0..<count {
        addCells(of: element, named: "\(name)[\(index)]", thread: thread, to: &cells)
      }
    case .structure(let number):
      for member in program.structures[number].members ?? [] {
        addCells(of: member.type, named: "\(name).\(member.name)", thread: thread, to: &cells)
      }
    case .object(.spinlock), .object(.mutex):
      result.locks.append((name, type == .object(.mutex)))
      add(name, .lock(result.locks.count - 1))
    case .object(.readWriteLock(let sleeps)):
      let first = cells.count
      defer {
        for index in cells.indices[first...] {
          cells[index].use = index == first ? .writer(lock: name, sleeps: sleeps) : .other
        }
      }
      add("\(name).writer", .upTo(threads))
      for entry in program.threads { add("\(name).readers(\(entry.name))", .upTo(1)) }
      for index in cells.indices.suffix(program.threads.count + 1) { cells[index].isLock = true }
      for entry in program.threads { add("\(name).waiting(\(entry.name))", .upTo(1)) }
    case .object(.waiting(let object)):
      add(name, object.content)
      cells[cells.count - 1].use = .waiting(object, of: thread ?? -1)
    case .object(.seqcount), .object(.refcount): add(name, .integer(.unsignedInt))
    case .object(.atomic(let integer)): add(name, .integer(integer))
    case .object(.srcu):
      let first = cells.count
      defer {
        for index in cells.indices[first...] {
          cells[index].use = index == first ? .reader(domain: name) : .other
        }
      }
      for entry in program.threads {
        add("\(name).readers(\(entry.name))", .upTo(1 << Int64(Self.readersInside) - 1))
        cells[cells.count - 1].readers = result.readerObjects
      }
      if program.threads.isEmpty { add(name, .upTo(1)) }
      result.readerObjects += 1
    }
  }

  /// How often a thread can be inside the readers of one `struct srcu_struct` at once.
  static let readersInside = 4

  /// Adds the cells that readers under RCU and those who wait for them need.
  func layOutReaders() {
    let waits = program.usesPrimitive { $0 == .rcu(.synchronize) || $0 == .srcu(.synchronize) }
    let reads = program.usesPrimitive { $0 == .rcu(.enter) || $0 == .rcu(.leave) }
    let onObjects = program.usesPrimitive { $0 == .srcu(.synchronize) }
    if onObjects, program.threads.count * Self.readersInside > 64 {
      report(
        .limit, at: program.functions.first?.offset ?? 0,
        "a file that waits for readers of SRCU has at most \(64 / Self.readersInside) threads")
    }
    for (number, entry) in program.threads.enumerated() {
      func add(_ name: String, _ content: Slot.Content) -> Int32 {
        result.slots.append(Slot(name: "\(entry.name).\(name)", content: content, thread: number))
        return Int32(result.slots.count - 1)
      }
      result.rcuDepth.append(reads ? add("rcu", .integer(.unsignedInt)) : -1)
      // A mask of all threads fits, with 64 of them too; of SRCU's readers, of each thread's.
      result.rcuWaits.append(waits ? add("waits-for", .integer(.unsignedLong)) : -1)
      result.rcuWaitsOn.append(onObjects ? add("waits-on", .pointer) : -1)
    }
  }

  /// Threads that never wait for readers, or never read, need no cells for it.
  func dropIdleReaders() {
    for number in result.threads.indices {
      var operations = Set(result.threads[number].code.map(\.operation))
      // 'init' reads and waits in the place of the first thread.
      if number == 0 { operations.formUnion(result.initial?.code.map(\.operation) ?? []) }
      func drop(_ slot: Int32) -> Int32 {
        if slot >= 0 { result.slots[Int(slot)].isUnused = true }
        return -1
      }
      if operations.isDisjoint(with: [.rcuNote, .srcuNote]) {
        result.rcuWaits[number] = drop(result.rcuWaits[number])
      }
      if !operations.contains(.srcuNote) {
        result.rcuWaitsOn[number] = drop(result.rcuWaitsOn[number])
      }
      if operations.isDisjoint(with: [.rcuEnter, .rcuLeave]) {
        result.rcuDepth[number] = drop(result.rcuDepth[number])
      }
    }
  }
}
