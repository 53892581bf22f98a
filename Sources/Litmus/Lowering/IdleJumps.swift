/// Finds the jumps back that a thread can come to again without an access in between.
///
/// Those are steps of their own where no access has come before, so that every step ends: who goes
/// round for ever without an access takes one of them. All others are jumps like those forward.
struct IdleJumps {
  /// The instructions in the order in which they are entered; 0 for those that are not yet.
  private var order: [Int]
  /// The least that they are known to reach, as in Tarjan's algorithm.
  private var low: [Int]
  /// The one that stands for all that reach each other; -1 where that is not known yet.
  private var component: [Int]
  private var open: [Int] = []
  private var count = 0

  private init(count: Int) {
    order = Array(repeating: 0, count: count)
    low = order
    component = Array(repeating: -1, count: count)
  }

  /// Marks them: a jump back whose target reaches it by instructions without an access.
  static func mark(in code: inout [Instruction]) {
    let jumps = code.indices.filter { code[$0].operation == .jump && Int(code[$0].next) <= $0 }
    if jumps.isEmpty { return }
    var search = IdleJumps(count: code.count)
    for jump in jumps where search.order[jump] == 0 { search.visit(jump, of: code) }
    for jump in jumps {
      let target = Int(code[jump].next)
      code[jump].isIdle =
        !code[target].isStep && search.component[target] == search.component[jump]
    }
  }

  /// The next of the instructions behind one that are no access, from the given number on.
  private static func successor(of index: Int, in code: [Instruction], from number: inout Int)
    -> Int?
  {
    let instruction = code[index]
    while number < 2 {
      let next: Int
      switch instruction.operation {
      case .end: return nil
      case .jump: next = number == 0 ? Int(instruction.next) : -1
      case .branch: next = Int(number == 0 ? instruction.next : instruction.other)
      default: next = number == 0 ? index + 1 : -1
      }
      number += 1
      if next >= 0, next < code.count, !code[next].isStep { return next }
    }
    return nil
  }

  private mutating func enter(_ index: Int) {
    count += 1
    (order[index], low[index]) = (count, count)
    open.append(index)
  }

  private mutating func visit(_ root: Int, of code: [Instruction]) {
    enter(root)
    var path = [(index: root, number: 0)]
    while let last = path.indices.last {
      let index = path[last].index
      if let next = Self.successor(of: index, in: code, from: &path[last].number) {
        if order[next] == 0 {
          enter(next)
          path.append((next, 0))
        } else if component[next] < 0 {
          low[index] = min(low[index], order[next])
        }
        continue
      }
      path.removeLast()
      if let parent = path.last?.index { low[parent] = min(low[parent], low[index]) }
      if low[index] == order[index] {
        while let member = open.popLast() {
          component[member] = index
          if member == index { break }
        }
      }
    }
  }
}
