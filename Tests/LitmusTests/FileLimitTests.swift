import Testing

@testable import Litmus

/// Files that ask for more than is given: each limit is a message with a place.
@Suite struct FileLimitTests {
  static func thread(_ body: String) -> String { "C t\nint x;\nthread a(void)\n{\n\(body)\n}\n" }

  @Test func `that there is too much of something is told once`() {
    let properties = (0..<3000).map { "always p\($0): x == 0\n" }.joined()
    let rows = (0..<3000).map { "row r\($0)\n" }.joined()
    #expect(
      LimitBoundaryTests.told("C t\nint x;\nthread a(void) { }\n" + properties)
        == "f:1028:1: error: a file has at most 1024 properties")
    #expect(
      LimitBoundaryTests.told("C t\nint x;\nthread a(void) { }\n" + rows)
        == "f:1028:1: error: a file has at most 1024 rows")
  }

  @Test func `a file has a size`() {
    let text = "C t\n" + String(repeating: " ", count: FileLimits.bytes)
    #expect(
      mistakes(in: text)
        == "f:1:1: error: the file has 1048580 bytes, and at most 1048576 are read")
    #expect(mistakes(in: "C t\n" + String(repeating: " ", count: FileLimits.bytes - 4)) == "")
  }

  @Test(
    arguments: [
      ("x = \(String(repeating: "(", count: 20_000))", 4),
      ("x = \(String(repeating: "-", count: 20_000))1;", 4),
      ("x = \(String(repeating: "f(", count: 10_000))", 4),
      ("x = \(String(repeating: "a[", count: 10_000))", 4),
      ("x = \(String(repeating: "1 ? ", count: 10_000))", 4),
      ("x = \(String(repeating: "1 ? 1 : ", count: 20_000))1;", 4),
      ("x = 1\(String(repeating: " + 1", count: 20_000));", 4),
      ("x\(String(repeating: " = x", count: 20_000));", 4),
      ("x\(String(repeating: ".x", count: 20_000));", 4),
      (String(repeating: "{", count: 20_000), 4),
      (String(repeating: "if (x) ", count: 10_000), 4),
      (String(repeating: "if (x) x = 1; else ", count: 20_000), 4),
      ("int \(String(repeating: "*", count: 20_000))p;", 4),
      ("int p\(String(repeating: "[1]", count: 10_000));", 4),
      ("int \(String(repeating: "(", count: 20_000))p;", 4),
      ("x = (int \(String(repeating: "(*", count: 10_000))", 4),
    ])
  func `nothing is nested without end`(body: String, line: Int) {
    let told = mistakes(in: Self.thread(body))
    #expect(told.hasSuffix("error: nested more than 200 deep"), "\(told)")
    #expect(told.hasPrefix("f:5:"), "\(told)")
  }

  @Test func `nesting within the limit is read`() {
    let inner = String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)
    #expect(mistakes(in: Self.thread("x = \(inner);")) == "")
    #expect(mistakes(in: Self.thread("x = 1\(String(repeating: " + 1", count: 190));")) == "")
  }

  @Test func `so many locks are followed`() throws {
    func file(_ count: Int) -> String {
      "C t\nstruct mutex m[\(count)];\nspinlock_t l;\n"
        + "thread a(void)\n{\nspin_lock(&l);\nmutex_lock(&m[1]);\n}\n"
    }
    #expect(LimitBoundaryTests.told(file(63)) == "")
    #expect(
      LimitBoundaryTests.told(file(64))
        == "f:3:12: error: with 'l' there are 65 spinlocks and mutexes, and at most 64 are followed"
    )
    // Readers and writers, and locks that are bits, are no locks of the engine.
    #expect(
      LimitBoundaryTests.told("C t\nrwlock_t l[65];\nthread a(void)\n{\nread_lock(&l[64]);\n}\n")
        == "")
    #expect(
      LimitBoundaryTests.told("C t\nthread a(void)\n{\nspinlock_t l[65];\nspin_lock(&l[1]);\n}\n")
        == "f:4:12: error: with 'a.l' there are 65 spinlocks and mutexes, and at most 64 are followed"
    )
  }

  @Test func `conditions and initial values are nested within limits`() {
    for text in [
      "C t\nexists \(String(repeating: "(", count: 20_000))",
      "C t\nexists (\(String(repeating: "~", count: 20_000))",
      "C t\nexists (\(String(repeating: "x=1 => ", count: 20_000))",
      "C t\nint a[1] = \(String(repeating: "{", count: 20_000))",
      "C t\nstruct s \(String(repeating: "{ struct s ", count: 20_000))",
    ] {
      #expect(mistakes(in: text).hasSuffix("error: nested more than 200 deep"))
    }
  }

  @Test func `macros cannot grow without end`() {
    var text = "C t\n#define A0 x = 1; x = 2;\n"
    for level in 1...40 { text += "#define A\(level) A\(level - 1) A\(level - 1)\n" }
    #expect(
      mistakes(in: text + "thread a(void)\n{\nA40\n}\n").contains("more than 200000 words"))
    var empty = "C t\n#define A0\n"
    for level in 1...60 { empty += "#define A\(level) A\(level - 1) A\(level - 1)\n" }
    #expect(
      mistakes(in: empty + "thread a(void)\n{\nA60\n}\n").contains("more than 200000 words"))
    var chain = "C t\n#define A0 1\n"
    for level in 1...1000 { chain += "#define A\(level) A\(level - 1)\n" }
    #expect(
      mistakes(in: chain + "int x = A1000;\n")
        == "f:1003:9: error: macros stand inside each other more than 200 deep")
    let call = String(repeating: "F(", count: 5_000) + "1" + String(repeating: ")", count: 5_000)
    #expect(
      mistakes(in: "C t\n#define F(a) a\nint x = \(call);\n")
        .contains("arguments of macros stand inside each other more than 200 deep"))
  }

  @Test func `a file has a number of words`() {
    let text = "C t\n" + String(repeating: ";", count: FileLimits.tokens + 1)
    #expect(mistakes(in: text) == "f:2:200001: error: the file has more than 200000 words")
  }

  @Test func `conditions of the preprocessor are nested within limits`() {
    let text = "C t\n" + String(repeating: "#if 1\n", count: 1_000)
    #expect(
      mistakes(in: text)
        .contains("f:202:1: error: conditions stand inside each other more than 200 deep"))
    let condition = "C t\n#if " + String(repeating: "(", count: 20_000) + "\n#endif\n"
    #expect(mistakes(in: condition) == "f:2:2: error: the condition is nested more than 200 deep")
  }

  @Test func `a row has a number of macros`() {
    let defines = (0...64).map { "-DA\($0)" }.joined(separator: " ")
    #expect(mistakes(in: "C t\nrow a \(defines) holds\n").contains("a row has at most 64 macros"))
  }

  @Test func `threads, choices, elements and unrolled loops have limits`() {
    let threads = (0...FileLimits.threads).map { "thread t\($0)(void) { }" }.joined(separator: "\n")
    let readers =
      "struct srcu_struct s;\nthread u(void) { synchronize_srcu(&s); }\n"
      + (0..<16).map { "thread t\($0)(void) { }" }.joined(separator: "\n")
    for (text, message) in [
      (threads, "f:28:1: error: a file has at most 26 threads"),
      (
        "unroll 4097\nthread a(void) { }",
        "f:2:8: error: loops are unrolled 1 to 4096 times"
      ),
      (
        "int a[] = { [4096] = 1 };\nthread t(void) { }",
        "f:2:14: error: an array has at most 4096 elements"
      ),
      (
        "int x;\nthread a(void) { x = choose(0..4096); }",
        "f:3:22: error: 'choose' has at most 4096 values"
      ),
      (readers, "f:3:1: error: a file that waits for readers of SRCU has at most 16 threads"),
    ] {
      #expect(answer("C t\n\(text)\n") == message)
    }
    #expect(answer("C t\nunroll 4096\nthread a(void) { }\n") == "holds")
  }

  @Test func `what is defined from outside is pointed at there`() throws {
    let file = try read("C t\nint x = A;\nthread a(void) { }\n")
    #expect {
      _ = try RaceProgram(file, defines: [Define(name: "A", value: "1.5")])
    } throws: { error in
      (error as? RaceFileError)?.diagnostics.first?.description
        == "<-D A>:1:1: error: floating-point numbers have no place in a race"
    }
    for name in ["", "1", "a-b", "a b", "é"] { #expect(Define(argument: name) == nil) }
  }
}
