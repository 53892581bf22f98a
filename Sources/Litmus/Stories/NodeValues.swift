/// What nodes come to in a state, under the names that the file has for them.
struct NodeValues<Memory: MachineMemory> {
  let image: ProgramImage
  let memory: Memory
  let printer: AddressPrinter

  private var program: LoweredProgram { image.program }

  /// The value of a node, or what goes wrong in it.
  func value(of node: Int32) -> Result<Int64, Fault> {
    var evaluator = Evaluator(image, memory)
    let value = evaluator.value(node)
    return evaluator.fault.map { .failure(Fault(finding: $0)) } ?? .success(value)
  }

  struct Fault: Error { var finding: Finding }

  /// The values that a node is computed from: `x = 1`, `p->next = NULL`, each once.
  ///
  /// With `onlyLocals` those are left out that instructions have read from memory.
  func text(of node: Int32, onlyLocals: Bool = false) -> [String] {
    var found: [String] = []
    collect(node, onlyLocals, into: &found)
    return found
  }

  private func collect(_ node: Int32, _ onlyLocals: Bool, into found: inout [String]) {
    if let name = program.valueNames[node], case .success(let value) = value(of: node) {
      if onlyLocals, program.readNodes.contains(node) { return }
      let text = "\(name) = \(text(value, of: node))"
      if !found.contains(text) { found.append(text) }
      return
    }
    for part in parts(of: node) { collect(part, onlyLocals, into: &found) }
  }

  /// The nodes that a node is computed from.
  func parts(of node: Int32) -> [Int32] {
    let this = program.nodes[Int(node)]
    switch this.operation {
    case .constant, .slot: return []
    case .element: return [this.b]
    case .elementAddress: return [this.a, this.b]
    default: return [this.a, this.b, this.c].filter { $0 >= 0 }
    }
  }

  /// A value that a node came to, as its type is printed.
  func text(_ value: Int64, of node: Int32) -> String {
    let this = program.nodes[Int(node)]
    switch this.operation {
    case .slot: return printer.text(value, in: program.slots[Int(this.a)])
    case .element: return printer.text(value, in: program.slots[Int(this.a)])
    case .load:
      var evaluator = Evaluator(image, memory)
      let slot = evaluator.slot(at: evaluator.value(this.a))
      return slot < 0 ? printer.text(value) : printer.text(value, in: program.slots[Int(slot)])
    default: return printer.text(value)
    }
  }

  /// The innermost node, at a node or within it, in which something goes wrong; nil if nothing
  /// does.
  func culprit(in node: Int32) -> Int32? {
    guard node >= 0, case .failure = value(of: node) else { return nil }
    for part in parts(of: node) {
      if let found = culprit(in: part) { return found }
    }
    return node
  }

  /// The innermost node with a name in which something goes wrong: its name.
  func culpritName(in node: Int32) -> String? {
    guard node >= 0, case .failure = value(of: node) else { return nil }
    return parts(of: node).lazy.compactMap { culpritName(in: $0) }.first
      ?? program.valueNames[node]
  }

  /// The pointer that an address is computed from: its node.
  func pointer(of address: Int32) -> Int32? {
    if program.valueNames[address] != nil { return address }
    switch program.nodes[Int(address)].operation {
    case .memberAddress, .offset, .elementAddress, .container, .convert:
      return pointer(of: program.nodes[Int(address)].a)
    default: return nil
    }
  }
}
