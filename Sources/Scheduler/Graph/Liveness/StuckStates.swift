/// The states of a graph after which some thread that must end never does, by what is hit there: a
/// deadlock, or the kind of deadlock that has a name of its own.
final class StuckStates {
  private let sets: [(property: PropertyIndex, states: StateSet)]

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

  /// Some states, and the threads that never end from each, a bit for each.
  ///
  /// Nil where there is no room for them, which is a limit.
  init?(in graph: StateGraph, _ numbers: [Int], stuck: (Int) -> UInt64) {
    let properties = graph.properties
    var sets: [(property: PropertyIndex, states: StateSet)] = []
    func add(_ property: PropertyIndex, _ numbers: [Int]) -> Bool {
      guard let states = StateSet(in: graph, numbers) else { return false }
      sets.append((property, states))
      return true
    }
    if let kind = graph.system.deadlockKind {
      guard let kinds = Self.kinds(kind, in: graph, numbers, stuck: stuck) else { return nil }
      for property in properties.stuckThreads {
        let hit = numbers.indices.filter { kinds.isHit(property, at: $0, properties) }
        if !hit.isEmpty, !add(property, hit.map { numbers[$0] }) { return nil }
      }
    } else if !add(properties.deadlock, numbers) {
      return nil
    }
    self.sets = sets
  }

  /// What is hit in some of the states.
  var properties: [PropertyIndex] { sets.map(\.property) }

  /// Of the states in which a property is hit and that the fewest steps lead to, the one whose
  /// words come first.
  func first(of property: PropertyIndex) -> Int? {
    sets.first { $0.property == property }?.states.first
  }

  /// What is hit in a state.
  func hits(in state: UInt32) -> [PropertyIndex] {
    sets.filter { $0.states.contains(state) }.map(\.property)
  }

  /// Finds out of which kind the states are; nil where a limit is hit.
  private static func kinds(
    _ kind: DeadlockKind, in graph: StateGraph, _ numbers: [Int], stuck: (Int) -> UInt64
  ) -> StuckStateKinds? {
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    /// The place of a state by its number.
    func place(of number: Int) -> Int {
      var (low, high) = (0, order.count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if numbers[order[middle]] <= number { low = middle } else { high = middle }
      }
      return order[low]
    }
    let steps = GraphSteps(of: graph, batch: 1)
    var taken: [(from: UInt32, to: UInt32)] = []
    for (index, number) in numbers.enumerated() {
      let bytes = numbers.count * 48 + taken.count * 16
      if index % 1024 == 0, !graph.allows(moreBytes: bytes) { return nil }
      steps.expand(CollectionOfOne(UInt32(number)))
      for step in 0..<steps.successors.count {
        taken.append((UInt32(index), UInt32(place(of: Int(steps.target(of: step))))))
      }
    }
    return StuckStateKinds(
      looksLikeKind: numbers.map { kind.isOf(graph.store.state($0), stuck: stuck($0)) },
      steps: taken)
  }
}

/// Some states of a graph.
private final class StateSet {
  private let bits: ReservedMemory<UInt64>
  /// Of those that the fewest steps lead to, the one whose words come first.
  let first: Int

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
