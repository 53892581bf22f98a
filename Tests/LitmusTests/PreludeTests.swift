import Scheduler
import Testing

@testable import Litmus

/// Functions in C that are a part of the language, pointers to functions, and variables of CPUs:
/// where their steps stand, what is told of them, and what is refused.
@Suite struct PreludeTests {
  private static let lists = """
    struct item { int v; struct list_head node; };
    struct item a;
    LIST_HEAD(all);

    """

  @Test func `a step of the language's own functions stands where the file calls them`() throws {
    let program = try RaceProgram(
      try read("C t\n\(Self.lists)thread t(void)\n{\n\tlist_add(&a.node,\n\t\t&all);\n}\n"))
    let result = program.explore()
    let trace = try result.system.replay(Schedule((0..<5).map { _ in Schedule.Step(ThreadID(0)) }))
    #expect(trace.steps.map(\.location.line) == [7, 7, 7, 7, 7])
    #expect(Set(trace.steps.map { $0.location.function ?? "" }) == ["list_add"])
    #expect(
      trace.steps.map { $0.changes.filter { $0.role == .shared }.map(\.name) } == [
        [], ["all.prev"], ["a.node.next"], ["a.node.prev"], ["all.next"],
      ])
  }

  @Test(
    arguments: [
      (
        "struct item *p; list_for_each_entry(p, &all, node) ; p->v = 1;", "wild",
        "'p->v' is accessed, and 'p' is container_of(&all, struct item, node)"
      ),
      (
        "list_add(&a.node, &all); list_del(&a.node); list_del(&a.node);", "wild",
        "is accessed, and 'next' is LIST_POISON1"
      ),
      ("int (*f)(int) = ops; ops(1);", "null", "'ops(1);' calls 'ops', which is NULL"),
      (
        "int (*f)(int) = (int (*)(int))8; f(1);", "wild",
        "calls 'f', which is 8: no function of the pointer's type"
      ),
      (
        "put_cpu();", "lock-misuse",
        "'put_cpu()' enables preemption, and t has not disabled it"
      ),
      (
        "int i = per_cpu(each, n);", "out-of-bounds", "element 3 of each, which has 1 element"
      ),
    ])
  func `what goes wrong is told in the file's words`(
    body: String, id: String, words: String
  ) throws {
    let told = try FindingStoryTests.stories(
      of: "C t\n\(Self.lists)int (*ops)(int), n = 3;\nDEFINE_PER_CPU(int, each);\n"
        + "thread t(void)\n{\n\(body)\n}\n")
    #expect(told[id]?.contains(words) ?? false, "\(told)")
  }

  @Test(arguments: ["set()", "set(1)", "later()", "choose(0..1)", "f()", "again(1)", "pair(one).a"])
  func `what a property or 'await' asks changes nothing`(call: String) {
    let text =
      "C t\nstruct p { int a, b; } one;\nint x; int later(void);\n"
      + "static int set(int i) { return x = i; }\nstatic int g(int i) { return i; }\n"
      + "static struct p pair(struct p p) { return p; }\n"
      + "static int again(int i) { return again(i - 1); }\nint (*f)(int) = g;\n"
    #expect(answer("\(text)thread t(void) { x = 1; }\nalways p: \(call) == 3\n").contains("error:"))
    #expect(answer("\(text)thread t(void) { await(\(call)); }\n").contains("error:"))
    #expect(
      answer("C t\nstatic int g(int i) { return i; }\nthread t(void) { await(g(1)); }\n") == "holds"
    )
  }

  @Test func `a file that uses none of it has none of it`() throws {
    let plain = try read("C t\nint x;\nthread t(void) { x = 1; }\n")
    #expect(try plain.tree(defines: []).tree.items.count == 2)
    let using = try read("C t\n\(Self.lists)thread t(void) { list_add(&a.node, &all); }\n")
    #expect(try using.tree(defines: []).tree.items.count == 6)
  }

  @Test(
    arguments: [
      ("list_add(&x);", "f:7:1: error: 'list_add' takes 2 arguments, not 1"),
      (
        "list_add(&x, &all);",
        "f:7:10: error: the argument is a 'struct list_head *', not a 'int *'"
      ),
      ("list_entry(&all, struct item);", "f:7:1: error: the macro takes 3 arguments, not 2"),
      (
        "list_entry(&x, struct item, node);",
        "f:7:12: error: the member is a 'struct list_head', and the pointer is a 'int *'"
      ),
      (
        "x = hits;",
        "f:7:5: error: each CPU has a 'hits': write 'this_cpu_read(hits)', "
          + "'per_cpu(hits, THREAD)' or the like"
      ),
      (
        "this_cpu_inc(x);",
        "f:7:14: error: 'this_cpu_inc' is about a variable of DEFINE_PER_CPU, and this is none"
      ),
      (
        "per_cpu_ptr(hits, 0);",
        "f:7:13: error: 'per_cpu_ptr' takes the address of a variable of DEFINE_PER_CPU"
      ),
      ("per_cpu(hits, nobody) = 1;", "f:7:15: error: unknown name 'nobody'"),
      ("this_cpu_add(hits);", "f:7:1: error: 'this_cpu_add' takes 2 arguments, not 1"),
      ("f = g;", "f:7:5: error: what is assigned is a 'void (*)(void)', not a 'int (*)(int)'"),
      ("f(1);", "f:7:1: error: 'f' takes 0 arguments, not 1"),
      (
        "f = t;",
        "f:7:5: error: what is assigned is a 'void (*)(void)', not a 'struct task_struct *'"
      ),
      ("x();", "f:7:1: error: a 'int' is no function and not called"),
      (
        "f = later;",
        "f:7:5: error: 'later' is only declared: a call through its address would mean nothing"
      ),
      ("f = again;", "f:6:102: error: 'again' calls itself: functions are inlined"),
      ("x = ({ return; 1; });", "f:7:8: error: 'return' has no place within '({ ... })'"),
      ("x = ({ goto out; 1; }); out: ;", "f:7:8: error: 'goto' has no place within '({ ... })'"),
      ("while (x) ({ break; });", "f:7:14: error: 'break' stands outside of loops and 'switch'"),
      ("x = ({ int y; });", "f:7:5: error: the last of these statements gives no value"),
      (
        "switch (x) { case 0: ({ case 1: x = 1; }); }",
        "f:7:25: error: a case of a 'switch' around '({ ... })' has no place in it: nothing jumps "
          + "into it"
      ),
      (
        "__auto_type y;",
        "f:7:1: error: '__auto_type' is the type of a local that is given a value "
          + "alone"
      ),
      ("typeof() y;", "f:7:8: error: expected an expression, not ')'"),
    ])
  func `a mistake is told by its place`(body: String, message: String) {
    let text =
      "C t\nstruct item { int v; struct list_head node; };\nstruct item a;\nLIST_HEAD(all); int x;\n"
      + "DEFINE_PER_CPU(int, hits); void later(void); static int g(int i) { return i; }\n"
      + "void (*f)(void); static void other(void) { } thread b(void) { f = other; } "
      + "static void again(void) { f(); } thread t(void) {\n\(body)\n}\n"
    #expect(answer(text).split(separator: "\n").first ?? "" == message)
  }
}
