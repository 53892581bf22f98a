import Foundation
import Scheduler
import Testing

/// What the pages say is what the code is and prints.
@Suite struct DocumentationTests {
  @Test func `the code of the page on own models is the code that is tested`() throws {
    let page = try file("Docs/your-own-model.md")
    let code = blocks(of: page, in: "swift")
    try #require(code.count >= 2)
    #expect(try code[0] == file("Tests/SchedulerTests/Toys/PetersonLock.swift"))
    #expect(try code[1] == file("Tests/SchedulerTests/Toys/Summary.swift"))
  }

  @Test func `the output on the page on own models is the output`() throws {
    let output = blocks(of: try file("Docs/your-own-model.md"), in: "text")
    try #require(output.count == 2)
    #expect(try output[0] == summary(of: petersonLock(.flagThenTurn)))
    #expect(try output[1] == summary(of: petersonLock(.turnThenFlag)))
  }

  /// The file at a path from the top of the checkout.
  private func file(_ path: String) throws -> String {
    let top = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: top.appending(path: path), encoding: .utf8)
  }

  /// The fenced blocks of a language.
  private func blocks(of page: String, in language: String) -> [String] {
    page.components(separatedBy: "```\(language)\n").dropFirst().map { rest in
      rest.components(separatedBy: "```")[0]
    }
  }
}
