import Testing

@testable import Litmus

/// Each limit of a file to the last one that is allowed: that many are read, and one more is
/// refused at its place.
@Suite struct LimitBoundaryTests {
  /// A text with some number of what is limited.
  struct Form: Sendable {
    var name: String
    /// How many are read.
    var most: Int
    /// Where one more is refused, and how.
    var refusal: String
    var text: @Sendable (Int) -> String

    init(
      _ name: String, _ most: Int, _ refusal: String, _ text: @escaping @Sendable (Int) -> String
    ) {
      (self.name, self.most, self.refusal, self.text) = (name, most, refusal, text)
    }
  }

  private static func many(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  private static func body(_ code: String) -> String {
    "C t\nint x, a[2];\nstatic int f(int v) { return v; }\nthread t(void)\n{\n\(code)\n}\n"
  }

  private static func condition(_ text: String) -> String {
    "C t\nint x;\nthread t(void) { }\nexists \(text)\n"
  }

  private static func wrapped(_ before: String, _ inner: String, _ after: String, _ count: Int)
    -> String
  { many(before, count) + inner + many(after, count) }

  private static let deep = "nested more than 200 deep"

  /// A thread's statement is one level, and what is assigned in it another.
  static let nesting = [
    Form("parentheses", 198, "f:6:204: error: \(deep)") {
      body("x = \(wrapped("(", "1", ")", $0));")
    },
    Form("signs", 198, "f:6:403: error: \(deep)") { body("x = \(many("- ", $0))1;") },
    Form("calls", 198, "f:6:403: error: \(deep)") { body("x = \(wrapped("f(", "1", ")", $0));") },
    Form("indices", 198, "f:6:403: error: \(deep)") {
      body("x = \(wrapped("a[", "1", "]", $0));")
    },
    Form("conditional values", 198, "f:6:801: error: \(deep)") {
      body("x = \(wrapped("1 ? ", "1", " : 1", $0));")
    },
    Form("sums", 198, "f:6:3: error: \(deep)") { body("x = 1\(many(" + 1", $0));") },
    Form("blocks", 200, "f:6:202: error: \(deep)") { body(wrapped("{", "", "}", $0)) },
    Form("statements", 200, "f:6:1405: error: \(deep)") { body("\(many("if (x) ", $0));") },
    Form("pointers", 199, "f:6:205: error: \(deep)") { body("int \(many("*", $0))p;") },
    Form("arrays", 200, "f:6:609: error: \(deep)") { body("int p\(many("[1]", $0));") },
    Form("declarators", 199, "f:6:205: error: \(deep)") {
      body("int \(wrapped("(", "p", ")", $0));")
    },
    Form("conditions", 199, "f:4:208: error: \(deep)") { condition(wrapped("(", "x=1", ")", $0)) },
    Form("negations", 198, "f:4:208: error: \(deep)") { condition("(\(many("~", $0))x=1)") },
    Form("initial values", 199, "f:2:809: error: \(deep)") {
      "C t\nint v\(many("[1]", $0)) = \(wrapped("{", "1", "}", $0));\nthread t(void) { }\n"
    },
    Form(
      "macros", 199, "f:203:9: error: macros stand inside each other more than 200 deep"
    ) { count in
      "C t\n#define A0 1\n"
        + (1...count).map { "#define A\($0) A\($0 - 1)\n" }.joined()
        + "int x = A\(count);\nthread t(void) { }\n"
    },
    Form(
      "arguments of macros", 200,
      "f:3:409: error: arguments of macros stand inside each other more than 200 deep"
    ) { "C t\n#define F(a) a\nint x = \(wrapped("F(", "1", ")", $0));\nthread t(void) { }\n" },
    Form(
      "lines of the preprocessor", 200,
      "f:202:1: error: conditions stand inside each other more than 200 deep"
    ) { "C t\n\(wrapped("#if 1\n", "int x;\n", "#endif\n", $0))thread t(void) { }\n" },
    Form("its expressions", 200, "f:2:2: error: the condition is nested more than 200 deep") {
      "C t\n#if \(wrapped("(", "1", ")", $0))\n#endif\nthread t(void) { }\n"
    },
    Form("functions", 200, "f:4:24: error: functions call each other more than 200 deep") { count in
      "C t\nint x;\nstatic void f0(void) { x = 1; }\n"
        + (1..<count).map { "static void f\($0)(void) { f\($0 - 1)(); }\n" }.joined()
        + "thread t(void) { f\(count - 1)(); }\n"
    },
  ]

  static let sizes = [
    Form("bytes", 1 << 20, "f:1:1: error: the file has 1048577 bytes, and at most 1048576 are read")
    {
      let text = "C t\nthread t(void) { }\n"
      return text + many(" ", $0 - text.utf8.count)
    },
    Form("words", 200_000, "f:2:200012: error: the file has more than 200000 words") {
      "C t\n\(many(";", $0 - 7))thread t(void) { }\n"
    },
    Form("elements", 4096, "f:2:7: error: an array has 1 to 4096 elements, not 4097") {
      "C t\nint a[\($0)];\nthread t(void) { a[\($0 - 1)] = 1; }\n"
    },
    Form("elements with values", 4096, "f:2:14: error: an array has at most 4096 elements") {
      "C t\nint a[] = { [\($0 - 1)] = 1 };\nthread t(void) { }\n"
    },
    Form("choices", 4096, "f:3:22: error: 'choose' has at most 4096 values") {
      "C t\nint x;\nthread t(void) { x = choose(1..\($0)); }\n"
    },
    Form("times round", 4096, "f:2:8: error: loops are unrolled 1 to 4096 times") {
      "C t\nunroll \($0)\nthread t(void) { }\n"
    },
    Form("macros of a row", 64, "f:3:382: error: a row has at most 64 macros") { count in
      let macros = (1...count).map { "-DA\($0)" }.joined(separator: " ")
      return "C t\nthread t(void) { }\nrow r \(macros) holds\n"
    },
    // A write of a constant is an instruction, and so is the end of a thread.
    Form(
      "instructions", 99_999,
      "f:1006:1: error: the thread has more than 100000 instructions and calls"
    ) { count in
      "C t\nint x;\nstatic void f(void) { \(many("x = 1; ", 100))}\nthread t(void)\n{\n"
        + many("f();\n", count / 100) + many("x = 1;\n", count % 100) + "}\n"
    },
    Form("rows", 1024, "f:1027:1: error: a file has at most 1024 rows") { count in
      "C t\nthread t(void) { }\n" + (1...count).map { "row r\($0)\n" }.joined()
    },
    Form("properties", 1024, "f:1028:1: error: a file has at most 1024 properties") { count in
      "C t\nint x;\nthread t(void) { }\n"
        + (1...count).map { "always p\($0): x == 0\n" }.joined()
    },
    Form("threads", 26, "f:28:1: error: a file has at most 26 threads") { count in
      "C t\n" + (1...count).map { "thread t\($0)(void) { }\n" }.joined()
    },
  ]

  /// The mistakes of a file, up to the lowering.
  static func told(_ text: String) -> String {
    do throws(RaceFileError) {
      _ = try RaceProgram(try read(text))
      return ""
    } catch {
      return error.diagnostics.map(\.description).joined(separator: "\n")
    }
  }

  @Test(arguments: (nesting + sizes).map(\.name))
  func `so many are read, and one more is refused at its place`(name: String) throws {
    let form = try #require((Self.nesting + Self.sizes).first { $0.name == name })
    #expect(Self.told(form.text(form.most)) == "")
    #expect(Self.told(form.text(form.most + 1)).split(separator: "\n").first ?? "" == form.refusal)
  }
}
