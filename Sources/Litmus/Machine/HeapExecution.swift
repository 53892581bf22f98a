/// Where an object lies and how it ends, in a form that nobody counts references to.
struct ObjectLife {
  enum Kind: UInt8 {
    case global, freeable, local, pooled, grave
  }

  var kind: Kind
  /// Its first location, and how many cells it has.
  var base: Int32
  var size: Int32
  /// How many locations lie behind its end.
  var containers: Int32
  private var firstSlot: Int32
  private var endSlot: Int32
  /// The slot of its ``LifeStage``; -1 if it has none.
  var life: Int32
  /// The first location of its grave; -1 if it has none.
  var grave: Int32
  /// The object whose grave it is; -1 if it is none.
  var dead: Int32 = -1

  init(_ object: MemoryObject) {
    switch object.lifetime {
    case .global: kind = .global
    case .freeable: kind = .freeable
    case .local: kind = .local
    case .pooled: kind = .pooled
    case .grave(let number): (kind, dead) = (.grave, Int32(number))
    }
    (base, size) = (Int32(object.base), Int32(object.size))
    containers = Int32(object.containers)
    (firstSlot, endSlot) = (object.slots.lowerBound, object.slots.upperBound)
    (life, grave) = (object.life, Int32(object.grave))
  }

  /// Its slots, among them those of its locks that have no address.
  var slots: Range<Int32> { firstSlot..<endSlot }
}

// How objects begin and end.
extension Executor {
  /// Gives an object that was never used, or else one that was freed.
  mutating func allocate(_ instruction: Instruction, _ allocation: Instruction.Allocation) {
    let flags = evaluator.value(instruction.value)
    if evaluator.fault != nil { return }
    if flags & AllocationFlags.directReclaim != 0, sleepsInAtomic(instruction) { return }
    let mayFail = allocation.mayFail && flags & AllocationFlags.noFail == 0
    let pool = image.pools[Int(allocation.pool)]
    guard
      let object = object(of: pool, at: .unused) ?? object(of: pool, at: .freed)
    else { return mayFail ? finish(instruction, 0) : fail(.pool) }
    if mayFail {
      hasMore = choice == 0
      if choice > 0 { return finish(instruction, 0) }
    }
    memory.write(object.life, LifeStage.alive.rawValue)
    if !allocation.isZeroed, flags & AllocationFlags.zero == 0 {
      for slot in object.slots where image.startsEmpty[Int(slot)] {
        memory.write(slot, Address.noValue)
      }
    }
    finish(instruction, Address.value(of: Int(object.base)))
  }

  /// The first object of a pool that stands at a stage of its life.
  private func object(
    of pool: (first: Int32, count: Int32), at stage: LifeStage
  ) -> ObjectLife? {
    for number in pool.first..<pool.first + pool.count {
      let object = image.lives[Int(number)]
      if memory.read(object.life) == stage.rawValue { return object }
    }
    return nil
  }

  /// Ends the life of an object: its cells are as at the start, and addresses of it lead to its
  /// grave.
  mutating func end(_ object: ObjectLife) {
    for slot in object.slots {
      let lock = image.lockOfSlot[Int(slot)]
      if lock >= 0 {
        if !memory.isFree(lock: lock) { fail(.lockMisuse) }
      } else {
        memory.clear(slot)
      }
    }
    guard object.grave >= 0 else { return }
    let first = Address.value(of: Int(object.base))
    memory.bury(
      first...first + Int64(object.size + object.containers), by: Int64(object.grave - object.base),
      thread: thread)
  }

  /// Frees the object that an address is the start of; NULL is none.
  mutating func free(_ instruction: Instruction) {
    let address = evaluator.value(instruction.address)
    if evaluator.fault != nil || address == 0 { return }
    let location = address &- Address.base
    guard location >= 0, location < Int64(image.locationCount) else { return fail(.wild) }
    if location == Int64(Address.noValueLocation) { return fail(.uninitialised) }
    let number = image.objectOfLocation[Int(location)]
    guard number >= 0 else { return fail(.wild) }
    let object = image.lives[Int(number)]
    guard Int64(object.base) == location else { return fail(.wild) }
    switch object.kind {
    case .global, .local: fail(.wild)
    case .grave: fail(image.lives[Int(object.dead)].kind == .local ? .wild : .doubleFree)
    case .freeable, .pooled:
      if memory.read(object.life) != LifeStage.alive.rawValue { return fail(.doubleFree) }
      requireIdle(object)
      if evaluator.fault != nil { return }
      end(object)
      memory.write(object.life, LifeStage.freed.rawValue)
    }
  }

  /// Nobody may hold a lock in an object that ends, or read in it.
  private mutating func requireIdle(_ object: ObjectLife) {
    for slot in object.slots {
      guard let breach = Finding(rawValue: image.breaches[Int(slot)]) else { continue }
      if memory.read(slot) != 0 { fail(breach) }
    }
  }
}
