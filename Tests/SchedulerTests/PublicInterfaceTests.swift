import Foundation
import Testing

/// Every public declaration of the library says what it is and what its arguments are.
@Suite struct PublicInterfaceTests {
  static let modules = ["Scheduler", "Reporting"]
  /// The second argument is a closure, which callers write behind the parentheses.
  static let unlabelled: Set = ["System.view(_:_:)"]

  @Test(arguments: modules)
  func `every public declaration has a comment`(module: String) throws {
    let graphs = try SymbolGraph.graphs(of: module)
    try #require(graphs.flatMap(\.symbols).count > 100)
    #expect(graphs.flatMap(\.undocumented) == [])
  }

  @Test(arguments: modules)
  func `no two arguments in a row go without a label`(module: String) throws {
    let found = try SymbolGraph.graphs(of: module).flatMap(\.unlabelled)
    #expect(Set(found).subtracting(Self.unlabelled) == [])
  }

  @Test func `a declaration without a comment or labels is named`() throws {
    let graph = try JSONDecoder().decode(
      SymbolGraph.self,
      from: Data(
        """
        { "symbols": [
          { "pathComponents": ["Cell", "number"], "kind": { "identifier": "swift.property" },
            "docComment": {}, "location": { "uri": "a" } },
          { "pathComponents": ["Cell", "width"], "kind": { "identifier": "swift.property" },
            "location": { "uri": "a" } },
          { "pathComponents": ["Cell", "hashValue"], "kind": { "identifier": "swift.property" } },
          { "pathComponents": ["Cell", "==(_:_:)"], "kind": { "identifier": "swift.func.op" },
            "docComment": {}, "location": { "uri": "a" } },
          { "pathComponents": ["Cell", "init(_:bits:)"], "kind": { "identifier": "swift.init" },
            "docComment": {}, "location": { "uri": "a" } },
          { "pathComponents": ["Cell", "init(of:_:_:)"], "kind": { "identifier": "swift.init" },
            "docComment": {}, "location": { "uri": "a" } }
        ] }
        """.utf8))
    #expect(graph.undocumented == ["Cell.width"])
    #expect(graph.unlabelled == ["Cell.init(of:_:_:)"])
  }
}
