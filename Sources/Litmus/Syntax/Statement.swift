/// A statement of C as it is written.
struct Statement {
  indirect enum Kind {
    case empty
    case expression(Expression)
    case declaration(Declaration)
    case compound([Statement])
    case condition(Expression, then: Statement, else: Statement?)
    case `while`(Expression, Statement)
    case doWhile(Statement, Expression)
    case `for`(Statement?, condition: Expression?, step: Expression?, Statement)
    case `switch`(Expression, Statement)
    /// A label of a `switch`; nil is `default`. What it labels comes next.
    case caseLabel(Expression?)
    /// A label for `goto`. What it labels comes next.
    case label(Name)
    case `break`
    case `continue`
    case `return`(Expression?)
    case goto(Name)
    /// `atomic { }`: one step.
    case atomic(Statement)
    /// `maybe LABEL { }`: left out unless a row says `with LABEL`.
    case maybe(Name, Statement)
    /// `scoped_guard(CLASS, ARGUMENTS) ...`: a lock that is held in a statement.
    case scopedGuard(Name, [Expression], Statement)
  }

  var kind: Kind
  var offset: Int
}

/// A function with its body.
struct FunctionSyntax {
  /// Who runs it.
  enum Role: Equatable {
    /// Its callers.
    case plain
    case thread
    /// A thread that need not end.
    case daemon
    /// The machine alone, before all threads.
    case initial
    /// A process of herd7, by its number.
    case process(Int)
    /// What runs when something has happened.
    case handler(HandlerSyntax.Word)
  }

  var role: Role
  var name: Name
  var returns: TypeName
  var parameters: [Parameter]
  var body: [Statement]
  var offset: Int
  /// Where the body ends.
  var end: Int
  /// What the head of a handler says besides its name and parameters.
  var handler: HandlerSyntax?
  /// Whether it is a part of the language, and stands where it is used first.
  var isPrelude = false
}

/// The head of a handler: `irq NAME(void) on THREAD raised`.
struct HandlerSyntax {
  enum Word: String, CaseIterable { case irq, softirq, work, timer }

  /// The thread that it interrupts, which is its processor.
  var thread: (name: Name, offset: Int)?
  /// Whether it comes only after somebody has raised it.
  var isRaised = false
  /// How often it comes: the least and the most, where that is said.
  var times: (least: Expression, most: Expression)?
}
