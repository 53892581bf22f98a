import Foundation
import Testing

/// Every public declaration of the library says what it is.
@Suite struct PublicDocumentationTests {
  @Test(arguments: ["Scheduler"])
  func `every public declaration has a comment`(module: String) throws {
    let graphs = try SymbolGraph.graphs(of: module)
    try #require(graphs.flatMap(\.symbols).count > 100)
    #expect(graphs.flatMap(\.undocumented) == [])
  }

  @Test func `a declaration without a comment is named`() throws {
    let graph = try JSONDecoder().decode(
      SymbolGraph.self,
      from: Data(
        """
        { "symbols": [
          { "pathComponents": ["Cell", "number"], "docComment": {}, "location": { "uri": "a" } },
          { "pathComponents": ["Cell", "width"], "location": { "uri": "a" } },
          { "pathComponents": ["Cell", "hashValue"] }
        ] }
        """.utf8))
    #expect(graph.undocumented == ["Cell.width"])
  }
}
