// What the functions of the kernel do.
extension BruteForce.Run {
  typealias Cell = BruteForce.Cell
  typealias World = BruteForce.World
  typealias Fault = BruteForce.Fault

  static let done = Cell.number(0)

  func flag(_ value: Bool) -> Cell { .number(value ? 1 : 0) }

  func call(_ call: BruteForce.Call) throws -> Cell {
    switch call {
    case .lock, .unlock, .tryLock, .readLock, .readUnlock, .writeLock, .writeUnlock:
      return try lock(call)
    case .exchange, .compareExchange, .increment, .decrementAndTest, .atomicRead,
      .refcountIncrement, .refcountIncrementNotZero, .refcountDecrementAndTest, .refcountSet:
      return try modify(call)
    case .allocate(let isZeroed, let mayNotSleep):
      let (engine, me) = (engine, me)
      return try make { try engine.allocate(me, isZeroed, mayNotSleep, $0) }
    case .free(let pointer):
      let (cell, engine) = (try value(pointer), engine)
      return try change { world in
        try engine.free(cell, in: &world)
        return Self.done
      }
    case .readerEnters, .readerLeaves, .synchronize, .callback, .barrier, .srcuEnters,
      .srcuLeaves, .srcuSynchronize, .srcuCallback, .srcuBarrier:
      return try readers(call)
    case .wakeUp, .complete, .completeAll, .reinitialize, .waitForCompletion,
      .tryWaitForCompletion, .completionDone, .setState, .schedule, .wakeProcess, .down, .tryDown,
      .up:
      return try wait(call)
    case .interruptsOff, .interruptsOn, .interruptsSave, .interruptsRestore, .halvesOff, .halvesOn,
      .raise, .raiseAndWait:
      return try interrupt(call)
    case .queue, .cancel, .cancelSync, .flush, .shutdownSync, .isPending: return try work(call)
    case .listAdd, .listAddTail, .listAddRCU, .listDelete, .listDeleteInit, .listDeleteRCU,
      .listIsEmpty, .listInit, .listFirst, .listStart, .listNext:
      return try list(call)
    case .perCPUIncrement(let variable, let isOneStep):
      let cpu = engine.processor(of: me)
      func add(_ world: inout BruteForce.World, _ amount: Int, to number: Int) -> Cell {
        world.perCPU[variable][cpu] = .number(number + amount)
        return Self.done
      }
      func number(_ world: BruteForce.World) -> Int {
        if case .number(let number) = world.perCPU[variable][cpu] { number } else { 0 }
      }
      if isOneStep { return try change { add(&$0, 1, to: number($0)) } }
      guard case .number(let old) = try change({ .number(number($0)) }) else { return Self.done }
      return try change { add(&$0, 1, to: old) }
    case .perCPURead(let variable, let thread):
      return try change { $0.perCPU[variable][thread] }
    case .choose(let first, let last):
      return try make { world in (first...last).map { (world, .number($0)) } }
    }
  }

  // MARK: - Read-modify-writes

  func modify(_ call: BruteForce.Call) throws -> Cell {
    switch call {
    case .exchange(let place, let expression):
      let target = try target(place)
      let new = try value(expression)
      return try modify(target) { cell, _ in
        if cell == .none { throw Fault(id: "uninitialised") }
        defer { cell = new }
        return cell
      }
    case .compareExchange(let place, let first, let second):
      let target = try target(place)
      let (old, new) = (try value(first), try value(second))
      return try modify(target) { cell, _ in
        if cell == .none { throw Fault(id: "uninitialised") }
        let found = cell
        if found.equals(old) { cell = new }
        return found
      }
    case .increment(let place):
      return try modifyNumber(try target(place)) { number in
        number += 1
        return 0
      }
    case .decrementAndTest(let place):
      return try modifyNumber(try target(place)) { number in
        number -= 1
        return number == 0 ? 1 : 0
      }
    case .atomicRead(let place): return try read(try target(place))
    case .refcountIncrement(let place):
      return try modifyNumber(try target(place)) { number in
        if number <= 0 { throw Fault(id: "refcount") }
        number += 1
        return 0
      }
    case .refcountIncrementNotZero(let place):
      return try modifyNumber(try target(place)) { number in
        if number == 0 { return 0 }
        number += 1
        return 1
      }
    case .refcountDecrementAndTest(let place):
      return try modifyNumber(try target(place)) { number in
        if number <= 0 { throw Fault(id: "refcount") }
        number -= 1
        return number == 0 ? 1 : 0
      }
    case .refcountSet(let place, let number):
      try write(try target(place), .number(number))
      return Self.done
    default: fatalError("no read-modify-write")
    }
  }
}
