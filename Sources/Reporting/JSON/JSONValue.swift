/// A JSON value whose keys keep their order, so that the same report gives the same bytes.
public indirect enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case flag(Bool)
  /// A whole number.
  case integer(Int)
  /// A text, of any characters.
  case string(String)
  /// Values in order.
  case list([JSONValue])
  /// Values with keys, in order; no two keys are equal.
  case object([Member])

  /// A key of an object and its value.
  public typealias Member = (key: String, value: JSONValue)

  /// The text, or null.
  public static func optional(_ text: String?) -> JSONValue {
    text.map(JSONValue.string) ?? .null
  }
  /// The number, or null.
  public static func optional(_ number: Int?) -> JSONValue {
    number.map(JSONValue.integer) ?? .null
  }
  /// The flag, or null.
  public static func optional(_ flag: Bool?) -> JSONValue { flag.map(JSONValue.flag) ?? .null }
  /// A list of texts.
  public static func strings(_ texts: [String]) -> JSONValue {
    .list(texts.map(JSONValue.string))
  }

  /// The document, indented by two spaces, with a line end.
  public var document: String { text(indent: "") + "\n" }

  /// The value on one line, however long, without a line end.
  public var singleLine: String { line(within: .max) ?? "" }

  /// The value as it stands behind `indent`: its lines after the first one start with that.
  func text(indent: String) -> String {
    var text = ""
    write(to: &text, indent: indent)
    return text
  }

  private static let width = 100

  /// On one line where that fits, else an item a line.
  private func write(to text: inout String, indent: String) {
    let (items, brackets) = parts
    if items.isEmpty {
      text += line
    } else if let line = line(within: Self.width - indent.utf8.count) {
      text += line
    } else {
      Self.write(items, between: brackets, to: &text, indent)
    }
  }

  /// The items of a list or object, with what stands before each; none for other values.
  private var parts: ([(start: String, value: JSONValue)], brackets: (String, String)) {
    switch self {
    case .null, .flag, .integer, .string: ([], ("", ""))
    case .list(let items): (items.map { ("", $0) }, ("[", "]"))
    case .object(let members):
      (members.map { (Self.quoted($0.key) + ": ", $0.value) }, ("{", "}"))
    }
  }

  /// The value on one line, unless it has more than `limit` bytes.
  private func line(within limit: Int) -> String? {
    let (items, brackets) = parts
    var text = items.isEmpty ? line : brackets.0
    for (index, item) in items.enumerated() {
      text += (index == 0 ? "" : ", ") + item.start
      guard let line = item.value.line(within: limit - text.utf8.count) else { return nil }
      text += line
    }
    if !items.isEmpty { text += brackets.1 }
    return text.utf8.count <= limit ? text : nil
  }

  /// A value without items.
  private var line: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .string(let string): Self.quoted(string)
    case .list: "[]"
    case .object: "{}"
    }
  }

  private static func write(
    _ items: [(start: String, value: JSONValue)], between brackets: (String, String),
    to text: inout String, _ indent: String
  ) {
    text += brackets.0
    for (index, item) in items.enumerated() {
      text += (index == 0 ? "" : ",") + "\n" + indent + "  " + item.start
      item.value.write(to: &text, indent: indent + "  ")
    }
    text += (items.isEmpty ? "" : "\n" + indent) + brackets.1
  }

  /// A string between quotation marks, escaped where JSON asks for it.
  static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _
      where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028
        || scalar.value == 0x2029:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
