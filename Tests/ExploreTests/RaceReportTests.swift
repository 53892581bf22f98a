import Litmus
import Testing

@testable import explore

/// What reports say of race files, beside their runs.
struct RaceReportTests {
  private func run(_ arguments: String...) -> TestSession.Result { TestSession().run(arguments) }

  @Test func `the totals count a row as its line calls it`() {
    let session = TestSession(files: ["s.race": UpperBoundTests.equalThreads])
    let open = session.run("check", "s.race", "--max-states=2", "--strategy=exhaustive")
    #expect(open.output.contains("  UNDECIDED") && open.output.contains(", 1 UNDECIDED;"))
    #expect(!open.output.contains("UNPINNED"))
    let litmus = """
      C m
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); }
      ~exists (x=1)

      """
    let broken = TestSession(files: ["m.litmus": litmus]).run("check", "m.litmus")
    #expect(broken.code == .violated)
    #expect(broken.output.contains("  VIOLATED") && broken.output.contains(", 1 VIOLATED;"))
    #expect(!broken.output.contains("seen"))
  }

  @Test func `a file without rows says so`() {
    let session = TestSession(files: ["s.race": UpperBoundTests.equalThreads])
    let result = session.run("run", "s.race", "--row=foo")
    #expect(result.code == .usage && result.error.contains("no row 'foo': it has no rows"))
  }

  @Test func `when not all errors are told, that is said`() {
    func errors(_ count: Int) -> String {
      let lines = (0..<count).map { "int r\($0) = unknown\($0);" }.joined(separator: "\n")
      let text = "C s\nthread a(void)\n{\n\(lines)\n}\n"
      return TestSession(files: ["s.race": text]).run("check", "s.race").error
    }
    let more = "s.race: error: no more than 20 errors are shown; there are others\n"
    #expect(errors(25).hasSuffix(more) && errors(21).hasSuffix(more))
    #expect(!errors(20).contains("no more than") && !errors(19).contains("no more than"))
  }

  @Test func `a run that a finding ends says nothing of those who could have gone on`() throws {
    let text = "C s\nint x;\nthread a(void) { assert(x == 1); }\nthread b(void) { x = 1; }\n"
    let session = TestSession(files: ["s.race": text])
    let replays = ReplayCommandTests.replays(in: session.run("run", "s.race").output)
    let replay = session.run(try #require(replays.first))
    #expect(replay.code == .violated && replay.output.contains("assert: 'assert(x == 1)' is false"))
    #expect(!replay.output.contains("not finished") && !replay.output.contains("cannot go on"))
  }

  @Test func `a second run that begins with none of the first's steps is whole`() {
    let text = "C s\nint x;\nthread a(void) { assert(x); }\nquiet q: x == 1\n"
    let output = TestSession(files: ["s.race": text]).run("run", "s.race").output
    #expect(output.contains("VIOLATED q") && output.contains("VIOLATED assert"))
    #expect(!output.contains("Steps 1 to 0"))
  }

  @Test func `every construct is listed with what comes of it`() {
    let result = run("list", "constructs")
    #expect(result.code == .success && result.error.isEmpty)
    let rows = result.output.split(separator: "\n").map { $0.split(separator: " ") }
    for construct in RaceLanguage.constructs {
      let meaning = construct.meanings[.sc]?.rawValue ?? ""
      let row =
        [construct.kind.rawValue] + construct.name.split(separator: " ").map(String.init)
        + meaning.split(separator: " ").map(String.init)
      #expect(rows.contains { $0.map(String.init) == row }, "\(construct.name)")
    }
    for meaning in Construct.Meaning.allCases { #expect(result.output.contains(meaning.summary)) }
  }
}
