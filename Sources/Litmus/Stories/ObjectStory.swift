internal import Scheduler

/// What is told of the life of an object: where it was allocated and where it ended, by whom, and
/// who still holds a pointer to it.
struct ObjectStory {
  let teller: RaceTeller
  let run: ToldRun
  /// How many steps of the run count.
  let count: Int
  /// The object's number.
  let number: Int
  /// Whether it is a life of the object that is over, whatever lives there by now.
  private var isOver = false

  private var program: LoweredProgram { teller.program }
  private var object: MemoryObject { program.objects[number] }
  var name: String { object.name }

  /// The object into which an address leads, or led before its end; nil if there is none.
  init?(at address: Int64, _ teller: RaceTeller, _ run: ToldRun, before count: Int) {
    guard let found = teller.program.objectNumber(at: address) else { return nil }
    self.init(found, teller, run, before: count)
    isOver = teller.program.isInGrave(address)
  }

  init(_ number: Int, _ teller: RaceTeller, _ run: ToldRun, before count: Int) {
    (self.teller, self.run, self.count, self.number) = (teller, run, count, number)
  }

  // MARK: - Its life

  /// `s#0, which a freed at FILE:12 in put(), step 4`; nil where it has not ended.
  var end: String? {
    switch object.lifetime {
    case .local: return localEnd
    case .freeable, .pooled:
      guard let step = change(to: .freed, before: count) else { return nil }
      let freed = "\(teller.name(of: step.thread)) freed at \(teller.place(of: step))"
      return "\(name), which \(freed)" + (start(before: step.number).map { ", and " + $0 } ?? "")
    case .global, .grave: return nil
    }
  }

  /// `b allocated at FILE:7 in get(), step 1`; nil if it was there before the first step.
  var start: String? { start(before: count) }

  private func start(before count: Int) -> String? {
    guard object.lifetime == .pooled, let step = change(to: .alive, before: count) else {
      return nil
    }
    return "\(teller.name(of: step.thread)) allocated at \(teller.place(of: step))"
  }

  /// The last step, of so many, by which it came to a stage of its life.
  private func change(to stage: LifeStage, before count: Int) -> Trace.Step? {
    func isThere(after steps: Int) -> Bool {
      run.state(after: steps) {
        StateMemory($0, teller.cells).read(object.life) == stage.rawValue
      }
    }
    let place = (0..<count).last { isThere(after: $0 + 1) && !isThere(after: $0) }
    return place.map { run.trace.steps[$0] }
  }

  private var localEnd: String? {
    let addresses = Address.value(of: object.base)
    let place = (0..<count).last { index in
      let step = run.trace.steps[index]
      return run.state(after: index) { state in
        var dry = DryRun(teller.machines[step.thread.index], state)
        _ = dry.take(choice: step.choice)
        return dry.memory.ended.contains { $0.lowerBound == addresses }
      }
    }
    guard let place else { return nil }
    let step = run.trace.steps[place]
    let thread = program.threads[step.thread.index]
    let kill = thread.code.first { $0.operation == .kill && $0.limit == Int64(number) }
    guard let kill else { return nil }
    let location = teller.source.location(of: kill, in: thread)
    return "\(name), whose life ended at \(teller.place(of: location, in: step.thread)), "
      + "step \(step.number)"
  }

  // MARK: - Who points to it

  /// The variables that hold a pointer into it after so many steps, or to where it was, but for
  /// one slot.
  func pointers(after count: Int, except slot: Int32 = -1) -> [String] {
    run.state(after: count) { state in
      let memory = StateMemory(state, teller.cells)
      let locals = teller.machines.map { $0.holders(in: state) }
      var names: [String] = []
      for holder in teller.cells.addressSlots where memory.has(holder, in: -1) && holder != slot {
        let address = memory.read(holder)
        guard program.objectNumber(at: address) == number,
          object.lifetime == .freeable || program.isInGrave(address) == isOver
        else { continue }
        let local = locals.lazy.compactMap { $0[holder] }.first ?? holder
        let name = program.slots[Int(local)].name
        if !program.slots[Int(local)].isTemporary, !names.contains(name) { names.append(name) }
      }
      return names
    }
  }

  /// `; cache.head and b.p still point to it`; nothing if nobody does.
  func holders(except slot: Int32, before words: String) -> String {
    let names = pointers(after: count, except: slot)
    guard let last = names.last else { return "" }
    if names.count == 1 { return "\(words)\(last) still points to it" }
    let others = names.dropLast().prefix(4)
    return "\(words)\(others.joined(separator: ", "))"
      + (names.count > 5 ? " and \(names.count - 4) others" : " and \(last)") + " still point to it"
  }
}

extension LoweredProgram {
  /// Whether an address leads to what is no more.
  func isInGrave(_ address: Int64) -> Bool {
    Address.isAddress(address) && Int(address - Address.base) >= firstGrave
  }

  /// The number of the object into which an address leads, or led before the object's end.
  func objectNumber(at address: Int64) -> Int? {
    guard Address.isAddress(address) else { return nil }
    let location = Int(address - Address.base)
    guard location < objectOfLocation.count, objectOfLocation[location] >= 0 else { return nil }
    let number = Int(objectOfLocation[location])
    if case .grave(let dead) = objects[number].lifetime { return dead }
    return number
  }
}

extension RaceTeller {
  /// Whether a member loses its value because its object is new, which goes without saying.
  func isFresh(_ access: TellingMemory.Access) -> Bool {
    access.new == Address.noValue && program.slots[Int(access.slot)].startsEmpty
  }

  /// What objects a step has allocated and freed, and whether it got none.
  func lives(
    of run: DryRun, by instruction: Instruction, before state: Property.State
  ) -> [Trace.Access] {
    let before = StateMemory(state, cells)
    let changed = run.memory.written.keys.filter {
      [.life, .queued].contains(program.slots[Int($0)].use)
    }.sorted()
    let told = changed.map { slot in
      let this = program.slots[Int(slot)]
      return Trace.Access(
        String(this.name[..<(this.name.lastIndex(of: ".") ?? this.name.endIndex)]),
        old: printer.text(before.read(slot), in: this),
        new: printer.text(run.memory.written[slot] ?? 0, in: this))
    }
    if told.isEmpty, case .allocate(let allocation) = instruction.operation, allocation.mayFail {
      return [Trace.Access("pool \(program.poolName(Int(allocation.pool)))", old: "NULL")]
    }
    return told
  }
}

extension RaceTeller {
  /// What is told of an object that is lost at the end of a run: where it was allocated, and by
  /// which step the last pointer to it went.
  func leakStory(_ run: ToldRun) -> String? {
    let (search, count) = (LeakSearch(image, cells), run.trace.steps.count)
    let object = run.state(after: count) { Int(search.leak(in: $0)) }
    guard object >= 0 else { return nil }
    let story = ObjectStory(object, self, run, before: count)
    let lost = (0..<count).last { !story.pointers(after: $0).isEmpty }.map { run.trace.steps[$0] }
    return "nothing points to \(story.name)" + (story.start.map { ", which \($0)" } ?? "")
      + (lost.map { ", since \(name(of: $0.thread)) at \(place(of: $0))" } ?? "")
  }
}

extension LoweredProgram {
  func poolName(_ number: Int) -> Substring {
    objects[pools[number].first].name.prefix { $0 != "#" }
  }
}

// What is told of findings about objects.
extension FindingStory {
  /// The story of the object into which a node's address leads.
  func life(at node: Int32) -> ObjectStory? {
    guard node >= 0, case .success(let address) = values.value(of: node) else { return nil }
    return ObjectStory(at: address, teller, run, before: count)
  }

  var useAfterFree: String? {
    if instruction.isCheck, instruction.limit > 0,
      case .success(let queue) = values.value(of: teller.program.nodes[Int(instruction.value)].a)
    {
      return "the life of \(teller.program.objects[Int(instruction.limit) - 1].name) ends while it "
        + "stands in \(teller.name(of: queue))"
    }
    if let lateCallback { return lateCallback }
    guard let (what, pointer) = access() else { return nil }
    guard let pointer, let name = teller.program.valueNames[pointer] else {
      let object = life(at: culpritAddress)
      return object?.end.map { "\(what) is accessed after the end of \($0)" }
        ?? "\(what) is accessed after its object's life"
    }
    let object = life(at: pointer)
    guard let object, let end = object.end else {
      return "\(what) is accessed, and '\(name)' points to what is no more"
    }
    let node = teller.program.nodes[Int(pointer)]
    let slot = node.operation == .slot ? node.a : -1
    return "\(what) is accessed, and '\(name)' points to \(end)"
      + object.holders(except: slot, before: "; ")
  }

  var doubleFree: String? {
    if let queuedTwice { return queuedTwice }
    if case .free = instruction.operation, let head = headThatRuns {
      return life(at: instruction.address)?.end.map {
        "the callback of \(head) frees \($0)"
      }
    }
    guard let object = life(at: instruction.address), let end = object.end else { return nil }
    return "\(call) frees \(end)"
  }

  /// What is freed and cannot be.
  var wildFree: String? {
    guard instruction.operation == .free,
      case .success(let address) = values.value(of: instruction.address)
    else { return nil }
    let text = teller.printer.pointer(address)
    guard let number = teller.program.objectNumber(at: address) else {
      return "\(call) frees \(text), which is no address of an object"
    }
    let object = teller.program.objects[number]
    let why: String =
      switch object.lifetime {
      case .local: "is a local"
      case .global: "is a global that is no structure of its type"
      case .freeable, .pooled, .grave: "is not the start of \(object.name)"
      }
    return "\(call) frees \(text), which \(why)"
  }

  var emptyPool: String? {
    guard case .allocate(let allocation) = instruction.operation else { return nil }
    let pool = teller.program.pools[Int(allocation.pool)]
    let some = (pool.first..<pool.first + min(3, pool.count)).compactMap { number in
      let object = ObjectStory(number, teller, run, before: count)
      return object.start.map { "\(object.name), which \($0)" }
    }
    return "\(call) finds nothing left in 'pool \(teller.program.poolName(Int(allocation.pool))) "
      + "\(pool.count)'"
      + (some.isEmpty ? "" : " (\(some.joined(separator: "; ")))")
      + ": give it more, or write 'may-fail' if the allocation may"
  }
}
