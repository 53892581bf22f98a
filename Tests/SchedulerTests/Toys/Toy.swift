import Scheduler

/// A system of register programs, written as in `W x 1; R y / W y 1; R x`.
///
/// Threads are separated by ` / ` and named t0, t1, ...; ops are those of ``RegisterProgram/Op``.
/// Every variable and register starts as 0. Locks are spinlocks, in order of appearance, which is
/// also the order in which they may be taken; ops on a lock whose name starts with `mutex` sleep.
struct Toy {
  private(set) var builder: SystemBuilder
  /// The variables, and the registers as `t0.r`.
  private(set) var cells: [String: Cell<UInt8>] = [:]
  private(set) var locks: [String: Lock] = [:]
  private(set) var checks: [String: Check] = [:]
  private let bits: Int
  private let names: [String]

  /// Variables that the program may not mention, but properties do, are named in `variables`;
  /// `order` lists the threads in another order, under the names that they have anyway.
  init(
    _ program: String, bits: Int = 8, variables: [String] = [], checks names: [String] = [],
    order: [Int]? = nil
  ) {
    let texts = program.split(separator: "/")
    let order = order ?? Array(texts.indices)
    let threads = order.map { thread in
      texts[thread].split(separator: ";").map { $0.split(separator: " ").map(String.init) }
    }
    self.bits = bits
    self.names = order.map { "t\($0)" }
    builder = SystemBuilder(threads: self.names)
    builder.identity = program
    for name in names {
      checks[name] = builder.check(name, sentence: "The model never says \(name).")
    }
    for name in variables { _ = shared(name) }
    addLocks(threads.joined().filter { $0[0].hasSuffix("LOCK") }.map { $0[1] })
    for (thread, ops) in zip(builder.threads, threads) {
      let point: Cell<RegisterProgram.Place> = builder.layout.cell(
        "\(self.names[thread.index]).point", bits: 5, role: .local(thread))
      let machine = RegisterProgram(
        thread: thread, point: point, text: ops.map { $0.joined(separator: " ") },
        ops: ops.map { op($0, of: thread) })
      builder.run([machine], on: thread)
    }
  }

  /// The finished system with some properties over its cells.
  func system(_ properties: Property...) -> System { system(properties) }

  func system(_ properties: [Property]) -> System {
    var builder = builder
    for property in properties { builder.add(property) }
    return builder.build()
  }

  /// Has deadlocks be judged by who can still end; the threads of these numbers need not.
  mutating func judgeEnds(daemons: [Int] = []) {
    builder.deadlock = .someThreadCannotEnd
    builder.daemons(daemons.map { ThreadID($0) })
  }

  /// Gives a kind of deadlock a name of its own.
  mutating func name(_ kind: DeadlockKind) { builder.deadlockKind = kind }

  mutating func quiet(when isQuiet: @escaping @Sendable (Property.State) -> Bool) {
    builder.quiet(when: isQuiet)
  }

  /// The variable or register of a name, which the program must mention.
  func cell(_ name: String) -> Cell<UInt8> {
    guard let cell = cells[name] else { preconditionFailure("the program has no '\(name)'") }
    return cell
  }

  private mutating func addLocks(_ names: [String]) {
    var ordered: [String] = []
    for name in names where !ordered.contains(name) { ordered.append(name) }
    let made = builder.locks(
      ordered.enumerated().map { rank, name in
        // Locks called nest... come last, and nest in either order.
        name.hasPrefix("nest")
          ? Lock.Declaration(name, kind: .spin, rank: ordered.count, nests: true)
          : Lock.Declaration(name, kind: name.hasPrefix("mutex") ? .mutex : .spin, rank: rank)
      })
    locks = Dictionary(uniqueKeysWithValues: zip(ordered, made))
  }

  private mutating func shared(_ name: some StringProtocol) -> Cell<UInt8> {
    named(String(name), role: .shared)
  }

  private mutating func register(_ name: some StringProtocol, _ thread: ThreadID) -> Cell<UInt8> {
    named("\(names[thread.index]).\(name)", role: .local(thread))
  }

  private mutating func named(_ name: String, role: Layout.Role) -> Cell<UInt8> {
    if let cell = cells[name] { return cell }
    let cell: Cell<UInt8> = builder.layout.cell(name, bits: bits, role: role)
    cells[name] = cell
    return cell
  }

  private mutating func op(_ words: [String], of thread: ThreadID) -> RegisterProgram.Op {
    switch (words[0], words.count) {
    case ("R", 2):
      let parts = words[1].split(separator: ">")
      return .read(
        shared(parts[0]), into: parts.count == 2 ? register(parts[1], thread) : nil)
    case ("W", 3):
      let parts = words[2].split(separator: "+")
      if let value = UInt8(words[2]) { return .write(shared(words[1]), value) }
      return .writeSum(
        shared(words[1]), register(parts[0], thread),
        plus: parts.count == 2 ? UInt8(parts[1]) ?? 0 : 0)
    case ("U", 2): return .add(shared(words[1]))
    case ("LOCK", 2), ("UNLOCK", 2):
      guard let lock = locks[words[1]] else { break }
      return words[0] == "LOCK" ? .lock(lock) : .unlock(lock)
    case ("IF", 2): return .stopUnless(test(words[1]))
    case ("AWAIT", 2): return .await(test(words[1]))
    case ("ASSERT", 2): return .assert(test(words[1]))
    case ("GOTO", 3): return .goTo(Int(words[1]) ?? 0, test(words[2]))
    case ("CHOOSE", 3): return .choose(register(words[1], thread), count: Int(words[2]) ?? 1)
    case ("FAIL", 2):
      guard let check = checks[words[1]] else { break }
      return .fail(check)
    default: break
    }
    preconditionFailure("no such op: \(words)")
  }

  /// `x=1` or `x!=1`.
  private mutating func test(_ text: String) -> RegisterProgram.Test {
    let isEqual = !text.contains("!")
    let parts = text.split { $0 == "=" || $0 == "!" }
    guard let value = UInt8(parts[1]) else { preconditionFailure("no value in '\(text)'") }
    return RegisterProgram.Test(shared: shared(parts[0]), isEqual: isEqual, value: value)
  }
}
