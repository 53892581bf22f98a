import Scheduler

/// Peterson's lock for N processes, as the model `peterson` of the BEEM benchmarks has it.
///
/// A process climbs N-1 levels; at each it waits until it is no longer the last to have come
/// there, or until it has seen every other process at a lower level.
final class PetersonForMany: StepMachine {
  enum Point: UInt8, ProgramPoint { case rest, climb, arrive, look, critical }

  /// The level it is at and how many of the others it has looked at, as one cell, so that both are
  /// read at once.
  struct Climb: CellValue {
    let level: UInt8
    let seen: UInt8

    init(level: UInt8, seen: UInt8) { (self.level, self.seen) = (level, seen) }
    init(cellBits: UInt64) {
      self.init(
        level: UInt8(truncatingIfNeeded: cellBits & 7),
        seen: UInt8(truncatingIfNeeded: cellBits &>> 3))
    }
    var cellBits: UInt64 { UInt64(level) | UInt64(seen) &<< 3 }
    var text: String { "level \(level), \(seen) seen" }
  }

  let point: Cell<Point>
  private let climb: Cell<Climb>
  private let me: Int
  private let count: UInt8
  /// By process, its level; by level, who came there last.
  private let positions: Cell<Digits<2>>
  private let lastArrived: Cell<Digits<2>>

  init(
    _ me: Int, of count: Int, point: Cell<Point>, climb: Cell<Climb>,
    positions: Cell<Digits<2>>, lastArrived: Cell<Digits<2>>
  ) {
    self.count = UInt8(count)
    (self.me, self.point, self.climb) = (me, point, climb)
    (self.positions, self.lastArrived) = (positions, lastArrived)
  }

  @inline(__always) func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let now = state[climb]
    let (level, seen) = (now.level, now.seen)
    switch state[point] {
    case .rest:
      state[climb] = Climb(level: 1, seen: seen)
      state[point] = .climb
    case .climb where level == count: state[point] = .critical
    case .climb:
      state[positions][me] = level
      state[point] = .arrive
    case .arrive:
      state[lastArrived][Int(level) &- 1] = UInt8(truncatingIfNeeded: me)
      state[climb] = Climb(level: level, seen: 0)
      state[point] = .look
    case .look:
      // Looks at the next process, or climbs on: both may be possible.
      let canLook = seen < count && (Int(seen) == me || state[positions][Int(seen)] < level)
      let canClimb = seen == count || Int(state[lastArrived][Int(level) &- 1]) != me
      if canLook && choice == 0 {
        state[climb] = Climb(level: level, seen: seen &+ 1)
        return canClimb ? .advanced.withMoreChoices : .advanced
      }
      guard canClimb else { return .blocked }
      state[climb] = Climb(level: level &+ 1, seen: seen)
      state[point] = .climb
    case .critical:
      state[positions][me] = 0
      state[point] = .rest
    }
    return .advanced
  }
}

func petersonForMany(_ count: Int) -> System {
  precondition(count <= 4, "a process and a level below the highest have two bits")
  var builder = SystemBuilder(threads: (0..<count).map { "p\($0)" })
  let positions = builder.layout.cell("pos", bits: 2 * count, initial: Digits<2>())
  let lastArrived = builder.layout.cell("step", bits: 2 * (count - 1), initial: Digits<2>())
  for thread in builder.threads {
    let (name, role) = ("p\(thread.index)", Layout.Role.local(thread))
    let point: Cell<PetersonForMany.Point> = builder.layout.cell(
      "\(name).point", role: role)
    let machine = PetersonForMany(
      thread.index, of: count, point: point,
      climb: builder.layout.cell("\(name).jk", bits: 6, role: role),
      positions: positions, lastArrived: lastArrived)
    builder.run([machine], on: thread)
  }
  return builder.build()
}
