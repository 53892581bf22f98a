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

extension ThreadMachine {
  /// What the thread is about to touch in a state: nothing where it has ended.
  func accessesAhead(in state: Property.State) -> [AccessAhead] {
    let stop = Int(state[point].stop)
    let instruction = code[Int(stops[stop])]
    var evaluator = Evaluator(image, StateMemory(state, cells))
    func access(_ isWrite: Bool) -> [AccessAhead] {
      let slot = evaluator.slot(at: evaluator.value(instruction.address))
      guard slot >= 0, evaluator.fault == nil else { return [] }
      return [
        AccessAhead(slot: slot, isWrite: isWrite, isMarked: instruction.isMarked, stop: stop)
      ]
    }
    switch instruction.operation {
    case .load: return access(false)
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
      let step = run.take(choice: choice)
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
  /// The id of the property that threads which step for ever end.
  static let progressID = "progress"

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

  /// What a race is, in a sentence with both accesses and their lines.
  func explain(_ race: (Int, AccessAhead, Int, AccessAhead), in file: String) -> String {
    let program = image.program
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
