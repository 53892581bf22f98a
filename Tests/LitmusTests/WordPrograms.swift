@testable import Litmus

/// Programs about the words of the language: each holds, and does not with the word changed.
enum WordPrograms {
  private static func body(_ with: String, _ without: String) -> (String, String) {
    ("thread a(void) { \(with) }", "thread a(void) { \(without) }")
  }

  static let keywords: [String: (with: String, without: String)] = [
    "if": body("if (x) assert(0);", "assert(0);"),
    "else": body("if (!x) x = 1; else assert(0);", "if (!x) x = 1; assert(0);"),
    "for": body("int i; for (i = 0; i < 3; i++) x++; assert(x == 3);", "x++; assert(x == 3);"),
    "while": body("while (x < 3) x++; assert(x == 3);", "if (x < 3) x++; assert(x == 3);"),
    "do": body("do x++; while (0); assert(x);", "while (0) x++; assert(x);"),
    "switch": body("switch (x) { case 0: x = 1; } assert(x);", "assert(x);"),
    "case": body(
      "switch (x) { case 0: x = 1; } assert(x);", "switch (x) { case 2: x = 1; } assert(x);"),
    "default": body(
      "switch (x) { default: x = 1; } assert(x);", "switch (x) { case 2: x = 1; } assert(x);"),
    "break": body("while (1) { break; assert(0); }", "while (1) { assert(0); }"),
    "continue": body(
      "while (!x) { x = 1; continue; assert(0); }", "while (!x) { x = 1; assert(0); }"),
    "return": body("return; assert(0);", "assert(0);"),
    "goto": body("goto out; assert(0); out: ;", "assert(0); out: ;"),
    "sizeof": body("assert(sizeof(short) == 2);", "assert(sizeof(short) == 4);"),
    "typeof": body(
      "u8 u = 255; typeof(u) v = u + 1; assert(!v);", "u8 u = 255; int v = u + 1; assert(!v);"),
    "__auto_type": body(
      "u8 u = 255; __auto_type v = u; v++; assert(!v);", "u8 u = 255; int v = u; v++; assert(!v);"),
    "struct": body(
      "struct s { int a, b; } s; s.a = 1; s.b = 2; assert(s.a == 1);",
      "int s; s = 1; s = 2; assert(s == 1);"),
    "enum": body("enum { A = 3, B }; assert(B == 4);", "enum { A = 3, B = 3 }; assert(B == 4);"),
    "typedef": (
      "typedef unsigned char u; thread a(void) { u i = 255; i++; assert(!i); }",
      "typedef unsigned int u; thread a(void) { u i = 255; i++; assert(!i); }"
    ),
    "void": (
      "void f(void) { x = 1; } thread a(void) { f(); assert(x); }",
      "void f(void) { } thread a(void) { f(); assert(x); }"
    ),
    "bool": body("bool b = 2; assert(b == 1);", "int b = 2; assert(b == 1);"),
    "char": body("char b = 128; assert(b < 0);", "int b = 128; assert(b < 0);"),
    "short": body("short b = 32768; assert(b < 0);", "int b = 32768; assert(b < 0);"),
    "int": body("int b = 1LL << 32; assert(!b);", "long b = 1LL << 32; assert(!b);"),
    "long": body("long b = 1LL << 32; assert(b);", "int b = 1LL << 32; assert(b);"),
    "unsigned": body("unsigned b = -1; assert(b > 0);", "int b = -1; assert(b > 0);"),
  ]

  private static let twice =
    "thread a(void) { struct s *p = kmalloc(sizeof(*p), GFP_KERNEL), "
    + "*q = kmalloc(sizeof(*q), GFP_KERNEL); p->v = q->v = 1; assert(p != q); }"
  private static let lost =
    "struct s { int v; };\npool s 1\n"
    + "thread a(void) { struct s *p = kzalloc(sizeof(*p), GFP_KERNEL); p->v = 1; }"

  /// Whole files: the answers of the two differ.
  static let words: [String: (with: String, without: String)] = {
    let plain = "int x;\nthread a(void) { x++; }\nthread b(void) { x++; }\n"
    return [
      "thread": (
        "\(plain)finally p: x == 2", "int x;\nthread a(void) { x++; x++; }\nfinally p: x == 2"
      ),
      "init": (
        "int x;\ninit(void) { x = 1; }\nthread a(void) { assert(x); }",
        "int x;\nthread a(void) { assert(x); }"
      ),
      "pool": (
        "struct s { int v; };\npool s 2\n\(Self.twice)",
        "struct s { int v; };\npool s 1\n\(Self.twice)"
      ),
      "leaks": ("leaks\n\(Self.lost)", Self.lost),
      "irq": (
        "int x;\nthread a(void) { x++; }\nirq b(void) on a { x++; }\nfinally p: x == 2",
        "int x;\nthread a(void) { x++; }\nfinally p: x == 2"
      ),
      // A soft interrupt stays out while a hard one runs, and the other way round does not.
      "softirq": (
        "int x;\nthread a(void) { }\nsoftirq s(void) on a { x = 1; assert(x == 1); }\n"
          + "irq b(void) on a { x = 2; x = 3; }\nfinally p: 1",
        "int x;\nthread a(void) { }\nirq s(void) on a { x = 1; assert(x == 1); }\n"
          + "irq b(void) on a { x = 2; x = 3; }\nfinally p: 1"
      ),
      "always": ("\(plain)always p: x < 2", plain),
      "finally": ("\(plain)finally p: x == 2", plain),
      "sometimes": ("\(plain)sometimes p: x == 3", plain),
      "quiet": (
        "spinlock_t l;\nint x;\nthread a(void) { spin_lock(&l); x++; x--; spin_unlock(&l); }\n"
          + "quiet p: !x",
        "spinlock_t l;\nint x;\nthread a(void) { spin_lock(&l); x++; x--; spin_unlock(&l); }\n"
          + "always p: !x"
      ),
      "data-races": ("data-races\n\(plain)", plain),
      "daemon": (
        "int x;\ndaemon d(void) { await(x); }\nthread a(void) { }",
        "int x;\nthread d(void) { await(x); }\nthread a(void) { }"
      ),
      "progress": (
        "progress\nint x;\nthread a(void) { while (1) x = !x; }",
        "int x;\nthread a(void) { while (1) x = !x; }"
      ),
      "model": (
        "model sc\n\(plain)finally p: x == 2", "model sc\n\(plain)finally p: x > 0"
      ),
      "row": ("\(plain)row r violated: q@1", "\(plain)row r holds"),
      "exists": ("\(plain)exists (x=1)", plain),
      "forall": ("\(plain)forall (x=2)", plain),
      "filter": (
        "\(plain)filter (x=2)\nforall (x=2)", "\(plain)forall (x=2)"
      ),
      "locations": ("\(plain)locations [x;]", plain),
      "atomic": (
        "int x;\nthread a(void) { atomic { x++; } }\nthread b(void) { atomic { x++; } }\n"
          + "finally p: x == 2", "\(plain)finally p: x == 2"
      ),
      "maybe": (
        "int x;\nthread a(void) { maybe l { assert(0); } }",
        "int x;\nthread a(void) { assert(0); }"
      ),
    ]
  }()

  /// What comes of a file, with what its rows expect and what it shows.
  static func answer(_ text: String) -> String {
    do throws(RaceFileError) {
      let file = try read("C t\n\(text)\n")
      let program = try RaceProgram(file)
      let rows = file.rows.map { expectation(of: $0) }
      return "\(outcome(of: program)) \(rows) \(program.shown)"
    } catch {
      return error.diagnostics.map(\.description).joined(separator: "\n")
    }
  }
}
