import Foundation
import Testing

@testable import Reporting

/// Documents in pieces are the documents that are written at once, and JSON.
@Suite struct JSONWriterTests {
  private static func parsed(_ text: String) throws -> NSObject? {
    try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      as? NSObject
  }

  @Test func `pieces make the document that the values make at once`() throws {
    let item = JSONValue.object([("id", .integer(1)), ("text", .string("a \" b"))])
    var writer = JSONWriter()
    var text = writer.openObject() + writer.write(.integer(2), for: "version")
    text += writer.openList(for: "items")
    text += writer.write(item) + writer.write(item)
    text += writer.close() + writer.openList(for: "none") + writer.close()
    #expect(!writer.isAtTop)
    text += writer.openObject(for: "inner") + writer.write(.null, for: "nothing") + writer.close()
    text += writer.close()
    #expect(writer.isAtTop)
    let whole = JSONValue.object([
      ("version", .integer(2)), ("items", .list([item, item])), ("none", .list([])),
      ("inner", .object([("nothing", .null)])),
    ])
    #expect(try Self.parsed(text) == Self.parsed(whole.document))
    #expect(
      text == """
        {
          "version": 2,
          "items": [
            {"id": 1, "text": "a \\" b"},
            {"id": 1, "text": "a \\" b"}
          ],
          "none": [],
          "inner": {
            "nothing": null
          }
        }

        """)
  }

  @Test func `a value alone is a document`() {
    var writer = JSONWriter()
    #expect(writer.write(.flag(true)) == "true\n")
    #expect(writer.isAtTop)
  }

  @Test func `long values stand over lines as deep as they are`() throws {
    let long = JSONValue.list((0..<40).map { .string("number \($0)") })
    var writer = JSONWriter()
    let text = writer.openList() + writer.write(long) + writer.close()
    #expect(text.contains("\n    \"number 0\",\n"))
    #expect(text == JSONValue.list([long]).document)
  }

  @Test func `strings with marks and control characters survive`() throws {
    let text = "quote \" backslash \\ bell \u{7} newline \n line \u{2028} e \u{e9} \u{1F600}"
    let document = JSONValue.list([.string(text)]).document
    #expect(try Self.parsed(document) == [text] as NSArray)
    #expect(document.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
  }
}
