import Foundation
import Testing

/// The public declarations of a module, as `swift-symbolgraph-extract` finds them in what was
/// built.
struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    /// The names of the types that the declaration is in, and its own.
    let pathComponents: [String]
    let kind: Kind
    /// The comment, inherited by witnesses of a protocol; nil when there is none.
    let docComment: DocComment?
    /// Where the source is; nil for what the compiler made, and for what other modules declare.
    let location: Location?

    var name: String { pathComponents.joined(separator: ".") }

    struct Kind: Decodable { let identifier: String }
    struct DocComment: Decodable {}
    struct Location: Decodable { let uri: String }
  }

  let symbols: [Symbol]

  /// The declarations in source files that have no comment, by name, sorted.
  var undocumented: [String] {
    symbols.filter { $0.docComment == nil && $0.location != nil }.map(\.name).sorted()
  }

  /// The functions in source files with two arguments in a row that have no labels, by name.
  ///
  /// Operators have none, and subscripts are not asked for any.
  var unlabelled: [String] {
    let called: Set = ["swift.func", "swift.init", "swift.method", "swift.type.method"]
    return symbols.filter {
      called.contains($0.kind.identifier) && $0.location != nil && $0.name.contains("_:_:")
    }.map(\.name).sorted()
  }

  /// What `module` declares, and what it adds to types of other modules.
  ///
  /// The tests were linked with the module, so what lies beside them is up to date.
  static func graphs(of module: String) throws -> [SymbolGraph] {
    let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: output) }
    let extract = Process()
    extract.executableURL = URL(filePath: "/usr/bin/env")
    extract.arguments = [
      "swift-symbolgraph-extract", "-module-name", module,
      "-I", products.appending(path: "Modules").path(), "-output-dir", output.path(),
      "-minimum-access-level", "public", "-target", target,
    ]
    try extract.run()
    extract.waitUntilExit()
    try #require(extract.terminationStatus == 0, "swift-symbolgraph-extract failed")
    return try FileManager.default.contentsOfDirectory(at: output, includingPropertiesForKeys: nil)
      .map { try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: $0)) }
  }

  private static var target: String {
    #if arch(x86_64)
      "x86_64-unknown-linux-gnu"
    #else
      "aarch64-unknown-linux-gnu"
    #endif
  }
}
