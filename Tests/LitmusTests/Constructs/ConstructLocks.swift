// Locks.
extension BruteForce.Run {
  func disable(_ context: BruteForce.Context) throws {
    switch context {
    case .none: break
    case .interrupts: _ = try interrupt(.interruptsOff)
    case .saved: _ = try interrupt(.interruptsSave)
    case .halves: _ = try interrupt(.halvesOff)
    }
  }

  func enable(_ context: BruteForce.Context) throws {
    switch context {
    case .none: break
    case .interrupts: _ = try interrupt(.interruptsOn)
    case .saved: _ = try interrupt(.interruptsRestore)
    case .halves: _ = try interrupt(.halvesOn)
    }
  }

  func lock(_ call: BruteForce.Call) throws -> Cell {
    let (me, engine) = (me, engine)
    switch call {
    case .lock(let place, let kind, let context):
      let target = try target(place)
      try disable(context)
      return try modify(target) { cell, world in
        guard case .owner(let owner) = cell else { throw Fault(id: "wild") }
        if owner == me { throw Fault(id: "lock-misuse") }
        if kind == .mutex, engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
        if owner != nil { return nil }
        if kind == .spinlock { world.machines[me].spins += 1 }
        cell = .owner(me)
        return Self.done
      }
    case .tryLock(let place, let kind):
      return try modify(try target(place)) { cell, world in
        guard case .owner(let owner) = cell else { throw Fault(id: "wild") }
        if owner != nil { return Self.done }
        if kind == .spinlock { world.machines[me].spins += 1 }
        cell = .owner(me)
        return .number(1)
      }
    case .unlock(let place, let kind, let context):
      let target = try target(place)
      _ = try modify(target) { cell, world in
        guard case .owner(me) = cell else { throw Fault(id: "lock-misuse") }
        if kind == .spinlock { world.machines[me].spins -= 1 }
        cell = .owner(nil)
        return Self.done
      }
      if kind == .mutex { try lookAgain(place, target) }
      try enable(context)
      return Self.done
    case .readLock(let place, let kind):
      return try modify(try target(place)) { cell, world in
        guard case .readWrite(let writer, var readers, let waiting) = cell else {
          throw Fault(id: "wild")
        }
        if writer == me || readers.contains(me) { throw Fault(id: "lock-misuse") }
        if kind == .rwsem, engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
        // Interrupts, hard and soft, do not stand behind those who wait to write.
        let passes = engine.isAtomicByRole(me) || engine.mutation == .readersPass
        if writer != nil || !waiting.isEmpty && !passes { return nil }
        readers.insert(me)
        if kind == .rwlock { world.machines[me].spins += 1 }
        cell = .readWrite(writer: nil, readers: readers, waiting: waiting)
        return Self.done
      }
    case .readUnlock(let place, let kind):
      let target = try target(place)
      _ = try modify(target) { cell, world in
        guard case .readWrite(let writer, var readers, let waiting) = cell,
          readers.remove(me) != nil
        else { throw Fault(id: "lock-misuse") }
        if kind == .rwlock { world.machines[me].spins -= 1 }
        cell = .readWrite(writer: writer, readers: readers, waiting: waiting)
        return Self.done
      }
      if kind == .rwsem { try lookAgain(place, target) }
      return Self.done
    case .writeLock(let place, let kind):
      let target = try target(place)
      func take(_ cell: inout Cell, _ world: inout World, _ first: Bool) throws -> Cell? {
        guard case .readWrite(let writer, let readers, var waiting) = cell else {
          throw Fault(id: "wild")
        }
        if first {
          if writer == me || readers.contains(me) { throw Fault(id: "lock-misuse") }
          if kind == .rwsem, engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
        }
        let isFree = writer == nil && readers.isEmpty
        if !isFree {
          if !first { return nil }
          waiting.insert(me)
          cell = .readWrite(writer: writer, readers: readers, waiting: waiting)
          return Self.done
        }
        waiting.remove(me)
        if kind == .rwlock { world.machines[me].spins += 1 }
        cell = .readWrite(writer: me, readers: [], waiting: waiting)
        return .number(1)
      }
      if try modify(target, { try take(&$0, &$1, true) }).isTrue { return Self.done }
      return try modify(target) { try take(&$0, &$1, false) }
    case .writeUnlock(let place, let kind):
      let target = try target(place)
      _ = try modify(target) { cell, world in
        guard case .readWrite(writer: me, _, let waiting) = cell else {
          throw Fault(id: "lock-misuse")
        }
        if kind == .rwlock { world.machines[me].spins -= 1 }
        cell = .readWrite(writer: nil, readers: [], waiting: waiting)
        return Self.done
      }
      if kind == .rwsem { try lookAgain(place, target) }
      return Self.done
    default: fatalError("no lock")
    }
  }

  /// Touches a lock once more where somebody may have freed it.
  func lookAgain(_ place: BruteForce.Place, _ target: Target) throws {
    if case .variable = place { return }
    if engine.mutation == .mutexIsReleasedOnce { return }
    try change { [engine] world in
      _ = try engine.find(target, in: world)
      return Self.done
    }
  }
}
