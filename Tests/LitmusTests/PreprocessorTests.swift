import Testing

@testable import Litmus

/// What is left of a text when its macros are replaced.
@Suite struct PreprocessorTests {
  static func expand(_ text: String, defines: [Define] = []) throws -> String {
    let source = try SourceText(named: "f", bytes: Array(text.utf8))
    let diagnostics = Diagnostics(for: source)
    let names = NameTable()
    let tokens =
      Lexer.tokens(source, names: names, diagnostics: diagnostics)
      + [
        Token(
          kind: .endOfFile, offset: source.bytes.count, end: source.bytes.count, startsLine: true,
          followsBlank: true)
      ]
    let preprocessor = Preprocessor(
      tokens, of: source, defines: defines, names: names, diagnostics: diagnostics)
    let left = preprocessor.run().dropLast()
    try diagnostics.check()
    return left.map { token in
      switch token.kind {
      case .name(let name): names.text(of: name)
      case .number(let bits, _): "\(bits)"
      case .mark(let mark): mark.rawValue
      case .string, .endOfFile: "\"\""
      }
    }.joined(separator: " ")
  }

  @Test(
    arguments: [
      ("#define N 3\nN + M", "3 + M"),
      ("#define F(a, b) a - b\nF(1, (2, 3)) F", "1 - ( 2 , 3 ) F"),
      (
        "#define MAX(a, b) ((a) > (b) ? (a) : (b))\nMAX(MAX(1, 2), 3)",
        "( ( ( ( 1 ) > ( 2 ) ? ( 1 ) : ( 2 ) ) ) > ( 3 ) ? ( ( ( 1 ) > ( 2 ) ? ( 1 ) : ( 2 ) ) ) : ( 3 ) )"
      ),
      ("#define a b\n#define b a\na b", "a b"),
      ("#define f(x) x f\nf(1)(2)", "1 f ( 2 )"),
      ("#define G() 7\nG() + G ()", "7 + 7"),
      ("#define LONG 1 + \\\n 2\nLONG", "1 + 2"),
      ("#define A 1\n#undef A\nA", "A"),
      ("#define A 1\n#define A 1\nA", "1"),
      ("#define F(x) (x)\nF(1,\n)", ""),
      ("IS_ENABLED(N) IS_ENABLED(M)", "0 0"),
    ])
  func `macros are replaced as in C`(text: String, result: String) throws {
    if result.isEmpty {
      #expect(throws: RaceFileError.self) { try Self.expand(text) }
    } else {
      #expect(try Self.expand(text) == result)
    }
  }

  @Test(
    arguments: [
      ("#ifdef FIX\nyes\n#else\nno\n#endif", "yes"),
      ("#ifndef FIX\nyes\n#else\nno\n#endif", "no"),
      ("#if defined(FIX) && N == 2\nyes\n#elif 1\nno\n#endif", "yes"),
      ("#if 0\n#if 1\na\n#else\nb\n#endif\n#elif defined N\nc\n#else\nd\n#endif", "c"),
      ("#if IS_ENABLED(FIX) + IS_ENABLED(N) == 1\nyes\n#endif", "yes"),
      ("IS_ENABLED(FIX) IS_ENABLED(N)", "1 0"),
      ("#if 0 && 1 / 0\na\n#else\nb\n#endif", "b"),
      ("#if -1 < 0 && ~0 == -1 && (1 ? 2 : 0) == 2 && 1 << 3 == 8\na\n#endif", "a"),
      ("#if UNKNOWN\na\n#else\nb\n#endif", "b"),
      ("N", "2"),
    ])
  func `conditions leave lines out`(text: String, result: String) throws {
    let defines = [Define(name: "FIX"), Define(name: "N", value: "2")]
    #expect(try Self.expand(text, defines: defines) == result)
  }

  @Test(
    arguments: [
      ("#if 1\n", "f:1:1: error: the condition has no '#endif'"),
      ("#endif", "f:1:2: error: '#endif' without '#if'"),
      ("#if 1\n#else\n#else\n#endif", "f:3:2: error: '#else' after '#else'"),
      ("#if 1 +\n#endif", "f:1:2: error: the condition is incomplete"),
      ("#if 1 / 0\n#endif", "f:1:7: error: division by 0 in a condition"),
      ("#include <linux/list.h>", "f:1:1: error: '#include' has no place in a race file"),
      ("#defin A", "f:1:2: error: unknown directive '#defin'; did you mean 'define'?"),
      (
        "#define A 1\n#define A 2",
        "f:2:9: error: the macro 'A' is defined differently in line 1"
      ),
      ("#define C(a, b) a ## b", "f:1:19: error: macros that make words are not read"),
      ("#define F(a) a\nF(1, 2)", "f:2:1: error: the macro takes 1 arguments, not 2"),
      ("#define F(a) a\nF(1", "f:2:1: error: the arguments of this macro have no end ')'"),
      ("#error wrong turn", "f:1:1: error: #error wrong turn"),
      ("#define defined 1", "f:1:9: error: 'defined' cannot be defined"),
    ])
  func `mistakes in directives have a place`(text: String, message: String) {
    #expect {
      try Self.expand(text)
    } throws: { error in
      (error as? RaceFileError)?.diagnostics.map(\.description) == [message]
    }
  }

  @Test func `the value of a macro from outside has a place of its own`() {
    #expect {
      try Self.expand("N", defines: [Define(name: "N", value: "1 $")])
    } throws: { error in
      (error as? RaceFileError)?.diagnostics.map(\.description)
        == ["<-D N>:1:3: error: unexpected character '$'"]
    }
  }
}
