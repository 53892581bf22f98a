/// Threads that run step machines over one packed state, and the properties they must keep.
///
/// ``SystemBuilder`` makes systems; a value of this type does not change.
public struct System: Sendable {
  /// A thread and the machines that it runs, one after another.
  public struct Thread: Sendable {
    /// The name that reports show.
    public let name: String
    /// The machines in the order in which they run, 1...255 of them.
    public let script: [any StepMachine]
    /// Whether it need not end.
    public let isDaemon: Bool
    /// What tells whether it rests, if it is a handler.
    let handler: Handler?
    /// How many machines of the script have completed.
    let position: Cell<UInt8>
  }

  /// A lock as reports see it.
  public struct NamedLock: Sendable {
    /// The name that reports show.
    public let name: String
    /// Whether its holder may sleep.
    public let kind: Lock.Kind
    let lock: Lock
  }

  /// The cells of a state.
  public let layout: Layout
  /// The threads by number, 1...64 of them.
  public let threads: [Thread]
  /// The locks in the order of their declaration, at most 64.
  public let locks: [NamedLock]
  /// The checks that steps can break: those that every system has, then the model's own.
  public let checks: [Check]
  /// The codes of the checks that end runs of no interest, as a set of bits.
  let cuts: UInt64
  /// The properties in the order in which they were added.
  public let properties: [Property]
  /// What a deadlock is.
  public let deadlock: DeadlockRule
  /// The kind of deadlock that has a name of its own, if there is one.
  public let deadlockKind: DeadlockKind?
  let quietWhen: @Sendable (Property.State) -> Bool
  /// The locks that are all free in exactly the quiet states, as a set of bits; nil if unknown.
  let quietLocks: UInt64?
  let identity: String
  /// The version of the model that the machines are of; nil if it has none.
  public let version: String?
  /// Whether nothing but the identity tells the system from others.
  let isNamedByIdentity: Bool
  /// Who tells more of runs; nil if nobody does.
  public let teller: (any RunTeller)?
  /// The permutations of equal parts that may leave the system as it is; none by default.
  ///
  /// A search with ``Reduction/symmetry`` asks for them, and tries each in every state.
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

  /// Where `thread` stands in a state, or nil when it has finished.
  public func location(of thread: ThreadID, in state: Property.State) -> Location? {
    let thread = threads[thread.index]
    let position = Int(state[thread.position])
    return position < thread.script.count
      ? thread.script[position].location(in: StateView(state.words, NoRecorder())) : nil
  }

  /// The threads that must end, and the handlers, which must come to rest; a bit for each.
  var mustEnd: UInt64 {
    threads.indices.reduce(0) {
      threads[$1].isDaemon && threads[$1].handler == nil ? $0 : $0 | 1 << UInt64($1)
    }
  }

  var hasDaemons: Bool { threads.contains(where: \.isDaemon) }

  /// Whether a thread that must end has machines left to run in a state, or a handler is not done.
  func isUnfinished(_ state: Property.State) -> Bool {
    if threads.contains(where: { !$0.isDaemon && Int(state[$0.position]) < $0.script.count }) {
      return true
    }
    return threads.contains { $0.handler.map { !$0.isDone(state) } ?? false }
  }

  /// The threads that have run all of their machines in a state, and the handlers that rest; a bit
  /// for each.
  func finished(in state: StateRef) -> UInt64 {
    let view = StateView(state, PropertyRecorder())
    var finished: UInt64 = 0
    for (number, thread) in threads.enumerated()
    where Int(view[thread.position]) == thread.script.count
      || thread.handler?.rests(view) ?? false
    {
      finished |= 1 &<< UInt64(truncatingIfNeeded: number)
    }
    return finished
  }

  /// A number that two systems share only if their layouts, initial states and scripts agree.
  ///
  /// Names, widths, initial values, machine types and ``SystemBuilder/identity`` count, or the
  /// identity alone where ``SystemBuilder/isNamedByIdentity`` says so; prose does not. It is the
  /// same in every process and on every machine. ``ScheduleToken`` has it.
  ///
  /// - Complexity: O(the lengths of all names).
  public var stableHash: UInt64 { identityHash.value }

  /// ``stableHash`` as schedule tokens have it: eight hex digits.
  var hashText: String { identityHash.folded(digits: 8) }

  private var identityHash: StableHash {
    var hash = StableHash()
    hash.add(identity)
    if isNamedByIdentity { return hash }
    for field in layout.fields { hash.add("\(field.name):\(field.width)") }
    for word in layout.initial { hash.add(word) }
    for thread in threads {
      hash.add(thread.name)
      for machine in thread.script { hash.add("\(type(of: machine))") }
      if thread.isDaemon { hash.add(thread.handler == nil ? "daemon" : "handler") }
    }
    return hash
  }
}
