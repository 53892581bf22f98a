/// Reads JSON, all at once or piece by piece, from the bytes of a text.
///
/// It takes what RFC 8259 calls JSON and nothing else; a byte order mark is skipped. Equal keys of
/// an object, and texts that are no Unicode, are refused.
///
/// - Complexity: O(bytes); the stack is bounded by ``depthLimit``.
package struct JSONReader: Sendable {
  /// Lists and objects may be nested this deep.
  package static let depthLimit = 64

  private let bytes: [UInt8]
  /// Where the next byte to read is.
  package private(set) var offset = 0
  private var depth = 0

  /// Begins at the start of a text.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// Goes to a place where a value begins.
  package mutating func move(to offset: Int) { (self.offset, depth) = (offset, 0) }

  /// The next value, whole.
  package mutating func value() throws(JSONFault) -> JSONNode {
    let start = try startOfValue()
    return JSONNode(value: try value(startingWith: bytes[start], at: start), offset: start)
  }

  private mutating func value(
    startingWith byte: UInt8, at start: Int
  ) throws(JSONFault) -> JSONNode.Value {
    switch byte {
    case UInt8(ascii: "{"):
      var members: [JSONNode.Member] = []
      try forEachMember { (key, place, reader) throws(JSONFault) in
        members.append(JSONNode.Member(key: key, offset: place, node: try reader.value()))
      }
      return .object(members)
    case UInt8(ascii: "["):
      var items: [JSONNode] = []
      try forEachItem { (reader) throws(JSONFault) in items.append(try reader.value()) }
      return .list(items)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t") where skip("true"): return .flag(true)
    case UInt8(ascii: "f") where skip("false"): return .flag(false)
    case UInt8(ascii: "n") where skip("null"): return .null
    default: throw unexpected("a value", at: start)
    }
  }

  /// Reads a list, and lets `body` read each of its items, whole.
  package mutating func forEachItem(
    _ body: (inout JSONReader) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try open("[", "a list")
    defer { depth -= 1 }
    if take("]") { return }
    repeat {
      try body(&self)
      if take("]") { return }
    } while take(",")
    throw unexpected("',' or ']'", at: offset)
  }

  /// Reads an object, and lets `body` read the value of each of its keys, whole.
  package mutating func forEachMember(
    _ body: (_ key: String, _ offset: Int, inout JSONReader) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try open("{", "an object")
    defer { depth -= 1 }
    if take("}") { return }
    var keys: Set<String> = []
    repeat {
      skipBlanks()
      let place = offset
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
        throw unexpected("a key in quotation marks", at: place)
      }
      let key = try string()
      if !keys.insert(key).inserted {
        throw JSONFault("the key '\(key.shown(limit: 40))' stands here twice", at: place)
      }
      guard take(":") else { throw unexpected("':'", at: offset) }
      try body(key, place, &self)
      if take("}") { return }
    } while take(",")
    throw unexpected("',' or '}'", at: offset)
  }

  /// Refuses anything but blanks before the end of the text.
  package mutating func end() throws(JSONFault) {
    skipBlanks()
    if offset < bytes.count { throw unexpected("the end of the text", at: offset) }
  }

  /// Where the next value begins.
  package mutating func startOfValue() throws(JSONFault) -> Int {
    skipBlanks()
    if offset == bytes.count { throw unexpected("a value", at: offset) }
    return offset
  }

  private mutating func open(_ mark: Unicode.Scalar, _ what: String) throws(JSONFault) {
    let start = try startOfValue()
    guard bytes[start] == UInt8(ascii: mark) else { throw unexpected(what, at: start) }
    if depth == Self.depthLimit {
      throw JSONFault("lists and objects are nested more than \(depth) deep", at: start)
    }
    (depth, offset) = (depth + 1, offset + 1)
  }

  /// Takes a mark, after blanks, if it is the next one.
  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  private mutating func skipBlanks() {
    while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
  }

  /// Skips a word that stands here whole.
  private mutating func skip(_ word: StaticString) -> Bool {
    let found = word.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    if found { offset += word.utf8CodeUnitCount }
    return found
  }

  private func unexpected(_ expected: String, at offset: Int) -> JSONFault {
    guard offset < bytes.count else {
      return JSONFault("expected \(expected) and found the end of the text", at: offset)
    }
    let rest = bytes[offset...].prefix(16)
    let scalar = String(decoding: rest, as: UTF8.self).unicodeScalars.first
    return JSONFault(
      "expected \(expected) and found '\(scalar.map { String($0).shown(limit: 1) } ?? "")'",
      at: offset)
  }
}

// Numbers and texts.
extension JSONReader {
  private mutating func number() throws(JSONFault) -> JSONNode.Value {
    let start = offset
    var isWhole = true
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let whole = offset
    var isRight = skipDigits() > 0 && (bytes[whole] != UInt8(ascii: "0") || offset == whole + 1)
    if isRight, isNext(".") {
      (isWhole, offset) = (false, offset + 1)
      isRight = skipDigits() > 0
    }
    if isRight, isNext("e") || isNext("E") {
      (isWhole, offset) = (false, offset + 1)
      if isNext("+") || isNext("-") { offset += 1 }
      isRight = skipDigits() > 0
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if !isRight { throw JSONFault("this is no number of JSON", at: start) }
    if isWhole, let number = Int(text) { return .integer(number) }
    return .number(text)
  }

  private func isNext(_ mark: Unicode.Scalar) -> Bool {
    offset < bytes.count && bytes[offset] == UInt8(ascii: mark)
  }

  /// Skips decimal digits and says how many there were.
  private mutating func skipDigits() -> Int {
    let start = offset
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
      offset += 1
    }
    return offset - start
  }

  /// A text, without its quotation marks and with its escapes resolved.
  private mutating func string() throws(JSONFault) -> String {
    let start = offset
    var text = ""
    offset += 1
    var piece = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        try add(bytes[piece..<offset], to: &text)
        offset += 1
        return text
      case UInt8(ascii: "\\"):
        try add(bytes[piece..<offset], to: &text)
        text.unicodeScalars.append(try escape())
        piece = offset
      case 0..<0x20:
        throw JSONFault(
          "a control character stands in a text; JSON writes it as an escape", at: offset)
      default: offset += 1
      }
    }
    throw JSONFault("the text that begins here has no end", at: start)
  }

  private func add(_ piece: ArraySlice<UInt8>, to text: inout String) throws(JSONFault) {
    guard let string = String(validating: piece, as: UTF8.self) else {
      throw JSONFault("the text holds bytes that are no UTF-8", at: piece.startIndex)
    }
    text += string
  }

  /// The character that an escape stands for.
  private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
    let start = offset
    offset += 1
    let letter = offset < bytes.count ? bytes[offset] : 0
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try codePoint(from: start)
    default: throw JSONFault("this is no escape of JSON", at: start)
    }
  }

  /// The rest of `\uHHHH`, or of two of them that make a surrogate pair.
  private mutating func codePoint(from start: Int) throws(JSONFault) -> Unicode.Scalar {
    let first = try codeUnit(from: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, isNext("\\") {
      offset += 1
      if isNext("u") {
        offset += 1
        let second = try codeUnit(from: start)
        if (0xDC00...0xDFFF).contains(second),
          let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        {
          return scalar
        }
      }
    }
    throw JSONFault("this escape is half a surrogate pair and no character", at: start)
  }

  private mutating func codeUnit(from start: Int) throws(JSONFault) -> UInt32 {
    let digits = bytes[offset...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw JSONFault("this is no escape of JSON", at: start) }
    offset += 4
    return unit
  }
}
