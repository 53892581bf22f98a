import Foundation
import Scheduler
import Testing

/// What the pages say is what the code is and prints.
@Suite struct DocumentationTests {
  @Test func `the code of the page on own models is the code that is tested`() throws {
    let page = try file("Docs/your-own-model.md")
    let code = blocks(of: page, in: "swift")
    try #require(code.count >= 4)
    #expect(try code[0] == file("Tests/SchedulerTests/Toys/PetersonLock.swift"))
    #expect(try code[1] == file("Tests/SchedulerTests/Toys/Summary.swift"))
    #expect(try code[3] == file("Tests/SchedulerTests/Toys/PetersonReports.swift"))
  }

  @Test func `the manifest on the page names the products that there are`() throws {
    let manifest = try blocks(of: file("Docs/your-own-model.md"), in: "swift")[2]
    let own = try file("Package.swift")
    let products = manifest.matches(of: /\.product\(name: "([A-Za-z]+)", package: "explore"\)/)
      .map { String($0.output.1) }
    #expect(products == ["Scheduler", "Reporting"])
    for product in products { #expect(own.contains(".library(name: \"\(product)\",")) }
    #expect(own.contains("name: \"explore\",\n  products:"))
  }

  @Test func `the output on the page on own models is the output`() throws {
    let output = blocks(of: try file("Docs/your-own-model.md"), in: "text")
    try #require(output.count == 4)
    #expect(try output[0] == summary(of: petersonLock(.flagThenTurn)))
    #expect(try output[1] == summary(of: petersonLock(.turnThenFlag)))
    let broken = try #require(brokenRun(of: petersonLock(.turnThenFlag)))
    #expect(output[2] == broken.table)
    #expect(try output[3] == replay(broken.token, on: petersonLock(.turnThenFlag)))
    #expect(brokenRun(of: petersonLock(.flagThenTurn)) == nil)
  }

  @Test func `the document on the page on own models is what is written`() throws {
    let documents = blocks(of: try file("Docs/your-own-model.md"), in: "json")
    try #require(documents.count == 1)
    #expect(documents[0] == document(of: petersonLock(.flagThenTurn)))
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
