import Testing

@testable import Litmus

/// How expressions and types are taken apart.
@Suite struct ExpressionParserTests {
  static func parse(_ text: String) throws -> String {
    let file = try read("C t\nthread a(void)\n{\n\(text);\n}\n")
    let (tree, names) = try file.tree(defines: [])
    guard case .function(let function)? = tree.items.first?.kind,
      case .expression(let expression)? = function.body.first?.kind
    else { return "" }
    return SyntaxText(names: names).text(expression)
  }

  @Test(
    arguments: [
      ("a + b * c - d", "(subtract (add a (multiply b c)) d)"),
      ("a - b - c", "(subtract (subtract a b) c)"),
      ("a = b = c", "(= a (= b c))"),
      ("a += b, c", "(, (= add a b) c)"),
      (
        "a | b ^ c & d == e < f << g + h",
        "(or a (xor b (and c (equal d (less e (shiftLeft f (add g h)))))))"
      ),
      ("a || b && c", "(logicalOr a (logicalAnd b c))"),
      ("a ? b : c ? d : e", "(? a b (? c d e))"),
      ("a ?: b", "(? a _ b)"),
      ("!a == -b", "(equal (not a) (minus b))"),
      ("*p++", "(dereference (postIncrement p))"),
      ("--*p", "(preDecrement (dereference p))"),
      ("&a.b->c[2]", "(address a.b->c[2])"),
      ("f(a, (b, c))", "f(a (, b c))"),
      ("ops->call(1)", "ops->call(1)"),
      ("choose(1..n)", "choose(1..n)"),
      ("choose(0..3)", "choose(0..3)"),
      ("(long)a + b", "(add (cast s64 a) b)"),
      ("(a) + b", "(add a b)"),
      ("*(int **)p", "(dereference (cast pointer to pointer to s32 p))"),
      ("sizeof(struct s) + sizeof a", "(add (sizeof struct s) (sizeof a))"),
      ("container_of(p, struct s, m)", "container_of(p struct s m)"),
      (
        "0x10 + 010 + 10u + 1UL + 'a' + '\\n' + '\\x41'",
        "(add (add (add (add (add (add 16 8) 10u) 1ul) 97) 10) 65)"
      ),
      ("0xffffffffffffffff", "-1"),
      ("pr_info(\"a\" \"b\", c)", "pr_info(\"\" c)"),
    ])
  func `operators bind as in C`(text: String, tree: String) throws {
    #expect(try Self.parse(text) == tree)
  }

  @Test(
    arguments: [
      ("int x", "s32"), ("unsigned x", "u32"), ("long unsigned int x", "u64"),
      ("const volatile u8 x", "u8"), ("bool x", "u1"), ("_Bool x", "u1"), ("char x", "s8"),
      ("long long x", "s64"), ("short int x", "s16"), ("signed char x", "s8"),
      ("__u64 x", "__u64"), ("unsigned char x", "u8"), ("short unsigned x", "u16"),
      ("int *x[3]", "array 3 of pointer to s32"), ("int (*x)[3]", "pointer to array 3 of s32"),
      ("int a[2][3]", "array 2 of array 3 of s32"),
      ("void (*f)(int, struct s *)", "pointer to function(s32, pointer to struct s) to void"),
      ("spinlock_t l", "spinlock_t"), ("struct mutex *m", "pointer to struct mutex"),
      ("struct s __rcu *p", "pointer to struct s"), ("enum e x", "enum e"),
      ("static int __maybe_unused x", "s32"),
    ])
  func `types are read from the name outwards`(text: String, type: String) throws {
    let (tree, names) = try read("C t\n\(text);\n").tree(defines: [])
    guard case .declaration(let declaration)? = tree.items.first?.kind else {
      Issue.record("no declaration")
      return
    }
    let variable = try #require(declaration.variables.first)
    #expect(SyntaxText(names: names).text(declaration.base, variable.declarator) == type)
  }

  @Test(
    arguments: [
      ("1:r1=0 /\\ x=2", "(and 1:r1=0 x=2)"),
      ("1:r1=0 \\/ x=2 /\\ ~y=1", "(or 1:r1=0 (and x=2 (not y=1)))"),
      ("(x=1 \\/ y=1) /\\\n z!=-1", "(and (or x=1 y=1) z!=-1)"),
      ("x=1 => y=2 => z=3", "(=> x=1 (=> y=2 z=3))"),
      ("~0:r2=0:r3", "(not 0:r2=0:r3)"), ("not (x=y)", "(not x=y)"),
      ("[x]=&y /\\ a[1]=0x10", "(and x=&y a[1]=16)"), ("true", "true"),
      ("reader:copy=1", "reader:copy=1"),
    ])
  func `conditions bind as for herd7`(text: String, tree: String) throws {
    let file = try read("C t\n{}\nP0(int *x) { }\nexists (\(text))\n", as: .litmus)
    let (parsed, names) = try file.tree(defines: [])
    #expect(SyntaxText(names: names).text(try #require(parsed.condition).proposition) == tree)
  }
}
