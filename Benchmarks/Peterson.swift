import Scheduler

/// Peterson's lock for N processes, as the model `peterson` of the BEEM benchmarks has it.
///
/// A process climbs N-1 levels; at each it waits until it is no longer the last to have come there,
/// or until it has seen every other process at a lower level.
final class PetersonForMany: StepMachine {
  enum Point: UInt8, ProgramPoint { case rest, climb, arrive, look, critical }

  let point: Cell<Point>
  private let me: Int
  private let count: UInt8
  /// By process, its level; by level, who came there last.
  private let positions: Cell<Nibbles>
  private let lastArrived: Cell<Nibbles>
  private let level: Cell<UInt8>
  private let seen: Cell<UInt8>

  init(
    _ me: Int, of count: Int, point: Cell<Point>, level: Cell<UInt8>, seen: Cell<UInt8>,
    positions: Cell<Nibbles>, lastArrived: Cell<Nibbles>
  ) {
    self.count = UInt8(count)
    (self.me, self.point, self.level, self.seen) = (me, point, level, seen)
    (self.positions, self.lastArrived) = (positions, lastArrived)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .rest:
      state[level] = 1
      state[point] = .climb
    case .climb:
      let here = state[level]
      if here == count {
        state[point] = .critical
      } else {
        state[positions][me] = here
        state[point] = .arrive
      }
    case .arrive:
      state[lastArrived][Int(state[level]) &- 1] = UInt8(truncatingIfNeeded: me)
      state[seen] = 0
      state[point] = .look
    case .look: return look(state, choice)
    case .critical:
      state[positions][me] = 0
      state[point] = .rest
    }
    return .advanced
  }

  /// Looks at the next process, or climbs on: both may be possible.
  private func look<R>(_ state: StateView<R>, _ choice: Int) -> Outcome {
    let (here, next) = (state[level], state[seen])
    let canLook = next < count && (Int(next) == me || state[positions][Int(next)] < here)
    let canClimb = next == count || Int(state[lastArrived][Int(here) &- 1]) != me
    if canLook && choice == 0 {
      state[seen] = next &+ 1
      return canClimb ? .advanced.withMoreChoices : .advanced
    }
    guard canClimb else { return .blocked }
    state[level] = here &+ 1
    state[point] = .climb
    return .advanced
  }
}

func petersonForMany(_ count: Int) -> System {
  var builder = SystemBuilder(threads: (0..<count).map { "p\($0)" })
  let positions = builder.layout.cell("pos", bits: 4 * count, initial: Nibbles())
  let lastArrived = builder.layout.cell("step", bits: 4 * count, initial: Nibbles())
  for thread in builder.threads {
    let (name, role) = ("p\(thread.index)", Layout.Role.local(thread))
    let point: Cell<PetersonForMany.Point> = builder.layout.cell(
      "\(name).point", role: role)
    let machine = PetersonForMany(
      thread.index, of: count, point: point,
      level: builder.layout.cell("\(name).j", bits: 3, role: role),
      seen: builder.layout.cell("\(name).k", bits: 3, role: role),
      positions: positions, lastArrived: lastArrived)
    builder.run([machine], on: thread)
  }
  return builder.build()
}
