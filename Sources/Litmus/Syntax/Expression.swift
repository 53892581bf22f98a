/// An expression of C as it is written.
struct Expression {
  indirect enum Kind {
    case name(Name)
    case number(UInt64, NumberSuffix)
    case string
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `left = right`, or `left op= right`.
    case assign(BinaryOperator?, Expression, Expression)
    /// `condition ? first : second`; without `first` it is the condition itself.
    case conditional(Expression, Expression?, Expression)
    case comma(Expression, Expression)
    case call(Expression, [Expression])
    /// `base.name` or `base->name`; the last is the name's offset.
    case member(Expression, Name, throughPointer: Bool, Int)
    case index(Expression, Expression)
    case cast(TypeName, Expression)
    case sizeOf(Expression)
    /// A type where an argument is expected, or the operand of `sizeof`.
    case type(TypeName)
    /// `first..last` among arguments.
    case range(Expression, Expression)
    /// `({ ... })`: its value is that of the last statement.
    case statements([Statement])
    /// `THREAD:local`.
    case local(ThreadReference, Name)
  }

  var kind: Kind
  /// Where the expression is pointed at: its operator, or its first word.
  var offset: Int
  /// How many expressions stand inside each other here, itself included.
  var depth = 1

  /// Whether it is a string.
  var isText: Bool {
    if case .string = kind { return true }
    return false
  }
}

/// A thread by its name, or by the number of a process `P0`, `P1`, ...
enum ThreadReference: Hashable {
  case name(Name)
  case process(Int)
}

/// A type as it is written: what it is made of, and what is made of that.
struct TypeName {
  var base: BaseType
  var declarator: Declarator
  var offset: Int
}

/// The words of a type before any `*` or name.
indirect enum BaseType {
  case void
  case integer(IntegerType)
  /// A type that has a name in C or the kernel, or one that the file gives.
  case named(Name)
  case structure(StructureSyntax)
  case enumeration(EnumerationSyntax)
  /// `typeof(x)`: that of an expression, which may be a type.
  case typeOf(Expression)
  /// `__auto_type`: that of what a local starts as.
  case inferred
}

/// `struct NAME`, with its members where they are given.
struct StructureSyntax {
  var name: Name?
  var members: [Declaration]?
  var offset: Int
}

/// `enum NAME`, with its constants where they are given.
struct EnumerationSyntax {
  var name: Name?
  var constants: [(name: Name, value: Expression?, offset: Int)]?
  var offset: Int
}

/// A name and what it is: read from the name outwards.
struct Declarator {
  enum Derivation {
    case pointer
    /// An array; without a length it has as many elements as are given.
    case array(Expression?, Int)
    case function([Parameter])
  }

  var name: Name?
  var offset: Int
  var derivations: [Derivation] = []
}

/// A parameter of a function.
struct Parameter {
  var type: TypeName
}

/// `static const TYPE NAME = VALUE, ...;`, or a type alone.
struct Declaration {
  struct Variable {
    var declarator: Declarator
    var initializer: Initializer?
  }

  var isTypedef = false
  var isStatic = false
  var isExtern = false
  /// Whether each CPU has a copy.
  var isPerCPU = false
  var base: BaseType
  var variables: [Variable]
  var offset: Int

  var names: [Name] { variables.compactMap(\.declarator.name) }
}

/// What a variable starts as.
indirect enum Initializer {
  case value(Expression)
  case list([Element], Int)

  struct Element {
    /// `.name` and `[index]` before the value.
    var designators: [Designator]
    var value: Initializer
  }

  enum Designator {
    case member(Name, Int)
    case index(Expression)
  }
}

/// The integer types, by width and sign.
struct IntegerType: Hashable, Sendable {
  /// 1 is `bool`; otherwise 8, 16, 32 or 64.
  var bits: UInt8
  var isSigned: Bool

  static let bool = IntegerType(bits: 1, isSigned: false)
  static let int = IntegerType(bits: 32, isSigned: true)
  static let unsignedInt = IntegerType(bits: 32, isSigned: false)
  static let long = IntegerType(bits: 64, isSigned: true)
  static let unsignedLong = IntegerType(bits: 64, isSigned: false)
}
