import Foundation
import Glibc
import Testing

@testable import explore

/// What cannot be read in a folder is told, and the others are checked all the same.
struct UnreadableFileTests {
  /// Runs `body` in a folder with one file to check, which is gone afterwards.
  private func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "explore-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "kick.race")
    try RaceTexts.kick.write(to: file, atomically: true, encoding: .utf8)
    return try body(folder.path())
  }

  /// The files that stand for a folder, and why those are refused that cannot be read.
  private func files(in folder: String) throws -> (paths: [String], refused: [String]) {
    let inputs = InputFiles(system: RealFileSystem())
    var result: (paths: [String], refused: [String]) = ([], [])
    for path in try inputs.files(at: folder) {
      let name = String(path.dropFirst(folder.count + (folder.hasSuffix("/") ? 0 : 1)))
      do {
        _ = try inputs.read(path)
        result.paths.append(name)
      } catch {
        result.refused.append("\(name): \(error.faults[0].message)")
      }
    }
    return result
  }

  @Test func `a link that leads nowhere or round is told if its name is one of ours`() throws {
    try inFolder { folder in
      for (name, target) in [
        ("gone.json5", "nowhere"), ("loop.race", "loop.race"), ("notes", "nowhere"),
        ("zzz.litmus", "kick.race"),
      ] {
        #expect(symlink(target, "\(folder)/\(name)") == 0)
      }
      let (paths, refused) = try files(in: folder)
      #expect(paths == ["kick.race"])
      #expect(refused.count == 3)
      #expect(refused[0] == "gone.json5: there is no such file or folder")
      #expect(refused[1] == "loop.race: cannot be read: Too many levels of symbolic links")
      #expect(refused[2].hasPrefix("zzz.litmus: "))
    }
  }

  /// The path with a byte 0xFF for each U+0001.
  private func bytes(_ path: String) -> [CChar] {
    path.utf8.map { CChar(truncatingIfNeeded: $0 == 1 ? 0xFF : $0) } + [0]
  }

  @Test func `a name that is not UTF-8 is told where it may be one of ours`() throws {
    try inFolder { folder in
      for name in ["b\u{1}.json5", "b\u{1}.txt"] {
        let descriptor = open(bytes("\(folder)/\(name)"), O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
      }
      #expect(mkdir(bytes("\(folder)/hidden\u{1}"), 0o700) == 0)
      let (paths, refused) = try files(in: folder)
      #expect(paths == ["kick.race"])
      #expect(
        refused == [
          "b\u{FFFD}.json5: cannot be read: its name is not UTF-8; rename it",
          "hidden\u{FFFD}: cannot be read: its name is not UTF-8; rename it",
        ])
    }
  }

  @Test func `a pipe in a folder is no file of it, and nobody waits for its writer`() throws {
    try inFolder { folder in
      #expect(mkfifo("\(folder)/pipe.race", 0o600) == 0)
      let (paths, refused) = try files(in: folder)
      #expect(paths == ["kick.race"])
      #expect(refused == [])
    }
  }

  @Test(.disabled(if: geteuid() == 0, "root may read everything"))
  func `a file or folder without permission is told`() throws {
    try inFolder { folder in
      #expect(mkdir("\(folder)/closed", 0) == 0)
      let descriptor = open("\(folder)/secret.race", O_CREAT | O_WRONLY, 0)
      close(descriptor)
      let (paths, refused) = try files(in: folder)
      #expect(paths == ["kick.race"])
      #expect(
        refused == [
          "closed: cannot be read: Permission denied",
          "secret.race: cannot be read: Permission denied",
        ])
    }
  }

  @Test func `the others are checked, and the code is that of a bad file`() throws {
    try inFolder { folder in
      #expect(symlink("nowhere", "\(folder)/gone.json5") == 0)
      var session = TestSession(files: [:])
      session.system = RealFileSystem()
      let result = session.run("check", folder)
      #expect(result.code == .usage)
      #expect(result.error.hasSuffix("gone.json5: error: there is no such file or folder\n"))
      #expect(result.output.contains("2 as expected"))
    }
  }
}
