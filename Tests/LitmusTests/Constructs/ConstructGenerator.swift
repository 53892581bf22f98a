extension BruteForce {
  /// What a generated program is about, besides plain accesses.
  enum Group: CaseIterable {
    case locks, readWrite, heap, objectLocks, refcounts, rcu, srcu, waits, states, completions
    case interrupts, softInterrupts, work, timers, functions, lists, objectLists, perCPU
    case semaphores
  }

  /// Makes a small program from a seed.
  ///
  /// It is about one to three groups. Its threads are made of idioms, which lack a part now and
  /// then: what is made at random runs into the same few violations all the time.
  struct Generator {
    var random: Random
    var program = Program()
    var groups: [Group] = []

    // The numbers of what is declared.
    var ints: [Int] = []
    var pointer = -1
    var object: Int?
    var locks: [Int] = []
    var mutex = -1
    var readWrite: [(number: Int, kind: Kind)] = []
    var member: [Kind: Int] = [:]
    var second = -1
    var number: [Kind: Int] = [:]
    var list: (head: Int, nodes: [Int]) = (-1, [])
    var handlers: [Int] = []
    var threads = 0
    var me = 0
    var budget = 0
    /// Where no interrupts are disabled twice, and nobody sleeps but by mistake.
    var isAtomic = false
    var interruptsAreOff = false
    /// What the code is in the midst of, by the number of the lock.
    var held: [Int] = []

    init(seed: UInt64, among all: [Group] = Group.allCases) {
      random = Random(seed: seed)
      for _ in 0..<(1 + random.below(3)) {
        let group = random.pick(all)
        if !groups.contains(group) { groups.append(group) }
      }
      declare()
      threads = 2 + (random.oneIn(3) ? 1 : 0)
      let names = (0..<threads).map { "t\($0)" }
      for name in names { program.machines.append(Machine(name: name, role: .thread, body: [])) }
      declareHandlers()
      if has(.rcu) || has(.srcu) {
        program.machines.append(Machine(name: "rcu", role: .callbacks, body: []))
      }
      makeFunctions()
      for machine in program.machines.indices where program.machines[machine].role != .callbacks {
        program.machines[machine].body = body(of: machine)
      }
      if random.oneIn(3) { program.properties = properties() }
      if random.oneIn(4), threads > 1 {
        // Threads that are the same.
        program.machines[1].body = program.machines[0].body
      }
    }

    func has(_ group: Group) -> Bool { groups.contains(group) }
    var hasObjects: Bool { pointer >= 0 }

    // MARK: - Declarations

    mutating func add(_ name: String, _ kind: Kind?, _ value: Int = 0, _ target: Int? = nil)
      -> Int
    {
      program.variables.append(Variable(name: name, kind: kind, value: value, target: target))
      return program.variables.count - 1
    }

    mutating func declare() {
      ints = [add("x", .int), add("y", .int, random.below(2))]
      if has(.locks) || has(.objectLists) || random.oneIn(3) { locks.append(add("l", .spinlock)) }
      if has(.locks) {
        locks.append(add("k", .spinlock))
        mutex = add("m", .mutex)
      }
      if has(.readWrite) {
        readWrite = [(add("rw", .rwlock), .rwlock)]
        if random.oneIn(2) { readWrite.append((add("rws", .rwsem), .rwsem)) }
      }
      let wantsObjects =
        has(.heap) || has(.objectLocks) || has(.refcounts) || has(.rcu)
        || has(.srcu) || has(.objectLists) || has(.functions) && random.oneIn(2)
      if wantsObjects { declareObjects() }
      if has(.srcu) { number[.srcu] = add("srcu", .srcu) }
      if has(.waits) { number[.waitQueue] = add("wq", .waitQueue) }
      if has(.completions) { number[.completion] = add("done", .completion) }
      if has(.functions) {
        program.functions = [("f0", false, []), ("f1", false, [])]
        number[.function] = add("fn", .function, 0, random.oneIn(2) ? 0 : nil)
      }
      if has(.rcu) || has(.srcu) { program.functions.append(("reclaim", true, [])) }
      if has(.lists) {
        list = (add("head", .listHead), [add("n0", .listHead), add("n1", .listHead)])
      }
      if has(.semaphores) { number[.semaphore] = add("sem", .semaphore, random.below(2)) }
      if has(.objectLists) { list.head = add("items", .listHead) }
      program.findsRaces = !has(.perCPU) && random.oneIn(4)
      if has(.perCPU) { program.perCPU = ["count"] }
      if has(.refcounts), random.oneIn(3) { number[.refcount] = add("ref", .refcount, 1) }
    }

    mutating func declareObjects() {
      func declare(_ name: String, _ kind: Kind, _ program: inout Program) -> Int {
        program.members.append(Member(name: name, kind: kind))
        return program.members.count - 1
      }
      member[.int] = declare("v", .int, &program)
      if has(.heap) { member[.pointer] = declare("next", .pointer, &program) }
      if has(.objectLocks) {
        member[.mutex] = declare("m", .mutex, &program)
        member[.spinlock] = declare("s", .spinlock, &program)
      }
      if has(.refcounts) { member[.refcount] = declare("ref", .refcount, &program) }
      if has(.functions) { member[.function] = declare("fn", .function, &program) }
      if has(.objectLists) { member[.listHead] = declare("node", .listHead, &program) }
      if has(.rcu) || has(.srcu) { member[.rcuHead] = declare("rcu", .rcuHead, &program) }
      if has(.completions) { member[.completion] = declare("done", .completion, &program) }
      if has(.waits) { member[.waitQueue] = declare("wq", .waitQueue, &program) }
      if random.below(3) > 0 {
        program.pool = 1 + random.below(3)
        program.mayFail = random.oneIn(4)
        program.findsLeaks = random.oneIn(3)
      }
      if program.pool == nil || random.below(4) > 0 { object = add("o", nil, random.below(3)) }
      pointer = add("gp", .pointer, 0, object.flatMap { random.oneIn(6) ? nil : $0 })
      if random.oneIn(3) { second = add("gq", .pointer) }
    }

    mutating func declareHandlers() {
      func handler(_ name: String, _ role: Role, _ program: inout Program) -> Int {
        program.machines.append(Machine(name: name, role: role, body: []))
        return program.machines.count - 1
      }
      if has(.interrupts) {
        let raised = random.oneIn(3)
        let most = random.oneIn(5) ? 2 : 1
        handlers.append(
          handler(
            "h0",
            .interrupt(
              on: 0, least: raised ? 0 : random.oneIn(3) ? 0 : most, most: most, raised: raised),
            &program))
      }
      if has(.softInterrupts) {
        let raised = random.oneIn(3)
        handlers.append(
          handler(
            "s0",
            .softInterrupt(
              on: random.below(threads), least: raised ? 0 : random.below(2), most: 1,
              raised: raised), &program))
      }
      if has(.work) {
        for number in 0..<(random.oneIn(3) ? 2 : 1) {
          handlers.append(handler("w\(number)", .work, &program))
        }
      }
      if has(.timers) {
        handlers.append(
          handler(
            "tick", .timer(on: random.oneIn(2) ? random.below(threads) : nil), &program))
      }
    }

    mutating func makeFunctions() {
      for number in program.functions.indices {
        (me, budget, isAtomic) = (-1, 2, program.functions[number].isCallback)
        var body: [Statement] = []
        if program.functions[number].isCallback {
          if random.oneIn(2) { body.append(contentsOf: plain()) }
          if random.below(5) > 0 {
            body.append(.evaluate(.call(.free(.local(BruteForce.argument)))))
          }
        } else {
          body = plain()
          if hasObjects, random.oneIn(3) {
            body.append(
              .condition(
                .local(BruteForce.argument),
                [.add(.member(.local(BruteForce.argument), member[.int, default: -1]), 1)], []))
          }
        }
        program.functions[number].body = body
      }
    }

    mutating func body(of machine: Int) -> [Statement] {
      let role = program.machines[machine].role
      (me, interruptsAreOff) = (machine, false)
      isAtomic = !(role == .thread || role == .work)
      var statements: [Statement] = []
      if role == .thread {
        budget = threads == 2 ? 11 : 6
        let count = 2 + random.below(threads == 2 ? 2 : 1)
        for number in 0..<count { statements += number == 0 ? about(1) : idiom(1) }
        if random.oneIn(4) {
          statements.append(.assert(.binary(.notEqual, .read(anInt(), .once), .number(2))))
        }
      } else {
        budget = 2
        statements = random.oneIn(2) ? plain() : about(2)
        if case .timer = role, random.oneIn(4) {
          statements =
            [.assign(anInt(), .number(random.below(2)), .once)] + [
              .evaluate(.call(.queue(machine)))
            ]
        }
      }
      return statements
    }
  }
}
