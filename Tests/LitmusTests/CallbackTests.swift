import Scheduler
import Testing

@testable import Litmus

/// Callbacks of RCU and SRCU: mistakes in files, what is told of runs, and laws.
@Suite struct CallbackTests {
  private static let start = """
    C t
    struct s { int v; struct rcu_head rcu; };
    struct s one = { 5 }, *p = &one;
    struct srcu_struct domain;
    int x;
    static void f(struct rcu_head *h) { x++; }
    static void g(struct s *s) { s->v = 1; }
    static void only_declared(struct rcu_head *h);

    """

  @Test(arguments: [
    ("call_rcu(&p->rcu);", "1: error: 'call_rcu' takes 2 arguments, not 1"),
    ("call_rcu(&p->v, f);", "10: error: 'call_rcu' works on 'struct rcu_head', not on 'int'"),
    ("call_rcu(&p->rcu, x);", "19: error: 'call_rcu' takes the name of a function"),
    ("call_rcu(&p->rcu, g);", "19: error: 'g' does not take a 'struct rcu_head *' alone"),
    ("call_rcu(&p->rcu, only_declared);", "19: error: 'only_declared' is only declared"),
    ("call_srcu(&p->rcu, &p->rcu, f);", "11: error: 'call_srcu' works on 'struct srcu_struct'"),
    ("kfree_rcu(p);", "1: error: 'kfree_rcu' takes 2 arguments, not 1"),
    ("kfree_rcu(p, v);", "14: error: 'kfree_rcu' takes the name of a 'struct rcu_head'"),
    ("kfree_rcu(p, w);", "14: error: 'struct s' has no member 'w'"),
    ("kfree_rcu(p, 3);", "14: error: 'kfree_rcu' takes the name of a member"),
    ("rcu_barrier(p);", "1: error: 'rcu_barrier' takes 0 arguments, not 1"),
    ("srcu_barrier(p);", "14: error: 'srcu_barrier' works on 'struct srcu_struct'"),
    ("atomic { rcu_barrier(); }", "10: error: a callback is not waited for within 'atomic'"),
    ("kfree_rcu_mightsleep(p, rcu);", "1: error: 'kfree_rcu_mightsleep' takes 1 argument, not 2"),
    ("kfree_rcu_mightsleep(x);", "22: error: a pointer is expected here, not a 'int'"),
  ])
  func `a call that does not fit is refused at its place`(body: String, message: String) {
    let told = answer(Self.start + "thread t(void) {\n\(body)\n}\n")
    #expect(told.hasPrefix("f:10:" + message), "\(told)")
  }

  @Test func `a file without callbacks has no machine for them`() throws {
    let text = Self.start + "thread t(void) { x = 1; rcu_barrier(); }\n"
    let program = try RaceProgram(try read(text))
    #expect(program.threads == ["t"] && program.image.headCount == 0)
    #expect(outcome(of: program) == "holds")
    let with = try RaceProgram(
      try read(text.replacing("x = 1;", with: "call_rcu(&p->rcu, f);")))
    #expect(with.threads == ["t", "rcu"] && with.image.headCount == 1)
    let named = try RaceProgram(
      try read(Self.start + "thread rcu(void) { call_rcu(&p->rcu, f); }\n"))
    #expect(named.threads == ["rcu", "rcu-callbacks"])
  }

  @Test func `what ends the story of a callback is told`() throws {
    func stories(_ body: String) throws -> [String: String] {
      try FindingStoryTests.stories(of: Self.start + "thread t(void)\n{\n\(body)\n}\n")
    }
    #expect(
      try stories("call_rcu(&p->rcu, f);\ncall_rcu(&p->rcu, f);") == [
        "rcu": "'call_rcu(&p->rcu, f)' queues one.rcu again, which t queued at f:11, step 2; "
          + "t at f:12, step 4"
      ])
    #expect(
      try stories("call_rcu(&p->rcu, f);\nkfree(p);") == [
        "use-after-free": "the callback of one.rcu, which t queued at f:11, step 2, starts after "
          + "the end of one, which t freed at f:12, step 4; rcu at f:11, step 5"
      ])
  }

  @Test func `a barrier that waits for ever says for what`() throws {
    let stories = try FindingStoryTests.stories(
      of: Self.start + "thread t(void)\n{\nrcu_read_lock();\ncall_rcu(&p->rcu, f);\n}\n"
        + "thread w(void)\n{\nawait(x || READ_ONCE(one.v) == 5);\nrcu_barrier();\n}\n")
    #expect(
      stories == ["deadlock": "w waits at f:17 for callbacks: one.rcu, queued for f()"])
  }
}
