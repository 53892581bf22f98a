import RaceModel
import Testing

@testable import explore

/// `explore new`: what it writes can be read, run and checked.
@Suite struct NewCommandTests {
  private static func new(_ paths: [PathSpec]) -> TestSession.Result {
    TestSession(files: [:]).run(
      ["new", "scenario", "begun"] + paths.flatMap { ["--path", $0.id] })
  }

  /// Reads and runs what was written, with few states, so that large ones end soon.
  private static func expectToRun(_ paths: [PathSpec]) throws {
    let ids = paths.map(\.id)
    let written = new(paths)
    #expect(written.code == .success, "\(ids): \(written.error)")
    #expect(written.output.hasPrefix("wrote begun.json5: "), "\(ids)")
    let text = try #require(written.files["begun.json5"], "\(ids)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 })
    let run = TestSession(files: written.files).run("run", "begun.json5", "--max-states=300")
    #expect([.success, .violated, .undecided].contains(run.code), "\(ids): \(run.error)\(text)")
    #expect(run.error == "")
    let scenario = try ScenarioReader.read(Array(text.utf8), file: "begun.json5")
    #expect(scenario.threads.map { $0.run.map(\.path) } == paths.map { [$0] })
    #expect(!scenario.properties.isEmpty)
  }

  @Test(arguments: PathSpec.allCases.map(\.id))
  func `a file for a path alone, and twice, reads and runs`(id: String) throws {
    let path = try #require(PathSpec(rawValue: id))
    try Self.expectToRun([path])
    try Self.expectToRun([path, path])
  }

  @Test(arguments: PathSpec.allCases.map(\.id))
  func `a file for a path and any other reads and runs, or none can`(id: String) throws {
    let path = try #require(PathSpec(rawValue: id))
    for other in PathSpec.allCases {
      if Set(path.tables).isDisjoint(with: other.tables) {
        let result = Self.new([path, other])
        #expect(result.code == .usage)
        #expect(result.error.contains("needs a guest with radix tables"))
        #expect(result.files.isEmpty)
      } else {
        let written = Self.new([path, other])
        let text = try #require(written.files["begun.json5"], "\(id) \(other): \(written.error)")
        // Reading it is what can fail; the test above runs.
        _ = try ScenarioReader.read(Array(text.utf8), file: "begun.json5")
      }
    }
  }

  @Test func `all paths of a table go together`() throws {
    for table in TableKind.allCases {
      let paths = PathSpec.allCases.filter { $0.tables.contains(table) }
      for start in stride(from: 0, to: paths.count, by: 5) {
        try Self.expectToRun(Array(paths[start...].prefix(5)))
      }
    }
  }

  @Test func `the row is unpinned, and check accepts the line that it printed`() throws {
    let written = TestSession(files: [:]).run("new", "scenario", "begun")
    let check = TestSession(files: written.files).run("check", "begun.json5")
    #expect(check.code == .violated)
    let pin = try #require(check.output.firstMatch(of: /write (expect: .*,)\n?/)?.output.1)
    let text = try #require(written.files["begun.json5"])
    let pinned = text.replacing("name: \"linux-6.1\",", with: "name: \"linux-6.1\", \(pin)")
    #expect(pinned != text)
    let again = TestSession(files: ["begun.json5": pinned]).run("check", "begun.json5")
    #expect(again.code == .success, "\(again.output)")
  }

  @Test func `the row in the comment is one that the file can have`() throws {
    let written = TestSession(files: [:]).run("new", "scenario", "begun")
    let text = try #require(written.files["begun.json5"])
    let more = text.replacing("// { name:", with: "{ name:")
    #expect(more != text)
    let run = TestSession(files: ["begun.json5": more]).run("run", "begun.json5")
    #expect(run.code == .violated, "\(run.error)")
  }

  @Test func `a race file is what its rows say`() {
    for name in ["begun", "folder/begun.race"] {
      let written = TestSession(files: ["folder/x": ""]).run("new", "race", name)
      #expect(written.code == .success)
      let file = name.hasSuffix(".race") ? name : name + ".race"
      let check = TestSession(files: written.files).run("check", file)
      #expect(check.code == .success, "\(check.output)\(check.error)")
      #expect(check.output.contains("fixed"))
    }
  }

  @Test func `nothing is overwritten`() {
    let files = ["begun.json5": "mine", "begun.race": "mine"]
    for kind in ["scenario", "race"] {
      let result = TestSession(files: files).run("new", kind, "begun")
      #expect(result.code == .usage)
      #expect(result.error.contains("it is there already and was left alone"))
      #expect(result.files == files)
    }
  }

  @Test(arguments: [
    (["new"], "'new' needs what to write and its name"),
    (["new", "scenario"], "'new' needs what to write and its name"),
    (["new", "scenari", "x"], "did you mean 'scenario'?"),
    (["new", "scenario", "Not This"], "a file cannot be called 'Not This'"),
    (["new", "scenario", "folder/"], "a file cannot be called ''"),
    (["new", "scenario", "x.race"], "'x.race' is the name of a race file"),
    (["new", "race", "x.json5"], "'x.json5' is the name of a scenario"),
    (["new", "race", "x", "--path=l2-load"], "'--path' is for scenarios"),
    (["new", "scenario", "x", "--path=l2-loat"], "did you mean 'l2-load'?"),
    (["new", "scenario", "x", "y"], "'y' is one argument too many"),
    (
      ["new", "scenario", "x", "--path=h-enter", "--path=age-gfn"],
      "'age-gfn' needs a guest with radix tables, and 'h-enter' one with a hashed table"
    ),
    (
      ["new", "scenario", "x"] + Array(repeating: "--path=delete-memslot", count: 9),
      "a machine has at most 8 slots"
    ),
    (
      ["new", "scenario", "x"] + Array(repeating: "--path=l2-load", count: 17),
      "at most 16 threads"
    ),
  ])
  func `what cannot be written is refused`(arguments: [String], message: String) {
    let result = TestSession(files: [:]).run(arguments)
    #expect(result.code == .usage)
    #expect(result.error.contains(message), "\(result.error)")
    #expect(result.files.isEmpty)
  }

  @Test func `it is known of every property when it is worth asking for`() {
    #expect(PropertySpec.withoutConcern == [])
  }

  @Test func `a scenario whose threads meet nowhere is not to be pinned, and why is said`() {
    var session = TestSession()
    session.files = session.run("new", "scenario", "lonely", "--path", "tlbie-page").files
    let result = session.run("check", "lonely.json5")
    #expect(result.code == .violated)
    #expect(result.output.contains("not to be pinned: nothing breaks and no landmark is reached"))
    #expect(!result.output.contains("to pin it"))
  }
}
