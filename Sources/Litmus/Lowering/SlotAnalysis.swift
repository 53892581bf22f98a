/// Finds out which locals of a thread still matter where, so that those that do not are cleared
/// and those that never matter together share a slot.
///
/// States that differ in nothing that matters are then equal.
struct SlotAnalysis {
  struct Result {
    var code: [Instruction]
    var stops: [Int32]
    var clears: [[Int32]]
    /// By stop, of the slots that stand in for others: the one whose value they hold there.
    var holders: [[Int32: Int32]]
    /// By slot: the one that stands in for it.
    var representatives: [Int32: Int32]
    /// Slots that nobody needs.
    var unused: Set<Int32>
    /// Slots that never matter between steps.
    var passing: Set<Int32>
    /// Slots that have one value wherever they are read.
    var constants: [Int32: Int64]
    /// The locals that may be read before they have a value.
    var mayLackValues: Set<Int>

    func apply(to program: inout LoweredProgram) {
      for index in program.nodes.indices where program.nodes[index].operation == .slot {
        let slot = program.nodes[index].a
        if let value = constants[slot] {
          program.nodes[index] = Node(operation: .constant, value: value)
        } else if let other = representatives[slot] {
          program.nodes[index].a = other
        }
      }
      for (slot, other) in representatives where slot != other {
        program.slots[Int(slot)].isUnused = true
        // At most one of them matters at the start.
        let initial = program.slots[Int(slot)].initial
        if initial != 0 { program.slots[Int(other)].initial = initial }
      }
      for slot in unused { program.slots[Int(slot)].isUnused = true }
      for slot in passing { program.slots[Int(slot)].isPassing = true }
    }
  }

  private var code: [Instruction]
  private let slots: Range<Int32>
  private let program: LoweredProgram
  /// By instruction: the tracked slots that it reads.
  private var uses: [[Int32]] = []
  /// Where the thread can stand between steps.
  private var stops: [Int32] = []
  /// By number: whether a slot matters at one of the stops.
  private var matters: Set<Int32> = []
  private let words: Int
  /// The slots of locals whose address is taken.
  private let memorySlots: Set<Int32>
  /// By instruction, as sets of bits: the slots that matter before it.
  private var liveIn: [UInt64]
  private static let mostWords = 20_000_000

  /// `slots` are those that the thread's code has taken; pinned ones among them are left alone.
  init(_ code: [Instruction], slots: Range<Int32>, in program: LoweredProgram) {
    (self.code, self.slots, self.program) = (code, slots, program)
    words = (slots.count + 63) / 64
    liveIn = []
    memorySlots = Set(program.objects.flatMap(\.slots))
  }

  /// Nil if the thread has too many locals to look at.
  mutating func run() -> Result? {
    guard code.count * max(1, words) <= Self.mostWords else { return nil }
    uses = code.indices.map { index in
      var found: [Int32] = []
      for root in [code[index].address, code[index].value, code[index].second] where root >= 0 {
        collect(root, into: &found)
      }
      return found
    }
    findLive()
    var lacking: Set<Int> = []
    for (index, instruction) in code.enumerated() where instruction.operation == .undefine {
      if isLive(instruction.target, after: index) { lacking.insert(Int(instruction.limit)) }
    }
    let constants = findConstants()
    if !constants.isEmpty {
      for index in uses.indices { uses[index].removeAll { constants[$0] != nil } }
      findLive()
    }
    dropDeadTargets()
    var analysis = StopAnalysis(code)
    stops = analysis.run()
    for stop in stops {
      for slot in slots where isTracked(slot) && isLive(slot, before: Int(stop)) {
        matters.insert(slot)
      }
    }
    let representatives = shareSlots()
    let holders = findHolders(representatives)
    for index in code.indices {
      if let other = representatives[code[index].target] { code[index].target = other }
      uses[index] = uses[index].map { representatives[$0] ?? $0 }
    }
    findLive()
    let clears = findClears()
    let needed = Set(code.map(\.target)).union(uses.flatMap { $0 })
    return Result(
      code: code, stops: stops, clears: clears, holders: holders, representatives: representatives,
      unused: Set(slots.filter { isTracked($0) && !needed.contains($0) }),
      passing: Set(slots.filter { isTracked($0) && !matters.contains($0) }), constants: constants,
      mayLackValues: lacking)
  }

  // MARK: - Slots and instructions

  private func isTracked(_ slot: Int32) -> Bool {
    slots.contains(slot) && !program.slots[Int(slot)].isPinned
      && !memorySlots.contains(slot)
  }

  private func collect(_ root: Int32, into found: inout [Int32]) {
    var stack = [root]
    while let next = stack.popLast() {
      let node = program.nodes[Int(next)]
      switch node.operation {
      case .constant: break
      case .slot: if isTracked(node.a) { found.append(node.a) }
      case .element: stack.append(node.b)
      case .elementAddress: stack += [node.a, node.b]
      default:
        for part in [node.a, node.b, node.c] where part >= 0 { stack.append(part) }
      }
    }
  }

  /// The tracked slot that an instruction writes.
  private func definition(_ index: Int) -> Int32? {
    let instruction = code[index]
    guard instruction.target >= 0, instruction.operation != .setElement,
      isTracked(instruction.target)
    else { return nil }
    return instruction.target
  }

  private func successors(_ index: Int) -> [Int] { code.successors(of: index) }

  private func bit(_ slot: Int32) -> (word: Int, mask: UInt64) {
    let index = Int(slot - slots.lowerBound)
    return (index >> 6, 1 << UInt64(index & 63))
  }

  // MARK: - What matters

  private mutating func findLive() {
    liveIn = Array(repeating: 0, count: code.count * words)
    if words == 0 { return }
    var changed = true
    while changed {
      changed = false
      for index in code.indices.reversed() {
        var live = liveOut(index)
        if let slot = definition(index) {
          let (word, mask) = bit(slot)
          live[word] &= ~mask
        }
        for slot in uses[index] {
          let (word, mask) = bit(slot)
          live[word] |= mask
        }
        for word in 0..<words where liveIn[index * words + word] != live[word] {
          liveIn[index * words + word] = live[word]
          changed = true
        }
      }
    }
  }

  private func liveOut(_ index: Int) -> [UInt64] {
    var live = Array(repeating: UInt64(0), count: words)
    for next in successors(index) {
      for word in 0..<words { live[word] |= liveIn[next * words + word] }
    }
    return live
  }

  private func isLive(_ slot: Int32, after index: Int) -> Bool {
    guard isTracked(slot) else { return false }
    let (word, mask) = bit(slot)
    return liveOut(index)[word] & mask != 0
  }

  private func isLive(_ slot: Int32, before index: Int) -> Bool {
    let (word, mask) = bit(slot)
    return liveIn[index * words + word] & mask != 0
  }

  /// Results that nobody looks at are not kept.
  private mutating func dropDeadTargets() {
    for index in code.indices {
      guard let slot = definition(index), !isLive(slot, after: index) else { continue }
      code[index].target = -1
    }
  }

  /// The slots that are set in one place only, to a constant, before everything that reads them.
  private func findConstants() -> [Int32: Int64] {
    var places: [Int32: [Int]] = [:]
    for index in code.indices {
      guard let slot = definition(index) else { continue }
      // The life of a local begins without a value, and nobody reads it before it has one.
      if code[index].operation == .undefine, !isLive(slot, after: index) { continue }
      places[slot, default: []].append(index)
    }
    var found: [Int32: Int64] = [:]
    func value(_ number: Int32) -> Int64? {
      let node = program.nodes[Int(number)]
      switch node.operation {
      case .constant: return node.value
      case .slot: return found[node.a]
      case .convert: return value(node.a).map(node.converted)
      default: return nil
      }
    }
    for index in code.indices where code[index].operation == .set {
      guard let slot = definition(index), places[slot]?.count == 1, !isLive(slot, before: 0),
        let constant = value(code[index].value), !program.canDie(at: constant)
      else { continue }
      found[slot] = constant
    }
    return found
  }

  // MARK: - Sharing

  /// Slots of one kind of which no two ever matter together become one.
  private func shareSlots() -> [Int32: Int32] {
    let count = slots.count
    guard count > 0, count <= 4096 else { return [:] }
    var conflicts = Array(repeating: UInt64(0), count: count * words)
    func add(_ slot: Int32, _ live: some Sequence<UInt64>) {
      let row = Int(slot - slots.lowerBound) * words
      for (word, bits) in live.enumerated() { conflicts[row + word] |= bits }
    }
    for index in code.indices {
      if let slot = definition(index) { add(slot, liveOut(index)) }
    }
    if !code.isEmpty {
      for slot in slots where isTracked(slot) && isLive(slot, before: 0) {
        add(slot, liveIn[0..<words])
      }
    }
    func conflict(_ one: Int32, _ other: Int32) -> Bool {
      func has(_ row: Int32, _ slot: Int32) -> Bool {
        let (word, mask) = bit(slot)
        return conflicts[Int(row - slots.lowerBound) * words + word] & mask != 0
      }
      return has(one, other) || has(other, one)
    }
    var classes: [(content: Slot.Content, members: [Int32])] = []
    var representatives: [Int32: Int32] = [:]
    for slot in slots where isTracked(slot) {
      let content = program.slots[Int(slot)].content
      let place = classes.firstIndex { entry in
        entry.content == content && matters.contains(entry.members[0]) == matters.contains(slot)
          && entry.members.allSatisfy { !conflict($0, slot) }
      }
      if let place {
        classes[place].members.append(slot)
        representatives[slot] = classes[place].members[0]
      } else {
        classes.append((content, [slot]))
        representatives[slot] = slot
      }
    }
    return representatives
  }

  /// By stop: which of the slots that share one matters there.
  private func findHolders(_ representatives: [Int32: Int32]) -> [[Int32: Int32]] {
    let shared = Dictionary(grouping: representatives) { $0.value }.values.filter { $0.count > 1 }
      .flatMap { $0 }.filter { matters.contains($0.key) }
    return stops.map { stop in
      shared.reduce(into: [:]) { holders, pair in
        if isLive(pair.key, before: Int(stop)) { holders[pair.value] = pair.key }
      }
    }
  }

  // MARK: - Clearing

  /// By stop: what is cleared on the way there.
  private func findClears() -> [[Int32]] {
    var dirtyIn = Array(repeating: UInt64(0), count: code.count * words)
    for word in 0..<words where !code.isEmpty { dirtyIn[word] = liveIn[word] }
    var pending = Array(repeating: true, count: code.count)
    var queue = Array(code.indices.reversed())
    while let index = queue.popLast() {
      pending[index] = false
      var dirty = Array(dirtyIn[index * words..<(index + 1) * words])
      if code[index].isStep {
        for word in 0..<words { dirty[word] &= liveIn[index * words + word] }
      }
      if let slot = definition(index) {
        let (word, mask) = bit(slot)
        dirty[word] |= mask
      }
      for next in successors(index) {
        var changed = false
        for word in 0..<words where dirty[word] & ~dirtyIn[next * words + word] != 0 {
          dirtyIn[next * words + word] |= dirty[word]
          changed = true
        }
        if changed, !pending[next] {
          pending[next] = true
          queue.append(next)
        }
      }
    }
    return stops.map { stop in
      slots.filter { slot in
        guard matters.contains(slot) else { return false }
        let (word, mask) = bit(slot)
        let index = Int(stop) * words + word
        return dirtyIn[index] & ~liveIn[index] & mask != 0
      }
    }
  }
}
