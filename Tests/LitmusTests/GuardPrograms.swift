@testable import Litmus

// Programs about guards, and about locks whose waiting can be given up.
extension FunctionProgram {
  /// Guards, which are words and no functions of the tables.
  static let guarded: [String: FunctionProgram] = [
    "guard": FunctionProgram(
      "guard(mutex)(&m);",
      in: "struct mutex m;\nint x;\nstatic void f(void) { CALL x++; assert(x == 1); x--; }\n"
        + "thread a(void) { f(); }\nthread b(void) { f(); }"),
    "scoped_guard": FunctionProgram(
      "scoped_guard(spinlock, &l)",
      in: "spinlock_t l;\nint x;\nstatic void f(void) { CALL { x++; assert(x == 1); x--; } }\n"
        + "thread a(void) { f(); }\nthread b(void) { f(); }"),
  ]

  /// Who gets the lock is alone; who gives up has not got it.
  static func lockOrGiveUp(
    _ operation: Primitive.LockOperation, _ name: String, _ function: PrimitiveFunction
  ) -> FunctionProgram? {
    let subclass = function.arguments.count > 1 ? ", SINGLE_DEPTH_NESTING" : ""
    let (type, unlock) =
      operation == .lock
      ? ("struct mutex", "mutex_unlock(&l);")
      : ("struct rw_semaphore", operation == .readLock ? "up_read(&l);" : "up_write(&l);")
    if operation == .readLock {
      return FunctionProgram(
        "\(name)(&l\(subclass))", instead: "0",
        in: "\(type) l;\nint x, y;\n"
          + "thread w(void) { down_write(&l); x = 1; y = 1; up_write(&l); }\n"
          + "thread r(void) { int i, j, e = CALL; if (e) { assert(e == -EINTR); return; } "
          + "i = x; j = y; \(unlock) assert(i == j); }")
    }
    return FunctionProgram(
      "\(name)(&l\(subclass))", instead: "0",
      in: "\(type) l;\nint x;\nstatic void f(void) { int e = CALL; "
        + "if (e) { assert(e == -EINTR); return; } x++; assert(x == 1); x--; \(unlock) }\n"
        + "thread a(void) { f(); }\nthread b(void) { f(); }")
  }
}

/// Small races about guards and such locks.
extension RaceSamples {
  static let guards: [String: String] = [
    "guards-are-left": #"""
    C guards-are-left
    struct mutex m;
    spinlock_t l;
    int x, y = 1, kept;
    static int look(int way) {
      guard(mutex)(&m);
      lockdep_assert_held(&m);
      if (way == 1) return READ_ONCE(x);
      for (;;) {
        guard(spinlock)(&l);
        lockdep_assert_held(&l);
        if (way == 2) break;
        if (way == 3) goto out;
        if (way == 4) { way = 2; continue; }
        scoped_guard(rcu) {
          if (way == 5) return 5;
          break;
        }
        way = 2;
      }
      lockdep_assert_not_held(&l);
      way = 7;
    out:
      lockdep_assert_not_held(&l);
      return way;
    }
    thread a(void) {
      kept = look(choose(1..6));
      lockdep_assert_not_held(&m);
      lockdep_assert_not_held(&l);
      might_sleep();
    }
    thread b(void) { look(2); }
    finally values: kept == 0 || kept == 7 || kept == 3 || kept == 5
    sometimes three: kept == 3
    sometimes five: kept == 5
    sometimes seven: kept == 7
    row right holds
    """#,
    "value-before-unlock": #"""
    C value-before-unlock
    struct mutex m;
    int x, seen = 1;
    static int look(void) {
    #ifdef FIX
      guard(mutex)(&m);
      return READ_ONCE(x);
    #else
      scoped_guard(mutex, &m) { seen = 0; }
      return READ_ONCE(x);
    #endif
    }
    thread a(void) { int i = look(); assert(i != 1); }
    thread b(void) {
      guard(mutex)(&m);
      WRITE_ONCE(x, 1);
      WRITE_ONCE(x, 2);
    }
    row buggy violated: assert@2
    row fixed -DFIX holds
    """#,
    "interrupted-waits": #"""
    C interrupted-waits
    struct mutex m;
    struct rw_semaphore s;
    int got, waited;
    thread a(void) {
    #ifdef WRITE
      if (down_write_killable(&s)) { got = -1; return; }
      got = 1;
      up_write(&s);
    #elif defined(READ)
      if (down_read_interruptible(&s)) { got = -1; return; }
      got = 1;
      up_read(&s);
    #else
      if (mutex_lock_interruptible(&m)) { got = -1; return; }
      got = 1;
      mutex_unlock(&m);
    #endif
    }
    thread b(void) {
      mutex_lock(&m); down_write(&s);
    #ifdef STUCK
      await(got);
    #endif
      up_write(&s); mutex_unlock(&m);
    }
    thread c(void) { down_read(&s); up_read(&s); }
    finally decided: got == 1 || got == -1
    sometimes interrupted: got == -1
    #ifndef STUCK
    sometimes taken: got == 1
    #endif
    row mutex holds
    row write -DWRITE holds
    row read -DREAD holds
    row stuck -DSTUCK holds
    row writes -DSTUCK -DWRITE holds
    """#,
  ]
}
