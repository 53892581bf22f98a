import Testing

@testable import Litmus

/// What the language says of a construct, beside another reading of it that somebody may expect.
///
/// The other reading is spelled out in the same file; the verdict must turn.
@Suite struct ReadingTests {
  private static func answers(_ text: String) throws -> [String: String] {
    let file = try read(text)
    var answers: [String: String] = [:]
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines, labels: Set(row.labels))
      answers[row.name] = outcome(of: program)
    }
    return answers
  }

  @Test func `an increment is a read and a write, and no single step`() throws {
    let found = try Self.answers(
      """
      C increment
      int x;
      #ifdef ONE
      #define ADD atomic { x++; }
      #else
      #define ADD x++;
      #endif
      thread a(void) { ADD }
      thread b(void) { ADD }
      finally both: x == 2
      row right
      row other -DONE
      """)
    #expect(found == ["right": "both@1", "other": "holds"])
  }

  @Test func `a mutex is looked at once more after it has been released`() throws {
    let found = try Self.answers(
      """
      C unlock
      struct job { struct mutex m; spinlock_t s; int done; };
      struct job *job;
      #ifdef ONE
      #define LOCK(j) spin_lock(&(j)->s)
      #define UNLOCK(j) spin_unlock(&(j)->s)
      #else
      #define LOCK(j) mutex_lock(&(j)->m)
      #define UNLOCK(j) mutex_unlock(&(j)->m)
      #endif
      thread waits(void)
      {
        struct job j = { .done = 0 };
        int done = 0;
        WRITE_ONCE(job, &j);
        while (!done) {
          LOCK(&j);
          done = j.done;
          UNLOCK(&j);
        }
      }
      thread works(void)
      {
        struct job *j;
        await(READ_ONCE(job));
        j = job;
        LOCK(j);
        j->done = 1;
        UNLOCK(j);
      }
      row right
      row other -DONE
      """)
    #expect(found["right"]?.hasPrefix("use-after-free@") ?? false)
    #expect(found["other"] == "holds")
  }

  @Test func `readers wait behind a writer that waits`() throws {
    let found = try Self.answers(
      """
      C writer
      struct rw_semaphore sem;
      struct mutex m;
      thread reader(void)
      {
        down_read(&sem);
        mutex_lock(&m);
        mutex_unlock(&m);
        up_read(&sem);
      }
      thread second(void)
      {
        mutex_lock(&m);
        down_read(&sem);
        up_read(&sem);
        mutex_unlock(&m);
      }
      thread writer(void)
      {
      #ifdef PASS
        while (!down_write_trylock(&sem))
          ;
      #else
        down_write(&sem);
      #endif
        up_write(&sem);
      }
      row right
      row other -DPASS
      """)
    #expect(found == ["right": "deadlock@1", "other": "holds"])
  }

  @Test func `a local dies when its function returns`() throws {
    let found = try Self.answers(
      """
      C local
      int *shared;
      #ifdef FOREVER
      int x;
      #endif
      static void lend(void)
      {
      #ifndef FOREVER
        int x;
      #endif
        x = 1;
        WRITE_ONCE(shared, &x);
      }
      thread a(void) { lend(); }
      thread b(void)
      {
        int *p = READ_ONCE(shared);
        if (p)
          *p = 2;
      }
      row right
      row other -DFOREVER
      """)
    #expect(found == ["right": "use-after-free@0", "other": "holds"])
  }

  @Test func `what is waited for is looked at in one step, not piece by piece`() throws {
    let found = try Self.answers(
      """
      C wait
      int a, b, passed;
      thread waits(void)
      {
      #ifdef SPIN
        while (!(a && b))
          ;
      #else
        await(a && b);
      #endif
        passed = 1;
      }
      thread sets(void)
      {
        WRITE_ONCE(a, 1);
        WRITE_ONCE(a, 0);
        WRITE_ONCE(b, 1);
      }
      always never: !passed
      row right
      row other -DSPIN
      """)
    #expect(found["right"] == "deadlock@0")
    #expect(found["other"]?.contains("never@") ?? false)
  }

  @Test func `threads that are stuck are a deadlock, whoever else goes on`() throws {
    let found = try Self.answers(
      """
      C part
      struct mutex m, n;
      int beat;
      daemon beats(void) { while (1) beat = !beat; }
      thread a(void) { mutex_lock(&m); mutex_lock(&n); mutex_unlock(&n); mutex_unlock(&m); }
      thread b(void)
      {
      #ifdef FIX
        mutex_lock(&m); mutex_lock(&n);
      #else
        mutex_lock(&n); mutex_lock(&m);
      #endif
        mutex_unlock(&m); mutex_unlock(&n);
      }
      row right
      row fixed -DFIX
      """)
    // Somebody can step in every state of it.
    #expect(found == ["right": "deadlock@1", "fixed": "holds"])
  }

  @Test func `a run that a violation ends has ended for all its threads`() throws {
    let found = try Self.answers(
      """
      C end
      int x, done;
      thread a(void)
      {
        if (READ_ONCE(x)) {
      #ifdef STUCK
          await(0);
      #else
          assert(0);
      #endif
        }
        WRITE_ONCE(done, 1);
      }
      thread b(void) { WRITE_ONCE(x, 1); await(READ_ONCE(done)); }
      row right
      row other -DSTUCK
      """)
    #expect(found == ["right": "assert@0", "other": "deadlock@0"])
  }
}
