import Reporting
import Scheduler
import Testing

@testable import Litmus

/// Tables of the runs of race files.
@Suite struct TraceTests {
  private func trace(_ text: String, _ threads: [Int], choices: [Int: Int] = [:]) throws
    -> TraceReport
  {
    let system = try RaceProgram(try read(text)).explore().system
    let steps = threads.enumerated().map { index, thread in
      Schedule.Step(ThreadID(thread), choice: choices[index] ?? 0)
    }
    return TraceReport(try system.replay(Schedule(steps)), of: system)
  }

  private func table(_ trace: TraceReport, width: Int = 80) -> String {
    TraceTable(trace, style: TextStyle(width: width)).text
  }

  private static let sample = """
    C t
    int x, *p = &x, done;
    spinlock_t l;
    rwlock_t rw;
    static int inner(int v)
    {
    \tWRITE_ONCE(x,\tv);\t/* a comment; */
      return READ_ONCE(*p);
    }
    static void outer(int v)
    {
      spin_lock(&l);
      inner(v);
      spin_unlock(&l);
    }
    thread one(void)
    {
      int c = choose(1..2);
      outer(c); p = NULL; p = NULL;
    }
    thread two(void)
    {
      read_lock(&rw);
      atomic { done = x; x = 0; }
      read_unlock(&rw);
    }
    """

  @Test func `steps show their statements, what they read and wrote, calls and locks`() throws {
    let trace = try trace(Self.sample, [0, 0, 0, 0, 1, 1, 1, 0, 0, 0], choices: [0: 1])
    #expect(
      table(trace, width: 100) == """
        | holds l; r reads under rw
        step    one                          two                          read, changed
           1    int c = choose(1..2);                                     choose = 2
                outer()
           2  |   spin_lock(&l);                                          lock l
              |   inner()
           3  |     WRITE_ONCE(x, v);                                     x: 0 -> 2
           4  |     return READ_ONCE(*p);                                 p = &x
              | -- preempted --
           5  |                            r read_lock(&rw);              read-lock rw
           6  |                            r atomic { done = x; x = 0; }  x = 2
              |                            r                              done: 0 -> 2
              |                            r                              x: 2 -> 0
           7  |                            r read_unlock(&rw);            read-unlock rw
              |                              -- finished --
           8  |     return READ_ONCE(*p);                                 x = 0
           9  |   spin_unlock(&l);                                        unlock l
          10    p = NULL;                                                 p: &x -> NULL

        """)
  }

  @Test func `narrow tables keep a column a thread, and wrap statements in it`() throws {
    let trace = try trace(Self.sample, [0, 0, 0, 0, 1, 1])
    let text = table(trace, width: 60)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
    #expect(text.contains("one"))
    #expect(!text.contains("takes the step"))
  }

  @Test(arguments: [40, 60, 80, 132])
  func `no line is wider than asked, however many threads there are`(width: Int) throws {
    let threads = (0..<6).map { number in
      "thread thread_with_a_long_name_\(number)(void) { f(\(number)); }"
    }
    let text = """
      C t
      int counter_with_a_long_name, other;
      struct mutex m;
      static void f(int v)
      {
        mutex_lock(&m);
        counter_with_a_long_name = counter_with_a_long_name + 1000000 * v + READ_ONCE(other) * 1234;
        mutex_unlock(&m);
      }
      """ + threads.joined(separator: "\n")
    let trace = try trace(
      "\(text)\n", [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3])
    for line in table(trace, width: width).split(separator: "\n") {
      #expect(line.count <= width, "\(line)")
    }
  }

  @Test func `control characters of the source are escaped, and comments left out`() throws {
    let trace = try trace(
      "C t\nint x, y;\nthread a(void) { x = 1; /* \u{1B}[31m */ y\u{C} =\t 2; // \u{202E}\n}\n",
      [0, 0])
    #expect(trace.steps.map(\.location.label) == ["x = 1;", "y = 2;"])
    let stories = try FindingStoryTests.stories(
      of: "C t\nint x;\nthread a(void) { assert(x /* é\u{1B} */ ==\n\t1); }\n")
    #expect(stories == ["assert": "'assert(x == 1)' is false, x = 0; a at f:3, step 1"])
    // A comment that goes on from the line before is no code that anybody looks for.
    let open = try self.trace("C t\nint x;\nthread a(void) { /* \u{7}\n \u{7} */ x = 1; }\n", [0])
    #expect(open.steps.map(\.location.label) == ["\\u{7} */ x = 1;"])
  }

  @Test func `changes name the locals that matter, whatever cells they share`() throws {
    let trace = try trace(
      """
      C t
      int x = 3, y, z, *g = &x;
      thread a(void)
      {
        int first = x;
        y = 1;
        z = first;
        int second = y;
        x = 1;
        z = second + 1;
      }
      """, [0, 0, 0, 0, 0, 0])
    let changes = trace.steps.map { step in
      step.changes.filter { ["a.first", "a.second"].contains($0.name) }
        .map { "\($0.name): \($0.old) -> \($0.new)" }
    }
    #expect(
      changes == [
        ["a.first: 0 -> 3"], [], ["a.first: 3 -> 0"], ["a.second: 0 -> 1"], [],
        ["a.second: 1 -> 0"],
      ])
  }

  @Test func `a cell that passes to another local is told as both`() throws {
    let trace = try trace(
      """
      C t
      int x = 3, y = 4, z;
      thread a(void)
      {
        int first = x, second;
        second = y + (first != first);
        z = 1;
        z = second;
      }
      """, [0, 0])
    let changes = trace.steps.map { step in
      step.changes.filter { ["a.first", "a.second"].contains($0.name) }
        .map { "\($0.name): \($0.old) -> \($0.new)" }
    }
    #expect(changes == [["a.first: 0 -> 3"], ["a.first: 3 -> 0", "a.second: 0 -> 4"]])
  }

  @Test func `several bars of a thread are named in their order`() throws {
    let text = table(
      try trace(
        """
        C t
        struct mutex b, a;
        spinlock_t l;
        int x;
        thread t(void) { mutex_lock(&a); mutex_lock(&b); spin_lock(&l); x = 1; }
        thread u(void) { mutex_lock(&a); }
        """, [0, 0, 0, 0]))
    #expect(text.contains("\nbars from left to right: b, a, l\n"), "\(text)")
    #expect(!table(try trace(Self.sample, [0, 0])).contains("bars from"))
  }

  @Test func `JSON has the line, the calls and the accesses of a step`() throws {
    let trace = try trace(Self.sample, [0, 0, 0])
    let json = trace.json.document
    for part in [
      "\"line\": 7", "\"function\": \"inner\"", "\"line\": 13", "\"name\": \"x\"",
      "\"old\": \"0\"", "\"new\": \"1\"",
    ] {
      #expect(json.contains(part), "\(part)")
    }
  }
}
