import Scheduler
import Testing

@testable import Litmus

/// What comes of race files under sequential consistency.
@Suite struct RaceVerdictTests {
  @Test(arguments: RaceSamples.all.keys.sorted())
  func `rows say what comes of them`(name: String) throws {
    let file = try read(try #require(RaceSamples.all[name]))
    #expect(file.name == name)
    try #require(!file.rows.isEmpty)
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      #expect(outcome(of: program) == expectation(of: row), "\(row.name)")
    }
  }

  @Test(arguments: RaceSamples.all.keys.sorted())
  func `other ways to search find the same`(name: String) throws {
    let file = try read(try #require(RaceSamples.all[name]))
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      let expected = Set(program.explore().found.map(\.id))
      let reduced = program.explore(Explorer.Options(reduction: .partialOrder))
      #expect(Set(reduced.found.map(\.id)) == expected, "\(row.name), reduced")
      // These end with the first violation, or prove nothing.
      for options in [
        Explorer.Options(strategy: .bounded(preemptions: nil)),
        Explorer.Options(reduction: .fingerprints),
      ] {
        let found = Set(program.explore(options).found.map(\.id))
        #expect(found.isSubset(of: expected), "\(row.name)")
      }
    }
  }

  @Test func `a step is an access, with its line, and local work rides along`() throws {
    let program = try RaceProgram(
      try read(
        """
        C steps
        int x, y;
        static int twice(int a)
        {
          int b = a + a;
          return b;
        }
        thread one(void)
        {
          int i = 3;
          x = twice(i) + y;
          WRITE_ONCE(y, 1);
        }
        """))
    let result = program.explore()
    #expect(result.exploration.counts.states == 4)
    let trace = try result.system.replay(Schedule((0..<3).map { _ in Schedule.Step(ThreadID(0)) }))
    #expect(
      trace.steps.map(\.location.label) == [
        "x = twice(i) + y;", "x = twice(i) + y;", "WRITE_ONCE(y, 1);",
      ])
    #expect(
      trace.steps.map { $0.changes.filter { $0.role == .shared }.map(\.name) } == [
        [], ["x"], ["y"],
      ])
  }

  @Test(
    arguments: [
      "int d[4] = { 1, 2, 3, 4 }; d[k] = 9; x = d[k + 1];",
      "int d[2][2] = {{ 1, 2 }, { 3, 4 }}; d[k][0] = 9; x = d[1][k];",
      "struct { int a[2]; int b; } s[2], u; s[k].a[k] = 1; s[k].b = 4; s[k].b++; u = s[k]; x = u.a[k] + u.b;",
      "struct big { int a[2]; } s; s.a[k] = 3; s.a[0] = s.a[k]--; x = s.a[0] == 3 && s.a[k] == 2;",
    ])
  func `local arrays take no steps while nobody has their address`(body: String) throws {
    let program = try RaceProgram(
      try read(
        "C own\nint x;\nthread a(void) { int k = 1; \(body) }\nthread b(void) { x = 30; }\n"
          + "finally set: x\n"))
    let result = program.explore()
    #expect(result.exploration.counts.states == 5)
    #expect(result.found.isEmpty)
  }

  @Test func `a local loop takes a step each time round, so that every step ends`() throws {
    let program = try RaceProgram(
      try read("C loop\nthread a(void)\n{\nint i = 0;\nfor (;;) i = (i + 1) % 4;\n}\n"))
    let result = program.explore()
    #expect(result.exploration.counts.states == 4)
    #expect(result.found.map(\.id) == ["deadlock"])
  }

  @Test func `an atomic block that does not end is found`() throws {
    let program = try RaceProgram(
      try read("C loop\nint x;\nthread a(void)\n{\natomic { while (!x) ; }\n}\n"))
    #expect(outcome(of: program) == "endless@0")
  }

  @Test func `numbers take the bits that they need`() throws {
    func bytes(_ text: String) throws -> Int {
      let result = try RaceProgram(try read(text)).explore()
      #expect(result.found.isEmpty)
      return result.system.layout.wordCount * 8
    }
    let small = "C s\nint a, b, c, d, e, f;\nthread t(void) { a = b = c = d = e = f = 1; }\n"
    #expect(try bytes(small) == 8)
    let large = small.replacing("= 1;", with: "= 1 << 30;")
    #expect(try bytes(large) >= 24)
  }

  @Test func `a number that comes late starts the search again with more bits`() throws {
    let program = try RaceProgram(
      try read(
        """
        C late
        int x, y;
        thread a(void)
        {
          int i;
          for (i = 0; i < 40; i++)
            WRITE_ONCE(x, i & 1);
          y = -70000;
        }
        thread b(void)
        {
          int i;
          for (i = 0; i < 60; i++)
            READ_ONCE(x);
          y = 1 << 20;
        }
        finally late: y == -70000 || y == 1 << 20
        """))
    let result = program.explore()
    #expect(result.found.isEmpty)
    #expect(result.exploration.counts.states > 2_000)
  }

  @Test func `init must end, and hold nothing`() {
    func message(_ body: String) -> String {
      let text = "C i\nspinlock_t l;\nint x;\ninit(void)\n{\n\(body)\n}\nthread a(void) { }\n"
      do throws(RaceFileError) {
        _ = try RaceProgram(try read(text))
        return ""
      } catch {
        return error.diagnostics.map(\.description).joined(separator: "\n")
      }
    }
    #expect(message("x = 1;") == "")
    #expect(message("spin_lock(&l);\nspin_unlock(&l);") == "")
    #expect(message("spin_lock(&l);") == "f:6:1: error: 'init' ends while it holds a lock")
    #expect(message("await(x);") == "f:6:1: error: 'init' would wait here for ever")
    #expect(message("x = choose(1..2);") == "f:6:5: error: 'init' makes no choices")
    #expect(message("assert(x);") == "f:6:8: error: 'init' breaks the rules here: assert")
  }
}
