import Foundation
import Testing

@testable import explore

/// `Docs/ci.md` and `Docs/cluster.md`: their commands run as they stand there, part by part.
@Suite struct SetUpPageTests {
  /// A command of a page, as it is typed.
  private struct CommandLine {
    /// From behind `explore` to where the command ends.
    var text: String

    /// What stands for the number of a part and other facts of a machine, the longest first.
    private static func values(part: Int) -> [(String, String)] {
      [
        ("${{ matrix.part }}", "\(part)"), ("$((JOB_COMPLETION_INDEX + 1))", "\(part)"),
        ("$((SLURM_MEM_PER_NODE * 3 / 4))", "3072"), ("$SLURM_ARRAY_TASK_ID", "\(part)"),
        ("$SLURM_CPUS_PER_TASK", "2"), ("$JOB_COMPLETION_INDEX", "\(part - 1)"),
        ("$CI_NODE_INDEX", "\(part)"), ("$CI_NODE_TOTAL", "\(SetUpPageTests.parts)"),
        ("{}", "\(part)"),
      ]
    }

    /// Whether each part has a command of its own.
    var isOfPart: Bool { text(part: 1) != text(part: 2) }

    private func text(part: Int) -> String {
      Self.values(part: part).reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// The words that the shell of a part makes of it where there are some files.
    func words(part: Int, files: [String]) -> [String] {
      text(part: part).split(separator: " ").flatMap { word -> [String] in
        let bare = word.filter { $0 != "'" && $0 != "\"" }
        guard word.contains("*"), bare == word else { return [bare] }
        let ends = word.split(separator: "*", omittingEmptySubsequences: false)
        return files.filter { $0.hasPrefix(ends[0]) && $0.hasSuffix(ends[1]) }.sorted()
      }
    }
  }

  /// How many parts the set-ups have.
  private static let parts = 4
  private static let pages = ["Docs/ci.md", "Docs/cluster.md"]

  /// The commands of a page, in order.
  private static func commands(of page: String) -> [CommandLine] {
    RecordedPage(page).blocks.filter { ["sh", "yaml"].contains($0.kind) }.flatMap { block in
      logicalLines(block.lines).compactMap { line in
        // `explore` is also the name of a file or a job; no command follows those.
        line.firstMatch(of: /(?:^|[\s"'])explore (?<command>[a-z].*)/).map { match in
          CommandLine(text: firstCommand(in: String(match.output.command)))
        }
      }
    }
  }

  /// A line up to where another command, or what becomes of the output, begins.
  private static func firstCommand(in line: String) -> String {
    [" | ", " || ", " && ", " > ", "\"]"].reduce(line) { line, end in
      line.firstRange(of: end).map { String(line[..<$0.lowerBound]) } ?? line
    }
  }

  /// Lines with those that go on joined: behind a backslash, and options in folded YAML.
  private static func logicalLines(_ lines: [String]) -> [String] {
    var joined: [String] = []
    for line in lines {
      let words = line.trimmingCharacters(in: .whitespaces)
      if let last = joined.last, last.hasSuffix("\\") {
        joined[joined.count - 1] = last.dropLast() + words
      } else if !joined.isEmpty, words.hasPrefix("--") {
        joined[joined.count - 1] += " " + words
      } else {
        joined.append(line)
      }
    }
    return joined
  }

  /// The folders of the pages, with a few of the files that are there.
  private static func session() throws -> TestSession {
    let names = [
      "scenarios/n13-stale-tlb.json5", "scenarios/l1-access-vs-aging.json5",
      "races/lost-kick.race", "races/ticket-lock.race",
    ]
    return TestSession(
      files: try Dictionary(uniqueKeysWithValues: names.map { ($0, try Repository.text($0)) }))
  }

  @Test(arguments: pages) func `blocks are of kinds that are looked at`(page: String) {
    let kinds = Set(RecordedPage(page).blocks.map(\.kind))
    #expect(kinds.isSubset(of: ["sh", "yaml", "dockerfile"]))
    #expect(Self.commands(of: page).count >= 7)
  }

  /// What is left of a command without its name, redirections and quotes has to be words.
  @Test(arguments: pages) func `commands are understood`(page: String) {
    for command in Self.commands(of: page) {
      let words = command.words(part: 1, files: ["part-1.json", "/reports/part-1.json"])
      #expect(!words.contains { $0.contains("$") || $0.contains("{") || $0.contains("\\") })
      #expect(throws: Never.self, "explore \(words.joined(separator: " "))") {
        guard case .request = try CommandLineParser.parse(words) else {
          Issue.record("no request: \(words)")
          return
        }
      }
    }
  }

  @Test(arguments: pages) func `commands run, and parts put together are the check`(
    page: String
  ) throws {
    var session = try Self.session()
    let whole = session.run("check", "scenarios", "races")
    #expect(whole.code == .success)
    var mergedTexts = 0
    for command in Self.commands(of: page) {
      for part in command.isOfPart ? 1...Self.parts : 1...1 {
        let words = command.words(part: part, files: Array(session.files.keys))
        let result = session.run(words)
        let line = "explore " + words.joined(separator: " ")
        // Whether a change is one for these files is not what the page says.
        let isChange = words.contains("--diff") && result.code == .violated
        #expect(result.code == .success || isChange, "\(line)")
        #expect(result.error.isEmpty, "\(line): \(result.error)")
        session.files.merge(result.reports) { $1 }
        if words[0] == "merge" && !words.contains("--format") {
          mergedTexts += 1
          #expect(words.count == 1 + Self.parts, "\(line)")
          #expect(result.output == whole.output, "\(line)")
        }
      }
    }
    #expect(mergedTexts > 0)
  }

  /// Options of other programs stand in the second list, so that none is invented.
  @Test(arguments: pages) func `options that are spoken of exist`(page: String) throws {
    let foreign: Set = [
      "array", "json", "package-path", "return", "signal", "sshlogin", "static-swift-stdlib",
    ]
    let text = try Repository.text(page)
    let prose = text.components(separatedBy: "```").enumerated()
      .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
    let known = Set(Option.all.map(\.name)).union(foreign)
    let named = prose.matches(of: /--([a-z][a-z-]*)/).map { String($0.output.1) }
    #expect(named.count > 5)
    for name in named { #expect(known.contains(name), "--\(name)") }
  }
}
