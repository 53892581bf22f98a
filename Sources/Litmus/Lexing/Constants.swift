// Integer, character and string constants.
extension Lexer {
  mutating func readNumber() {
    let start = offset
    var (base, suffix) = (UInt64(10), NumberSuffix())
    if starts(with: "0x") || starts(with: "0X") {
      (base, offset) = (16, offset + 2)
    } else if starts(with: "0b") || starts(with: "0B") {
      (base, offset) = (2, offset + 2)
    } else if current == UInt8(ascii: "0") {
      base = 8
    }
    suffix.isDecimal = base == 10
    let digits = offset
    var (value, isTooLarge, isMalformed) = (UInt64(0), false, false)
    while let byte = current, let digit = Self.digit(byte), digit < max(base, 10) {
      isMalformed = isMalformed || digit >= base
      let (product, carried) = value.multipliedReportingOverflow(by: base)
      let (sum, overflowed) = product.addingReportingOverflow(digit)
      (value, isTooLarge) = (sum, isTooLarge || carried || overflowed)
      offset += 1
    }
    isMalformed = isMalformed || offset == digits
    var (longs, unsigneds) = (0, 0)
    while let byte = current, byte.continuesName {
      switch byte {
      case UInt8(ascii: "u"), UInt8(ascii: "U"): unsigneds += 1
      case UInt8(ascii: "l"), UInt8(ascii: "L"): longs += 1
      default: isMalformed = true
      }
      offset += 1
    }
    suffix.isUnsigned = unsigneds > 0
    suffix.isLong = longs > 0
    if current == UInt8(ascii: "."), byte(at: offset + 1) != UInt8(ascii: ".") {
      while let byte = current, byte.continuesName || byte == UInt8(ascii: ".") { offset += 1 }
      diagnostics.report(.refused, at: start, "floating-point numbers have no place in a race")
    } else if isMalformed || longs > 2 || unsigneds > 1 {
      diagnostics.report(.syntax, at: start, "'\(source.text(start..<offset))' is no integer")
    } else if language == .litmus, base == 8, value > 7 {
      diagnostics.report(
        .refused, at: start,
        "'\(source.text(start..<offset))' is octal in C, and decimal to herd7; leave the 0 out")
    } else if isTooLarge {
      diagnostics.report(
        .limit, at: start, "'\(source.text(start..<offset))' does not fit 64 bits")
    }
    append(.number(value, suffix), from: start, to: offset)
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x41...0x46: UInt64(byte - 0x41 + 10)
    case 0x61...0x66: UInt64(byte - 0x61 + 10)
    default: nil
    }
  }

  /// Reads a string, whose text nobody needs, or a character constant.
  mutating func readQuoted(by quote: UInt8) {
    let start = offset
    offset += 1
    var values: [UInt8] = []
    while let byte = current, byte != quote, !byte.isLineEnd {
      offset += 1
      guard byte == UInt8(ascii: "\\"), let escaped = current, !escaped.isLineEnd else {
        values.append(byte)
        continue
      }
      offset += 1
      values.append(escape(escaped))
    }
    guard current == quote else {
      let what = quote == UInt8(ascii: "'") ? "character" : "string"
      diagnostics.report(.syntax, at: start, "the \(what) that begins here has no end")
      return append(.string, from: start, to: offset)
    }
    offset += 1
    guard quote == UInt8(ascii: "'") else { return append(.string, from: start, to: offset) }
    if values.count != 1 {
      diagnostics.report(.syntax, at: start, "a character constant has one character")
    }
    let value = Int64(Int8(bitPattern: values.first ?? 0))
    append(.number(UInt64(bitPattern: value), NumberSuffix()), from: start, to: offset)
  }

  /// The character that a backslash and `byte` stand for; longer escapes read on.
  private mutating func escape(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "0"): return 0
    case UInt8(ascii: "x"):
      var value: UInt64 = 0
      while let next = current, let digit = Self.digit(next) {
        value = value << 4 & 0xFF | digit
        offset += 1
      }
      return UInt8(truncatingIfNeeded: value)
    default: return byte
    }
  }
}
