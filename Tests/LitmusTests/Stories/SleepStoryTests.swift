import Testing

@testable import Litmus

/// What is said of threads that sleep, word for word.
@Suite struct SleepStoryTests {
  private static let queue = "C s\nint x;\nwait_queue_head_t wq;\nstruct completion c;\n"
  private static let waiter = "thread a(void)\n{\n\twait_event(wq, READ_ONCE(x));\n}\n"

  private func story(of id: String, _ body: String) throws -> String? {
    try FindingStoryTests.stories(of: Self.queue + body)[id]
  }

  @Test func `a lost wake-up names the queue, the condition and the wake-up before it`() throws {
    #expect(
      try story(
        of: "lost-wakeup", Self.waiter + "thread b(void)\n{\n\twake_up(&wq);\n\tx = 1;\n}\n")
        == "a sleeps at f:7 in wq since step 3, and what it waits for is true: x = 1; "
        + "the last wake-up of wq, by b at f:11, step 1, came before that")
    #expect(
      try story(of: "lost-wakeup", Self.waiter + "thread b(void)\n{\n\tx = 1;\n}\n")
        == "a sleeps at f:7 in wq since step 2, and what it waits for is true: x = 1; "
        + "nobody has woken wq")
  }

  @Test func `a wake-up of others is none`() throws {
    let body = Self.waiter + "thread b(void)\n{\n\tx = 1;\n\twake_up_interruptible(&wq);\n}\n"
    #expect(
      try story(of: "lost-wakeup", body)
        == "a sleeps at f:7 in wq since step 2, and what it waits for is true: x = 1; "
        + "the last wake-up of wq, by b at f:12, step 5, wakes nobody who sleeps as "
        + "TASK_UNINTERRUPTIBLE")
  }

  @Test func `a thread that is woken by its name sleeps in no queue`() throws {
    let body =
      "thread a(void)\n{\n\twhile (!READ_ONCE(x)) {\n\t\tset_current_state(TASK_INTERRUPTIBLE);\n"
      + "\t\tschedule();\n\t}\n}\nthread b(void)\n{\n\tx = 1;\n\twake_up_process(a);\n}\n"
    #expect(
      try story(of: "lost-wakeup", body)
        == "a sleeps at f:9 since step 4, and what it waits for is true: x = 1; "
        + "its last wake-up, by b at f:15, step 3, came before that")
  }

  @Test func `who waits for what never comes is told without a lost wake-up`() throws {
    let body =
      "thread a(void)\n{\n\twait_event(wq, READ_ONCE(x) == 2);\n}\n"
      + "thread b(void)\n{\n\twait_for_completion(&c);\n}\n"
    #expect(
      try story(of: "deadlock", body)
        == "a sleeps at f:7 in wq since step 2; nobody has woken wq; "
        + "b waits at f:11 for c, and its count is 0")
  }

  @Test func `who must not sleep is told why`() throws {
    let body =
      "struct mutex m;\nthread a(void)\n{\n\tset_current_state(TASK_IDLE);\n"
      + "\tmutex_lock(&m);\n}\n"
    #expect(
      try story(of: "sleep-in-atomic", body)
        == "'mutex_lock(&m)' may sleep, and a.state is TASK_IDLE already; a at f:9, step 2")
    #expect(
      try story(
        of: "sleep-in-atomic",
        "spinlock_t l;\nthread a(void)\n{\n\tspin_lock(&l);\n\twait_event(wq, x);\n}\n")
        == "'wait_event(wq, x)' may sleep holding l (a took it at f:8, step 1); a at f:9, step 1")
  }

  @Test func `what dies in a queue, and queues that are emptied, are told`() throws {
    #expect(
      try story(
        of: "use-after-free",
        "static void f(void)\n{\n\tDEFINE_WAIT(w);\n\tprepare_to_wait(&wq, &w, TASK_IDLE);\n}\n"
          + "thread a(void)\n{\n\tf();\n}\n")
        == "the life of a.w ends while it stands in wq; a at f:9 in f(), step 1")
    #expect(
      try story(
        of: "lock-misuse",
        Self.waiter
          + "thread b(void)\n{\n\tinit_waitqueue_head(&wq);\n\tx = 1;\n\twake_up(&wq);\n}\n")
        == "'init_waitqueue_head(&wq)' empties a queue in which threads wait: a; "
        + "b at f:11, step 4")
  }
}
