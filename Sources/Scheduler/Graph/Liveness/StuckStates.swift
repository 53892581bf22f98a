/// The states of a graph after which some thread that must end never does.
final class StuckStates {
  private let bits: ReservedMemory<UInt64>
  /// Of the states that the fewest steps lead to, the one whose words come first.
  let first: Int

  /// What is known of a graph.
  enum Answer {
    case none
    case some(StuckStates)
    /// A limit was hit before an answer.
    case limit

    var states: StuckStates? {
      if case .some(let states) = self { return states }
      return nil
    }

    var isKnown: Bool {
      if case .limit = self { return false }
      return true
    }
  }

  /// Nil where there is no address space for them, which is a limit.
  init?(in graph: StateGraph, _ numbers: [Int]) {
    bits = ReservedMemory(capacity: graph.store.numbers / 64 + 1, in: graph.space)
    if bits.capacity * 64 < graph.store.numbers {
      graph.stopForLackOfRoom()
      return nil
    }
    for number in numbers { bits[number >> 6] |= 1 << UInt64(number & 63) }
    let level = numbers.map(graph.level(of:)).min()
    var first: Int?
    for number in numbers where graph.level(of: number) == level {
      if first.map({ graph.store.precedes(number, $0) }) ?? true { first = number }
    }
    self.first = first ?? 0
  }

  func contains(_ state: UInt32) -> Bool {
    bits[Int(state >> 6)] >> UInt64(state & 63) & 1 == 1
  }
}

extension StuckStates {
  /// Whether threads can be stuck where somebody can still step.
  ///
  /// There is nothing to look for unless ``DeadlockRule/someThreadCannotEnd`` is the system's
  /// rule.
  static func mayExist(in system: System) -> Bool {
    system.deadlock == .someThreadCannotEnd && system.mustEnd != 0
  }

  /// Looks for stuck threads in a graph, which must be whole.
  ///
  /// - Complexity: see ``RisingRuns``, and ``ThreadsThatCanEnd`` where these do not tell.
  static func find(in graph: StateGraph) -> Answer {
    let system = graph.system
    if graph.cut != nil || !mayExist(in: system) || RisingRuns.leadToEnds(in: graph) {
      return .none
    }
    // One byte a state is enough for most systems.
    return system.threads.count <= 8
      ? ThreadsThatCanEnd<UInt8>(in: graph).stuck : ThreadsThatCanEnd<UInt64>(in: graph).stuck
  }
}
