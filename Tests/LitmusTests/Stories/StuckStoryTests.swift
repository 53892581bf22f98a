import Reporting
import Scheduler
import Testing

@testable import Litmus

/// What is said of threads that never end, word for word.
@Suite struct StuckStoryTests {
  @Test func `a deadlock says who waits for whom, and where each lock was taken`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        struct mutex a, b;
        static void both(struct mutex *first, struct mutex *second)
        {
          mutex_lock(first);
          mutex_lock(second);
        }
        thread one(void)
        {
          both(&a, &b);
          mutex_unlock(&b);
          mutex_unlock(&a);
        }
        thread two(void)
        {
          both(&b, &a);
          mutex_unlock(&a);
          mutex_unlock(&b);
        }
        """)
    #expect(
      stories == [
        "deadlock": "one waits at f:6 in both() for b (two took it at f:5 in both(), step 2); "
          + "two waits at f:6 in both() for a (one took it at f:5 in both(), step 1)"
      ])
  }

  @Test func `a thread stands still for its interrupt, which waits for it`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        spinlock_t l;
        thread t(void)
        {
          spin_lock(&l);
          spin_unlock(&l);
        }
        irq h(void) on t
        {
          spin_lock(&l);
          spin_unlock(&l);
        }
        """)
    #expect(
      stories == [
        "deadlock": "t stands still while h runs, since f:8, step 2; "
          + "h waits at f:10 for l (t took it at f:5, step 1)"
      ])
  }

  @Test func `a lock that is given back is not what keeps a thread from ending`() throws {
    let program = try RaceProgram(
      try read(
        """
        C s
        int running = 1;
        spinlock_t l;
        daemon d(void) { for (;;) { spin_lock(&l); running = 1; spin_unlock(&l); } }
        thread s(void) { int r; do { spin_lock(&l); r = running; spin_unlock(&l); } while (r); }
        """))
    let trace = try program.roomySystem.replay(Schedule([Schedule.Step(ThreadID(0))]))
    #expect(
      trace.stories["deadlock"]
        == "s waits at f:5 for l (d took it at f:4, step 1), goes on after that, and never ends "
        + "all the same")
  }

  @Test func `an await shows what it reads`() throws {
    let stories = try FindingStoryTests.stories(
      of: "C s\nint x, y;\nthread one(void)\n{\n  await(x == 1 && y);\n}\n")
    #expect(
      stories == ["deadlock": "one waits at f:5 for 'await(x == 1 && y)': x = 0, y = 0"])
  }

  @Test func `what comes first within atomic is what is waited for`() throws {
    let stories = try FindingStoryTests.stories(
      of: "C s\nint x, y;\nthread one(void)\n{\n  atomic {\n    await(x);\n    y = 1;\n  }\n}\n")
    #expect(stories == ["deadlock": "one waits at f:5 for 'await(x)': x = 0"])
  }

  @Test func `who waits for a bit says for which, and who set it`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        unsigned long f;
        thread a(void)
        {
          bit_spin_lock(3, &f);
          bit_spin_lock(3, &f);
        }
        """)
    #expect(
      stories == ["deadlock": "a waits at f:6 for bit 3 of f (a set it at f:5, step 1)"])
  }

  @Test func `who goes on and then waits says for what`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        struct mutex m;
        thread rd(void)
        {
          mutex_lock(&m);
          synchronize_rcu();
          mutex_unlock(&m);
        }
        thread rd2(void)
        {
          rcu_read_lock();
          while (!mutex_trylock(&m))
            cpu_relax();
          mutex_unlock(&m);
          rcu_read_unlock();
        }
        """)
    #expect(
      stories == [
        "deadlock": "rd can go on, and then waits at f:6 for readers (rd2 has read since f:11, "
          + "step 2); rd2 goes round 'while (!mutex_trylock(&m))' at f:12 while m = held by rd"
      ])
  }

  @Test func `of several calls of a function the one is named that waits`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        int x = 1;
        static void until(int v)
        {
          await(x == v);
        }
        static void both(void)
        {
          until(1);
          until(2);
        }
        thread t(void)
        {
          both();
        }
        """)
    #expect(
      stories == [
        "deadlock": "t waits at f:5 in until() called at f:10 in both() called at f:14 for "
          + "'await(x == v)': x = 1, v = 2"
      ])
  }

  @Test func `grace periods name the readers, and readers wait for what they read`() throws {
    func program(_ enter: String, _ synchronize: String) -> String {
      """
      C s
      int x;
      struct srcu_struct ss;
      thread reader(void)
      {
        int index = 0;
        \(enter)
        await(x);
      }
      thread writer(void)
      {
        \(synchronize)
        x = 1;
      }
      """
    }
    let waits = "reader waits at f:8 for 'await(x)': x = 0; "
    #expect(
      try FindingStoryTests.stories(of: program("rcu_read_lock();", "synchronize_rcu();")) == [
        "deadlock": waits
          + "writer waits at f:12 for readers (reader has read since f:7, step 1)"
      ])
    #expect(
      try FindingStoryTests.stories(
        of: program("index = srcu_read_lock(&ss);", "synchronize_srcu(&ss);")) == [
          "deadlock": waits
            + "writer waits at f:12 for readers (reader has read since f:7, step 1)"
        ])
  }

  @Test func `a reader of a sequence waits for who writes`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        seqcount_t seq;
        thread reader(void)
        {
          unsigned int s = read_seqcount_begin(&seq);
        }
        thread writer(void)
        {
          write_seqcount_begin(&seq);
        }
        """)
    #expect(
      stories == [
        "deadlock": "reader waits at f:5 until seq is even, which writer made odd at f:9, step 1"
      ])
  }

  @Test func `readers stand behind a writer that waits`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        struct rw_semaphore sem;
        struct mutex m;
        thread one(void)
        {
          down_read(&sem);
          mutex_lock(&m);
          mutex_unlock(&m);
          up_read(&sem);
        }
        thread two(void)
        {
          mutex_lock(&m);
          down_read(&sem);
          up_read(&sem);
          mutex_unlock(&m);
        }
        thread writer(void)
        {
          down_write(&sem);
          up_write(&sem);
        }
        """)
    #expect(
      stories == [
        "deadlock": "one waits at f:7 for m (two took it at f:13, step 3); two waits at f:14 for "
          + "sem (writer waits to write, and readers stand behind it); writer waits at f:20 for "
          + "sem (one has read since f:6, step 1)"
      ])
  }

  @Test func `a thread that goes round says round what`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        int x;
        progress
        thread spin(void)
        {
          while (!READ_ONCE(x))
            cpu_relax();
        }
        """)
    #expect(
      stories["progress"]
        == "spin goes round 'while (!READ_ONCE(x))' at f:6 while x = 0")
  }

  @Test func `a thread that never ends beside others that do is told of alone`() throws {
    let stories = try FindingStoryTests.stories(
      of: """
        C s
        int x, stop;
        thread waiter(void)
        {
          await(x);
        }
        thread spin(void)
        {
          while (!READ_ONCE(stop))
            ;
        }
        thread setter(void)
        {
          if (READ_ONCE(x))
            x = 1;
          stop = 1;
        }
        daemon ticks(void)
        {
          for (;;)
            READ_ONCE(stop);
        }
        """)
    #expect(stories == ["deadlock": "waiter waits at f:5 for 'await(x)': x = 0"])
  }
}
