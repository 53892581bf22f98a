import Foundation
import Testing

@testable import explore

/// Reports on the real file system: what takes its place, and what stays as it was.
final class OutputFileTests {
  private let system = RealFileSystem()
  private let folder: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }
  private func text(_ name: String) -> String? {
    try? String(contentsOfFile: path(name), encoding: .utf8)
  }
  private func put(_ text: String, in name: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }
  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test func `a file takes its place when it is whole, and not before`() throws {
    try put("old", in: "a")
    let file = try system.create(path("a"), appending: false)
    file.write("new")
    #expect(text("a") == "old")
    try file.finish()
    #expect(text("a") == "new")
    #expect(names == ["a"])
  }

  @Test func `of a file that is given up nothing is left`() throws {
    try put("old", in: "a")
    for name in ["a", "b"] { try system.create(path(name), appending: false).write("new") }
    #expect(text("a") == "old")
    #expect(names == ["a"])
  }

  @Test func `permissions and links stay`() throws {
    try put("old", in: "a")
    #expect(chmod(path("a"), 0o640) == 0)
    #expect(symlink("a", path("link")) == 0)
    #expect(symlink("later", path("dangling")) == 0)
    for name in ["link", "dangling"] {
      let file = try system.create(path(name), appending: false)
      file.write(name)
      try file.finish()
    }
    #expect(text("a") == "link")
    #expect(text("later") == "dangling")
    let attributes = try FileManager.default.attributesOfItem(atPath: path("a"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(names == ["a", "dangling", "later", "link"])
    for name in ["link", "dangling"] {
      #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: path(name))) != nil)
    }
  }

  @Test func `a file is one file by any path`() throws {
    try put("", in: "a")
    #expect(symlink("a", path("link")) == 0)
    #expect(link(path("a"), path("hard")) == 0)
    #expect(symlink("new", path("dangling")) == 0)
    let identity = system.identity(of: path("a"))
    #expect(identity != nil)
    for name in ["link", "hard", "./a", "../\((folder as NSString).lastPathComponent)/a"] {
      #expect(system.identity(of: path(name)) == identity, "\(name)")
    }
    #expect(system.identity(of: path("new")) == system.identity(of: path("dangling")))
    #expect(system.identity(of: path("new")) != system.identity(of: path("newer")))
    #expect(system.identity(of: path("new")) != identity)
    #expect(system.identity(of: "/dev/null") == nil)
  }

  @Test func `what is no file is written through`() throws {
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    let reader = open(path("pipe"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    let pipe = try system.create(path("pipe"), appending: false)
    pipe.write("through")
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(reader, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "through")
    try pipe.finish()
    #expect(names == ["pipe"])
    let null = try system.create("/dev/null", appending: false)
    null.write("away")
    try null.finish()
    let full = try system.create("/dev/full", appending: false)
    full.write("away")
    #expect(throws: ReportFileError.unwritable("/dev/full", reason: "No space left on device")) {
      try full.finish()
    }
  }

  @Test func `what is added stands behind what is there, at once`() throws {
    try put("old, ", in: "a")
    let file = try system.create(path("a"), appending: true)
    file.write("new")
    #expect(text("a") == "old, new")
    try file.finish()
  }

  @Test func `where nothing can be written this is known at once`() {
    #expect(throws: ReportFileError.isFolder(folder)) {
      _ = try system.create(folder, appending: false)
    }
    let missing = path("missing/a")
    #expect(throws: ReportFileError.unwritable(missing, reason: "No such file or directory")) {
      _ = try system.create(missing, appending: false)
    }
    #expect(throws: ReportFileError.self) { _ = try system.create(missing, appending: true) }
  }
}
