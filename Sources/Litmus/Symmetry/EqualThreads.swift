/// Threads of a program that differ in their names only: their instructions are the same but for
/// the slots of their own.
///
/// They are found, not declared, and no more than candidates: whether steps and properties treat
/// them alike is tried by the search in every state. Threads with objects of their own, locals
/// whose address is taken, are left alone: addresses are not renamed. So is a program that waits
/// for readers of SRCU, or for those of RCU with more than ``mostReaders`` threads.
struct EqualThreads {
  /// Threads that are equal, by number; each class has two at least.
  let classes: [[Int]]
  let program: LoweredProgram
  /// By thread: for each slot of its own, that of the first thread of its class.
  private let firsts: [[Int32: Int32]]

  /// Readers are named by a mask of their threads, and of all masks it is said what they become.
  static let mostReaders = 8

  init(of program: LoweredProgram, starts: [Int32]) {
    self.program = program
    let threads = program.threads.indices
    var (classes, firsts): ([[Int]], [[Int32: Int32]]) = ([], threads.map { _ in [:] })
    let masksAreKnown =
      program.rcuWaitsOn.allSatisfy { $0 < 0 }
      && (program.rcuWaits.allSatisfy { $0 < 0 } || threads.count <= Self.mostReaders)
    for thread in threads
    where masksAreKnown && !Self.hasObjects(thread, program) && !program.isInterruptible(thread) {
      let place = classes.firstIndex { members in
        guard starts[members[0]] == starts[thread] else { return false }
        var comparison = ThreadComparison(of: thread, with: members[0], in: program)
        guard comparison.areEqual() else { return false }
        firsts[thread] = comparison.counterparts
        return true
      }
      if let place { classes[place].append(thread) } else { classes.append([thread]) }
    }
    self.classes = classes.filter { $0.count > 1 }
    self.firsts = firsts
  }

  var waitsForReaders: Bool { program.rcuWaits.contains { $0 >= 0 } }

  /// Whether a thread has locals whose address is taken.
  private static func hasObjects(_ thread: Int, _ program: LoweredProgram) -> Bool {
    program.slotOfLocation.contains { $0 >= 0 && program.slots[Int($0)].thread == thread }
  }

  /// The slots that change places when a thread and the first one of its class do.
  func exchanged(_ thread: Int, _ first: Int) -> [(Int32, Int32)] {
    var pairs = firsts[thread].map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    for slots in [program.taskStates, program.ownEntries]
    where slots.indices.contains(thread) && slots[thread] >= 0 {
      pairs.append((slots[thread], slots[first]))
    }
    for row in PerThreadSlots.all(in: program) {
      pairs.append((row + Int32(thread), row + Int32(first)))
    }
    return pairs
  }

  /// Slots that must have the same bits, for their values change places.
  var alike: [[Int32]] {
    var groups: [[Int32]] = []
    for members in classes {
      var byFirst: [Int32: [Int32]] = [:]
      for thread in members.dropFirst() {
        for (slot, first) in exchanged(thread, members[0]) {
          byFirst[first, default: [first]].append(slot)
        }
      }
      groups += byFirst.keys.sorted().compactMap { byFirst[$0] }
    }
    return groups
  }
}

extension LoweredProgram {
  /// Whether a machine is a handler, or a thread that has some, or is noted in a mask of those who
  /// wait for one: none of them is like another.
  fileprivate func isInterruptible(_ machine: Int) -> Bool {
    handlers[machine].isHandler || processors[machine].interrupted >= 0
      || threads[machine].code.contains { $0.operation == .handler(.request) }
  }
}

/// Slots that an object or the program has for each thread, one after another.
enum PerThreadSlots {
  /// The first slot of each such row.
  static func all(in program: LoweredProgram) -> [Int32] {
    let threads = program.threads.count
    var rows: [Int32] = []
    for slot in program.slots.indices.map({ Int32($0) }) {
      if isWriter(slot, in: program) { rows += [slot + 1, slot + 1 + Int32(threads)] }
      if case .reader = program.slots[Int(slot)].use { rows.append(slot) }
    }
    return rows
  }

  /// Whether a slot names the thread that holds a lock to write.
  static func isWriter(_ slot: Int32, in program: LoweredProgram) -> Bool {
    let threads = Int64(program.threads.count)
    let this = program.slots[Int(slot)]
    return threads > 1 && this.isLock && this.content == .upTo(threads)
  }
}

/// Compares what two threads do.
private struct ThreadComparison {
  /// By slot of the one thread: the slot of the other that stands for it.
  private(set) var counterparts: [Int32: Int32] = [:]
  private var taken: Set<Int32> = []
  private let one: Int
  private let other: Int
  private let program: LoweredProgram

  init(of one: Int, with other: Int, in program: LoweredProgram) {
    (self.one, self.other, self.program) = (one, other, program)
  }

  mutating func areEqual() -> Bool {
    let (this, that) = (program.threads[one], program.threads[other])
    guard this.code.count == that.code.count, this.stops == that.stops,
      this.isDaemon == that.isDaemon
    else { return false }
    for (left, right) in zip(this.code, that.code) where !isEqual(left, right) { return false }
    for slots in [program.rcuDepth, program.rcuWaits] where !isEqual(slots[one], slots[other]) {
      return false
    }
    for slots in [program.taskStates, program.ownEntries] where slots.indices.contains(one) {
      if (slots[one] < 0) != (slots[other] < 0) { return false }
    }
    // What its code does not name, the other thread has in the same order.
    let left = owned(by: one).filter { counterparts[$0] == nil }
    let right = owned(by: other).filter { !taken.contains($0) }
    return left.count == right.count && areEqual(left, right)
  }

  private mutating func areEqual(_ left: [Int32], _ right: [Int32]) -> Bool {
    for (left, right) in zip(left, right) where !isEqual(left, right) { return false }
    return true
  }

  private func owned(by thread: Int) -> [Int32] {
    program.slots.indices.filter {
      program.slots[$0].thread == thread && !program.slots[$0].isUnused
    }.map { Int32($0) }
  }

  private mutating func isEqual(_ left: Int32, _ right: Int32) -> Bool {
    if left < 0 || right < 0 { return left < 0 && right < 0 }
    let states = program.taskStates
    if states.indices.contains(self.one), states[self.one] == left, states[self.other] == right {
      return true
    }
    let (one, other) = (program.slots[Int(left)], program.slots[Int(right)])
    guard one.thread == self.one, other.thread == self.other else {
      return left == right && one.thread == nil
    }
    if let known = counterparts[left] { return known == right }
    guard one.content == other.content, taken.insert(right).inserted else { return false }
    counterparts[left] = right
    return true
  }

  private mutating func areEqual(_ left: Int32, _ right: Int32, count: Int64) -> Bool {
    for index in 0..<max(0, count) where !isEqual(left + Int32(index), right + Int32(index)) {
      return false
    }
    return true
  }

  private mutating func isEqual(_ left: Instruction, _ right: Instruction) -> Bool {
    guard left.operation == right.operation, left.isStep == right.isStep,
      left.isMarked == right.isMarked, left.next == right.next, left.other == right.other,
      isEqual(left.depthSlot, right.depthSlot)
    else { return false }
    switch left.operation {
    // The life of a local begins: its number is nothing that the thread does.
    case .undefine: break
    case .setElement:
      guard left.limit == right.limit, areEqual(left.target, right.target, count: left.limit)
      else { return false }
    default: if left.limit != right.limit { return false }
    }
    return isEqual(left.target, right.target)
      && isSame(left.address, right.address) && isSame(left.value, right.value)
      && isSame(left.second, right.second)
  }

  /// Whether two nodes say the same.
  private mutating func isSame(_ left: Int32, _ right: Int32) -> Bool {
    if left < 0 || right < 0 { return left < 0 && right < 0 }
    let (one, other) = (program.nodes[Int(left)], program.nodes[Int(right)])
    guard one.operation == other.operation, one.binary == other.binary, one.type == other.type,
      one.value == other.value
    else { return false }
    switch one.operation {
    case .constant: return true
    case .slot: return isEqual(one.a, other.a)
    case .element:
      return one.c == other.c && areEqual(one.a, other.a, count: Int64(one.c))
        && isSame(one.b, other.b)
    case .elementAddress:
      return one.c == other.c && isSame(one.a, other.a) && isSame(one.b, other.b)
    default: return isSame(one.a, other.a) && isSame(one.b, other.b) && isSame(one.c, other.c)
    }
  }
}
