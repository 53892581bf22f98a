import Scheduler
import Testing

@testable import Litmus

/// What is said about a file that is wrong, and where.
@Suite struct DiagnosticTests {
  @Test(
    arguments: [
      ("", "f:1:1: error: a race file begins with a line 'C NAME'"),
      ("PPC lock\n{}\n", "f:1:1: error: tests in 'PPC' are not read, only those in C"),
      ("C t\nint x\n", "f:3:1: error: expected ';' after the declaration, not the end of the file"),
      ("C t\nintt x;\n", "f:2:1: error: unknown type 'intt'; did you mean 'int'?"),
      ("C t\nthread a(void)\n{\n", "f:3:1: error: the block that begins here has no end '}'"),
      (
        "C t\nthread a(void)\n{\n\tspinlok_t l;\n}\n",
        "f:4:2: error: unknown type 'spinlok_t'; did you mean 'spinlock_t'?"
      ),
      (
        "C t\nthraed a(void)\n{\n}\n",
        "f:2:1: error: unknown word 'thraed' before a function; did you mean 'thread'?"
      ),
      ("C t\nfinaly ok: 1\n", "f:2:1: error: unknown property 'finaly'; did you mean 'finally'?"),
      (
        "C t\nfinally ok: 1 +\nint x;\n",
        "f:3:1: error: expected an expression, not the end of the line"
      ),
      (
        "C t\nfinally ok: 1 2\n",
        "f:2:15: error: expected the end of the property, not the number 2"
      ),
      (
        "C t\nthread a(void)\n{\n\tx = 1.5;\n}\n",
        "f:4:6: error: floating-point numbers have no place in a race"
      ),
      ("C t\nint x = 09;\n", "f:2:9: error: '09' is no integer"),
      ("C t\nint x = 12ab;\n", "f:2:9: error: '12ab' is no integer"),
      (
        "C t\nint x = 0x1ffffffffffffffff;\n",
        "f:2:9: error: '0x1ffffffffffffffff' does not fit 64 bits"
      ),
      ("C t\nint x = 'ab';\n", "f:2:9: error: a character constant has one character"),
      ("C t\nint é;\n", "f:2:5: error: unexpected character U+00E9"),
      ("C t\nint x; (* note\n", "f:2:8: error: the comment that begins here has no end '*)'"),
      ("C t\nint x; /* note\n", "f:2:8: error: the comment that begins here has no end '*/'"),
      ("C t\nunion u { int a; };\n", "f:2:1: error: 'union' has no place in a race file"),
      ("C t\nstruct s { int a : 3; };\n", "f:2:18: error: bit-fields are not read"),
      (
        "C t\nthread a(void)\n{\n\tidr_for_each_entry(p, &h, m) {\n\t\tx = 1;\n\t}\n}\n",
        "f:4:2: error: 'idr_for_each_entry' is not supported yet"
      ),
      ("C t\nthread a(void)\n{\n\telse x = 1;\n}\n", "f:4:2: error: 'else' without 'if'"),
      (
        "C t\nint f(int a, ...);\n",
        "f:2:14: error: functions of any number of arguments are not read"
      ),
      ("C t\nexists (x=1)\nexists (x=2)\n", "f:3:1: error: a file has one condition"),
      ("C t\nexists (1=x)\n", "f:2:9: error: a condition compares a location, not a number"),
      (
        "C t\nrow a hold\n",
        "f:2:7: error: a row expects 'holds', 'violated', 'allowed' or 'forbidden', not 'hold'"
          + "; did you mean 'holds'?"
      ),
      ("C t\nrow a violated: b@x\n", "f:2:17: error: expected ID or ID@PREEMPTIONS, not 'b@x'"),
      ("C t\nrow a holds\nrow a violated\n", "f:3:1: error: the row 'a' stands in line 2 already"),
      (
        "C t\nTags=a B\n",
        "f:2:8: error: 'B' cannot be a tag; "
          + "use at most 32 lower case letters and digits, with single dashes between them"
      ),
      ("C t\nTags=a b a\n", "f:2:10: error: the tag 'a' stands here already"),
      (
        "C t\nTags=a b c d e f g h i j k l m n o p q\n",
        "f:2:38: error: there are at most 16 tags here"
      ),
      ("C t\ntags=a\n", "f:2:1: error: unknown key 'tags'; write 'Tags=WORD...'"),
      (
        "C t\nrow a tag x_y holds\n",
        "f:2:11: error: 'x_y' cannot be a tag; "
          + "use at most 32 lower case letters and digits, with single dashes between them"
      ),
      ("C t\nrow a tag b tag b\n", "f:2:17: error: the tag 'b' stands here already"),
      ("C t\nrow a tag\n", "f:2:10: error: expected a tag at the end of the row"),
      ("C t\nrow a -D1 holds\n", "f:2:7: error: '-D' takes NAME or NAME=VALUE"),
    ])
  func `a mistake has a line, a column and a sentence`(text: String, message: String) {
    #expect(mistakes(in: text) == message)
  }

  @Test func `several mistakes of a file are all told, in the order of the text`() {
    let text = """
      C three

      int x
      int y;

      thread a(void)
      {
      	x = ;
      	y = 1;
      	if (x {
      		y = 2;
      	}
      	WRITE_ONCE(y, 3);
      }

      always small: x <

      thread b(void)
      {
      	y = $;
      }

      row buggy voilated
      """
    #expect(
      mistakes(in: text) == """
        f:4:1: error: expected ';' after the declaration, not 'int'
        f:8:6: error: expected an expression, not ';'
        f:10:8: error: expected ')' after the condition, not '{'
        f:18:1: error: expected an expression, not the end of the line
        f:20:6: error: unexpected character '$'
        f:20:7: error: expected an expression, not ';'
        f:23:11: error: a row expects 'holds', 'violated', 'allowed' or 'forbidden', not \
        'voilated'; did you mean 'violated'?
        """)
  }

  @Test func `mistakes of meaning are all told, and what follows from one is no second`() {
    let text = """
      C meaning
      struct ops { int call[0]; };
      struct ops table;
      struct percpu_ref all;
      int x;
      static void far(struct ops o) { x = o.call; }
      thread a(void)
      {
      	WRIT_ONCE(x, 1);
      	table.call = 0;
      	all.next = 0;
      }
      thread b(void)
      {
      	struct percpu_ref y;
      	x = z;
      	y.next = 0;
      	far(table);
      }
      finally p: table.call == 0 && x
      """
    #expect(
      answer(text) == """
        f:2:23: error: an array has 1 to 4096 elements, not 0
        f:4:1: error: 'struct percpu_ref' is not supported yet
        f:9:2: error: unknown function 'WRIT_ONCE'; did you mean 'WRITE_ONCE'?
        f:15:2: error: 'struct percpu_ref' is not supported yet
        f:16:6: error: unknown name 'z'
        """)
  }

  @Test func `what cannot be parsed hides no unknown name elsewhere, and makes none`() {
    let text = """
      C both
      int x = ;
      int y;
      struct broken { int a };
      static int lost(struct broken *b) { return b->a +; }
      thread a(void)
      {
      	y = nothing + x;
      	y = lost(&x);
      }
      thread b(void)
      {
      	y = 1 +;
      }
      thread c(void)
      {
      	int q;
      	z = 1;
      }
      finally p: c:r && x
      finally o: b:q && x
      exists (y=1 /\\ w=1 /\\ x=1)
      """
    #expect(
      answer(text) == """
        f:2:9: error: expected an expression, not ';'
        f:4:23: error: expected ';' after the member, not '}'
        f:5:50: error: expected an expression, not ';'
        f:8:6: error: unknown name 'nothing'
        f:13:9: error: expected an expression, not ';'
        f:18:2: error: unknown name 'z'
        f:20:12: error: 'c' has no local 'r'
        f:22:17: error: unknown location 'w'
        """)
  }

  @Test(arguments: [19, 20, 21, 50])
  func `no more than twenty mistakes are told, and whether there are others`(count: Int) throws {
    let mistakes: [(Int) -> String] = [
      { _ in "\tx = ;" }, { "\tx = u\($0);" }, { _ in "\t\u{E9}" },
    ]
    for mistake in mistakes {
      let lines = (0..<count).map(mistake).joined(separator: "\n")
      let error = #expect(throws: RaceFileError.self) {
        let file = try read("C t\nint x;\nthread a(void)\n{\n\(lines)\n}\n")
        _ = try RaceProgram(file)
      }
      #expect(error?.diagnostics.count == min(count, ErrorLimit.most))
      #expect(error?.hasOthers == (count > ErrorLimit.most))
      #expect(error?.diagnostics.map(\.position.line) == Array(5..<5 + min(count, 20)))
    }
  }

  @Test func `words of race files are refused in herd's dialect by name`() {
    #expect(
      mistakes(in: "C t\n{}\nthread a(void)\n{\n}\n", as: .litmus)
        == "f:3:1: error: 'thread' has a place in race files ('.race') only")
  }

  @Test func `numbers that herd7 and C read differently are refused in herd's dialect`() {
    func mistakes(_ number: String) -> String {
      LitmusTests.mistakes(
        in: "C t\n{ x=\(number); }\nP0(int *x)\n{\n}\nexists (x=1)\n", as: .litmus)
    }
    #expect(
      mistakes("010")
        == "f:2:5: error: '010' is octal in C, and decimal to herd7; leave the 0 out")
    for number in ["0", "00", "07", "10", "0x10"] { #expect(mistakes(number) == "") }
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `lines end as on every system`(end: String) {
    let text = ["C t", "int a;", "intt b;"].joined(separator: end)
    #expect(mistakes(in: text) == "f:3:1: error: unknown type 'intt'; did you mean 'int'?")
  }

  @Test func `columns count scalars, and a byte order mark is none`() {
    #expect(
      mistakes(in: "\u{FEFF}C t\nint a; /* \u{E9}\u{1F600} */ intt b;\n")
        == "f:2:17: error: unknown type 'intt'; did you mean 'int'?")
  }

  @Test func `bytes that are no text are refused`() {
    #expect {
      try RaceFile([0x43, 0x20, 0x74, 0x0A, 0x41, 0xFF], named: "f", language: .race)
    } throws: { error in
      (error as? RaceFileError)?.diagnostics.map(\.description)
        == ["f:2:2: error: the file is not valid UTF-8 here"]
    }
  }
}
