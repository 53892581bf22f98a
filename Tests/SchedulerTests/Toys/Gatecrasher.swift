@testable import Scheduler

/// A thread that takes a lock if it is free and, if it is not, goes on without it when it sees `x`
/// at 1; the lock's owner has `x` at 1 only inside its section.
///
/// What it looks at depends on the lock, which is as far as one step may go and a trap for
/// searches that go by what steps have been seen to touch.
final class Gatecrasher: StepMachine {
  typealias Place = RegisterProgram.Place

  enum Part { case idle, lock, set(UInt8), lockOrSeeOne, mustHold, unlock }

  let point: Cell<Place>
  private let parts: [Part]
  private let (lock, thread, x): (Lock, ThreadID, Cell<UInt8>)

  private init(
    _ parts: [Part], at point: Cell<Place>, _ lock: Lock, _ thread: ThreadID, _ x: Cell<UInt8>
  ) {
    (self.parts, self.point) = (parts, point)
    (self.lock, self.thread, self.x) = (lock, thread, x)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let place = Int(state[point].index)
    switch parts[place] {
    case .idle: break
    case .lock: if !lock.acquire(state, by: thread) { return .blocked }
    case .set(let value): state[x] = value
    case .lockOrSeeOne:
      if lock.isFree(state) {
        _ = lock.acquire(state, by: thread)
      } else if state[x] != 1 {
        return .blocked
      }
    case .mustHold: state.require(lock.isHeld(state, by: thread), saying: "the lock is not held")
    case .unlock: lock.release(state, by: thread)
    }
    let isLast = place + 1 == parts.count
    state[point] = Place(isLast ? 0 : UInt8(place + 1))
    return isLast ? .completed : .advanced
  }

  /// The owner and the gatecrasher, who takes some steps that do nothing before it comes.
  static func system(idle: Int) -> System {
    var builder = SystemBuilder(threads: ["owner", "gatecrasher"])
    let x: Cell<UInt8> = builder.layout.cell("x", bits: 2)
    let lock = builder.locks([Lock.Declaration("m", kind: .spin, rank: 0)])[0]
    let scripts: [[Part]] = [
      [.lock, .set(1), .set(0), .unlock],
      Array(repeating: .idle, count: idle) + [.lockOrSeeOne, .mustHold, .unlock],
    ]
    for (thread, parts) in zip(builder.threads, scripts) {
      let point: Cell<Place> = builder.layout.cell(
        "point\(thread.index)", bits: 6, role: .local(thread))
      builder.run([Gatecrasher(parts, at: point, lock, thread, x)], on: thread)
    }
    return builder.build()
  }
}
