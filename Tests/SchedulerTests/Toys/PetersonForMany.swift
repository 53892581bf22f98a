import Scheduler

/// Peterson's lock for N processes, as the model `peterson` of the BEEM benchmarks has it.
///
/// A process climbs N-1 levels; at each it waits until it is no longer the last to have come
/// there, or until it has seen every other process at a lower level.
final class PetersonForMany: StepMachine {
  enum Point: UInt8, ProgramPoint { case rest, climb, arrive, look, critical }

  let point: Cell<Point>
  private let me: Int
  private let positions: CellRow<UInt8>
  private let lastArrived: CellRow<UInt8>
  private let level: Cell<UInt8>
  private let seen: Cell<UInt8>

  init(
    _ me: Int, point: Cell<Point>, level: Cell<UInt8>, seen: Cell<UInt8>,
    positions: CellRow<UInt8>, lastArrived: CellRow<UInt8>
  ) {
    (self.me, self.point, self.level, self.seen) = (me, point, level, seen)
    (self.positions, self.lastArrived) = (positions, lastArrived)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let count = positions.count
    switch state[point] {
    case .rest:
      state[level] = 1
      state[point] = .climb
    case .climb:
      let here = state[level]
      if here == count {
        state[point] = .critical
      } else {
        state[positions, me] = here
        state[point] = .arrive
      }
    case .arrive:
      state[lastArrived, Int(state[level]) - 1] = UInt8(me)
      state[seen] = 0
      state[point] = .look
    case .look: return look(state, choice)
    case .critical:
      state[positions, me] = 0
      state[point] = .rest
    }
    return .advanced
  }

  /// Looks at the next process, or climbs on: both may be possible.
  private func look<R>(_ state: StateView<R>, _ choice: Int) -> Outcome {
    let (here, next) = (state[level], Int(state[seen]))
    let canLook =
      next < positions.count && (next == me || state[positions, next] < here)
    let canClimb =
      next == positions.count || state[lastArrived, Int(here) - 1] != UInt8(me)
    if canLook && choice == 0 {
      state[seen] = UInt8(next + 1)
      return canClimb ? .advanced.withMoreChoices : .advanced
    }
    guard canClimb else { return .blocked }
    state[level] = here + 1
    state[point] = .climb
    return .advanced
  }
}

func petersonForMany(_ count: Int) -> System {
  var builder = SystemBuilder(threads: (0..<count).map { "p\($0)" })
  let none = [UInt8](repeating: 0, count: count)
  let positions = builder.layout.row("pos", bits: 3, initial: none)
  let lastArrived = builder.layout.row("step", bits: 3, initial: none)
  let points = builder.threads.map { thread in
    let (name, role) = ("p\(thread.index)", Layout.Role.local(thread))
    let point: Cell<PetersonForMany.Point> = builder.layout.cell(
      "\(name).point", role: role)
    let machine = PetersonForMany(
      thread.index, point: point,
      level: builder.layout.cell("\(name).j", bits: 3, role: role),
      seen: builder.layout.cell("\(name).k", bits: 3, role: role),
      positions: positions, lastArrived: lastArrived)
    builder.run([machine], on: thread)
    return point
  }
  builder.add(
    Property(
      "mutual-exclusion", sentence: "At most one process is in the critical section.",
      kind: .always { state in points.count { state[$0] == .critical } < 2 }))
  return builder.build()
}
