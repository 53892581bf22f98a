extension BruteForce {
  /// An address: an object, the life of it that is meant, and a cell in it.
  struct Address: Hashable {
    var object: Int
    var life: Int
    var cell: Int
  }

  /// What a cell holds.
  enum Cell: Hashable {
    case number(Int)
    case address(Address)
    case function(Int)
    /// A part of NULL: what `&p->member` is where `p` is NULL.
    case nullPart
    /// What the list functions leave behind.
    case poison
    /// No value yet.
    case none
    /// A lock with one owner.
    case owner(Int?)
    case readWrite(writer: Int?, readers: Set<Int>, waiting: Set<Int>)
    /// Who sleeps in a queue.
    case queue(Set<Int>)
    /// Readers, by machine and by the index that they were given.
    case readers(Set<[Int]>)
    /// Where a head of RCU lies.
    case head

    /// Whether both are the same number; of addresses it does not matter which lives are meant.
    func equals(_ other: Cell) -> Bool {
      guard case .address(var one) = self, case .address(var two) = other else {
        return self == other
      }
      (one.life, two.life) = (0, 0)
      return one == two
    }

    var isTrue: Bool {
      if case .number(0) = self { false } else { true }
    }
  }

  struct Object: Hashable {
    enum State { case unused, alive, freed }
    var cells: [Cell]
    /// How often it has been given out.
    var life = 0
    var state = State.alive
  }

  /// A callback that is queued: the object, the function, and the readers that it waits for.
  struct Callback: Hashable {
    var object: Address
    var function: Int?
    /// Of SRCU: the variable.
    var domain: Int?
    var noted: Set<[Int]>
  }

  /// What somebody waits for who flushes work or has sent an interrupt: a run, by what it is now.
  struct RunNote: Hashable {
    var machine: Int
    var running: Bool
    var pending: Bool
  }

  /// A thread or a handler.
  struct MachineState: Hashable {
    /// Where it is; nil at rest and at the end.
    var point: Int?
    /// Where calls return to, and the locals there.
    var calls: [Int] = []
    var callers: [[Cell]] = []
    var locals: [Cell]
    /// What the accesses of the statement have given.
    var history: [Cell] = []

    var spins = 0
    var readersDepth = 0
    var interruptsOff = false
    var halvesOff = 0
    var saved: [Bool] = []
    var sleeping = false
    /// Readers that a grace period waits for.
    var noted: Set<[Int]> = []
    /// Callbacks that a barrier waits for.
    var barrier: Set<Address> = []
    var note: RunNote?

    // Of handlers.
    var entries = 0
    var pending = false
    var isShut = false
    var refusals = 0
    /// The head of the callback that runs, and its domain.
    var head: Address?
    var domain: Int?
  }

  struct World: Hashable {
    var objects: [Object]
    var perCPU: [[Cell]]
    var callbacks: Set<Callback> = []
    var machines: [MachineState]
  }

  /// An access that somebody stands before.
  struct Ahead: Hashable {
    var object: Int
    var cell: Int
    var isWrite: Bool
    var isMarked: Bool

    func races(with other: Ahead) -> Bool {
      object == other.object && cell == other.cell && (isWrite || other.isWrite)
        && !(isMarked && other.isMarked)
    }
  }

  /// A violation, by the id that rows use.
  struct Fault: Error, Hashable { var id: String }
  /// An access that has not been made yet is come to.
  struct Pause: Error {}
  /// What is done in one step would have to wait in the midst of it, or to choose.
  struct Blocked: Error {}

  /// What an access makes of a state, and gives; nothing where it is not possible now.
  typealias Access = (World) throws -> [(World, Cell)]
}
