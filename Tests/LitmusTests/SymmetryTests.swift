import Scheduler
import Testing

@testable import Litmus

/// Equal threads of race files, and threads that only look alike.
@Suite struct SymmetryTests {
  private func threads(_ count: Int, _ body: String) -> String {
    (0..<count).map { "thread t\($0)(void)\n{\n\(body)\n}\n" }.joined()
  }

  private func text(_ exploration: Exploration) -> String {
    for statistic in exploration.statistics {
      if case .text(let text) = statistic.value, statistic.id == "symmetry" { return text }
    }
    return "no figure"
  }

  /// Explores a program with and without symmetry, which must tell the same.
  private func compare(
    _ text: String
  ) throws -> (all: RaceProgram.Result, kept: RaceProgram.Result) {
    let program = try RaceProgram(try read(text))
    let all = program.explore()
    let kept = program.explore(Explorer.Options(reduction: .symmetry))
    #expect(all.verdict == kept.verdict, "\(text)")
    #expect(Set(all.found.map(\.id)) == Set(kept.found.map(\.id)), "\(text)")
    for finding in kept.exploration.findings {
      guard case .violated(let run) = finding.result else { continue }
      let trace = try kept.system.replay(run.schedule)
      #expect(trace.broken.contains(finding.id), "\(finding.id)\n\(text)")
      let fewest = all.found.first { $0.id == finding.id }?.preemptions
      // Preemptions are taken out by trial, and not all have to be found.
      #expect(fewest.map { $0 <= run.preemptions } ?? true, "\(finding.id)\n\(text)")
    }
    let states = all.exploration.counts.states
    #expect(kept.exploration.counts.states <= states, "\(text)")
    for statistic in kept.exploration.statistics where statistic.id == "all-states" {
      if case .count(let count) = statistic.value { #expect("\(count)" == "\(states)", "\(text)") }
    }
    return (all, kept)
  }

  @Test func `equal threads are found, and their orders merged`() throws {
    for count in 2...4 {
      let (all, kept) = try compare(
        "C f\nint x;\n\(threads(count, "x++;"))finally sum: x == \(count)\n")
      #expect(all.found.map(\.id) == ["sum"])
      #expect(
        text(kept.exploration)
          == "threads " + (0..<count).map { "t\($0)" }.joined(separator: " = "))
      // Many states are few in their orbits: those in which threads stand in one place.
      let (part, whole) = [(1, 1), (1, 1), (2, 3), (2, 5), (1, 6)][count]
      #expect(kept.exploration.counts.states * whole <= all.exploration.counts.states * part)
    }
  }

  @Test(arguments: [
    "spin_lock(&l);\nx++;\nspin_unlock(&l);",
    "mutex_lock(&m);\nint v = x;\nmutex_unlock(&m);\nWRITE_ONCE(y, v);",
    "down_write(&s);\nx++;\nup_write(&s);",
    "down_read(&s);\ny = x;\nup_read(&s);\ndown_write(&s);\nx++;\nup_write(&s);",
    "rcu_read_lock();\ny = x;\nrcu_read_unlock();\nx = 1;\nsynchronize_rcu();\nx = 2;",
    "int i = srcu_read_lock(&r);\ny = x;\nsrcu_read_unlock(&r, i);\nx++;",
    "while (xchg(&x, 1))\n;\ny++;\nsmp_store_release(&x, 0);",
    "int a[2] = { 1, 2 };\na[READ_ONCE(x)] = 3;\nx = a[0] == 1;",
    "static_call();",
    "wait_event(q, READ_ONCE(x));", "WRITE_ONCE(x, 1);\nwake_up(&q);\nwait_event(q, x == 1);",
    "wait_event_interruptible(q, x);\ncomplete(&c);\nwait_for_completion(&c);",
    "set_current_state(TASK_IDLE);\nif (!x) schedule();\nmutex_lock_killable(&m);",
  ])
  func `locks and readers are exchanged with the threads`(body: String) throws {
    let head =
      "C f\nspinlock_t l;\nstruct mutex m;\nstruct rw_semaphore s;\nstruct srcu_struct r;\n"
      + "wait_queue_head_t q;\nstruct completion c;\nint x, y;\nstatic void static_call(void)\n{\nint v = x;\nx = v + 1;\n}\n"
    let (all, kept) = try compare(head + threads(3, body))
    #expect(text(kept.exploration) == "threads t0 = t1 = t2")
    #expect(kept.exploration.counts.states * 2 < all.exploration.counts.states)
  }

  @Test func `threads that differ in something subtle are not merged`() throws {
    let alike = threads(2, "int r = READ_ONCE(x);\nx = r + 1;")
    for (property, kept) in [
      ("sometimes first: t0:r == 1", "none: nothing is interchangeable"),
      ("sometimes either: t0:r == 1 || t1:r == 1", "threads t0 = t1"),
      ("finally order: t0:r <= t1:r", "none: threads t0 = t1 look alike and differ"),
      ("finally sum: t0:r + t1:r <= 1", "threads t0 = t1"),
    ] {
      let result = try compare("C f\nint x;\n\(alike)\(property)\n")
      #expect(text(result.kept.exploration) == kept, "\(property)")
    }
    for program in [
      // Another constant, another variable, another lock, another start.
      "thread a(void) { x = 1; }\nthread b(void) { x = 2; }\n",
      "thread a(void) { x = 1; }\nthread b(void) { y = 1; }\n",
      "thread a(void) { x = 1; }\ndaemon b(void) { x = 1; }\n",
      "thread a(void) { x++; }\nthread b(void) { ++x; x = 0; }\n",
      // Addresses of their own are not renamed.
      "int *p;\nthread a(void) { int v = 1; p = &v; v = 2; p = 0; }\n"
        + "thread b(void) { int v = 1; p = &v; v = 2; p = 0; }\n",
    ] {
      let result = try compare("C f\nint x, y;\n" + program)
      #expect(text(result.kept.exploration).hasPrefix("none: "), "\(program)")
    }
    let third =
      "thread a(void) { x = 1; }\nthread b(void) { x = 1; }\nthread c(void) { y = x; }\n"
    #expect(try text(compare("C f\nint x, y;\n" + third).kept.exploration) == "threads a = b")
  }

  @Test func `stuck threads are found among equal ones`() throws {
    let (all, kept) = try compare(
      "C f\nint turn;\nstruct mutex m;\n"
        + threads(2, "mutex_lock(&m);\nwhile (READ_ONCE(turn) < 1)\n;\nmutex_unlock(&m);")
        + "thread other(void)\n{\nmutex_lock(&m);\nturn = 1;\nmutex_unlock(&m);\n}\n")
    #expect(all.found.map(\.id) == ["deadlock"])
    #expect(text(kept.exploration) == "threads t0 = t1")
  }

  @Test func `generated programs of equal threads tell the same either way`() throws {
    var random = Random(seed: 7)
    var (before, after, broken) = (0, 0, 0)
    for _ in 0..<150 {
      let count = 2 + random.below(2)
      let body = (0..<2 + random.below(2)).map { _ in
        random.pick([
          "x++;", "WRITE_ONCE(x, 1);", "r = READ_ONCE(y);", "WRITE_ONCE(y, r + 1);",
          "spin_lock(&l);\ny = x;\nspin_unlock(&l);", "if (READ_ONCE(x))\ny = 1;",
          "while (READ_ONCE(y) == 1)\ncpu_relax();", "spin_lock(&l);", "assert(x != 2);",
          "if (r)\nreturn;", "r = choose(0..1);", "await(y != 1);",
        ])
      }.joined(separator: "\n")
      let other = random.pick(["", "thread o(void) { y = 0; }\n", "daemon o(void) { y = 2; }\n"])
      let (all, kept) = try compare(
        "C f\nspinlock_t l;\nint x, y;\n" + threads(count, "int r = 0;\n" + body) + other
          + "finally small: x + y < 3\n")
      before += all.exploration.counts.states
      after += kept.exploration.counts.states
      broken += all.found.isEmpty ? 0 : 1
    }
    #expect(after * 5 < before * 3, "\(after) of \(before) states")
    #expect(broken > 30 && broken < 140, "\(broken)")
  }
}
