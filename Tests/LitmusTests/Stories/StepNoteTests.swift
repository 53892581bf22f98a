import Reporting
import Scheduler
import Testing

@testable import Litmus

/// What steps are told to do that access no variable of the program.
@Suite struct StepNoteTests {
  /// The accesses of the steps of some threads, one text a step.
  private static func notes(_ text: String, _ threads: [Int]) throws -> [String] {
    let system = try RaceProgram(try read("C t\n" + text)).explore().system
    let trace = try system.replay(Schedule(threads.map { Schedule.Step(ThreadID($0)) }))
    return trace.steps.map { step in
      (step.accesses ?? []).map { access in
        access.new.map { "\(access.name): \(access.old) -> \($0)" }
          ?? "\(access.name) = \(access.old)"
      }.joined(separator: "; ")
    }
  }

  @Test func `what is turned off and on again is told`() throws {
    let text = """
      spinlock_t l; int x;
      thread a(void)
      {
        unsigned long flags;
        spin_lock_irqsave(&l, flags);
        spin_unlock_irqrestore(&l, flags);
        spin_lock_irq(&l);
        spin_unlock_irq(&l);
        spin_lock_bh(&l);
        spin_unlock_bh(&l);
      }
      """
    #expect(
      try Self.notes(text, Array(repeating: 0, count: 12)) == [
        "interrupts = off", "", "", "interrupts = as before", "interrupts = off", "", "",
        "interrupts = on", "bottom halves = off", "", "", "bottom halves = on",
      ])
  }

  @Test func `how deep a reader is inside is told from the second level on`() throws {
    let text = """
      thread a(void)
      {
        rcu_read_lock(); rcu_read_lock(); rcu_read_unlock(); rcu_read_unlock();
      }
      """
    #expect(
      try Self.notes(text, [0, 0, 0, 0]) == ["", "RCU depth: 1 -> 2", "RCU depth: 2 -> 1", ""])
  }

  @Test func `who looks at a lock is told who has it`() throws {
    let text = """
      struct mutex m; struct rw_semaphore s; rwlock_t rw; spinlock_t l;
      thread a(void) { mutex_lock(&m); down_read(&s); write_lock(&rw); spin_lock(&l); }
      thread b(void)
      {
        int t;
        t = mutex_trylock(&m); t = down_write_trylock(&s); t = down_read_trylock(&s);
        t = read_trylock(&rw); t = spin_is_locked(&l);
      }
      """
    let notes = try Self.notes(text, [1, 1, 1])
    #expect(notes[0] == "" && notes[1] == "" && notes[2] == "s = held by b")
    #expect(
      try Self.notes(text, [0, 0, 0, 0, 1, 1, 1, 1, 1]).suffix(5) == [
        "m = held by a", "s = read by a", "", "rw = held by a", "l = held by a",
      ])
  }

  @Test func `who stands in line, and who keeps readers out, is told`() throws {
    let text = """
      struct rw_semaphore s;
      thread a(void) { down_read(&s); }
      thread b(void) { down_write(&s); }
      thread c(void) { int t = down_read_trylock(&s); }
      """
    #expect(try Self.notes(text, [0, 1]) == ["", "s = read by a"])
  }

  @Test func `whom a grace period waits for is told`() throws {
    let text = """
      struct srcu_struct ss;
      thread a(void) { int i; rcu_read_lock(); rcu_read_unlock(); i = srcu_read_lock(&ss);
        srcu_read_unlock(&ss, i); }
      thread b(void) { synchronize_rcu(); synchronize_srcu(&ss); }
      """
    #expect(
      try Self.notes(text, [0, 1, 0, 1, 0, 1, 0, 1]) == [
        "", "readers = a", "", "readers = all gone", "", "readers of ss = a", "",
        "readers = all gone",
      ])
    #expect(try Self.notes(text, [1]) == ["readers = none"])
  }

  @Test func `a step of very many accesses says that there are more`() throws {
    let text = "int k; thread a(void) { atomic { while (k < 50) k++; } }"
    let notes = try Self.notes(text, [0])
    #expect(notes[0].hasSuffix(" accesses more"), "\(notes[0])")
    #expect(notes[0].contains("; ... = "))
  }
}
