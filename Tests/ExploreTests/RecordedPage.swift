import Foundation
import Testing

/// A page with fenced blocks: files in C, and commands with what they print.
struct RecordedPage {
  /// A fenced block, with the word behind the fence.
  struct Block {
    var kind: String
    var lines: [String]

    var text: String { lines.joined(separator: "\n") }

    /// The name of the file that a block of C or JSON5 is.
    var fileName: String? {
      if kind == "json5" {
        return text.firstMatch(of: /\n  name: "([^"]*)"/).map { "\($0.output.1).json5" }
      }
      guard kind == "c", let first = lines.first, first.hasPrefix("C ") else { return nil }
      return "\(first.dropFirst(2)).race"
    }

    /// The words behind `$ explore` of each command.
    var commands: [[String]] {
      lines.filter { $0.hasPrefix("$ explore ") }.map { line in
        line.split(separator: " ").dropFirst(2).map(String.init)
      }
    }
  }

  let path: String
  let blocks: [Block]

  init(_ path: String) {
    self.path = path
    var blocks: [Block] = []
    var open: Block?
    for line in ((try? Repository.text(path)) ?? "").components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(kind: String(line.dropFirst(3)), lines: [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    self.blocks = blocks
  }

  /// Runs the commands of `console` blocks in order, on the files that stand before them on the
  /// page and on `others`; fails where the page shows anything else than what is printed.
  ///
  /// When promoting, writes the page and fails all the same: the change must be looked at.
  func expectRecorded(with others: [String: String] = [:]) throws {
    var files = others
    var differing: [(old: String, new: String)] = []
    for block in blocks {
      if let name = block.fileName { files[name] = block.text + "\n" }
      guard block.kind == "console" else { continue }
      let printed = block.commands.map { words in
        var lines = ["$ explore \(words.joined(separator: " "))"]
        let result = TestSession(files: files).run(words)
        // What a command writes is there for the next.
        files = result.files
        lines += (result.output + result.error).components(separatedBy: "\n")
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
      }
      let text = printed.joined(separator: "\n")
      if text != block.text { differing.append((block.text, text)) }
    }
    if !differing.isEmpty, ProcessInfo.processInfo.environment["EXPLORE_PROMOTE"] == "1" {
      var page = try Repository.text(path)
      for (old, new) in differing {
        page = page.replacing("```console\n\(old)\n```", with: "```console\n\(new)\n```")
      }
      let file = Repository.root.appending(path: path)
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    for (_, new) in differing {
      Issue.record("\(path) differs; scripts/promote rewrites it. Got:\n\(new)")
    }
  }
}
