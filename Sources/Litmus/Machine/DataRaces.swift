internal import Scheduler

/// An access that a thread is about to make.
struct AccessAhead {
  var slot: Int32
  var isWrite: Bool
  /// Whether it is one that cannot race: `READ_ONCE`, atomics.
  var isMarked: Bool
  var line: String

  /// Whether both touch one variable, one of them writes, and one of them is plain.
  func races(with other: AccessAhead) -> Bool {
    slot == other.slot && (isWrite || other.isWrite) && !(isMarked && other.isMarked)
  }
}

extension ThreadMachine {
  /// What the thread is about to touch in a state: nothing where it has ended.
  func accessesAhead(in state: Property.State) -> [AccessAhead] {
    let stop = Int(state[point].stop)
    let instruction = code[Int(stops[stop])]
    var evaluator = Evaluator(image, StateMemory(state, cells))
    let line = locations[stop].label
    func access(_ isWrite: Bool) -> [AccessAhead] {
      let slot = evaluator.slot(at: evaluator.value(instruction.address))
      guard slot >= 0, evaluator.fault == nil else { return [] }
      return [
        AccessAhead(slot: slot, isWrite: isWrite, isMarked: instruction.isMarked, line: line)
      ]
    }
    switch instruction.operation {
    case .load: return access(false)
    case .store, .modify: return access(true)
    case .await:
      evaluator.loads = []
      _ = evaluator.value(instruction.value)
      return (evaluator.loads ?? []).map {
        AccessAhead(slot: $0, isWrite: false, isMarked: true, line: line)
      }
    case .atomicBegin: return accessesOfBlock(at: stop, in: state)
    default: return []
    }
  }

  /// What an `atomic` block would touch; it is one step, so that none of it is plain.
  private func accessesOfBlock(at stop: Int, in state: Property.State) -> [AccessAhead] {
    var (choice, touched) = (0, Set<TrialMemory.Touch>())
    while true {
      let memory = TrialMemory(StateMemory(state, cells), image)
      var executor = Executor(code, of: thread, image, memory, choice: choice)
      let result = executor.run(from: stops[stop])
      touched.formUnion(memory.touched)
      guard result.hasMore else { break }
      choice += 1
    }
    return touched.map { touch in
      AccessAhead(
        slot: touch.slot, isWrite: touch.isWrite, isMarked: true, line: locations[stop].label)
    }
  }
}

/// A state that steps are tried on: what they write is kept aside, and what they touch is noted.
final class TrialMemory: MachineMemory {
  struct Touch: Hashable {
    var slot: Int32
    var isWrite: Bool
  }

  private let base: StateMemory<PropertyRecorder>
  private let image: ProgramImage
  private var written: [Int32: Int64] = [:]
  private var owners: [Int32: Int?] = [:]
  private(set) var touched: Set<Touch> = []

  init(_ base: StateMemory<PropertyRecorder>, _ image: ProgramImage) {
    (self.base, self.image) = (base, image)
  }

  private func note(_ slot: Int32, isWrite: Bool) {
    if image.isData[Int(slot)] { touched.insert(Touch(slot: slot, isWrite: isWrite)) }
  }

  var addressSlots: [Int32] { [] }

  func read(_ slot: Int32) -> Int64 {
    note(slot, isWrite: false)
    return written[slot] ?? base.read(slot)
  }

  func write(_ slot: Int32, _ value: Int64) {
    note(slot, isWrite: true)
    written[slot] = value
  }

  func isFree(lock: Int32) -> Bool {
    if let owner = owners[lock] { return owner == nil }
    return base.isFree(lock: lock)
  }

  func isHeld(lock: Int32, by thread: Int) -> Bool {
    if let owner = owners[lock] { return owner == thread }
    return base.isHeld(lock: lock, by: thread)
  }

  func acquire(lock: Int32, by thread: Int) -> Bool {
    guard isFree(lock: lock) else { return false }
    owners[lock] = .some(thread)
    return true
  }

  func release(lock: Int32, by thread: Int) { owners[lock] = .some(nil) }
}

extension RaceSystem {
  /// The id of the property that no two threads race.
  static let dataRaceID = "data-race"

  /// Two accesses that race in a state, with the threads that are about to make them.
  func dataRace(in state: Property.State) -> (Int, AccessAhead, Int, AccessAhead)? {
    for (number, machine) in machines.enumerated() {
      let mine = machine.accessesAhead(in: state)
      if mine.isEmpty { continue }
      for other in machines.indices.dropFirst(number + 1) {
        for theirs in machines[other].accessesAhead(in: state) {
          if let first = mine.first(where: { $0.races(with: theirs) }) {
            return (number, first, other, theirs)
          }
        }
      }
    }
    return nil
  }

  /// What a race is, in a sentence with both lines.
  func explain(_ race: (Int, AccessAhead, Int, AccessAhead)) -> String {
    let program = image.program
    let name = program.slots[Int(race.1.slot)].name
    return "\(program.threads[race.0].name) at '\(race.1.line)' and "
      + "\(program.threads[race.2].name) at '\(race.3.line)' touch \(name) at once"
  }
}
