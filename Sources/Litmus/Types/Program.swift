/// A program whose names are resolved and whose types fit: what is lowered to engines.
struct Program {
  var structures: [Structure] = []
  var variables: [Variable] = []
  var functions: [Function] = []
  /// The threads in the order of the file, and then the handlers.
  var threads: [ThreadEntry] = []
  /// What objects can be allocated from.
  var pools: [Pool] = []
  /// What runs alone before the threads.
  var initial: Int?
  var properties: [CheckedProperty] = []
  /// What the file asks for besides its properties.
  var options: Set<RaceOption> = []
  /// Whether threads are values somewhere.
  var namesThreads = false
  /// The labels of its `maybe` blocks, whether they are put in or not.
  var labels: Set<String> = []
  /// The memory model, where the file names one.
  var model: (name: String, offset: Int)?
  /// herd7's question and what it shows.
  var question: Question?
  var filter: CheckedProposition?
  var locations: [(name: String, value: TypedExpression)] = []
  /// The values that variables start with; what is not listed starts as 0.
  var initialValues: [InitialCell] = []

  /// A cell of a variable, and the constant or address that it starts as.
  struct InitialCell {
    var variable: Int
    /// In cells from the start of the variable.
    var offset: Int
    var value: ConstantValue
  }

  struct Question {
    var quantifier: Condition.Quantifier
    var proposition: CheckedProposition
    var offset: Int
  }
}

/// A value that is known before the program runs.
enum ConstantValue: Hashable {
  case number(Int64)
  /// The address of a cell of a global variable.
  case address(variable: Int, offset: Int)
  /// The address of a function, by its number.
  case function(Int)
}

/// A variable of the program.
struct Variable {
  var name: String
  var type: CType
  /// The function that it is a local of; nil for a global.
  var function: Int?
  /// Whether its address is taken: each access is then a step.
  var isAddressTaken = false
  /// Whether each CPU has a copy: it is the array of them.
  var isPerCPU = false
  /// Whether its declaration gives it a value.
  var hasInitializer = false
  /// Whether it starts as 0 where nothing else is said, as globals and herd7's registers do.
  var startsAsZero: Bool
  var offset: Int
}

/// A function of the program.
struct Function {
  var name: String
  var role: FunctionSyntax.Role
  var returns: CType
  /// Its parameters, which are variables.
  var parameters: [Int] = []
  /// Nil while only a prototype is known.
  var body: [TypedStatement]?
  var labels = 0
  /// Whether it has a `goto`.
  var jumps = false
  /// Whether it is a part of the language: what it does stands where it is called.
  var isPrelude = false
  /// Where its address is taken first; nil if it is only called by its name.
  var addressTakenAt: Int?
  var offset: Int
  var end: Int

  /// What it gives, if that is all it does: properties and `await` may call it.
  var onlyResult: TypedExpression? {
    guard let body, body.count == 1, case .return(let value?, _) = body[0] else { return nil }
    return value
  }
}

/// A thread of the program.
struct ThreadEntry {
  var name: String
  var function: Int
  /// Whether it need not end.
  var isDaemon: Bool
  /// The number of a process of herd7.
  var process: Int?
  var activity = Activity.thread
}

/// What makes a thread of the machine run.
enum Activity: Hashable, Sendable {
  /// It runs from its start to its end, together with all others.
  case thread
  /// `irq` and `softirq`: between the steps of a thread, by number, which stands still meanwhile;
  /// so many times, or whenever it has been raised.
  case interrupt(of: Int, isSoft: Bool, times: ClosedRange<Int>?)
  /// `work`, where it is pending.
  case work
  /// `timer`, where it is pending; as a soft interrupt of a thread, if it names one.
  case timer(of: Int?)
  /// Callbacks of RCU, one after another.
  case callbacks
}

/// The objects of a structure that can be allocated.
struct Pool {
  /// By its number.
  var structure: Int
  /// The structure's name, by which objects are named: `s#0`, `s#1`, ...
  var name: String
  /// How many there are.
  var count: Int
  /// Whether an allocation may give NULL, and does where none is left.
  var mayFail: Bool
  var offset: Int
}

/// A property of the file, as an expression over states.
struct CheckedProperty {
  var kind: PropertySyntax.Kind
  var name: String
  var expression: TypedExpression
  /// The expression as it is written.
  var text: String
  var offset: Int
}

/// A condition of herd7 over a final state.
indirect enum CheckedProposition {
  case all([CheckedProposition])
  case any([CheckedProposition])
  case not(CheckedProposition)
  case implies(CheckedProposition, CheckedProposition)
  case constant(Bool)
  case equal(TypedExpression, TypedExpression)
}

/// A statement whose parts fit.
indirect enum TypedStatement {
  case expression(TypedExpression)
  /// The life of a local begins; what it starts as comes after it.
  case declare(Int, offset: Int)
  case block([TypedStatement])
  case condition(TypedExpression, TypedStatement, TypedStatement?)
  case loop(TypedLoop)
  case choice(TypedExpression, [(value: Int64?, label: Int)], TypedStatement, end: Int)
  case label(Int)
  case jump(Int, offset: Int)
  case `return`(TypedExpression?, offset: Int)
  case atomic(TypedStatement, offset: Int)
  /// Statements behind which the expression is computed, whatever way they are left.
  case guarded([TypedStatement], then: TypedExpression)
}

/// A loop; its labels are where `continue` and `break` lead.
struct TypedLoop {
  /// Nil is true.
  var condition: TypedExpression?
  /// Whether the body runs before the condition is first looked at.
  var testsLast = false
  var step: TypedExpression?
  var body: TypedStatement
  var continueLabel: Int
  var breakLabel: Int
}

/// An expression with its type.
struct TypedExpression {
  indirect enum Kind {
    case constant(Int64)
    case address(Place)
    case read(Place, isMarked: Bool)
    case unary(UnaryOperator, TypedExpression)
    /// Both operands are of the type in which C computes, but for a shift's right one.
    case binary(BinaryOperator, TypedExpression, TypedExpression, in: CType)
    /// `pointer + count`, in elements of `stride` cells.
    case offset(TypedExpression, TypedExpression, stride: Int)
    /// The structure of which a pointer leads to a member, so many cells from its start.
    case container(TypedExpression, distance: Int)
    /// The distance of two pointers, in elements of `stride` cells.
    case distance(TypedExpression, TypedExpression, stride: Int)
    case convert(TypedExpression)
    case logical(BinaryOperator, TypedExpression, TypedExpression)
    case conditional(TypedExpression, TypedExpression, TypedExpression)
    /// `first ?: second`.
    case orElse(TypedExpression, TypedExpression)
    case comma(TypedExpression, TypedExpression)
    case assign(Place, TypedExpression, isMarked: Bool)
    /// A read, then a write of what `operation` makes of it, computed in `in`.
    case update(Place, BinaryOperator, TypedExpression, in: CType, givesOld: Bool)
    /// Copies a structure, member by member.
    case copy(Place, Place)
    /// The value of a structure, as an argument or a result.
    case structure(Place)
    case call(Int, [TypedExpression])
    /// `({ ... })`: statements, then a value.
    case statements([TypedStatement], TypedExpression)
    /// The address of a function.
    case function(Int)
    /// A call of the function that a pointer leads to.
    case callThrough(TypedExpression, [TypedExpression])
    case primitive(Primitive, Place?, [TypedExpression])
    /// `data_race(value)`: nothing that it accesses races.
    case unwatched(TypedExpression)
    /// `THREAD:local`, by the thread's number.
    case local(thread: Int, variable: Int)
  }

  var kind: Kind
  var type: CType
  var offset: Int

  var constant: Int64? {
    if case .constant(let value) = kind { return value }
    return nil
  }
}

/// Something with an address, or a local that could have one.
indirect enum Place {
  case variable(Int)
  case pointee(TypedExpression)
  /// The structure that a call gives; it has no address.
  case result(TypedExpression)
  /// `offset` cells further.
  case member(Place, offset: Int)
  case element(Place, TypedExpression, stride: Int, count: Int)
}
