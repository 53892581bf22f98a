import Testing

/// Programs whose answers are known, each with the reading of the language that its answer hangs
/// on.
struct ConstructSample: Sendable, CustomTestStringConvertible {
  var testDescription: String { name }

  let name: String
  let answer: String
  /// The wrong reading that changes the answer, and what it becomes.
  let mutation: BruteForce.Mutation
  let otherwise: String
  let program: BruteForce.Program

  private typealias Expression = BruteForce.Expression
  private typealias Statement = BruteForce.Statement
  private typealias Place = BruteForce.Place
  private typealias Variable = BruteForce.Variable

  private init(
    _ name: String, _ answer: String, _ mutation: BruteForce.Mutation, _ otherwise: String,
    _ variables: [Variable], _ threads: [[Statement]],
    _ change: (inout BruteForce.Program) -> Void = { _ in }
  ) {
    (self.name, self.answer, self.mutation, self.otherwise) = (name, answer, mutation, otherwise)
    var program = BruteForce.Program(variables: variables)
    program.machines = threads.enumerated().map { number, body in
      BruteForce.Machine(name: "t\(number)", role: .thread, body: body)
    }
    change(&program)
    self.program = program
  }

  private static func int(_ name: String, _ value: Int = 0) -> Variable {
    Variable(name: name, kind: .int, value: value)
  }

  private static func variable(_ name: String, _ kind: BruteForce.Kind) -> Variable {
    Variable(name: name, kind: kind)
  }

  private static func read(_ number: Int) -> Expression { .read(.variable(number), .once) }
  private static func equal(_ left: Expression, _ right: Int) -> Expression {
    .binary(.equal, left, .number(right))
  }
  private static func call(_ call: BruteForce.Call) -> Statement { .evaluate(.call(call)) }
  private static func lock(_ number: Int, _ kind: BruteForce.Kind) -> Statement {
    call(.lock(.variable(number), kind, .none))
  }
  private static func unlock(_ number: Int, _ kind: BruteForce.Kind) -> Statement {
    call(.unlock(.variable(number), kind, .none))
  }
  private static func write(_ number: Int, _ value: Int) -> Statement {
    .assign(.variable(number), .number(value), .once)
  }

  static let all: [ConstructSample] =
    waits + interrupts + objects + [
      ConstructSample(
        "increments", "assert@1", .incrementIsOneStep, "holds", [int("x"), int("n")],
        [
          [.add(.variable(0), 1), .atomic([.add(.variable(1), 1)])],
          [.add(.variable(0), 1), .atomic([.add(.variable(1), 1)])],
          [.await(equal(read(1), 2)), .assert(equal(read(0), 2))],
        ]),
      ConstructSample(
        "writer-in-line", "deadlock@1", .readersPass, "holds",
        [variable("sem", .rwsem), variable("m", .mutex)],
        [
          [
            call(.readLock(.variable(0), .rwsem)), lock(1, .mutex), unlock(1, .mutex),
            call(.readUnlock(.variable(0), .rwsem)),
          ],
          [
            lock(1, .mutex), call(.readLock(.variable(0), .rwsem)),
            call(.readUnlock(.variable(0), .rwsem)), unlock(1, .mutex),
          ],
          [
            call(.writeLock(.variable(0), .rwsem)), call(.writeUnlock(.variable(0), .rwsem)),
          ],
        ]),
      ConstructSample(
        "end-of-all", "assert@0", .violationIsNoEnd, "assert@0, deadlock@0",
        [int("x"), int("done")],
        [
          [.condition(read(0), [.assert(.number(0))], []), write(1, 1)],
          [write(0, 1), .await(read(1))],
        ]),
      ConstructSample(
        "deadlock-behind-timer", "deadlock@1", .deadlockIsNobodySteps, "holds",
        [variable("a", .mutex), variable("b", .mutex), int("beats")],
        [
          [
            call(.queue(2)), lock(0, .mutex), lock(1, .mutex), unlock(1, .mutex),
            unlock(0, .mutex),
          ],
          [lock(1, .mutex), lock(0, .mutex), unlock(0, .mutex), unlock(1, .mutex)],
        ]
      ) { program in
        let beat = Statement.assign(.variable(2), .not(.read(.variable(2), .plain)), .plain)
        program.machines.append(
          BruteForce.Machine(name: "tick", role: .timer(on: nil), body: [beat, call(.queue(2))]))
      },
      ConstructSample(
        "parts-of-a-wait", "deadlock@0", .awaitSpins, "deadlock@0, lock-misuse@2",
        [int("a"), int("b"), variable("l", .spinlock)],
        [
          [.await(.and(read(0), read(1))), unlock(2, .spinlock)],
          [write(0, 1), write(0, 0), write(1, 1)],
        ]),
    ]

  private static let waits: [ConstructSample] = [
    ConstructSample(
      "sleep-after-test", "holds", .looksBeforeItSleeps, "lost-wakeup@1", [int("work")],
      [[.sleepUntil(read(0))], [write(0, 1), call(.wakeProcess(0))]]),
    ConstructSample(
      "wake-in-time", "holds", .looksOnce, "lost-wakeup@1",
      [int("ref", 2), variable("wq", .waitQueue)],
      [
        [.waitEvent(.variable(1), equal(read(0), 1), .endless, into: 0)],
        [write(0, 1), call(.wakeUp(.variable(1)))],
      ]),
    ConstructSample(
      "put-without-wake", "lost-wakeup@0", .deadlockIsNobodySteps, "deadlock@0",
      [int("ref", 2), variable("wq", .waitQueue)],
      [[.waitEvent(.variable(1), equal(read(0), 1), .endless, into: 0)], [write(0, 1)]]),
    ConstructSample(
      "wake-too-early", "lost-wakeup@1", .deadlockIsNobodySteps, "deadlock@1",
      [int("ref", 2), variable("wq", .waitQueue)],
      [
        [.waitEvent(.variable(1), equal(read(0), 1), .endless, into: 0)],
        [call(.wakeUp(.variable(1))), write(0, 1)],
      ]),
    ConstructSample(
      "work-cancelled", "holds", .cancelDoesNotWait, "assert@2", [int("running")],
      [
        [call(.queue(1)), call(.cancelSync(1)), .assert(.not(read(0)))]
      ]
    ) { program in
      program.machines.append(
        BruteForce.Machine(name: "w", role: .work, body: [write(0, 1), write(0, 0)]))
    },
  ]

  private static func inversion(_ context: BruteForce.Context) -> ([Variable], [[Statement]]) {
    let (map, device) = (Place.variable(0), Place.variable(1))
    let variables = [
      variable("map_lock", .spinlock), variable("dev_lock", .spinlock), int("maps"), int("events"),
    ]
    let mapper: [Statement] = [
      call(.lock(map, .spinlock, context)), .add(.variable(2), 1),
      call(.unlock(map, .spinlock, context)),
    ]
    let reporter: [Statement] = [
      call(.lock(device, .spinlock, .saved)), call(.lock(map, .spinlock, .none)),
      .add(.variable(2), -1), call(.unlock(map, .spinlock, .none)),
      call(.unlock(device, .spinlock, .saved)),
    ]
    return (variables, [mapper, reporter])
  }

  private static func addDevice(_ program: inout BruteForce.Program) {
    program.machines.append(
      BruteForce.Machine(
        name: "device", role: .interrupt(on: 0, least: 1, most: 1, raised: false),
        body: [lock(1, .spinlock), .add(.variable(3), 1), unlock(1, .spinlock)]))
  }

  private static let interrupts: [ConstructSample] = [
    ConstructSample(
      "irq-inversion", "deadlock@1", .entryIsNoStep, "holds",
      inversion(.none).0, inversion(.none).1, addDevice),
    ConstructSample(
      "irq-inversion-fixed", "holds", .disablingDoesNothing, "deadlock@1",
      inversion(.saved).0, inversion(.saved).1, addDevice),
  ]

  private static let objects: [ConstructSample] = [
    ConstructSample(
      "lookup-with-rcu", "holds", .graceIsOver, "use-after-free@1", lookup.0,
      [[call(.readerEnters), lookup.1[0], lookup.1[1], call(.readerLeaves)], waiting(lookup.1)],
      haveObjects),
    ConstructSample(
      "lookup-without-rcu", "use-after-free@1", .freeDoesNothing, "holds", lookup.0,
      [[lookup.1[0], lookup.1[1]], [lookup.1[0], lookup.1[2], lookup.1[3]]], haveObjects),
    ConstructSample(
      "mutex-freed-in-unlock", "use-after-free@1", .mutexIsReleasedOnce, "holds", lookup.0,
      [put, put], haveObjects),
  ]

  /// An object with a pointer to it; what looks it up, uses it, takes it away and frees it.
  private static let lookup: ([Variable], [Statement]) = (
    [Variable(name: "o", kind: nil, value: 2), Variable(name: "gp", kind: .pointer, target: 0)],
    [
      .set(3, .read(.variable(1), .rcu)),
      .condition(.local(3), [.set(0, .read(.member(.local(3), 0), .plain))], []),
      .assign(.variable(1), .null, .rcu), call(.callback(.local(3), function: nil)),
    ]
  )

  private static func waiting(_ parts: [Statement]) -> [Statement] {
    [parts[0], parts[2], call(.synchronize), call(.free(.local(3)))]
  }

  /// Drops the count under the lock of the object, and frees it after that.
  private static let put: [Statement] = {
    let (count, mutex) = (Place.member(.object(0), 0), Place.member(.object(0), 1))
    return [
      call(.lock(mutex, .mutex, .none)), .add(count, -1), .set(0, .read(count, .plain)),
      call(.unlock(mutex, .mutex, .none)),
      .condition(equal(.local(0), 0), [call(.free(.object(0)))], []),
    ]
  }()

  private static func haveObjects(_ program: inout BruteForce.Program) {
    program.members = [
      BruteForce.Member(name: "v", kind: .int), BruteForce.Member(name: "m", kind: .mutex),
      BruteForce.Member(name: "rcu", kind: .rcuHead),
    ]
    program.machines.append(BruteForce.Machine(name: "rcu", role: .callbacks, body: []))
  }
}
