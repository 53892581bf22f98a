import Scheduler
import Testing

@testable import Litmus

/// Readings of the language that somebody may expect, put into the interpreter: each turns the
/// verdict of a row.
@Suite struct ReadingMutationTests {
  enum Misreading: String, CaseIterable {
    case interruptEntryIsNoStep, unlockIsOneStep, readersPassWriters, deadlockIsThatNobodyCanStep
    case incrementIsOneStep, localsLiveForEver, awaitSpins, waitLooksOnce, violationIsNoEnd
  }

  /// A program, what comes of it, and what of the other reading: anything else, if nil.
  struct Sample {
    var text: String
    var right: String
    var other: String?
  }

  private static let samples: [Misreading: Sample] = [
    .interruptEntryIsNoStep: Sample(
      text: """
        C entry
        spinlock_t inner, outer;
        thread mapper(void) { spin_lock(&outer); spin_unlock(&outer); }
        irq device(void) on mapper { spin_lock(&inner); spin_unlock(&inner); }
        thread reporter(void)
        {
          unsigned long flags;
          spin_lock_irqsave(&inner, flags);
          spin_lock(&outer);
          spin_unlock(&outer);
          spin_unlock_irqrestore(&inner, flags);
        }
        """, right: "deadlock@1", other: "holds"),
    .unlockIsOneStep: Sample(
      text: """
        C unlock
        struct vm { struct mutex lock; int users; };
        struct vm vm = { .users = 2 };
        static void put(struct vm *v)
        {
          int last;
          mutex_lock(&v->lock);
          last = --v->users == 0;
          mutex_unlock(&v->lock);
          if (last)
            kfree(v);
        }
        thread a(void) { put(&vm); }
        thread b(void) { put(&vm); }
        """, right: "use-after-free@1", other: "holds"),
    .readersPassWriters: Sample(
      text: """
        C writer
        struct rw_semaphore sem;
        struct mutex m;
        thread reader(void) { down_read(&sem); mutex_lock(&m); mutex_unlock(&m); up_read(&sem); }
        thread second(void) { mutex_lock(&m); down_read(&sem); up_read(&sem); mutex_unlock(&m); }
        thread writer(void) { down_write(&sem); up_write(&sem); }
        """, right: "deadlock@1", other: "holds"),
    .deadlockIsThatNobodyCanStep: Sample(
      text: """
        C behind
        struct mutex a, b;
        int beats;
        timer tick(void) { beats = !beats; mod_timer(tick, 1); }
        thread one(void)
        {
          mod_timer(tick, 1);
          mutex_lock(&a); mutex_lock(&b); mutex_unlock(&b); mutex_unlock(&a);
        }
        thread two(void)
        {
          mutex_lock(&b); mutex_lock(&a); mutex_unlock(&a); mutex_unlock(&b);
        }
        """, right: "deadlock@1", other: "holds"),
    .incrementIsOneStep: Sample(
      text: "C add\nint x;\nthread a(void) { x++; }\nthread b(void) { x++; }\nfinally p: x == 2",
      right: "p@1", other: "holds"),
    .localsLiveForEver: Sample(
      text: """
        C local
        int *shared;
        static void lend(void) { int x; x = 1; WRITE_ONCE(shared, &x); }
        thread a(void) { lend(); }
        thread b(void) { int *p = READ_ONCE(shared); if (p) *p = 2; }
        """, right: "use-after-free@0", other: "holds"),
    .awaitSpins: Sample(
      text: """
        C kick
        int need_resched, polling = 1, ipi;
        thread idle(void)
        {
          if (READ_ONCE(need_resched))
            return;
          WRITE_ONCE(polling, 0);
          await(READ_ONCE(ipi));
        }
        thread waker(void)
        {
          WRITE_ONCE(need_resched, 1);
          if (!READ_ONCE(polling))
            WRITE_ONCE(ipi, 1);
        }
        """, right: "deadlock@1", other: "holds"),
    .waitLooksOnce: Sample(
      text: """
        C wake
        int ref = 2;
        wait_queue_head_t wq;
        thread waits(void) { wait_event(wq, READ_ONCE(ref) == 1); }
        thread drops(void) { WRITE_ONCE(ref, 1); wake_up(&wq); }
        """, right: "holds", other: nil),
    .violationIsNoEnd: Sample(
      text: """
        C end
        int x, done;
        thread a(void) { assert(!x); WRITE_ONCE(done, 1); }
        thread b(void) { x = 1; await(READ_ONCE(done)); }
        """, right: "assert@0", other: "deadlock@0"),
  ]

  @Test(arguments: Misreading.allCases)
  func `another reading turns a verdict`(misreading: Misreading) throws {
    let sample = try #require(Self.samples[misreading])
    let file = try read(sample.text + "\n")
    func answer(_ reading: Reading) throws -> String {
      outcome(of: try RaceProgram(file, defines: [], labels: [], reading: reading))
    }
    #expect(try answer(.standard) == sample.right)
    let other = try answer(misreading.reading)
    #expect(other != sample.right && other == sample.other ?? other)
  }
}

extension ReadingMutationTests.Misreading {
  var reading: Reading {
    switch self {
    case .interruptEntryIsNoStep: Reading(rewrite: Self.joinEntry)
    case .unlockIsOneStep: Reading(rewrite: { Self.skip($0) { $0.operation == .isLocked } })
    case .readersPassWriters:
      Reading(
        rewrite: {
          // Straight to where the lock is waited for, without a place in line.
          Self.skip($0, by: 2) {
            if case .lock(.writeLock, _) = $0.operation { true } else { false }
          }
        })
    case .deadlockIsThatNobodyCanStep: Reading(deadlock: .nobodyCanStep)
    case .incrementIsOneStep: Reading(rewrite: Self.joinUpdates)
    case .localsLiveForEver: Reading(rewrite: { Self.skip($0) { $0.operation == .kill } })
    case .awaitSpins: Reading(rewrite: Self.spin)
    case .waitLooksOnce: Reading(rewrite: Self.sleepAtOnce)
    case .violationIsNoEnd: Reading(rewrite: Self.hang)
    }
  }

  /// Passes over some instructions, and as many behind each as `count` says.
  private static func skip(
    _ code: [Instruction], by count: Int32 = 1, where isSkipped: (Instruction) -> Bool
  ) -> [Instruction] {
    var code = code
    for index in code.indices where isSkipped(code[index]) {
      var jump = Instruction(operation: .jump, next: Int32(index) + count)
      (jump.offset, jump.frame) = (code[index].offset, code[index].frame)
      code[index] = jump
    }
    return code
  }

  /// The first step of a handler is one with its entry.
  private static func joinEntry(_ code: [Instruction]) -> [Instruction] {
    var code = code
    for index in code.indices where code[index].operation == .handler(.enter) {
      if let next = code[(index + 1)...].firstIndex(where: \.isStep) { code[next].isStep = false }
    }
    return code
  }

  /// A read and the write that belongs to it are one step.
  private static func joinUpdates(_ code: [Instruction]) -> [Instruction] {
    var code = code
    for index in code.indices where code[index].operation == .load {
      let write = code[(index + 1)...].firstIndex {
        $0.operation == .store && $0.address == code[index].address
          && $0.offset == code[index].offset
      }
      if let write { code[write].isStep = false }
    }
    return code
  }

  /// What is waited for is looked at again and again.
  private static func spin(_ code: [Instruction]) -> [Instruction] {
    var code = code
    for index in code.indices where code[index].operation == .await {
      code[index].operation = .branch
      (code[index].next, code[index].other) = (Int32(index) + 1, Int32(index))
    }
    return code
  }

  /// Who has queued sleeps without another look.
  private static func sleepAtOnce(_ code: [Instruction]) -> [Instruction] {
    var code = code
    for index in code.indices {
      guard case .wait(.prepare) = code[index].operation else { continue }
      let sleep = code[index...].firstIndex { instruction in
        if case .wait(.sleep) = instruction.operation { true } else { false }
      }
      if let sleep { code[index + 1] = Instruction(operation: .jump, next: Int32(sleep)) }
    }
    return code
  }

  /// Who breaks a rule waits for ever.
  private static func hang(_ code: [Instruction]) -> [Instruction] {
    var code = code
    for index in code.indices where code[index].operation == .check(.assert) {
      (code[index].operation, code[index].isStep, code[index].isMarked) = (.await, true, true)
    }
    return code
  }
}
