import Scheduler
import Testing

@testable import Litmus

/// Which threads can still end: deadlocks beside threads that go on, and daemons.
@Suite struct EndTests {
  /// Each with rows that say what must come of it.
  private static let files = [
    """
    C stuck-beside-a-spinner
    struct mutex a, b;
    int beats;
    daemon heart(void)
    {
      for (;;)
        beats = !beats;
    }
    thread one(void)
    {
      mutex_lock(&a);
      mutex_lock(&b);
      mutex_unlock(&b);
      mutex_unlock(&a);
    }
    thread two(void)
    {
    #ifdef FIX
      mutex_lock(&a);
      mutex_lock(&b);
    #else
      mutex_lock(&b);
      mutex_lock(&a);
    #endif
      mutex_unlock(&a);
      mutex_unlock(&b);
    }
    row buggy violated: deadlock@1
    row fixed -DFIX holds
    """,
    """
    C spinlock-by-hand
    int lock, flag;
    thread holder(void)
    {
      while (xchg(&lock, 1))
        ;
      if (!IS_ENABLED(FIX))
        await(flag);
      smp_store_release(&lock, 0);
    }
    thread waker(void)
    {
      while (xchg(&lock, 1))
        ;
      flag = 1;
      smp_store_release(&lock, 0);
    }
    row buggy violated: deadlock@0
    row fixed -DFIX holds
    """,
    """
    C worker
    int request, done;
    daemon worker(void)
    {
      for (;;) {
        await(request);
        request = 0;
        if (!IS_ENABLED(LAZY))
          done = 1;
      }
    }
    thread client(void)
    {
      request = 1;
      if (IS_ENABLED(WAIT))
        await(done);
    }
    finally served: done
    sometimes idle: !request && done
    row hasty violated: served@0
    row patient -DWAIT holds
    row lazy -DLAZY violated: served@0, idle
    row stuck -DLAZY -DWAIT violated: deadlock@0, idle
    """,
    """
    C handshake
    int ping, pong;
    daemon echo(void)
    {
      while (1) {
        if (READ_ONCE(ping) && IS_ENABLED(ANSWERS))
          WRITE_ONCE(pong, 1);
      }
    }
    thread caller(void)
    {
      WRITE_ONCE(ping, 1);
      while (!READ_ONCE(pong))
        ;
    }
    progress
    row dead violated: deadlock@0, progress@2
    row alive -DANSWERS holds
    """,
    """
    C assumed
    int x, y;
    thread a(void)
    {
      while (!READ_ONCE(x))
        ;
    }
    thread b(void)
    {
      int v = choose(0..1);
      if (IS_ENABLED(ONLY_ONE))
        assume(v);
      WRITE_ONCE(x, v);
    }
    row both violated: deadlock@0
    row one -DONLY_ONE holds
    """,
  ]

  @Test(arguments: files)
  func `rows say what comes of them, however it is searched`(text: String) throws {
    let file = try read(text)
    try #require(!file.rows.isEmpty)
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      #expect(outcome(of: program) == expectation(of: row), "\(row.name)")
      let expected = Set(program.explore().found.map(\.id))
      for reduction in [Reduction.partialOrder, .symmetry] {
        let found = program.explore(Explorer.Options(reduction: reduction)).found
        #expect(Set(found.map(\.id)) == expected, "\(row.name), \(reduction)")
      }
      for options in [
        Explorer.Options(strategy: .bounded(preemptions: nil)),
        Explorer.Options(reduction: .fingerprints),
      ] {
        let result = program.explore(options)
        #expect(Set(result.found.map(\.id)).isSubset(of: expected), "\(row.name)")
        #expect(result.verdict != .holds || expected.isEmpty, "\(row.name)")
      }
    }
  }

  @Test func `where nobody goes round the states tell in which nobody can step`() throws {
    func rule(_ body: String) throws -> DeadlockRule {
      let text = "C f\nint x;\nthread a(void)\n{\n\(body)\n}\nthread b(void)\n{\nx = 1;\n}\n"
      return try RaceProgram(try read(text)).explore().system.deadlock
    }
    #expect(try rule("if (x) goto out;\nx = 2;\nout: x = 3;") == .nobodyCanStep)
    #expect(try rule("again: if (!x) goto again;") == .someThreadCannotEnd)
    #expect(try rule("while (!x) ;") == .someThreadCannotEnd)
    #expect(try rule("do x = 2; while (0);") == .nobodyCanStep)
  }
}
