extension BruteForce {
  /// A statement that is no structure, or a jump.
  enum Op {
    case run(Statement)
    case branch(Expression, otherwise: Int)
    case jump(Int)
    case invoke(Place, Expression)
    case leave
  }

  /// The statements of a program, one behind the other.
  struct Code {
    private(set) var ops: [Op] = []
    /// By machine and by function: where it begins.
    private(set) var machines: [Int] = []
    private(set) var functions: [Int] = []
    /// Where an object is freed by RCU.
    private(set) var free = 0
    /// By the place where somebody sleeps: what for.
    private(set) var conditions: [Int: Expression] = [:]
    /// What is executed otherwise than the language says, to see that it is noticed.
    private let mutation: Mutation?
    /// The member by which objects are on lists.
    private let link: Int

    init(_ program: Program, _ mutation: Mutation?) {
      self.mutation = mutation
      link = program.members.firstIndex { $0.kind == .listHead } ?? 0
      for machine in program.machines { machines.append(add(machine.body)) }
      for function in program.functions { functions.append(add(function.body)) }
      free = add([.evaluate(.call(.free(.local(BruteForce.argument))))])
    }

    private mutating func add(_ body: [Statement]) -> Int {
      let start = ops.count
      flatten(body)
      ops.append(.leave)
      return start
    }

    private mutating func flatten(_ statements: [Statement]) { statements.forEach { flatten($0) } }

    private mutating func flatten(_ statement: Statement) {
      switch statement {
      case .condition(let test, let first, let second):
        let branch = ops.count
        ops.append(.leave)
        flatten(first)
        let jump = ops.count
        if !second.isEmpty { ops.append(.leave) }
        ops[branch] = .branch(test, otherwise: ops.count)
        flatten(second)
        if !second.isEmpty { ops[jump] = .jump(ops.count) }
      case .loop(let test, let body):
        let start = ops.count
        ops.append(.leave)
        flatten(body)
        ops.append(.jump(start))
        ops[start] = .branch(test, otherwise: ops.count)
      case .rounds(let count, let counter, let body):
        ops.append(.run(.set(counter, .number(0))))
        let next = Expression.binary(.add, .local(counter), .number(1))
        flatten(
          .loop(.binary(.less, .local(counter), .number(count)), body + [.set(counter, next)]))
      case .await(let test) where mutation == .awaitSpins: flatten(.loop(.not(test), []))
      case .waitEvent(let queue, let test, let patience, let local):
        flattenWait(queue, test, patience, local)
      case .forEach(let local, let head, let style, let body):
        ops.append(.run(.set(local, .call(.listStart(head, style)))))
        let entry = Expression.address(.member(.local(local), link))
        flatten(
          .loop(
            .binary(.notEqual, entry, .address(head)),
            body + [.set(local, .call(.listNext(local, style)))]))
      case .sleepUntil(let test):
        let start = ops.count
        if mutation != .looksBeforeItSleeps {
          ops.append(.run(.evaluate(.call(.setState(sleeping: true)))))
        }
        let branch = ops.count
        ops.append(.leave)
        let jump = ops.count
        ops.append(.leave)
        ops[branch] = .branch(test, otherwise: ops.count)
        if mutation == .looksBeforeItSleeps {
          ops.append(.run(.evaluate(.call(.setState(sleeping: true)))))
        }
        conditions[ops.count] = test
        ops.append(.run(.evaluate(.call(.schedule(.endless)))))
        ops.append(.jump(start))
        ops[jump] = .jump(ops.count)
        ops.append(.run(.evaluate(.call(.setState(sleeping: false)))))
      case .invoke(let place, let argument): ops.append(.invoke(place, argument))
      case .leave: ops.append(.leave)
      default: ops.append(.run(statement))
      }
    }

    /// Adds a branch, and a jump that leaves where the test is true; gives the number of the jump.
    private mutating func leaves(if test: Expression) -> Int {
      ops.append(.branch(test, otherwise: ops.count + 2))
      ops.append(.leave)
      return ops.count - 1
    }

    /// Looks; if it is false, stands in the queue, looks again, and sleeps.
    private mutating func flattenWait(
      _ queue: Place, _ test: Expression, _ patience: Patience, _ local: Int
    ) {
      func give(_ value: Int) -> Op { .run(.set(local, .number(value))) }
      let rest = patience == .timeout ? 1 : 0
      let skip = leaves(if: test)
      let again = ops.count
      ops.append(.run(.enqueue(queue)))
      // The wrong reading goes to sleep at once, and looks when it has been woken.
      var leave = mutation == .looksOnce ? -1 : leaves(if: test)
      conditions[ops.count] = test
      ops.append(.run(.sleep(patience, into: BruteForce.way)))
      if leave < 0 { leave = leaves(if: test) }
      ops.append(.branch(.local(BruteForce.way), otherwise: again))
      switch patience {
      case .endless: break
      case .timeout:
        ops.append(.run(.enqueue(queue)))
        ops.append(.branch(test, otherwise: ops.count + 3))
        ops.append(.run(.set(BruteForce.way, .number(1))))
        ops.append(.jump(ops.count + 2))
        ops.append(.run(.set(BruteForce.way, .number(0))))
        ops.append(.run(.dequeue(queue)))
        ops.append(.run(.set(local, .local(BruteForce.way))))
      case .interruptible:
        ops.append(.run(.dequeue(queue)))
        ops.append(.branch(test, otherwise: ops.count + 3))
        ops.append(give(0))
        ops.append(.jump(ops.count + 2))
        ops.append(give(BruteForce.interrupted))
      }
      let given = ops.count
      ops.append(.leave)
      ops[leave] = .jump(ops.count)
      ops.append(.run(.dequeue(queue)))
      ops[skip] = .jump(ops.count)
      if patience != .endless { ops.append(give(rest)) }
      ops[given] = .jump(ops.count)
    }
  }

  /// Readings of the language that are wrong, each of which a comparison must notice.
  enum Mutation: CaseIterable {
    /// `x++` is one step.
    case incrementIsOneStep
    /// `wait_event` does not look again when it stands in the queue.
    case looksOnce
    /// A thread looks, and then says that it sleeps.
    case looksBeforeItSleeps
    /// A mutex is not looked at again when it has been released.
    case mutexIsReleasedOnce
    /// Readers pass a writer that waits.
    case readersPass
    /// A deadlock is a state in which nobody can step.
    case deadlockIsNobodySteps
    /// Whoever waits for an expression looks again and again, at its parts one by one.
    case awaitSpins
    /// The entry of an interrupt rides along with its first access.
    case entryIsNoStep
    /// Only the end of a thread is an end.
    case violationIsNoEnd
    /// A grace period ends at once.
    case graceIsOver
    /// A freed object can be used.
    case freeDoesNothing
    /// A handler may start while it has been disabled.
    case disablingDoesNothing
    /// `_sync` does not wait for what runs.
    case cancelDoesNotWait
  }
}
