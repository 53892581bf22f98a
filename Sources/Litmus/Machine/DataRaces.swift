internal import Scheduler

/// An access that a thread is about to make.
struct AccessAhead: Hashable {
  var slot: Int32
  var isWrite: Bool
  /// Whether it is one that cannot race: `READ_ONCE`, atomics.
  var isMarked: Bool
  /// Where the thread stands, by number.
  var stop: Int

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
    if instruction.isUnwatched { return }
    switch instruction.operation {
    case .load, .modify(.testBit): (isAccess, isMarked) = (true, instruction.isMarked)
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
    func access(_ isWrite: Bool) -> [AccessAhead] {
      let slot = evaluator.slot(of: instruction)
      guard slot >= 0, evaluator.fault == nil else { return [] }
      return [
        AccessAhead(slot: slot, isWrite: isWrite, isMarked: instruction.isMarked, stop: stop)
      ]
    }
    switch instruction.operation {
    case .load, .modify(.testBit): return access(false)
    case .store, .modify: return access(true)
    case .await:
      evaluator.loads = []
      _ = evaluator.value(instruction.value)
      return (evaluator.loads ?? []).map {
        AccessAhead(slot: $0, isWrite: false, isMarked: true, stop: stop)
      }
    case .atomicBegin: return accessesOfBlock(at: stop, in: state)
    default: return []
    }
  }

  /// What an `atomic` block would touch; it is one step, so that none of it is plain.
  private func accessesOfBlock(at stop: Int, in state: Property.State) -> [AccessAhead] {
    var (choice, ahead) = (0, [AccessAhead]())
    while true {
      var run = DryRun(self, state)
      // What a thread is about to touch it still is while its interrupt runs.
      let step = run.take(choice: choice, evenIfInterrupted: true)
      for access in step.accesses where !access.isDeath && image.isData[Int(access.slot)] {
        let touch = AccessAhead(
          slot: access.slot, isWrite: access.new != nil, isMarked: true, stop: stop)
        if !ahead.contains(touch) { ahead.append(touch) }
      }
      guard step.result.hasMore else { return ahead }
      choice += 1
    }
  }
}

extension RaceSystem {
  /// The id of the property that no two threads race.
  static let dataRaceID = "data-race"
  static let dataRaceSentence =
    "No two threads touch a variable at once, one writing, one by a plain access."
  /// The id of what is found where no run has an end that properties of final states are about.
  static let finalStateID = "final-state"
  /// The id of the property that threads which step for ever end.
  static let progressID = "progress"

  /// The property that no two threads race.
  ///
  /// Reports name `file`; with `isQuestion` the file does not claim it.
  static func dataRaces(
    _ machines: [ThreadMachine], in file: String, isQuestion: Bool
  ) -> Property {
    let search = DataRaceSearch(machines, in: file)
    return Property(
      dataRaceID,
      sentence: dataRaceSentence,
      kind: .always { state in search.dataRace(in: state) == nil }, isQuestion: isQuestion,
      explain: { state in search.dataRace(in: state).map(search.explain) })
  }
}

/// Looks for accesses that race.
final class DataRaceSearch: @unchecked Sendable {
  private let machines: [ThreadMachine]
  /// By thread: its point, and what comes next by stop, in memory that nobody counts references
  /// to.
  private let points: UnsafeMutablePointer<Cell<CodePoint>>
  private let ahead: UnsafeMutablePointer<UnsafeMutablePointer<AccessKind>>
  private let count: Int
  private let file: String

  init(_ machines: [ThreadMachine], in file: String) {
    (self.machines, count, self.file) = (machines, machines.count, file)
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

  /// What a race is, in a sentence with both accesses and their lines.
  func explain(_ race: (Int, AccessAhead, Int, AccessAhead)) -> String {
    let program = machines[race.0].image.program
    func text(_ thread: Int, _ access: AccessAhead) -> String {
      let location = machines[thread].location(ofStop: access.stop)
      let kind = access.isWrite ? "write" : "read"
      return "\(program.threads[thread].name) at \(file):\(location.line ?? 0)"
        + (location.function.map { " in \($0)()" } ?? "")
        + " (\(access.isMarked ? "marked" : "plain") \(kind), '\(location.label)')"
    }
    return "\(program.slots[Int(race.1.slot)].name) is about to be accessed by "
      + "\(text(race.0, race.1)) and \(text(race.2, race.3))"
  }
}
