internal import Scheduler

/// Learns how large numbers get, from runs that are taken at random before the search.
///
/// What they miss, the search finds out: it starts again with more bits.
struct NumberSampling {
  private let image: ProgramImage
  private let start: StartState
  private var random: UInt64 = 1
  private var steps = 0

  /// How many runs are taken, and how many steps of one and of all.
  private static let (mostRuns, mostStepsOfOne, mostSteps) = (256, 1_000, 10_000)

  private let memory: StartMemory

  /// Encodings for all numbers that the slots have been seen to hold.
  var encodings: [Encoding]

  init(_ image: ProgramImage, from start: StartState) {
    (self.image, self.start) = (image, start)
    encodings = zip(image.program.slots, start.values).map {
      Encoding($0, initial: $1, locations: image.locationCount)
    }
    memory = StartMemory(
      slots: image.program.slots, locks: image.program.locks.count, noting: encodings)
    for _ in 0..<Self.mostRuns where steps < Self.mostSteps { run() }
    encodings = memory.seen
  }

  /// Makes more room for a slot whose cell was too small on a run, as much again as it needs;
  /// false if there is no more to be had.
  mutating func widen(_ slot: Int, after schedule: Schedule) -> Bool {
    memory.restart(start.values)
    var places = start.starts
    for step in schedule.steps {
      let thread = step.thread.index
      guard case .stopped(let place, _) = take(thread, from: places[thread], step.choice) else {
        break
      }
      places[thread] = place
    }
    let wider = encodings[slot].widened(for: memory.seen[slot])
    if wider == encodings[slot] { return encodings[slot].widen() }
    encodings[slot] = wider
    return true
  }

  /// A number from 0 to `limit` - 1, by SplitMix64.
  private mutating func pick(below limit: Int) -> Int {
    random &+= 0x9E37_79B9_7F4A_7C15
    var word = random
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ word >> 31) % UInt64(limit))
  }

  private mutating func run() {
    memory.restart(start.values)
    var places = start.starts
    var unfinished = Array(places.indices)
    var waiting = unfinished
    for _ in 0..<Self.mostStepsOfOne {
      guard !waiting.isEmpty else { return }
      steps += 1
      let index = pick(below: waiting.count)
      let thread = waiting[index]
      switch step(thread, from: places[thread]) {
      case .blocked:
        waiting.remove(at: index)
        continue
      case .failed: return
      case .stopped(let place, _): places[thread] = place
      case .ended: unfinished.removeAll { $0 == thread }
      }
      waiting = unfinished
    }
  }

  /// Takes a step, with one of its results.
  private mutating func step(
    _ thread: Int, from place: Int32
  ) -> Executor<StartMemory>.Result {
    memory.keep()
    var choice = 0
    var result = take(thread, from: place, choice)
    while result.hasMore {
      choice += 1
      memory.takeBack()
      result = take(thread, from: place, choice)
    }
    if choice > 0 {
      let picked = pick(below: choice + 1)
      memory.takeBack()
      result = take(thread, from: place, picked)
    } else if result == .blocked {
      memory.takeBack()
    }
    return result
  }

  private func take(
    _ thread: Int, from place: Int32, _ choice: Int
  ) -> Executor<StartMemory>.Result {
    var executor = Executor(image.code(of: thread), of: thread, image, memory, choice: choice)
    return executor.isInterrupted ? .blocked : executor.run(from: place)
  }
}
