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

/// What is known of the access before which a thread stands, whatever the state is.
struct AccessKind {
  /// Whether there is one; 0 is that of no slot.
  private(set) var isAccess = false
  private(set) var isWrite = false
  private(set) var isMarked = false
  /// The slot; -1 if that depends on the state.
  private(set) var slot: Int32 = -1

  init(_ instruction: Instruction, in image: ProgramImage) {
    switch instruction.operation {
    case .load: (isAccess, isMarked) = (true, instruction.isMarked)
    case .store, .modify: (isAccess, isWrite, isMarked) = (true, true, instruction.isMarked)
    case .await:
      (isAccess, isMarked) = (true, true)
      return
    case .atomicBegin:
      (isAccess, isWrite, isMarked) = (true, true, true)
      return
    default: return
    }
    let address = image.nodes[Int(instruction.address)]
    if address.operation == .constant { slot = image.slot(at: address.value).slot }
  }

  /// Whether both may race in some state.
  func mayRace(with other: AccessKind) -> Bool {
    isAccess && other.isAccess && (isWrite || other.isWrite) && !(isMarked && other.isMarked)
      && (slot == other.slot || slot < 0 || other.slot < 0)
  }
}

extension ThreadMachine {
  /// What the thread is about to touch in a state: nothing where it has ended.
  func accessesAhead(in state: Property.State) -> [AccessAhead] {
    let stop = Int(state[point].stop)
    guard ahead[stop].isAccess else { return [] }
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

/// A state that steps are tried on: what they write is kept beside it, and what they touch is noted.
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

  /// The property that no two threads race.
  static func dataRaces(_ machines: [ThreadMachine]) -> Property {
    let search = DataRaceSearch(machines)
    return Property(
      dataRaceID,
      sentence: "No two threads touch a variable at once, one writing, one by a plain access.",
      kind: .always { state in search.dataRace(in: state) == nil },
      explain: { state in search.dataRace(in: state).map(search.explain) })
  }
}

/// Looks for accesses that race.
final class DataRaceSearch: @unchecked Sendable {
  private let machines: [ThreadMachine]
  /// By thread: its point, and what comes next by stop, in memory that nobody counts references to.
  private let points: UnsafeMutablePointer<Cell<CodePoint>>
  private let ahead: UnsafeMutablePointer<UnsafeMutablePointer<AccessKind>>
  private let count: Int

  init(_ machines: [ThreadMachine]) {
    (self.machines, count) = (machines, machines.count)
    points = ProgramImage.copy(machines.map(\.point))
    ahead = ProgramImage.copy(machines.map(\.ahead))
  }

  deinit {
    points.deallocate()
    ahead.deallocate()
  }

  /// Two accesses that race in a state, with the threads that are about to make them.
  func dataRace(in state: Property.State) -> (Int, AccessAhead, Int, AccessAhead)? {
    for number in 0..<count {
      let mine = ahead[number][Int(state[points[number]].stop)]
      if !mine.isAccess { continue }
      for other in number + 1..<max(count, number + 1) {
        let theirs = ahead[other][Int(state[points[other]].stop)]
        // Most pairs cannot race in any state.
        if mine.mayRace(with: theirs), let race = race(number, other, in: state) { return race }
      }
    }
    return nil
  }

  private func race(
    _ number: Int, _ other: Int, in state: Property.State
  ) -> (Int, AccessAhead, Int, AccessAhead)? {
    let mine = machines[number].accessesAhead(in: state)
    for theirs in machines[other].accessesAhead(in: state) {
      if let first = mine.first(where: { $0.races(with: theirs) }) {
        return (number, first, other, theirs)
      }
    }
    return nil
  }

  /// What a race is, in a sentence with both lines.
  func explain(_ race: (Int, AccessAhead, Int, AccessAhead)) -> String {
    let program = machines[race.0].image.program
    let name = program.slots[Int(race.1.slot)].name
    return "\(program.threads[race.0].name) at '\(race.1.line)' and "
      + "\(program.threads[race.2].name) at '\(race.3.line)' touch \(name) at once"
  }
}
