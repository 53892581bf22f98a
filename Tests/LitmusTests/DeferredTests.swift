import Reporting
import Scheduler
import Testing

@testable import Litmus

/// Work and timers: what is refused, what is told of them, and other ways to search.
@Suite struct DeferredTests {
  private func stories(_ text: String) throws -> [String: String] {
    try FindingStoryTests.stories(of: "C s\n" + text + "\n")
  }

  // MARK: - Stories

  @Test func `who waits for work says who queued it, and what keeps that from ending`() throws {
    #expect(
      try stories(
        """
        struct mutex m;
        work w(void)
        {
          mutex_lock(&m);
          mutex_unlock(&m);
        }
        init(void) { schedule_work(w); }
        thread a(void)
        {
          schedule_work(w);
          mutex_lock(&m);
          cancel_work_sync(w);
          mutex_unlock(&m);
        }
        """)["deadlock"]
        == "a waits at f:13 until w has ended (init queued it), which waits at f:5 for m (a took "
        + "it at f:12, step 2); w waits at f:5 for m (a took it at f:12, step 2)")
  }

  @Test func `who waits for itself is told so`() throws {
    #expect(
      try stories(
        "int x;\nwork w(void)\n{\n  x = 1;\n  flush_work(w);\n}\n"
          + "thread a(void) { schedule_work(w); }")["deadlock"]
        == "w waits at f:6 until w has ended (a queued it at f:8, step 1), which is where it waits")
  }

  @Test func `a call that finds work as it must not be says who queued it`() throws {
    #expect(
      try stories(
        "struct work_struct w;\nstatic void f(struct work_struct *v) { }\n"
          + "thread a(void)\n{\n  INIT_WORK(&w, f);\n  schedule_work(&w);\n  INIT_WORK(&w, f);\n}")
        == [
          "assert": "'INIT_WORK(&w, f)' finds w pending (a queued it at f:7, step 2); a at f:8, "
            + "step 3"
        ])
    #expect(
      try stories("struct timer_list t;\nthread a(void)\n{\n  mod_timer(&t, 1);\n}")
        == [
          "null": "'mod_timer(&t, 1)' finds t without a function: nothing has set it up; a at f:5, "
            + "step 1"
        ])
    #expect(
      try stories(
        "int x;\ntimer t(void) { x = 1; }\nthread a(void)\n{\n  add_timer(t);\n  add_timer(t);\n}")
        == [
          "assert": "'add_timer(t)' finds t pending (a started it at f:6, step 1); a at f:7, step 2"
        ])
  }

  @Test func `a step shows what becomes of work`() throws {
    let program = try RaceProgram(
      try read(
        "C s\nint x;\nwork w(void)\n{\n  x = 1;\n}\nthread a(void)\n{\n  schedule_work(w);\n"
          + "  schedule_work(w);\n  flush_work(w);\n  cancel_work_sync(w);\n}\n"))
    let order = [0, 0, 1, 0, 1, 0, 0, 0]
    let trace = try program.roomySystem.replay(
      Schedule(order.map { Schedule.Step(ThreadID($0)) }))
    let told = trace.steps.map { step in
      (step.accesses ?? []).map { "\($0.name): \($0.old)" + ($0.new.map { " -> \($0)" } ?? "") }
        .joined(separator: ", ")
    }
    #expect(
      told == [
        "w: idle -> pending", "w: pending", "w: pending -> running", "w: running", "x: 0 -> 1",
        "w: done", "w: idle -> disabled", "w: done",
      ])
    #expect(trace.unfinished.isEmpty)
  }

  // MARK: - Counts and other searches

  @Test func `work is started between any two steps, once`() throws {
    for steps in 0...3 {
      let text =
        "C s\nint x, y;\nwork w(void) { y = 1; }\nthread a(void) { schedule_work(w); "
        + String(repeating: "x = 1; ", count: steps) + "}\n"
      let result = try RaceProgram(try read(text)).explore()
      guard case .finite(let all, _) = result.exploration.counts.interleavings else {
        Issue.record("no end")
        return
      }
      // The two steps of the work, among those of the thread behind the first.
      #expect("\(all)" == "\((steps + 1) * (steps + 2) / 2)")
    }
  }

  @Test(arguments: RaceSamples.deferred.keys.sorted())
  func `symmetry and reduction tell the same`(name: String) throws {
    let file = try read(try #require(RaceSamples.deferred[name]))
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines)
      let all = program.explore()
      for reduction in [Reduction.symmetry, .partialOrder] {
        let kept = program.explore(Explorer.Options(reduction: reduction))
        #expect(kept.verdict == all.verdict, "\(name) \(row.name)")
        #expect(Set(kept.found.map(\.id)) == Set(all.found.map(\.id)), "\(name) \(row.name)")
      }
    }
  }

  @Test func `threads that flush work are not exchanged, and others are`() throws {
    func states(_ body: String) throws -> (all: Int, kept: Int) {
      let program = try RaceProgram(
        try read(
          "C s\nint x;\nwork w(void) { x = 1; }\nthread a(void) { \(body) }\n"
            + "thread b(void) { \(body) }\n"))
      return (
        program.explore().exploration.counts.states,
        program.explore(Explorer.Options(reduction: .symmetry)).exploration.counts.states
      )
    }
    let (all, kept) = try states("schedule_work(w);")
    #expect(kept < all)
    let flushing = try states("schedule_work(w); flush_work(w);")
    #expect(flushing.kept == flushing.all)
  }

  // MARK: - Mistakes

  @Test(arguments: [
    (
      "work w(int n) { }\nthread a(void) { }",
      "f:2:1: error: 'w' takes nothing or a 'struct work_struct *': write (void)"
    ),
    (
      "work w(void) on a { }\nthread a(void) { }",
      "f:2:17: error: work runs in a thread of its own, and interrupts none"
    ),
    (
      "timer t(void) raised { }\nthread a(void) { }",
      "f:2:1: error: 't' runs where it is pending: 'raised' and 'times' are for interrupts"
    ),
    ("timer t(void) on b { }\nthread a(void) { }", "f:2:18: error: there is no thread 'b'"),
    ("timer t(void) on t { }\nthread a(void) { }", "f:2:18: error: there is no thread 't'"),
    (
      "thread a(void) { struct work_struct w; }",
      "f:2:37: error: 'w' would hold work or a timer on a stack, which has no machine to run it: "
        + "use a global"
    ),
    (
      "struct work_struct w;\nstatic void f(int n) { }\nthread a(void) { INIT_WORK(&w, f); }",
      "f:4:32: error: 'f' is no function that work can run: it takes a 'struct work_struct *' and "
        + "returns nothing"
    ),
    (
      "struct timer_list t;\nwork f(struct work_struct *w) { }\n"
        + "thread a(void) { timer_setup(&t, f, 0); }",
      "f:4:34: error: 'f' is no function that a timer can run: it takes a 'struct timer_list *' "
        + "and returns nothing"
    ),
    (
      "struct work_struct w;\nthread a(void) { INIT_WORK(&w, g); }",
      "f:3:32: error: unknown name 'g'"
    ),
    (
      "timer t(void) { }\nthread a(void) { schedule_work(t); }",
      "f:3:32: error: 'schedule_work' works on 'struct work_struct', not on 'struct timer_list'"
    ),
    (
      "struct delayed_work d;\nthread a(void) { flush_work(&d.work); }",
      "f:3:29: error: 'flush_work' is not for delayed work, whose time may not have come: write "
        + "'flush_delayed_work'"
    ),
    (
      "work w(void) { }\nthread a(void) { w(); }",
      "f:3:18: error: 'w' is not called: it runs by itself"
    ),
    (
      "work w(void) { }\nthread a(void) { atomic { flush_work(w); } }",
      "f:3:27: error: the end of work is not waited for within 'atomic'"
    ),
    (
      "work w(void) { }\nthread a(void) { schedule_work(w, 1); }",
      "f:3:18: error: 'schedule_work' takes 1 argument, not 2"
    ),
    (
      "int x = jiffies;\nthread a(void) { }", "f:2:9: error: unknown name 'jiffies'"
    ),
    (
      "struct s { struct work_struct w; };\nstruct s many[26];\n"
        + "static void f(struct work_struct *w) { }\nthread a(void) { INIT_WORK(&many[0].w, f); }",
      "f:3:10: error: with 'many[25].w' there are more than 26 threads, handlers, works and timers"
    ),
  ])
  func `what cannot be is refused with its place`(text: String, message: String) {
    let told = answer("C s\n" + text + "\n")
    #expect(told.contains(message), "\(told)")
  }
}
