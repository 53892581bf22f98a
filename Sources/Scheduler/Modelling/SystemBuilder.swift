/// Puts a ``System`` together: threads first, then cells and locks, then scripts and properties.
///
/// A mistake in the model, such as two properties with one id, stops the program.
public struct SystemBuilder {
  /// The cells; add those of the model here.
  public var layout = Layout()
  /// What else tells this system from others, such as parameters of its machines.
  ///
  /// It goes into ``System/stableHash``, so that no schedule is replayed on another system.
  public var identity = ""
  /// Whether ``identity`` says all there is to tell, as of a program whose cells are made as wide
  /// as a search finds that they must be: ``System/stableHash`` is then of nothing else.
  public var isNamedByIdentity = false
  /// The version of the model that the machines are of, if it has one: 1...32 ASCII letters,
  /// digits, `.`, `+`, `_` and `-`.
  ///
  /// Schedule tokens name it, so that whoever has an old one learns by which version it was made.
  public var version: String?
  /// Who tells more of runs than the engine can, if somebody does.
  public var teller: (any RunTeller)?
  /// What a deadlock is.
  public var deadlock = DeadlockRule.nobodyCanStep
  /// The kind of deadlock that has a name of its own, if there is one.
  public var deadlockKind: DeadlockKind?
  /// The threads, by number.
  public let threads: [ThreadID]
  private let names: [String]
  private var scripts: [[any StepMachine]]
  private var daemons: Set<ThreadID> = []
  private var handlers: [ThreadID: Handler] = [:]
  private var ended: Set<ThreadID> = []
  private var locks: [System.NamedLock] = []
  private var checks = Check.builtIn
  private var cuts: UInt64 = 0
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
  ///
  /// Call it once: each lock knows which others may not be held when it is taken.
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
        at: index, of: owners,
        later: Self.mask(of: declared) {
          $0.rank > this.rank || $0.rank == this.rank && !($0.nests && this.nests)
        } & ~(1 << UInt64(index)),
        spinning: this.kind == .mutex ? spinning : 0)
    }
    locks = zip(declared, made).map {
      System.NamedLock(name: $0.name, kind: $0.shownKind, lock: $1)
    }
    return made
  }

  private static func mask(
    of declared: [Lock.Declaration], where test: (Lock.Declaration) -> Bool
  ) -> UInt64 {
    declared.enumerated().reduce(0) { test($1.element) ? $0 | 1 << UInt64($1.offset) : $0 }
  }

  /// Adds a check of the model's own, which its machines break with ``StateView/fail(_:saying:)``.
  ///
  /// `id` is kebab-case, `sentence` says what must be true. A system has at most 58 of its own.
  public mutating func check(_ id: String, sentence: String) -> Check {
    precondition(checks.count < Int(Check.mask), "too many checks")
    let check = Check(id: id, sentence: sentence, code: UInt8(checks.count + 1))
    checks.append(check)
    return check
  }

  /// Adds a check that ends runs of no interest: a run that breaks it ends there, and nothing that
  /// it shows is a violation.
  ///
  /// It counts as one of the model's own checks.
  public mutating func cut(_ id: String, sentence: String) -> Check {
    let check = check(id, sentence: sentence)
    cuts |= 1 << UInt64(check.code)
    return check
  }

  /// Appends `machines` to what `thread` runs, at most 255 in all.
  public mutating func run(_ machines: [any StepMachine], on thread: ThreadID) {
    scripts[thread.index] += machines
    precondition(scripts[thread.index].count <= 255, "a script has at most 255 machines")
  }

  /// Says which threads need not end.
  ///
  /// The system has ended where all others have: ``Property/Kind/atEnd(_:)`` properties are judged
  /// in every such state, wherever the daemons stand, and these may go on.
  public mutating func daemons(_ threads: [ThreadID]) { daemons.formUnion(threads) }

  /// Says that a thread is a handler: a daemon that rests wherever it has nothing to do.
  public mutating func handler(_ thread: ThreadID, as handler: Handler) {
    daemons.insert(thread)
    handlers[thread] = handler
  }

  /// Says which threads have ended before the first step: they have nothing to do that anybody can
  /// see.
  public mutating func ended(_ threads: [ThreadID]) { ended.formUnion(threads) }

  /// Adds a property, whose id must differ from those of the others.
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
  /// Prefer it to a predicate: a reduction then knows what holding a lock hides.
  public mutating func quiet(whenFree locks: [Lock]) {
    quietLocks = locks
    quietWhen = nil
  }

  /// Makes the system; every thread must have something to run.
  public func build() -> System {
    var layout = layout
    let threads = zip(names, scripts).enumerated().map { index, thread in
      let (name, script) = thread
      precondition(!script.isEmpty, "thread \(name) has nothing to run")
      let position = layout.cell(
        "\(name).script", bits: Layout.bits(for: script.count), role: .local(ThreadID(index)),
        initial: ended.contains(ThreadID(index)) ? UInt8(script.count) : 0)
      return System.Thread(
        name: name, script: script, isDaemon: daemons.contains(ThreadID(index)),
        handler: handlers[ThreadID(index)], position: position)
    }
    precondition(
      version.map(ScheduleToken.isVersion) ?? true, "no token can have version '\(version ?? "")'")
    let quietLocks = quietLocks ?? self.locks.map(\.lock)
    let isStated = quietWhen == nil
    return System(
      layout: layout, threads: threads, locks: locks, checks: checks, cuts: cuts,
      properties: properties, deadlock: deadlock, deadlockKind: deadlockKind,
      quietWhen: quietWhen ?? { state in quietLocks.allSatisfy { $0.isFree(state) } },
      quietLocks: isStated ? quietLocks.reduce(0) { $0 | 1 << UInt64($1.index) } : nil,
      identity: identity, version: version, isNamedByIdentity: isNamedByIdentity, teller: teller)
  }
}
