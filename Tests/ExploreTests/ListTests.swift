import Litmus
import RaceModel
import Testing

@testable import explore

/// Sections and items of `list`, in text and in JSON.
@Suite struct ListTests {
  /// The scenarios and race files of the checkout that the tests look things up in.
  private static let session: TestSession = {
    let paths = [
      "scenarios/nested-fault-vs-clear-dirty.json5", "scenarios/n11-aging-race.json5",
      "races/lost-kick.race", "races/counter-two-locks.race",
    ]
    return TestSession(
      files: Dictionary(
        uniqueKeysWithValues: paths.map { ($0, (try? Repository.text($0)) ?? "") }))
  }()

  private static func list(_ arguments: String...) -> TestSession.Result {
    session.run(["list"] + arguments)
  }

  @Test(arguments: ListSection.allCases.map(\.id))
  func `a section has items, and each of them can be asked for`(id: String) throws {
    let section = try #require(ListSection(rawValue: id))
    let all = Self.list(id)
    #expect(all.code == .success)
    #expect(all.output.hasPrefix(section.title + "\n"))
    let document = try JSON(Self.list(id, "--format=json").output)
    let part = try #require(document["sections"]?.items?.first)
    let items = try #require(part["items"]?.items)
    #expect(!items.isEmpty)
    // Of the constructs one of each kind: there are a thousand.
    var kinds: Set<JSON> = []
    for item in items where item["kind"].map({ kinds.insert($0).inserted }) ?? true {
      let name = try #require(item["name"]?.text)
      #expect(all.output.contains(name), "\(name)")
      let one = Self.list(id, name)
      #expect(one.code == .success, "\(name): \(one.error)")
      #expect(one.output.hasPrefix(name), "\(name)")
      #expect(one.output.split(separator: "\n").count > 1, "\(name)")
    }
  }

  @Test func `built-in sections have the catalogs' ids`() throws {
    let ids: [String: [String]] = [
      "paths": PathSpec.allCases.map(\.id), "properties": PropertySpec.allCases.map(\.id),
      "checks": Scenario.checks.map(\.id)
        + RaceProgram.checks.map(\.id).filter { id in !Scenario.checks.contains { $0.id == id } },
      "landmarks": Landmark.allCases.map(\.id),
      "kernels": Kernel.Base.allCases.map(\.id), "patches": Kernel.Patch.allCases.map(\.id),
      "knobs": Knob.allCases.map(\.id), "strategies": StrategySpec.allCases.map(\.id),
      "formats": OutputFormats.all.map(\.name),
      "constructs": RaceLanguage.constructs.map(\.name),
    ]
    for section in ListSection.allCases where section.source == nil {
      #expect(section.names == ids[section.id], "\(section.id)")
    }
    #expect(ListSection.allCases.filter { $0.source == nil }.count == ids.count)
  }

  @Test func `JSON of all sections is what the schema says, and says nothing else`() throws {
    let result = Self.list("--format=json")
    #expect(result.code == .success)
    #expect(result.error == "")
    let schema = try JSON(Repository.text("schemas/list.schema.json"))
    let document = try JSON(result.output)
    #expect(SchemaValidator(root: schema, isStrict: true).errors(in: document) == [])
    let names = document["sections"]?.items?.compactMap { $0["name"]?.text }
    #expect(names == ListSection.allCases.map(\.id))
    let known = schema["$defs"]?["section"]?["properties"]?["name"]?["enum"]?.items
    #expect(known?.compactMap(\.text) == names)
    // A document that is none.
    #expect(SchemaValidator(root: schema).errors(in: .object(["sections": .null])) != [])
  }

  @Test func `one path is shown with what a scenario needs to call it`() {
    Golden.expect(Self.list("paths", "tlbie-page").output, is: "list-path.txt")
    let harvest = Self.list("paths", "get-dirty-log").output
    #expect(harvest.contains("arch/powerpc/kvm/book3s_64_mmu_radix.c"))
    #expect(harvest.contains("bump-dirty, recheck"))
    #expect(harvest.contains("as in nested-fault-vs-clear-dirty/linux-6.1"))
  }

  @Test(arguments: PathSpec.allCases.map(\.id))
  func `the example of a path is a call that a scenario can have`(id: String) throws {
    let path = try #require(PathSpec(rawValue: id))
    #expect(Self.list("paths", id).output.contains("\n  \(path.exampleCall)\n"))
    for argument in path.argumentFacts {
      #expect(path.exampleCall.contains("\(argument.name): \(argument.example)"))
      #expect(!argument.meaning.isEmpty && !argument.takes.isEmpty)
    }
    for function in path.functions {
      #expect(KernelFiles.file(of: function) != nil, "\(function)")
    }
  }

  @Test func `the files of kernel functions are those of the kernel map`() throws {
    let rows = try Repository.text("Docs/kernel-map.md").split(separator: "\n")
      .map { $0.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) } }
      .filter { $0.count >= 3 }
    for function in Set(PathSpec.allCases.flatMap(\.functions)) {
      let file = try #require(KernelFiles.file(of: function), "\(function)")
      let name = file.replacing("arch/powerpc/kvm/", with: "")
      let row = rows.first { $0[0].contains("`\(function)`") && $0[1].contains("`\(name)`") }
      #expect(row != nil, "\(function) in \(file)")
    }
  }

  @Test func `without folders what they would show is said to be unknown`() {
    let result = TestSession(files: [:]).run("list", "properties", "c-subset")
    #expect(result.code == .success)
    #expect(result.output.contains("there is no folder ./scenarios or ./races here"))
    let all = TestSession(files: [:]).run("list")
    #expect(all.code == .success)
    #expect(all.output.contains("Scenarios\n  none: there is no folder ./scenarios here"))
  }

  @Test func `rows are found by their file, by name and by place`() {
    #expect(Self.list("rows", "n11-aging-race/linux-6.1").output.contains("age-gfn gfn=0x100"))
    let ofFile = Self.list("rows", "n11-aging-race").output
    #expect(ofFile.contains("n11-aging-race/patched"))
    #expect(!ofFile.contains("lost-kick"))
    let ofFolder = Self.list("rows", "races").output
    #expect(ofFolder.contains("lost-kick/buggy") && !ofFolder.contains("n11"))
    #expect(Self.list("rows", "lost-kick/fixed", "races").output.contains("FIX"))
    #expect(Self.list("scenarios", "n11-aging-race").output.contains("goes back to"))
  }

  @Test(arguments: [
    (["paths", "l2-stor"], "unknown path 'l2-stor'; did you mean 'l2-store'?"),
    (["knobs", "zzz"], "unknown knob 'zzz'; 'explore list knobs' names them all"),
    (["constructs", "spin_lok"], "did you mean 'spin_lock'?"),
    (["rows", "n11-aging-race/patchd"], "did you mean 'n11-aging-race/patched'?"),
    (["scenarios", "n11-aging-rac"], "did you mean 'n11-aging-race'?"),
    (["propertys"], "unknown section 'propertys'; did you mean 'properties'?"),
    (["paths", "l2-load", "scenarios"], "'scenarios' is one argument too many"),
    (["rows", "missing.race"], "missing.race: error: there is no such file or folder"),
    (["rows", "patched", "missing"], "missing: error: there is no such file or folder"),
  ])
  func `what is not there is refused, with the nearest name`(arguments: [String], message: String) {
    let result = Self.session.run(["list"] + arguments)
    #expect(result.code == .usage)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test func `a broken file is told of, and does not hide the others`() throws {
    let session = TestSession()
    let result = session.run("list", "scenarios", "mixed", "--format=json")
    #expect(result.code == .usage)
    let document = try JSON(result.output)
    #expect(document["errors"]?.items?.first?["line"] != nil)
    #expect(document["sections"]?.items?.first?["items"]?.items?.count == 1)
  }
}
