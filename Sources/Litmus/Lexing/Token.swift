/// The identifiers of a text, each with a number, so that comparing names is comparing numbers.
final class NameTable {
  private(set) var texts: [String] = []
  private var numbers: [String: Name] = [:]

  /// The number of an identifier.
  func name(_ text: String) -> Name {
    if let known = numbers[text] { return known }
    let name = Name(number: Int32(texts.count))
    numbers[text] = name
    texts.append(text)
    return name
  }

  func text(of name: Name) -> String { texts[Int(name.number)] }
}

/// An identifier, by its number in a ``NameTable``.
struct Name: Hashable {
  var number: Int32
}

/// A word, number or mark of a race file.
struct Token {
  enum Kind: Equatable {
    case endOfFile
    case name(Name)
    /// An integer or character constant: its bits, and the type that its suffix asks for.
    case number(UInt64, NumberSuffix)
    case string
    case mark(Punctuator)
  }

  var kind: Kind
  /// The offset of the first byte, or that of the macro's use which the token came from.
  var offset: Int
  /// The offset after the last byte; of a macro's token, that after its own text.
  var end: Int
  /// Whether no token stands before it in its line.
  var startsLine: Bool
  /// Whether a blank, a comment or a line's end stands before it.
  var followsBlank: Bool
  /// Whether it is the name of a macro within the macro's own text, where it stands for itself.
  var standsForItself = false

  func `is`(_ mark: Punctuator) -> Bool { kind == .mark(mark) }
}

/// What the suffix of an integer constant says of its type.
struct NumberSuffix: Hashable {
  var isUnsigned = false
  var isLong = false
  /// Hexadecimal and octal constants take an unsigned type where no signed one is wide enough.
  var isDecimal = true
}
