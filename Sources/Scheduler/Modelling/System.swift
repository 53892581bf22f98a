/// Threads that run step machines over one packed state, and the properties they must keep.
///
/// Built with ``SystemBuilder``; a value of this type does not change.
public struct System: Sendable {
  /// A thread and the machines it runs, one after another.
  public struct Thread: Sendable {
    public let name: String
    public let script: [any StepMachine]
    /// How many machines of the script have completed.
    let position: Cell<UInt8>
  }

  /// A lock as reports see it.
  public struct NamedLock: Sendable {
    public let name: String
    public let kind: Lock.Kind
    let lock: Lock
  }

  public let layout: Layout
  public let threads: [Thread]
  public let locks: [NamedLock]
  public let checks: [Check]
  public let properties: [Property]
  let quietWhen: @Sendable (Property.State) -> Bool
  /// The locks that are all free in exactly the quiet states, as a set of bits; nil if unknown.
  let quietLocks: UInt64?
  let identity: String
  /// The permutations of parts that may leave the system as it is; asked for by a search by symmetry, which
  /// tries each in every state.
  public var permutations: @Sendable () -> [Permutation] = { [] }

  /// Calls `body` with a view of `words`, which must be a state of this system.
  public func view<Result>(_ words: [UInt64], _ body: (Property.State) throws -> Result) rethrows
    -> Result
  {
    var copy = words
    return try copy.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a state has a word") }
      return try body(StateView(base, PropertyRecorder()))
    }
  }

  /// Whether a thread has machines left to run in a state.
  func isUnfinished(_ state: UnsafeMutablePointer<UInt64>) -> Bool {
    let view = StateView(state, NoRecorder())
    return threads.contains { Int(view[$0.position]) < $0.script.count }
  }

  /// A number that two systems share only if their layouts, initial states and scripts agree.
  ///
  /// Names, widths, initial values, machine types and ``SystemBuilder/identity`` count; prose does
  /// not. Stable across processes and machines.
  public var stableHash: UInt64 {
    var hash = StableHash()
    hash.add(identity)
    for field in layout.fields { hash.add("\(field.name):\(field.width)") }
    for word in layout.initial { hash.add(word) }
    for thread in threads {
      hash.add(thread.name)
      for machine in thread.script { hash.add("\(type(of: machine))") }
    }
    return hash.value
  }
}

/// Puts a ``System`` together: threads first, then cells and locks, then scripts and properties.
public struct SystemBuilder {
  /// Add cells here.
  public var layout = Layout()
  /// What else tells this system from others, such as parameters of its machines.
  public var identity = ""
  /// The threads, by number.
  public let threads: [ThreadID]
  private let names: [String]
  private var scripts: [[any StepMachine]]
  private var locks: [System.NamedLock] = []
  private var checks = Check.builtIn
  private var properties: [Property] = []
  private var quietWhen: (@Sendable (Property.State) -> Bool)?
  private var quietLocks: [Lock]?

  /// Starts a system with a thread for each name, 1...64 of them.
  public init(threads names: [String]) {
    precondition(!names.isEmpty, "a system has a thread")
    self.names = names
    threads = names.indices.map(ThreadID.init)
    scripts = names.map { _ in [] }
  }

  /// Adds all locks of the system, at most 64, and returns them in the same order.
  public mutating func locks(_ declared: [Lock.Declaration]) -> [Lock] {
    precondition(locks.isEmpty && declared.count <= 64, "all locks at once, at most 64")
    let names = names
    let owners = layout.row(
      named: declared.map(\.name), bits: Layout.bits(for: names.count), naming: .owner, role: .lock,
      initial: declared.map { _ in UInt8(0) },
      print: { $0 == 0 ? "free" : names[Int($0) - 1] })
    let spinning = Self.mask(of: declared) { $0.kind == .spin }
    let made = declared.enumerated().map { index, this in
      Lock(
        owners, index,
        later: Self.mask(of: declared) {
          $0.rank > this.rank || $0.rank == this.rank && !($0.nests && this.nests)
        } & ~(1 << UInt64(index)),
        spinning: this.kind == .mutex ? spinning : 0)
    }
    locks = zip(declared, made).map {
      System.NamedLock(name: $0.name, kind: $0.kind, lock: $1)
    }
    return made
  }

  private static func mask(
    of declared: [Lock.Declaration], where test: (Lock.Declaration) -> Bool
  ) -> UInt64 {
    declared.enumerated().reduce(0) { test($1.element) ? $0 | 1 << UInt64($1.offset) : $0 }
  }

  /// Adds a check of the model's own, which its machines break with ``StateView/fail(_:)``.
  public mutating func check(_ id: String, _ sentence: String) -> Check {
    precondition(checks.count < Int(Check.mask), "too many checks")
    let check = Check(id: id, sentence: sentence, code: UInt8(checks.count + 1))
    checks.append(check)
    return check
  }

  /// Appends `machines` to what `thread` runs.
  public mutating func run(_ machines: [any StepMachine], on thread: ThreadID) {
    scripts[thread.index] += machines
    precondition(scripts[thread.index].count <= 255, "a script has at most 255 machines")
  }

  /// Adds a property; ids must differ.
  public mutating func add(_ property: Property) {
    precondition(!properties.contains { $0.id == property.id }, "two properties '\(property.id)'")
    properties.append(property)
  }

  /// Says in which states ``Property/Kind/quiet(_:)`` properties count.
  ///
  /// Without a call these are the states in which no lock of the system is held.
  public mutating func quiet(when isQuiet: @escaping @Sendable (Property.State) -> Bool) {
    quietWhen = isQuiet
  }

  /// Says that ``Property/Kind/quiet(_:)`` properties count while `locks` are free.
  ///
  /// To be preferred to a predicate: a reduction then knows what holding a lock hides.
  public mutating func quiet(whenFree locks: [Lock]) {
    quietLocks = locks
    quietWhen = nil
  }

  /// The finished system; every thread must have something to run.
  public func build() -> System {
    var layout = layout
    let threads = zip(names, scripts).enumerated().map { index, thread in
      let (name, script) = thread
      precondition(!script.isEmpty, "thread \(name) has nothing to run")
      let position = layout.cell(
        "\(name).script", bits: Layout.bits(for: script.count), role: .local(ThreadID(index)),
        initial: UInt8(0))
      return System.Thread(name: name, script: script, position: position)
    }
    let quietLocks = quietLocks ?? self.locks.map(\.lock)
    let isStated = quietWhen == nil
    return System(
      layout: layout, threads: threads, locks: locks, checks: checks, properties: properties,
      quietWhen: quietWhen ?? { state in quietLocks.allSatisfy { $0.isFree(state) } },
      quietLocks: isStated ? quietLocks.reduce(0) { $0 | 1 << UInt64($1.index) } : nil,
      identity: identity)
  }
}
