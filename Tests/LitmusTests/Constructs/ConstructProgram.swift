/// Programs of the second half of the language, as data of their own that shares nothing with the
/// package: a generator makes them, a printer writes them as race files, and a brute force runs
/// them.
enum BruteForce {
  /// What a cell is declared as.
  enum Kind: Hashable, Sendable {
    case int, pointer, function
    case spinlock, mutex, rwlock, rwsem
    case atomic, refcount
    case rcuHead, listHead
    case completion, semaphore, waitQueue, srcu

    /// How many cells it takes: a `list_head` is a pair of pointers.
    var cells: Int { self == .listHead ? 2 : 1 }
  }

  /// A member of `struct s`.
  struct Member: Sendable {
    var name: String
    var kind: Kind
  }

  /// A global: one of a kind, or a `struct s`.
  struct Variable: Sendable {
    var name: String
    /// Of a `struct s`: nil.
    var kind: Kind?
    /// What a number or a counter starts with.
    var value = 0
    /// The variable that a pointer starts with the address of, or the function that a pointer to
    /// functions starts with.
    var target: Int?
  }

  /// Where a value lies.
  indirect enum Place: Sendable {
    /// A global.
    case variable(Int)
    /// A member, by its number, of a global `struct s`.
    case part(Int, Int)
    /// A member of what a pointer leads to.
    case member(Expression, Int)
  }

  enum Operator: String, Sendable {
    case add = "+", subtract = "-", equal = "==", notEqual = "!=", less = "<", and = "&", xor = "^"
  }

  /// How an access is written.
  enum Style: Sendable { case plain, once, rcu }

  indirect enum Expression: Sendable {
    case number(Int), null, local(Int)
    case read(Place, Style)
    /// The address of a global or a member; of a `struct s` by its number.
    case address(Place), object(Int)
    case function(Int)
    case not(Expression)
    case binary(Operator, Expression, Expression)
    case and(Expression, Expression), or(Expression, Expression)
    case call(Call)
  }

  enum Context: String, Sendable {
    case none = "", interrupts = "_irq", saved = "_irqsave", halves = "_bh"
  }

  /// How a wait may end that nobody ends: never, by a signal, or when its time is over.
  enum Patience: String, Sendable {
    case endless = "", interruptible = "_interruptible", timeout = "_timeout"
  }

  /// What the kernel has functions for.
  enum Call: Sendable {
    // Locks, by the kind of what lies at the place.
    case lock(Place, Kind, Context), unlock(Place, Kind, Context), tryLock(Place, Kind)
    case readLock(Place, Kind), readUnlock(Place, Kind)
    case writeLock(Place, Kind), writeUnlock(Place, Kind)
    // Read-modify-writes.
    case exchange(Place, Expression), compareExchange(Place, Expression, Expression)
    case increment(Place), decrementAndTest(Place), atomicRead(Place)
    case refcountIncrement(Place), refcountIncrementNotZero(Place), refcountDecrementAndTest(Place)
    case refcountSet(Place, Int)
    // The heap.
    case allocate(zeroed: Bool, mayNotSleep: Bool), free(Expression)
    // RCU. A callback is given the pointer; a nil function frees it.
    case readerEnters, readerLeaves, synchronize
    case callback(Expression, function: Int?), barrier
    case srcuEnters(Place), srcuLeaves(Place, Expression), srcuSynchronize(Place)
    case srcuCallback(Place, Expression, function: Int), srcuBarrier(Place)
    // Waits.
    case wakeUp(Place)
    case complete(Place), completeAll(Place), reinitialize(Place)
    case waitForCompletion(Place, Patience), tryWaitForCompletion(Place), completionDone(Place)
    case down(Place), tryDown(Place), up(Place)
    case setState(sleeping: Bool), schedule(Patience), wakeProcess(Int)
    // Interrupts: of the processor that the code runs on.
    case interruptsOff, interruptsOn, interruptsSave, interruptsRestore
    case halvesOff, halvesOn
    case raise(Int), raiseAndWait(Int)
    // Work and timers, by the number of their machine.
    case queue(Int), cancel(Int), cancelSync(Int), flush(Int), shutdownSync(Int), isPending(Int)
    // Lists.
    case listAdd(Place, Place), listAddTail(Place, Place)
    case listAddRCU(Place, Place), listDeleteRCU(Place)
    case listDelete(Place), listDeleteInit(Place), listIsEmpty(Place), listInit(Place)
    /// The object that the first entry of a list is a member of, or NULL; and the steps of a walk,
    /// which the printer never sees.
    case listFirst(Place), listStart(Place, Style), listNext(Int, Style)
    // Per-CPU variables, by their number.
    case perCPUIncrement(Int, oneStep: Bool), perCPURead(Int, thread: Int)
    case choose(Int, Int)
  }

  indirect enum Statement: Sendable {
    case evaluate(Expression)
    case set(Int, Expression)
    case assign(Place, Expression, Style)
    /// `x += n`, in two steps.
    case add(Place, Int)
    case condition(Expression, [Statement], [Statement])
    case loop(Expression, [Statement])
    /// A loop of so many rounds, counted by a local.
    case rounds(Int, counter: Int, [Statement])
    case leave
    case assert(Expression)
    case await(Expression)
    case atomic([Statement])
    /// What it gives goes into a local.
    case waitEvent(Place, Expression, Patience, into: Int)
    /// A walk along the objects of a list, by a local; the list may be one of RCU.
    case forEach(Int, Place, Style, [Statement])
    /// `set_current_state`, look, `schedule`, until the expression is true.
    case sleepUntil(Expression)
    /// A call of the function that a pointer leads to, with an argument.
    case invoke(Place, Expression)
    // Steps of a wait, which the printer never sees.
    case enqueue(Place), sleep(Patience, into: Int), dequeue(Place)
  }

  /// When code runs.
  enum Role: Equatable, Sendable {
    case thread
    case interrupt(on: Int, least: Int, most: Int, raised: Bool)
    case softInterrupt(on: Int, least: Int, most: Int, raised: Bool)
    case work
    case timer(on: Int?)
    /// Where callbacks of RCU run.
    case callbacks
  }

  struct Machine: Sendable {
    var name: String
    var role: Role
    var body: [Statement]
  }

  /// What must be true: in every state, in those in which nobody holds a lock or is in an
  /// interrupt, or at the end.
  struct Property: Sendable {
    enum Kind: String, Sendable { case always, quiet, finally }
    var kind: Kind
    var name: String
    var expression: Expression
  }

  /// The locals of a machine by number; the last is the argument of functions.
  static let locals = ["r0", "r1", "r2", "p", "q", "i", "way", "a"]
  static let argument = 7
  /// `-ERESTARTSYS`.
  static let interrupted = -512
  /// How a wait ended, which the printer never sees.
  static let way = 6
  static let isPointerLocal = [false, false, false, true, true, false, false, true]

  struct Program: Sendable {
    var members: [Member] = []
    var variables: [Variable] = []
    /// Per-CPU integers, by name.
    var perCPU: [String] = []
    /// How many objects the heap has; nil if there is none.
    var pool: Int?
    var mayFail = false
    var findsLeaks = false
    var findsRaces = false
    /// What pointers to functions and callbacks lead to.
    var functions: [(name: String, isCallback: Bool, body: [Statement])] = []
    var machines: [Machine] = []
    var properties: [Property] = []

    /// The first cell of a member, and the cells of all.
    var offsets: [Int] {
      var (offsets, next) = ([0], 0)
      for member in members {
        next += member.kind.cells
        offsets.append(next)
      }
      return offsets
    }

    /// The numbers that the end of a run is told by.
    var shown: [Int] { variables.indices.filter { variables[$0].kind == .int } }
  }
}
