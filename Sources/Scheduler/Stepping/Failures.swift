/// Puts into words what a step has left behind that broke a check.
///
/// Machines say themselves what they found. The engine's own checks, which are made without names,
/// leave a cell behind: here it gets its name, and the rule of locks that was broken its parts.
struct Failures {
  private let system: System
  private let thread: ThreadID
  private let before: [UInt64]
  private let after: [UInt64]

  /// Of a step of `thread` from one state to another.
  init(in system: System, by thread: ThreadID, from before: [UInt64], to after: [UInt64]) {
    (self.system, self.thread) = (system, thread)
    (self.before, self.after) = (before, after)
  }

  /// What was found, without the step, as in `node3 has been freed`.
  func text(of failure: Footprint.Failure, breaking check: String) -> String {
    switch failure {
    case .words(let text): return text
    case .cell(let cell):
      guard let lock = system.locks.first(where: { $0.lock.ownerCell == cell }) else {
        return "a value did not fit into the cell \(system.layout.fields[cell].name)"
      }
      switch check {
      case Check.lockOrder.id:
        return "\(lock.name) is taken while the thread holds "
          + names { lock.lock.comesBefore($0.lock) } + ", which is to be taken after it"
      case Check.sleepUnderSpinlock.id:
        let spinlocks = names { $0.kind == .spin }
        return lock.kind == .mutex
          ? "taking \(lock.name) may sleep, and the thread holds \(spinlocks)"
          : "the step may sleep, and the thread holds \(spinlocks)"
      case Check.lockDiscipline.id: return misuse(of: lock)
      default: return "the owner of \(lock.name) is no thread"
      }
    }
  }

  private func misuse(of lock: System.NamedLock) -> String {
    let owner = owner(of: lock, in: before)
    if owner == thread || self.owner(of: lock, in: after) == thread {
      return "\(lock.name) is taken by the thread that holds it already"
    }
    return "\(lock.name) is released, and "
      + (owner.map { "\(system.threads[$0.index].name) holds it" } ?? "nobody holds it")
  }

  /// The locks of a kind that the thread holds.
  private func names(where isMeant: (System.NamedLock) -> Bool) -> String {
    let held = system.locks.filter { lock in
      isMeant(lock) && [before, after].contains { owner(of: lock, in: $0) == thread }
    }
    return held.map(\.name).joined(separator: " and ")
  }

  private func owner(of lock: System.NamedLock, in state: [UInt64]) -> ThreadID? {
    system.view(state) { view in
      system.threads.indices.map(ThreadID.init).first { lock.lock.isHeld(view, by: $0) }
    }
  }
}

extension Lock {
  /// The number of the cell that says who holds the lock.
  var ownerCell: Int { owner.number }

  /// Whether a thread that holds `other` may not take this one.
  func comesBefore(_ other: Lock) -> Bool { later.locks >> UInt64(other.index) & 1 == 1 }
}
