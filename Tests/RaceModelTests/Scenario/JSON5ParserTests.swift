import Testing

@testable import RaceModel

struct JSON5ParserTests {
  static func parse(_ text: String) throws(ScenarioFault) -> JSON5Value {
    try JSON5Parser.parse(Array(text.utf8))
  }

  static func fault(of text: String) -> ScenarioFault? {
    do throws(ScenarioFault) {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      ("null", .null), ("true", .flag(true)), ("false", .flag(false)), ("[]", .list([])),
      ("{}", .object([])), ("\u{FEFF}null", .null),
      ("\u{A0}\u{2003}\u{FEFF}\u{B}\u{C}null\t", .null),
      ("//a\nnull//b", .null), ("/**/null/* * / ** */", .null), ("//a\u{2028}null", .null),
    ] as [(String, JSON5Value.Kind)])
  func `plain values are read, with blanks and comments around them`(
    text: String, kind: JSON5Value.Kind
  ) throws {
    #expect(try Self.parse(text).kind == kind)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("+7", 7), ("-12", -12), ("0x1F", 31), ("-0Xff", -255), ("+0x0", 0),
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
      ("0x7fffffffffffffff", .max), ("-0x8000000000000000", .min), ("0xFFFFFFFFFFFFFFFF", nil),
      ("1.5", nil), (".5", nil), ("5.", nil), ("1e3", nil), ("1E+3", nil), ("-.5e-3", nil),
      ("Infinity", nil), ("-Infinity", nil), ("+NaN", nil), ("NaN", nil), ("0e0", nil),
    ] as [(String, Int?)])
  func `numbers keep their text and have a value when they are integers`(
    text: String, integer: Int?
  ) throws {
    #expect(try Self.parse(text).kind == .number(JSON5Number(text: text, integer: integer)))
  }

  @Test(arguments: [
    "01", "-01", "0x", "0xg", "1a", "1.2.3", ".", "+", "-", "1e", "1e+", "+-1", "- 1", "-Infinit",
    "+Infinityx", "1_000", "00", "0x1.5", "--1",
  ])
  func `what only looks like a number is refused`(text: String) throws {
    let fault = try #require(Self.fault(of: text))
    #expect(fault.reason.code == .invalidNumber)
    #expect(fault.position == SourcePosition(line: 1, column: 1))
  }

  @Test(arguments: [
    (#""""#, ""), ("'it\"s'", "it\"s"), (#""it's""#, "it's"), (#"'\'\"\\\/'"#, "'\"\\/"),
    (#""\b\f\n\r\t\v\0""#, "\u{8}\u{C}\n\r\t\u{B}\0"), (#""\x41\u0042\u00e9""#, "AB\u{E9}"),
    (#""\uD83D\uDE00""#, "\u{1F600}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\a\q\😀""#, "aq😀"),
    ("'a\\\nb\\\r\nc\\\rd\\\u{2028}e\\\u{2029}f'", "abcdef"), ("'a\u{2028}b'", "a\u{2028}b"),
    ("'\t\u{1}'", "\t\u{1}"), (#""\0a""#, "\0a"), ("'// no /* comment'", "// no /* comment"),
  ])
  func `strings have their escapes resolved`(text: String, value: String) throws {
    #expect(try Self.parse(text).kind == .string(value))
  }

  @Test(
    arguments: [
      ("'\\1'", .invalidEscape), ("'\\00'", .invalidEscape), ("'\\x4'", .invalidEscape),
      ("'\\u12'", .invalidEscape), ("'\\u{41}'", .invalidEscape), ("'\\uD83D'", .loneSurrogate),
      ("'\\uDE00'", .loneSurrogate), ("'\\uD83D\\u0041'", .loneSurrogate),
      ("'\\uD83D\\uDE0'", .invalidEscape), ("'a", .unterminatedString),
      ("'a\nb'", .unterminatedString), ("'a\rb'", .unterminatedString), ("'", .unterminatedString),
      ("'\\", .unterminatedString), ("'\\u", .invalidEscape), ("\"'", .unterminatedString),
    ] as [(String, ScenarioError.Reason.Code)])
  func `malformed strings are refused`(text: String, code: ScenarioError.Reason.Code) {
    #expect(Self.fault(of: text)?.reason.code == code)
  }

  @Test(arguments: [
    ("{a: 1}", "a"), ("{'a b': 1}", "a b"), ("{\"\": 1}", ""), ("{$_9: 1}", "$_9"),
    ("{null: 1}", "null"), ("{Infinity: 1}", "Infinity"), ("{\u{E9}\u{301}: 1}", "\u{E9}\u{301}"),
    (#"{\u0061b: 1}"#, "ab"), (#"{a\u0062: 1}"#, "ab"), ("{\u{10400}: 1}", "\u{10400}"),
    ("{a\u{200D}b: 1,}", "a\u{200D}b"), ("{'\\x61': 1}", "a"),
  ])
  func `keys are words or strings`(text: String, key: String) throws {
    guard case .object(let members) = try Self.parse(text).kind else {
      Issue.record("not an object")
      return
    }
    #expect(members.map(\.key) == [key])
  }

  @Test(
    arguments: [
      ("", .unexpectedToken), ("[1 2]", .unexpectedToken), ("[,]", .unexpectedToken),
      ("[1,,]", .unexpectedToken), ("{,}", .unexpectedToken), ("{a}", .unexpectedToken),
      ("{a:}", .unexpectedToken), ("{a:1 b:2}", .unexpectedToken), ("{a:1", .unexpectedToken),
      ("[1", .unexpectedToken), ("[", .unexpectedToken), ("{", .unexpectedToken),
      ("]", .unexpectedToken), ("1 2", .unexpectedToken), ("{1: 2}", .unexpectedToken),
      ("[}", .unexpectedToken), ("{]", .unexpectedToken), ("[1}", .unexpectedToken),
      ("nul", .needsQuotes), ("[a: 1]", .unexpectedToken), ("{a: b: 1}", .unexpectedToken),
      ("[a-b]", .needsQuotes), ("{a-b: 1}", .needsQuotes),
      ("/", .unexpectedCharacter), ("\\x", .unexpectedCharacter),
      ("{a\\x: 1}", .unexpectedCharacter),
      ("{\\u0020: 1}", .unexpectedCharacter), ("{\\u00: 1}", .invalidEscape),
      ("@", .unexpectedCharacter),
      ("/* *", .unterminatedComment), ("/*/", .unterminatedComment), ("\0", .unexpectedCharacter),
      ("{a: 1, 'a': 2}", .duplicateKey), ("[{}, {a: 1, b: {a: 1}, \\u0061: 2}]", .duplicateKey),
    ] as [(String, ScenarioError.Reason.Code)])
  func `malformed text is refused`(text: String, code: ScenarioError.Reason.Code) {
    #expect(Self.fault(of: text)?.reason.code == code)
  }

  @Test(
    arguments: [
      (
        "{a: 01, b: 'x\\1y', c: kebab-case}", "invalid-number 5, invalid-escape 14, needs-quotes 23"
      ),
      ("[1 2 3]", "unexpected-token 4, unexpected-token 6"),
      ("{a: 1 b: 01}", "unexpected-token 7, invalid-number 10"),
      ("{a 1, b: 01}", "unexpected-token 4, invalid-number 10"),
      ("[1,,2,,3]", "unexpected-token 4, unexpected-token 7"),
      ("{a: , b: }", "unexpected-token 5, unexpected-token 10"),
      ("{a: 1; b: 01}", "unexpected-character 6, invalid-number 11"),
      ("{a = 1, b: 01}", "unexpected-character 4, invalid-number 12"),
      ("{@ a: 1 @, b: 01}", "unexpected-character 2, unexpected-character 9, invalid-number 15"),
      ("{\u{201C}a\u{201D}: 1, b: 01}", "unexpected-character 2, invalid-number 13"),
      ("{# a: {\r a: 1 # 'b\r}", "unexpected-character 2"),
      ("@ {a: 01}", "unexpected-character 1, invalid-number 7"),
      ("{1: 2, b: 01}", "unexpected-token 2, invalid-number 11"),
      ("{a: 1, a: 01, a: 2}", "duplicate-key 8, invalid-number 11, duplicate-key 15"),
      ("{a\\u0g: 1, b: 01}", "invalid-escape 3, invalid-number 15"),
      // Where brackets and quotes do not match, the rest is not looked at.
      ("{a: 'he said 'hello' ok', b: 01}", "unexpected-token 15"),
      ("{a: [1, 2, b: 3, c: 01}", "unexpected-token 12"),
      ("{a: [1, 2}, c: 01}", "unexpected-token 10"),
      ("{a: {b: 1, c: 01", "invalid-number 15, unexpected-token 17"),
      ("{a: 'x\r b: 01}", "unterminated-string 5"), ("{a: 1}} b 01", "unexpected-token 7"),
      ("{a: 1, a: 2", "unexpected-token 12"), ("{a b: 01}", "unexpected-token 4"),
    ])
  func `reading goes on behind a mistake where there is one way to`(text: String, told: String) {
    let faults = FaultList()
    _ = JSON5Parser.parse(Array(text.utf8), faults)
    let found = faults.ordered.map { "\($0.reason.code.rawValue) \($0.position.column)" }
    #expect(found.joined(separator: ", ") == told)
  }

  @Test(arguments: ["\n", "\r", "\r\n", "\u{2028}", "\u{2029}"])
  func `each kind of line end counts as one line`(lineEnd: String) throws {
    let text = ["{", "/* é", "*/ 😀😀: 1,", "  'a\\", "b': [", "2]}"].joined(separator: lineEnd)
    // An emoji is no letter, so an identifier cannot hold it; a combining letter can.
    let readable = text.replacing("😀😀", with: "e\u{301}\u{10400}")
    guard case .object(let members) = try Self.parse(readable).kind else {
      Issue.record("not an object")
      return
    }
    #expect(members.map(\.keyPosition.line) == [3, 4])
    #expect(members.map(\.keyPosition.column) == [4, 3])
    #expect(members.map(\.value.position.line) == [3, 5])
    #expect(members.map(\.value.position.column) == [9, 5])
    #expect(members[1].key == "ab")
    guard case .list(let items) = members[1].value.kind else {
      Issue.record("not a list")
      return
    }
    #expect(items.map(\.position) == [SourcePosition(line: 6, column: 1)])
  }

  @Test func `a duplicate key points at the second and names the line of the first`() {
    let fault = Self.fault(of: "{\n  a: 1,\n  b: 2, 'a': 3 }")
    #expect(fault?.reason == .duplicateKey("a", firstLine: 2))
    #expect(fault?.position == SourcePosition(line: 3, column: 9))
  }

  @Test func `nesting is allowed up to the limit and not beyond`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try Self.parse(nested(JSON5Parser.depthLimit))
    let fault = Self.fault(of: nested(JSON5Parser.depthLimit + 1))
    #expect(fault?.reason == .nestedTooDeep(limit: 32))
    #expect(fault?.position == SourcePosition(line: 1, column: 33))
  }

  @Test func `a byte order mark at the start takes no column`() {
    #expect(Self.fault(of: "\u{FEFF}@")?.position == SourcePosition(line: 1, column: 1))
  }
}
