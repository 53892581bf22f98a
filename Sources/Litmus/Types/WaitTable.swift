extension Primitive {
  /// What is done with threads that sleep, and with what they sleep on.
  enum WaitOperation: Hashable, Sendable {
    /// Waits in a queue until a condition is true.
    case event(Patience)
    /// `prepare_to_wait` and `finish_wait`.
    case prepare, finish
    /// Wakes those that wait in a queue, in one of the states of a mask.
    case wakeUp(Int16)
    case hasWaiters
    case setState
    /// Goes on when the thread's state is that of one that runs.
    case schedule(Patience)
    /// Wakes a thread, if it sleeps.
    case wakeProcess
    /// The thread itself; a thread by its number.
    case current, task(Int)
    case complete(all: Bool)
    /// Waits until a completion or a semaphore can be counted down, and does so.
    case take(Patience)
    case tryTake(isTrueIfTaken: Bool)
    case isDone
    case up
    /// Sets a count, as at the start.
    case setCount

    /// Whether the thread may sleep in it.
    var sleeps: Bool {
      switch self {
      case .event, .schedule, .take: true
      default: false
      }
    }
  }

  /// Whether it is a value that is known once it is known which thread looks.
  var isThread: Bool {
    switch self {
    case .wait(.current), .wait(.task): true
    default: false
    }
  }
}

// Task states, wait queues, completions and semaphores.
extension PrimitiveFunction {
  static func addWaits(to table: inout Table) {
    addQueues(to: &table)
    addCompletions(to: &table)
    addSemaphores(to: &table)
    for name in ["set_current_state", "__set_current_state"] {
      table[name] = wait(.setState, [.value])
    }
    table["schedule"] = wait(.schedule(.endless))
    table["schedule_timeout"] = wait(
      .schedule(Patience(timedOut: 0, givesRest: true)), [.value], .long)
    table["wake_up_process"] = wait(.wakeProcess, [.object([.waiting(.task)])], .bool)
  }

  private static func wait(
    _ operation: Primitive.WaitOperation, _ arguments: [Argument] = [], _ result: Result = .nothing,
    constants: [Int64] = []
  ) -> PrimitiveFunction {
    PrimitiveFunction(
      arguments: arguments, result: result, meaning: .primitive(.wait(operation)),
      constants: constants)
  }

  /// The ways to wait that functions have in their names.
  private static let interruptible = Patience(
    state: Int16(TaskState.interruptible), interrupted: Patience.restart)
  private static let killable = Patience(
    state: Int16(TaskState.killable), interrupted: Patience.restart)
  private static func timed(_ patience: Patience) -> Patience {
    var timed = patience
    (timed.timedOut, timed.givesRest) = (0, true)
    return timed
  }

  private static func addQueues(to table: inout Table) {
    let idle = Patience(state: Int16(TaskState.idle))
    for (name, patience) in [
      ("wait_event", Patience.endless), ("wait_event_interruptible", interruptible),
      ("wait_event_killable", killable), ("wait_event_idle", idle),
    ] {
      table[name] = wait(
        .event(patience), [.queue, .condition], patience.interrupted == 0 ? .nothing : .int)
      table["\(name)_timeout"] = wait(.event(timed(patience)), [.queue, .condition, .value], .long)
    }
    let queue = Argument.object([.waiting(.queue)])
    table["init_waitqueue_head"] = initializer(.waiting(.queue))
    table["prepare_to_wait"] = wait(.prepare, [queue, .entry, .value])
    table["finish_wait"] = wait(.finish, [queue, .entry])
    for (suffix, mask) in [("", TaskState.normal), ("_interruptible", TaskState.interruptible)] {
      let wakes = Primitive.WaitOperation.wakeUp(Int16(mask))
      for form in ["", "_all", "_sync"] { table["wake_up\(suffix)\(form)"] = wait(wakes, [queue]) }
      // Nobody waits alone, so that no number of sleepers is too many.
      table["wake_up\(suffix)_nr"] = wait(wakes, [queue, .dropped])
      table["wake_up\(suffix)_poll"] = wait(wakes, [queue, .dropped])
    }
    for name in ["wake_up_locked", "wake_up_all_locked"] {
      table[name] = wait(.wakeUp(Int16(TaskState.normal)), [queue])
    }
    table["wake_up_sync"] = table["wake_up"]
    for name in ["waitqueue_active", "wq_has_sleeper"] {
      table[name] = wait(.hasWaiters, [queue], .bool)
    }
  }

  private static func addCompletions(to table: inout Table) {
    let completion = Argument.object([.waiting(.completion)])
    for name in ["init_completion", "reinit_completion"] {
      table[name] = wait(.setCount, [completion], constants: [0])
    }
    table["complete"] = wait(.complete(all: false), [completion])
    table["complete_all"] = wait(.complete(all: true), [completion])
    for (suffix, patience) in [
      ("", Patience.endless), ("_interruptible", interruptible), ("_killable", killable),
    ] {
      table["wait_for_completion\(suffix)"] = wait(
        .take(patience), [completion], patience.interrupted == 0 ? .nothing : .int)
      table["wait_for_completion\(suffix)_timeout"] = wait(
        .take(timed(patience)), [completion, .value], .long)
    }
    table["wait_for_completion_io"] = table["wait_for_completion"]
    table["wait_for_completion_io_timeout"] = table["wait_for_completion_timeout"]
    table["try_wait_for_completion"] = wait(.tryTake(isTrueIfTaken: true), [completion], .bool)
    table["completion_done"] = wait(.isDone, [completion], .bool)
  }

  private static func addSemaphores(to table: inout Table) {
    let semaphore = Argument.object([.waiting(.semaphore)])
    let (interrupted, late): (Int16, Int16) = (-4, -62)
    table["sema_init"] = wait(.setCount, [semaphore, .value])
    table["up"] = wait(.up, [semaphore])
    table["down"] = wait(.take(.endless), [semaphore])
    table["down_interruptible"] = wait(
      .take(Patience(state: Int16(TaskState.interruptible), interrupted: interrupted)), [semaphore],
      .int)
    table["down_killable"] = wait(
      .take(Patience(state: Int16(TaskState.killable), interrupted: interrupted)), [semaphore], .int
    )
    table["down_timeout"] = wait(.take(Patience(timedOut: late)), [semaphore, .dropped], .int)
    // It gives 0 where it has got the semaphore.
    table["down_trylock"] = wait(.tryTake(isTrueIfTaken: false), [semaphore], .bool)
  }
}
