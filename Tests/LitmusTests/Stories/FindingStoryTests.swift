import Reporting
import Scheduler
import Testing

@testable import Litmus

/// What is said of the findings of a race file, word for word.
@Suite struct FindingStoryTests {
  /// What a report says of the violated findings of a program, by id.
  static func stories(of text: String, defines: [Define] = []) throws -> [String: String] {
    let result = try RaceProgram(try read(text), defines: defines).explore()
    let report = ExplorationReport(result.exploration, of: result.system)
    let violated = report.findings.filter { $0.verdict == .violated }
    return Dictionary(
      uniqueKeysWithValues: violated.map { ($0.id, $0.witness?.explanation ?? "") })
  }

  /// Declarations for ``cases``; the first thread's code begins in line 12.
  private static func program(_ body: String) -> String {
    """
    C s
    int x, y, *p, *q = &x, a[3], i = 3, n;
    unsigned long bits;
    struct s { int v; struct s *next; int many[2]; struct { int u, w; } in; } s0, *list = &s0;
    spinlock_t l;
    struct mutex m;
    struct rw_semaphore sem;
    rwlock_t rw;
    refcount_t r;
    thread one(void)
    {
    \(body)
    }
    thread two(void) { n = 0; }
    """
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var id: String
    var body: String
    var words: String
    var testDescription: String { body }
  }

  static let cases = [
    Case(
      id: "assert", body: "assert(READ_ONCE(x) == 1);",
      words: "'assert(READ_ONCE(x) == 1)' is false, x = 0; one at f:12, step 1"),
    Case(
      id: "assert", body: "int u = x, k = 2;\nBUG_ON(u != 1 || k > 1);",
      words: "'BUG_ON(u != 1 || k > 1)' is true, u = 0, k = 2; one at f:13, step 1"),
    Case(
      id: "assert", body: "assert(x + y\n  == 3);",
      words: "'assert(x + y == 3)' is false, x = 0, y = 0; one at f:12, step 2"),
    Case(
      id: "assert", body: "assert(list->next == &s0);",
      words: "'assert(list->next == &s0)' is false, list = &s0, s0.next = NULL; "
        + "one at f:12, step 2"),
    Case(
      id: "null", body: "*p = 1;", words: "'*p' is accessed, and 'p' is NULL; one at f:12, step 2"),
    Case(
      id: "null", body: "y = list->next->v;",
      words: "'list->next->v' is accessed, and 'list->next' is NULL; one at f:12, step 3"),
    Case(
      id: "wild", body: "int *w = (int *)4711;\n*w = 2;",
      words: "'*w' is accessed, and 'w' is 4711, which is no address; one at f:13, step 1"),
    Case(
      id: "assert", body: "assert(x == 1 || x == 2);",
      words: "'assert(x == 1 || x == 2)' is false, x = 0; one at f:12, step 2"),
    Case(
      id: "refcount", body: "refcount_set(&r, 1);\nrefcount_dec(&r);",
      words: "'refcount_dec(&r)' finds r = 1: only '..._and_test' may drop the last reference; "
        + "one at f:13, step 2"),
    Case(
      id: "out-of-bounds", body: "y = a[i];",
      words: "element 3 of a, which has 3 elements, i = 3; one at f:12, step 2"),
    Case(
      id: "out-of-bounds", body: "int v[2] = { 0, 1 };\nv[i] = 2;",
      words: "element 3 of one.v, which has 2 elements, i = 3; one at f:13, step 1"),
    Case(
      id: "out-of-bounds", body: "*(q + 2) = 1;",
      words: "'*(q + 2) = 1;' moves &x out of x, q = &x; one at f:12, step 2"),
    Case(
      id: "out-of-bounds", body: "q = a + 3;\n*q = 1;",
      words: "'*q' is accessed, and 'q' points behind the end of a; one at f:13, step 3"),
    Case(
      id: "out-of-bounds", body: "list->many[i] = 1;",
      words: "element 3 of list->many, which has 2 elements, i = 3; "
        + "one at f:12, step 3"),
    Case(
      id: "out-of-bounds", body: "struct s *e = &s0 + 1;\ny = e->in.w;",
      words: "'e->in.w' is accessed, and 'e' points behind the end of s0; one at f:13, step 1"),
    Case(
      id: "wild", body: "int *w = (int *)3;\n*w = 2;",
      words: "'*w' is accessed, and 'w' is 3, which is no address; one at f:13, step 1"),
    Case(
      id: "wild", body: "int *w = (int *)0x6b6b6b6b;\n*w = 2;",
      words: "'*w' is accessed, and 'w' is 0x6b6b6b6b, which is no address; one at f:13, step 1"),
    Case(
      id: "wild", body: "void *w = &x;\n*(long *)w = 2;",
      words: "'*w' is accessed as a 'long', and x is a 'int'; one at f:13, step 1"),
    Case(
      id: "null", body: "q = &list->next->in.w;\n*q = 1;",
      words: "'*q' is accessed, and 'q' is a part of NULL; one at f:13, step 5"),
    Case(
      id: "out-of-bounds", body: "set_bit(i + 70, &bits);",
      words: "'set_bit(i + 70, &bits)' is about a bit that is not there, i = 3; "
        + "one at f:12, step 2"),
    Case(
      id: "division", body: "y = x / n;",
      words: "'y = x / n;' divides by 0, x = 0, n = 0; one at f:12, step 3"),
    Case(
      id: "refcount", body: "refcount_inc(&r);",
      words: "'refcount_inc(&r)' finds r = 0; one at f:12, step 1"),
    Case(
      id: "rcu", body: "rcu_read_unlock();",
      words: "'rcu_read_unlock()' leaves RCU, and one does not read under it; one at f:12, step 1"),
    Case(
      id: "uninitialised", body: "int u;\nif (x)\n  u = 1;\ny = u;",
      words: "'u' is read before it has a value; one at f:15, step 1"),
    Case(
      id: "uninitialised", body: "int v[2];\nv[0] = x;\ny = v[1];",
      words: "'v[1]' is read before it has a value; one at f:14, step 1"),
    Case(
      id: "sleep-in-atomic", body: "spin_lock(&l);\nmutex_lock(&m);",
      words: "'mutex_lock(&m)' may sleep holding l (one took it at f:12, step 1); "
        + "one at f:13, step 2"),
    Case(
      id: "sleep-in-atomic", body: "rcu_read_lock();\nread_lock(&rw);\nsynchronize_rcu();",
      words: "'synchronize_rcu()' may sleep holding rw (one has read since f:13, step 2) and "
        + "in an RCU reader (one has read since f:12, step 1); one at f:14, step 3"),
    Case(
      id: "sleep-in-atomic", body: "spin_lock(&l);\nmight_sleep();",
      words: "'might_sleep()' may sleep holding l (one took it at f:12, step 1); "
        + "one at f:13, step 1"),
    Case(
      id: "sleep-in-atomic", body: "spin_lock_irq(&l);\nspin_unlock(&l);\nmutex_lock(&m);",
      words: "'mutex_lock(&m)' may sleep, with interrupts off since f:12, step 1; "
        + "one at f:14, step 4"),
    Case(
      id: "sleep-in-atomic", body: "spin_lock_bh(&l);\nmutex_lock(&m);",
      words: "'mutex_lock(&m)' may sleep holding l (one took it at f:12, step 2), "
        + "with bottom halves off since f:12, step 1; one at f:13, step 3"),
    Case(
      id: "sleep-in-atomic", body: "bit_spin_lock(3, &bits);\nmutex_lock(&m);",
      words: "'mutex_lock(&m)' may sleep holding bit 3 of bits (one took it at f:12, step 1); "
        + "one at f:13, step 2"),
    Case(
      id: "lock-misuse", body: "mutex_lock(&m);\nmutex_lock(&m);",
      words: "'mutex_lock(&m)' takes what its thread holds: m (one took it at f:12, step 1); "
        + "one at f:13, step 2"),
    Case(
      id: "lock-misuse", body: "down_read(&sem);\ndown_write(&sem);",
      words: "'down_write(&sem)' takes what its thread holds: sem (one has read since f:12, step 1)"
        + "; one at f:13, step 2"),
    Case(
      id: "lock-misuse", body: "spin_lock(&l);\nspin_unlock(&l);\nspin_unlock(&l);",
      words: "'spin_unlock(&l)' releases what its thread does not hold: nobody has l, which one "
        + "released at f:13, step 2; one at f:14, step 3"),
    Case(
      id: "lock-misuse", body: "lockdep_assert_held(&l);\nx = 1;",
      words: "'lockdep_assert_held(&l)' fails: nobody has l; one at f:12, step 1"),
    Case(
      id: "lock-misuse", body: "read_lock(&rw);\nlockdep_assert_held_write(&rw);",
      words: "'lockdep_assert_held_write(&rw)' fails: rw (one has read since f:12, step 1); "
        + "one at f:13, step 1"),
    Case(
      id: "lock-misuse", body: "down_write(&sem);\nlockdep_assert_held_read(&sem);",
      words: "'lockdep_assert_held_read(&sem)' fails: sem (one took it at f:12, step 1); "
        + "one at f:13, step 1"),
    Case(
      id: "lock-misuse", body: "bit_spin_unlock(0, &bits);",
      words: "'bit_spin_unlock(0, &bits)' releases a bit that is not set; one at f:12, step 1"),
    Case(
      id: "endless", body: "atomic { while (!x) ; }",
      words: "'atomic' goes round more than 10,000 times; one at f:12, step 1"),
  ]

  @Test(arguments: cases)
  func `a finding says what went wrong, and where`(of sample: Case) throws {
    let stories = try Self.stories(of: Self.program(sample.body))
    #expect(stories == [sample.id: sample.words])
  }

  @Test(arguments: RaceSamples.all.keys.sorted())
  func `all that is found in a sample can be told`(name: String) throws {
    let text = try #require(RaceSamples.all[name])
    for row in try read(text).rows {
      let stories = try Self.stories(of: text, defines: row.defines)
      if case .violated(let findings)? = row.expectation, row.labels.isEmpty {
        let found = findings.map(\.id).filter { id in Finding.allCases.contains { $0.id == id } }
        #expect(Set(found).isSubset(of: stories.keys), "\(row.name)")
      }
    }
  }

  @Test func `calls are named, and who else holds a lock`() throws {
    let stories = try Self.stories(
      of: """
        C s
        spinlock_t l;
        int x;
        static void put(spinlock_t *lock)
        {
          spin_unlock(lock);
        }
        thread a(void)
        {
          spin_lock(&l);
          x = 1;
          spin_unlock(&l);
        }
        thread b(void)
        {
          if (spin_is_locked(&l))
            put(&l);
        }
        """)
    #expect(
      stories == [
        "lock-misuse": "'spin_unlock(lock)' releases what its thread does not hold: l "
          + "(a took it at f:10, step 1); b at f:6 in put(), step 3"
      ])
  }

  @Test func `a use after free names the object, and where its life ended`() throws {
    let stories = try Self.stories(
      of: """
        C s
        struct waiter { int done; } *head, *copy;
        static void wait(void)
        {
          struct waiter w = { .done = 0 };
          WRITE_ONCE(head, &w);
        }
        thread sleeper(void)
        {
          wait();
        }
        thread waker(void)
        {
          struct waiter *p;
          await(head);
          copy = head;
          p = copy;
          p->done = 1;
        }
        """)
    #expect(
      stories == [
        "use-after-free": "'p->done' is accessed, and 'p' points to sleeper.w, whose life ended at "
          + "f:7 in wait(), step 2; head and copy still point to it; waker at f:18, step 7"
      ])
  }

  @Test func `a data race names both accesses`() throws {
    let stories = try Self.stories(
      of: """
        C s
        int x;
        data-races
        static void set(int v)
        {
          x = v;
        }
        thread a(void)
        {
          set(1);
        }
        thread b(void)
        {
          int r = READ_ONCE(x);
        }
        """)
    #expect(
      stories == [
        "data-race": "x is about to be accessed by a at f:6 in set() (plain write, 'x = v;') and "
          + "b at f:14 (marked read, 'int r = READ_ONCE(x);')"
      ])
  }

  @Test func `properties show the values of what they read`() throws {
    let stories = try Self.stories(
      of: """
        C s
        int x, y = 1, *p = &y, *q;
        thread a(void)
        {
          int r;
          x = 1;
          r = x;
          y = 2;
        }
        always small: x + *p < 3
        finally seen: a:r == 2 && q != p
        quiet none: !q || *q
        sometimes both: x && y
        """)
    #expect(
      stories == [
        "small": "'always small: x + *p < 3' is false: x = 1, *p = 2",
        "seen": "'finally seen: a:r == 2 && q != p' is false: a:r = 1, q = NULL, p = &y",
      ])
  }
}
