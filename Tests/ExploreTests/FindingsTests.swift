import Foundation
import Testing

@testable import explore

/// `Docs/findings.md` gives a command for each finding; these run the commands as written.
@Suite struct FindingsTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  /// The command lines of the entries, in order.
  static let commands: [String] = {
    let page =
      (try? String(contentsOf: root.appending(path: "Docs/findings.md"), encoding: .utf8)) ?? ""
    return page.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("- **Reproduce**: `"), let end = line.lastIndex(of: "`") else {
        return nil
      }
      return String(line[line.index(line.startIndex, offsetBy: 18)..<end])
    }
  }()

  @Test func `every entry has a command`() throws {
    let page = try String(
      contentsOf: Self.root.appending(path: "Docs/findings.md"), encoding: .utf8)
    let entries = page.split(separator: "\n").count { $0.wholeMatch(of: /## \d+\. .*/) != nil }
    #expect(entries > 0)
    #expect(Self.commands.count == entries)
  }

  @Test(arguments: commands)
  func `the command of a finding prints its violation`(command: String) throws {
    var words = command.split(separator: " ").map(String.init)
    #expect(words.removeFirst() == "explore")
    let file = words[1]
    let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
    let result = TestSession(files: [file: text]).run(words)
    #expect(result.error == "")
    #expect(result.code == .violated)
    #expect(result.output.contains("VIOLATED"))
    #expect(result.output.contains("replay:"))
  }
}
