import Foundation
import Testing

@testable import Reporting

/// The reader against Foundation's, and against texts that are no JSON.
@Suite struct JSONReaderTests {
  private static func read(_ text: String) throws -> JSONNode {
    var reader = JSONReader(Array(text.utf8))
    let node = try reader.value()
    try reader.end()
    return node
  }

  /// The value as Foundation has it.
  private static func object(_ node: JSONNode) throws -> Any {
    switch node.value {
    case .null: NSNull()
    case .flag(let flag): flag
    case .integer(let number): number
    case .number(let text): try #require(Double(text))
    case .string(let text): text
    case .list(let items): try items.map(object)
    case .object(let members):
      try Dictionary(uniqueKeysWithValues: members.map { ($0.key, try object($0.node)) })
    }
  }

  @Test(arguments: [
    "null", " true ", "[]", "{}", "[false, -1, 0, 12.5, 1e3, -0.25E-2]", "\"\"",
    #"{"a": {"b": [1, 2, {"c": null}]}, "": " "}"#, #""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00""#,
    "\"\u{e9}\u{1F600}\u{2028}\"", "\u{FEFF}[1]", "[9223372036854775807, -9223372036854775808]",
    "123456789012345678901234567890", "\t\r\n{ \"x\" :\n1 }\n",
  ])
  func `values are those of Foundation`(text: String) throws {
    let ours = try Self.object(Self.read(text)) as? NSObject
    // Foundation leaves the mark at the start to whoever reads the file.
    let bytes = Data(
      text.utf8.drop { [0xEF, 0xBB, 0xBF].contains($0) && text.hasPrefix("\u{FEFF}") })
    let theirs = try JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed)
    #expect(ours == theirs as? NSObject)
  }

  @Test(arguments: [
    ("", 0, "expected a value and found the end of the text"),
    ("[1,]", 3, "expected a value and found ']'"),
    ("[1 2]", 3, "expected ',' or ']' and found '2'"),
    ("{\"a\" 1}", 5, "expected ':' and found '1'"),
    ("{\"a\": 1,}", 8, "expected a key in quotation marks and found '}'"),
    ("{a: 1}", 1, "expected a key in quotation marks and found 'a'"),
    ("{\"a\": 1, \"a\": 2}", 9, "the key 'a' stands here twice"),
    ("[1] 2", 4, "expected the end of the text and found '2'"), ("'a'", 0, "found '''"),
    ("// x", 0, "expected a value and found '/'"), ("tru", 0, "expected a value and found 't'"),
    ("NaN", 0, "expected a value"), ("01", 0, "this is no number of JSON"),
    ("[-]", 1, "this is no number of JSON"), ("1.", 0, "this is no number of JSON"),
    ("1e", 0, "this is no number of JSON"), ("+1", 0, "expected a value and found '+'"),
    ("\"abc", 0, "the text that begins here has no end"), ("\"a\nb\"", 2, "control character"),
    (#""\x41""#, 1, "no escape of JSON"), (#""\u12""#, 1, "no escape of JSON"),
    (#""\ud83d""#, 1, "half a surrogate pair"), (#""\ude00\ud83d""#, 1, "half a surrogate pair"),
    (#""\"#, 1, "no escape of JSON"),
    (
      String(repeating: "[", count: 65), 64, "lists and objects are nested more than 64 deep"
    ),
  ])
  func `what is no JSON is refused at its place`(text: String, offset: Int, message: String) {
    let error = #expect(throws: JSONFault.self) { try Self.read(text) }
    #expect(error?.offset == offset && error?.message.contains(message) == true, "\(error as Any)")
  }

  @Test func `depth is counted and not the number of lists`() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    _ = try Self.read(deep)
    _ = try Self.read("[" + Array(repeating: "[[]]", count: 999).joined(separator: ",") + "]")
  }

  @Test func `bytes that are no Unicode are refused where they stand`() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
      var reader = JSONReader(Array("[\"".utf8) + bytes + Array("\"]".utf8))
      let error = #expect(throws: JSONFault.self) { try reader.value() }
      #expect(error?.offset == 2)
    }
  }

  @Test func `pieces are what the whole is`() throws {
    let text = #"{"skip": [1, {"a": 2}], "take": ["x", "y"], "last": 3}"#
    var reader = JSONReader(Array(text.utf8))
    var (taken, places): ([String], [Int]) = ([], [])
    try reader.forEachMember { (key, _, reader) throws(JSONFault) in
      guard key == "take" else {
        _ = try reader.value()
        return
      }
      try reader.forEachItem { (reader) throws(JSONFault) in
        places.append(try reader.startOfValue())
        taken.append(try reader.value().string)
      }
    }
    try reader.end()
    #expect(taken == ["x", "y"])
    for (place, text) in zip(places, taken) {
      reader.move(to: place)
      #expect(try reader.value().string == text)
    }
  }

  @Test func `a value is compared with what is written for it`() throws {
    let written = JSONValue.object([
      ("a", .list([.integer(1), .string("x")])), ("b", .null), ("c", .flag(true)),
    ])
    func fault(_ text: String) throws -> JSONFault? {
      try Self.read(text).difference(from: written)
    }
    #expect(try fault(#"{"b": null, "more": 1, "a": [1, "x"], "c": true}"#) == nil)
    #expect(try fault(#"{"a": [1, "x"], "c": true}"#)?.message == "the object has no 'b'")
    #expect(try fault(#"{"a": [1, "y"], "b": null, "c": true}"#)?.offset == 10)
    #expect(try fault(#"{"a": [1], "b": null, "c": true}"#)?.message.contains("1 item") == true)
    #expect(try fault(#"{"a": [1, "x"], "b": 0, "c": true}"#)?.offset == 21)
    #expect(try fault(#"{"a": [1, "x"], "b": null, "c": false}"#) != nil)
    // Equal to Swift, and not the same bytes.
    let accents = try Self.read("\"e\u{301}\"").difference(from: .string("\u{e9}"))
    #expect(accents != nil)
  }
}
