internal import Scheduler

/// What is told of a step that ends its run: the expression, what it came to, and who had a hand
/// in it.
struct FindingStory {
  let teller: RaceTeller
  let run: ToldRun
  let step: Trace.Step
  /// The instruction that went wrong; the step may have begun before it.
  let instruction: Instruction
  let memory: TellingMemory
  let values: NodeValues<TellingMemory>
  /// What the step has accessed.
  let accesses: [TellingMemory.Access]

  /// The story of a step from a state; nil if the step does not end the run.
  init?(of step: Trace.Step, from state: Property.State, in run: ToldRun, _ teller: RaceTeller) {
    var dry = DryRun(teller.machines[step.thread.index], state)
    let taken = dry.take(choice: step.choice)
    guard taken.failedAt >= 0 else { return nil }
    (self.teller, self.run, self.step) = (teller, run, step)
    instruction = dry.machine.code[Int(taken.failedAt)]
    (memory, accesses) = (dry.memory, taken.accesses)
    values = NodeValues(image: teller.image, memory: dry.memory, printer: teller.printer)
  }

  var thread: LoweredThread { teller.program.threads[step.thread.index] }
  var name: String { thread.name }
  /// How many steps came before.
  var count: Int { step.number - 1 }

  /// What went wrong, then who did it where; nil where there is nothing to say.
  func text(of finding: Finding) -> String? {
    guard let words = words(of: finding) else { return nil }
    let location = teller.source.location(of: instruction, in: thread)
    let place = teller.place(of: location, in: step.thread)
    return "\(words); \(name) at \(place), step \(step.number)"
  }

  private func words(of finding: Finding) -> String? {
    switch finding {
    case .assert: assertion
    case .useAfterFree: useAfterFree
    case .null where instruction.isCheck, .wild where instruction.isCheck: mistakenCall
    case .null: pointer { $0 == 0 ? "NULL" : "a part of NULL" }
    case .doubleFree: doubleFree
    case .pool: emptyPool
    case .wild:
      wildFree ?? mistaken ?? pointer { "\(teller.printer.pointer($0)), which is no address" }
    case .outOfBounds: outOfBounds
    case .division: division
    case .uninitialised: uninitialised
    case .lockMisuse: LockMisuse(self).text
    case .sleepInAtomic: sleepInAtomic
    case .rcu: rcu
    case .refcount: refcount
    case .endless: "'atomic' goes round more than 10,000 times"
    case .assume: nil
    }
  }

  /// The call that the instruction is, as it is written.
  var call: String { "'\(teller.source.callText(at: Int(instruction.offset)).text)'" }

  /// The line that the instruction stands in.
  private var line: String {
    "'\(teller.source.statement(at: Int(instruction.offset)))'"
  }

  // MARK: - Values

  private var assertion: String {
    let (text, range) = teller.source.callText(at: Int(instruction.offset))
    let word = text.prefix { $0 != "(" }
    let verdict =
      word == "assert"
      ? "is false"
      : word.contains("BUG") || word.contains("WARN")
        ? "is true" : "fails"
    // What the expression has read from memory, in the last steps of the thread.
    var found = run.trace.steps[..<count].reversed()
      .filter { $0.thread == step.thread }
      .prefix { isWithin(range, $0) }.reversed()
      .flatMap { reads($0.accesses ?? []) }
    if isWithin(range, step) { found += reads(accesses.map(teller.told)) }
    found += values.text(of: instruction.value, onlyLocals: true)
    found = found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    return "'\(text)' \(verdict)" + (found.isEmpty ? "" : ", " + found.joined(separator: ", "))
  }

  private func reads(_ accesses: [Trace.Access]) -> [String] {
    accesses.filter { $0.new == nil }.map { "\($0.name) = \($0.old)" }
  }

  /// Whether a step of the thread began within a piece of the text.
  private func isWithin(_ range: Range<Int>, _ step: Trace.Step) -> Bool {
    run.state(after: step.number - 1) { state in
      range.contains(Int(DryRun(teller.machines[step.thread.index], state).instruction.offset))
    }
  }

  private var division: String? {
    guard let node = culprit else { return nil }
    let divisor = teller.program.nodes[Int(node)].b
    let (left, right) = (
      values.text(of: teller.program.nodes[Int(node)].a), values.text(of: divisor)
    )
    return "\(line) divides by 0" + (left + right).map { ", \($0)" }.joined()
  }

  private var uninitialised: String? {
    let name =
      [instruction.address, instruction.value, instruction.second].lazy
      .compactMap { values.culpritName(in: $0) }.first
      ?? (instruction.isCheck ? teller.program.valueNames[instruction.value] : place)
    return name.map { "'\($0)' is read before it has a value" }
  }

  private var refcount: String? {
    place.map { place in
      let value = valueAtAddress.map { " = \($0)" } ?? ""
      let isLast = instruction.operation == .modify(.refcount(.decrement)) && value == " = 1"
      return "\(call) finds \(place)\(value)"
        + (isLast ? ": only '..._and_test' may drop the last reference" : "")
    }
  }

  // MARK: - Pointers

  /// The address that something goes wrong with.
  var culpritAddress: Int32 {
    guard let node = culprit else { return instruction.address }
    let this = teller.program.nodes[Int(node)]
    return this.operation == .load ? this.a : node
  }

  /// The innermost node in which something goes wrong.
  private var culprit: Int32? {
    [instruction.address, instruction.value, instruction.second].lazy
      .compactMap { values.culprit(in: $0) }.first
  }

  /// The place that the instruction accesses, as it is written.
  private var place: String? { teller.program.placeNames[instruction.address] }

  private var valueAtAddress: String? {
    var evaluator = Evaluator(teller.image, memory)
    let slot = evaluator.slot(at: evaluator.value(instruction.address))
    guard slot >= 0, teller.image.lockOfSlot[Int(slot)] < 0 else { return nil }
    return teller.printer.text(memory.read(slot), in: teller.program.slots[Int(slot)])
  }

  /// What is accessed, and the pointer that leads there: names, and the pointer's node.
  func access() -> (what: String, pointer: Int32?)? {
    if let node = culprit {
      let this = teller.program.nodes[Int(node)]
      let address = this.operation == .load ? this.a : node
      // Of a part of a part, what is accessed is the whole of it.
      let whole =
        this.operation == .memberAddress && values.culprit(in: instruction.address) == node
        ? place : nil
      let name = whole ?? teller.program.valueNames[node] ?? teller.program.placeNames[node]
      return (name.map { "'\($0)'" } ?? line, values.pointer(of: address))
    }
    guard instruction.address >= 0 else { return nil }
    return (place.map { "'\($0)'" } ?? line, values.pointer(of: instruction.address))
  }

  /// What is accessed and is something else than what the access takes it for.
  private var mistaken: String? {
    let node = culprit.map { teller.program.nodes[Int($0)] }
    if let node, node.operation != .load { return nil }
    let (address, kind) = (node?.a ?? instruction.address, node?.kind ?? instruction.kind)
    guard address >= 0, case .success(let value) = values.value(of: address),
      let (what, _) = access()
    else { return nil }
    let slot = teller.image.slot(at: value).slot
    if slot < 0 { return nil }
    let own = teller.image.kinds[Int(slot)]
    return "\(what) is accessed as a '\(kind.text)', and \(teller.program.slots[Int(slot)].name) "
      + "is a '\(own.text)'"
  }

  /// A call through what is no pointer to a function of the type.
  private var mistakenCall: String? {
    let checked = teller.program.nodes[Int(instruction.value)]
    // Whether it is NULL is asked first, of the pointer itself.
    let callee = checked.operation == .slot ? instruction.value : checked.a
    guard callee >= 0, case .success(let value) = values.value(of: callee) else { return nil }
    let name = teller.program.valueNames[callee] ?? "the pointer"
    return "\(line) calls '\(name)', which is "
      + (value == 0
        ? "NULL" : "\(teller.printer.pointer(value)): no function of the pointer's type")
  }

  private func pointer(_ describe: (Int64) -> String) -> String? {
    guard let (what, pointer) = access() else { return nil }
    guard let pointer, case .success(let value) = values.value(of: pointer),
      let name = teller.program.valueNames[pointer]
    else { return "\(what) is accessed through \(describe(0))" }
    return "\(what) is accessed, and '\(name)' is \(describe(value))"
  }

  private var outOfBounds: String? {
    if case .modify(.bit) = instruction.operation { return bit }
    if instruction.operation == .modify(.testBit) { return bit }
    if case .check(.outOfBounds) = instruction.operation { return bit }
    if instruction.operation == .setElement {
      return element(instruction.target, instruction.address, Int(instruction.limit))
    }
    if let node = culprit {
      let this = teller.program.nodes[Int(node)]
      switch this.operation {
      case .element: return element(this.a, this.b, Int(this.c))
      case .elementAddress: return element(of: object(at: this.a), this.b, Int(this.c))
      case .offset: return moved(this)
      default: break
      }
    }
    guard let (what, pointer) = access() else { return nil }
    guard let pointer, let name = teller.program.valueNames[pointer],
      case .success(let value) = values.value(of: pointer)
    else { return "\(what) lies outside of its object" }
    guard let object = teller.program.object(at: value) else {
      return "\(what) lies outside of its object"
    }
    let isBehind = value == Address.value(of: object.base + object.size)
    return isBehind
      ? "\(what) is accessed, and '\(name)' points behind the end of \(object.name)"
      : "\(what) lies outside of \(object.name), and '\(name)' points to "
        + teller.printer.text(value)
  }

  private func element(_ first: Int32, _ index: Int32, _ count: Int) -> String {
    element(of: teller.program.slots[Int(first)].name, index, count)
  }

  private func element(of array: String, _ index: Int32, _ count: Int) -> String {
    var value = ""
    if case .success(let number) = values.value(of: index) { value = "\(number)" }
    let names = values.text(of: index)
    return "element \(value) of \(array), which has \(counted(count, "element"))"
      + (names.isEmpty ? "" : ", " + names.joined(separator: ", "))
  }

  /// The object that an address leads to.
  private func object(at address: Int32) -> String {
    if let name = teller.program.placeNames[address] { return name }
    guard case .success(let value) = values.value(of: address) else { return line }
    let text = teller.printer.text(value)
    return text.hasPrefix("&") ? String(text.dropFirst()) : text
  }

  private func moved(_ node: Node) -> String {
    guard case .success(let from) = values.value(of: node.a) else {
      return "\(line) leaves its object"
    }
    let names = values.text(of: node.a) + values.text(of: node.b)
    let object = teller.program.object(at: from)?.name ?? "its object"
    return "\(line) moves \(teller.printer.text(from)) out of \(object)"
      + names.map { ", \($0)" }.joined()
  }

  private var bit: String? {
    let names = values.text(of: instruction.value)
    return "\(call) is about a bit that is not there" + names.map { ", \($0)" }.joined()
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  // MARK: - Contexts

  private var sleepInAtomic: String? {
    // Checks ride along with the step before them, by which the lock may have been taken.
    "\(call) may sleep" + teller.reasonsNotToSleep(step.thread, before: step.number, of: run)
  }

  private var rcu: String? {
    if instruction.operation == .initializeReaders {
      return "\(call) ends the life of \(place ?? "a domain") while somebody reads in it"
    }
    guard instruction.operation != .rcuLeave else {
      return "\(call) leaves RCU, and \(name) does not read under it"
    }
    if instruction.operation == .free {
      let object = life(at: instruction.address)
      return "\(call) ends the life of \(object?.name ?? "a domain") while somebody reads in it"
    }
    if instruction.isCheck {
      let object = teller.program.objects[Int(instruction.limit) - 1]
      return "the life of \(object.name) ends while somebody reads in it"
    }
    let domain = place ?? "its domain"
    if instruction.operation == .srcuEnter { return "\(call) enters \(domain) too often" }
    return "\(call) leaves \(domain) with an index that \(name) was not given there"
      + values.text(of: instruction.value).map { ", \($0)" }.joined()
  }
}
