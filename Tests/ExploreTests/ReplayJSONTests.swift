import Testing

@testable import explore

/// The JSON of a replayed schedule.
struct ReplayJSONTests {
  private let validator = SchemaValidator(
    root: Repository.replaySchema, isStrict: true,
    others: ["report.schema.json": Repository.reportSchema])

  private func replays(_ arguments: String...) -> [TestSession.Result] {
    ReplayCommandTests.replays(in: TestSession().run(["run"] + arguments).output).map {
      TestSession().run($0 + ["--format=json"])
    }
  }

  @Test func `replays are what the schema says, of scenarios and of race files`() throws {
    let results =
      replays("race.json5") + replays("races/kick.race") + replays("races/mp.litmus")
      + replays("races/question.race", "--row=swapped")
    #expect(results.count >= 4)
    for result in results {
      let document = try JSON(result.output)
      #expect(validator.errors(in: document) == [])
      #expect(document["broken"]?[0] != nil)
      var steps = 0
      while document["trace"]?[steps] != nil { steps += 1 }
      #expect(document["steps"] == .integer(steps))
    }
  }

  @Test func `the code is that of the text, and roles say why`() throws {
    for (arguments, role) in [
      (["race.json5"], "violation"), (["races/question.race", "--row=swapped"], "answer"),
    ] {
      let replay = try #require(
        ReplayCommandTests.replays(in: TestSession().run(["run"] + arguments).output).first)
      let (text, json) = (TestSession().run(replay), TestSession().run(replay + ["--format=json"]))
      #expect(text.code == json.code)
      let document = try JSON(json.output)
      #expect(document["broken"]?[0]?["role"] == .string(role))
      #expect(document["schedule"] == .string(replay[3]))
    }
  }

  private static let damages: [@Sendable (inout JSON) -> Void] = [
    { $0["schedule"] = nil }, { $0["steps"] = .string("4") }, { $0["threads"] = .list([]) },
    { $0["broken"]?[0]?["role"] = .string("mistake") }, { $0["broken"]?[0]?["step"] = nil },
    { $0["trace"]?[0]?["number"] = .integer(0) }, { $0["tool"] = .object([:]) },
    { $0["kernel"] = .object([:]) }, { $0["schemaVersion"] = .integer(1) },
    { $0["extra"] = .null },
  ]

  @Test(arguments: damages.indices)
  func `a damaged replay is refused`(number: Int) throws {
    var document = try JSON(replays("race.json5")[0].output)
    let whole = document
    Self.damages[number](&document)
    #expect(document != whole)
    #expect(!validator.errors(in: document).isEmpty)
  }

  @Test func `the document is its golden`() throws {
    Golden.expect(try #require(replays("races/kick.race").first).output, is: "replay.json")
  }
}
