internal import Scheduler
import Synchronization

/// Tells threads that sleep although what they wait for is true from those that wait for what
/// never comes.
final class Sleepers: Sendable {
  static let lostWakeUpID = "lost-wakeup"
  static let lostWakeUpSentence = "No thread sleeps for ever while what it waits for is true."

  private let machines = Mutex<[ThreadMachine]>([])

  /// The threads, which are made after whoever asks about them.
  func set(_ made: [ThreadMachine]) { machines.withLock { $0 = made } }

  /// Whether a thread sleeps in a state, and would come past its wait if it were woken.
  ///
  /// It is made to run, and goes on alone. Out of `wait_event` it comes when it leaves the queue.
  /// Behind `schedule` it has come past its wait when it ends or does something wrong, sleeps
  /// elsewhere, waits where it cannot come back from, or comes back to sleep after it has changed
  /// something that others see; not if it only looks, and sleeps again.
  func hasLostWakeUp(_ thread: ThreadID, in state: Property.State) -> Bool {
    let machine = machines.withLock { $0[thread.index] }
    var run = DryRun(machine, state)
    let sleep = run.instruction
    guard sleep.operation.isSleep, machine.image.isAsleep(thread.index, run.memory) else {
      return false
    }
    run.memory.write(machine.image.taskStates[thread.index], TaskState.running)
    let start = run.position
    var seen: Set<Position> = []
    while seen.count < Self.mostSteps {
      switch run.take().result {
      case .blocked:
        return sleep.limit == 0
          && (run.instruction.operation.isTake
            || !machine.image.program.threads[thread.index].code.canCome(
              from: Int(run.position), to: Int(start)))
      case .failed: return sleep.limit == 0
      case .ended: return true
      case .stopped: break
      }
      let isAsleep = machine.image.isAsleep(thread.index, run.memory)
      if run.instruction.isWayOut(of: sleep) { return true }
      if run.instruction.operation.isSleep, isAsleep {
        // What a condition does besides is not what it is about.
        return sleep.limit == 0
          && (run.position != start || hasChanged(run.memory, since: state, machine))
      }
      let position = Position(instruction: run.position, written: run.memory.written)
      if !seen.insert(position).inserted { return false }
    }
    return false
  }

  private static let mostSteps = 1_000

  private struct Position: Hashable {
    var instruction: Int32
    var written: [Int32: Int64]
  }

  /// Whether something has changed that all threads see.
  private func hasChanged(
    _ memory: TellingMemory, since state: Property.State, _ machine: ThreadMachine
  ) -> Bool {
    let before = StateMemory(state, machine.cells)
    return memory.written.contains { slot, value in
      machine.image.isData[Int(slot)] && machine.image.program.slots[Int(slot)].thread == nil
        && before.read(slot) != value
    }
  }
}

extension Instruction.Operation {
  /// Whether a thread sleeps there for a completion or a semaphore.
  fileprivate var isTake: Bool {
    if case .wait(.take) = self { return true }
    return false
  }
}

extension Instruction {
  /// Whether it is how a thread leaves the queue of the `wait_event` in which it sleeps.
  fileprivate func isWayOut(of sleep: Instruction) -> Bool {
    guard case .wait(.leave) = operation else { return false }
    return offset == sleep.offset && frame == sleep.frame
  }
}

extension [Instruction] {
  /// Whether a thread that stands before one instruction may come to another.
  fileprivate func canCome(from first: Int, to last: Int) -> Bool {
    var (reached, stack) = (Set([first]), [first])
    while let index = stack.popLast() {
      if index == last { return true }
      for next in successors(of: index) where reached.insert(next).inserted { stack.append(next) }
    }
    return false
  }
}
