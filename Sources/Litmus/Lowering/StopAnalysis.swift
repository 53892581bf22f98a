/// Finds the instructions where a thread can stand between steps.
///
/// It follows ``Executor/run(from:onlyLocal:)`` and takes both ways at every branch.
struct StopAnalysis {
  /// An instruction, and what a step has done when it comes there.
  private struct Place: Hashable {
    var index: Int32
    var isFirst = false
    var hasPassed = false
    var isInAtomic = false
    /// Whether the thread is brought to its first access.
    var onlyLocal = false
  }

  private let code: [Instruction]
  private var seen: Set<Place> = []
  private var queue: [Place] = []
  private var stops: Set<Int32> = []
  /// The jumps back that are taken within `atomic`.
  private(set) var jumpsWithin: Set<Int32> = []

  init(_ code: [Instruction]) { self.code = code }

  /// The instructions, in order; the thread's end is always one of them.
  mutating func run() -> [Int32] {
    // A thread whose first step touches nothing shared does all of it again.
    stand(at: 0)
    enter(Place(index: 0, onlyLocal: true))
    for (index, instruction) in code.enumerated() where instruction.operation == .end {
      stand(at: Int32(index))
    }
    while let place = queue.popLast() { pass(place) }
    return stops.sorted()
  }

  private mutating func stand(at index: Int32) {
    if stops.insert(index).inserted { enter(Place(index: index, isFirst: true)) }
  }

  private mutating func enter(_ place: Place) {
    if Int(place.index) < code.count, seen.insert(place).inserted { queue.append(place) }
  }

  private mutating func pass(_ place: Place) {
    let instruction = code[Int(place.index)]
    if instruction.isStep, !place.isFirst { return stand(at: place.index) }
    var next = place
    next.isFirst = false
    if instruction.isStep { next.hasPassed = true }
    switch instruction.operation {
    case .end: return
    case .jump:
      next.index = instruction.next
      if next.index <= place.index, place.isInAtomic {
        jumpsWithin.insert(place.index)
      } else if instruction.isIdle, !place.isFirst {
        guard next.hasPassed else { return stand(at: place.index) }
        next.hasPassed = false
      }
      return enter(next)
    case .branch:
      for target in [instruction.next, instruction.other] {
        next.index = target
        enter(next)
      }
      return
    case .check: if place.onlyLocal { stand(at: place.index) }
    case .atomicBegin: next.isInAtomic = true
    case .atomicEnd: next.isInAtomic = false
    default: break
    }
    next.index += 1
    enter(next)
  }
}
