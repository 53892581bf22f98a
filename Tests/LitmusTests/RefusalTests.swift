import Testing

@testable import Litmus

/// What has no meaning, or none yet, is refused by its name and place.
@Suite struct RefusalTests {
  /// The messages for the body of a thread, without the place of the first line.
  static func messages(_ body: String, before: String = "") -> String {
    let text = """
      C t
      \(before) struct s { int v; struct s *next; int array[2]; spinlock_t lock; };
      enum e { ONE = 1 };
      int x, *p, array[4];
      struct s one;
      spinlock_t l;
      struct mutex m;
      static void nothing(void) { }
      static int add(int a, int b) { return a + b; }
      thread t(void) {
      \(body)
      }
      """
    do throws(RaceFileError) {
      _ = try RaceProgram(try read(text))
      return ""
    } catch {
      return error.diagnostics.map(\.description).joined(separator: "\n")
        .replacing("f:11:", with: "")
    }
  }

  @Test(
    arguments: [
      ("y = 1;", "1: error: unknown name 'y'"),
      ("aray[0] = 1;", "1: error: unknown name 'aray'; did you mean 'array'?"),
      ("WRIT_ONCE(x, 1);", "1: error: unknown function 'WRIT_ONCE'; did you mean 'WRITE_ONCE'?"),
      ("one.w = 1;", "5: error: 'struct s' has no member 'w'"),
      ("one.nxt = 0;", "5: error: 'struct s' has no member 'nxt'; did you mean 'next'?"),
      ("x.v = 1;", "3: error: 'int' has no members"),
      ("x = p;", "5: error: what is assigned is a 'int', not a 'int *'"),
      ("p = 5;", "5: error: what is assigned is a 'int *', not a 'int'"),
      ("*x = 1;", "1: error: 'int' is no pointer"),
      ("5 = x;", "1: error: this has no address and cannot be written"),
      ("ONE = 2;", "1: error: the constant 'ONE' cannot be written"),
      ("x = l;", "5: error: 'spinlock_t' has no value of its own"),
      ("l = 1;", "3: error: a 'spinlock_t' cannot be assigned to"),
      ("spin_lock(l);", "11: error: 'spinlock_t' has no value of its own"),
      ("spin_lock(&m);", "11: error: 'spin_lock' works on 'spinlock_t', not on 'struct mutex'"),
      ("spin_lock(&x);", "11: error: 'spin_lock' works on 'spinlock_t', not on 'int'"),
      ("xchg(x, 1);", "6: error: a pointer is expected here, not a 'int': is a '&' missing?"),
      ("x = add(1);", "5: error: 'add' takes 2 arguments, not 1"),
      ("smp_mb(x);", "1: error: 'smp_mb' takes 0 arguments, not 1"),
      ("x = nothing();", "5: error: this call gives no value"),
      ("x = nothing;", "5: error: what is assigned is a 'int', not a 'void (*)(void)'"),
      ("one.next->next();", "9: error: a 'struct s *' is no function and not called"),
      ("t();", "1: error: 't' is not called: it runs by itself"),
      ("x = \"a\";", "5: error: strings have no place in a race file"),
      ("x = choose(3..1);", "5: error: 'choose(3..1)' has no value"),
      ("x = choose(0..4096);", "5: error: 'choose' has at most 4096 values"),
      ("x = choose(0..x);", "5: error: the ends of 'choose' are constants"),
      ("x = choose(3);", "12: error: 'choose' takes FIRST..LAST"),
      ("break;", "1: error: 'break' stands outside of loops and 'switch'"),
      ("continue;", "1: error: 'continue' stands outside of loops"),
      ("case 1: ;", "1: error: a case stands outside of 'switch'"),
      ("goto end;", "1: error: there is no label 'end'"),
      ("switch (x) { case 1: case 1: ; }", "22: error: the 'switch' has this case already"),
      ("a: ; a: ;", "6: error: the label 'a' stands here twice"),
      ("int y; int y;", "12: error: 'y' is declared twice"),
      ("static int y;", "1: error: 'static' locals are not read: use a global"),
      ("int y[5000] = { 0 };", "7: error: an array has 1 to 4096 elements, not 5000"),
      ("struct p { int u; int w; } q; q.u = 1; x = q.u;", ""),
      ("struct s two = one;", "10: error: a 'struct s' holds what is not copied, such as a lock"),
      ("struct percpu_ref h;", "1: error: 'struct percpu_ref' is not supported yet"),
      (
        "wait_queue_head_t q; wait_event_interruptible_exclusive(q, x);",
        "22: error: 'wait_event_interruptible_exclusive' is not supported yet; "
          + "write 'wait_event' or one of its forms, which 'wake_up' wakes all"
      ),
      (
        "struct task_struct t;",
        "20: error: threads are known by pointers: write 'struct task_struct *'"
      ),
      (
        "wait_event(x, x);",
        "12: error: 'wait_event' takes a 'wait_queue_head_t' itself, not a 'int'"
      ),
      (
        "wake_up(&x);", "9: error: 'wake_up' works on 'wait_queue_head_t', not on 'int'"
      ),
      (
        "struct completion c; down(&c);",
        "27: error: 'down' works on 'struct semaphore', not on 'struct completion'"
      ),
      ("guard(mutex_intr)(&m);", "1: error: guards of class 'mutex_intr' are not known"),
      (
        "guard(spinlock)(&m);",
        "17: error: 'guard(spinlock)' works on 'spinlock_t', not on 'struct mutex'"
      ),
      ("guard(mutex)();", "1: error: 'guard(mutex)' takes a pointer to the lock"),
      ("guard(rcu)(&m);", "1: error: 'guard(rcu)' takes no arguments"),
      ("x = guard(mutex)(&m);", "5: error: 'guard(CLASS)(...)' is a statement of its own"),
      (
        "scoped_guard(3) { x = 1; }",
        "14: error: expected the name of a class of locks, not the number 3"
      ),
      (
        "goto in; guard(mutex)(&m); in: x = 1;",
        "1: error: this jumps over a guard, into what it guards"
      ),
      ("atomic { guard(mutex)(&m); }", "10: error: a lock is not waited for within 'atomic'"),
      ("return 1;", "8: error: the function returns no value"),
      ("atomic { spin_lock(&l); }", "10: error: a lock is not waited for within 'atomic'"),
      (
        "atomic { x = 1; await(x); }",
        "17: error: 'await' comes first within 'atomic', or not at all"
      ),
      (
        "atomic { while (x) x = choose(0..1); }",
        "24: error: 'choose' within a condition or loop of 'atomic' is its only one, and made once"
      ),
      (
        "atomic { if (x) x = choose(0..1); x = choose(0..1); }",
        "39: error: 'choose' within a condition or loop of 'atomic' is its only one, and made once"
      ),
      (
        "atomic { x = choose(0..15); x = choose(0..16); }",
        "33: error: the choices within 'atomic' have more than 256 results"
      ),
      ("add(1, 2) = 3;", "1: error: this has no address and cannot be written"),
      (
        "x = atomic_read(&m);",
        "17: error: 'atomic_read' works on 'atomic_t', not on 'struct mutex'"
      ),
      ("refcount_inc(&x);", "14: error: 'refcount_inc' works on 'refcount_t', not on 'int'"),
      (
        "write_seqlock(&l);", "15: error: 'write_seqlock' works on 'seqlock_t', not on 'spinlock_t'"
      ),
      ("BUILD_BUG_ON(1);", "1: error: 'BUILD_BUG_ON' does not hold"),
      (
        "one.next = container_of(&x, struct s, lock);",
        "25: error: the member is a 'spinlock_t', and the pointer is a 'int *'"
      ),
      ("atomic { return; }", "10: error: 'return' has no place in 'atomic'"),
      (
        "while (1) { atomic { break; } }",
        "22: error: 'break' stands outside of loops and 'switch'"
      ),
      ("await(nothing());", "7: error: this call gives no value"),
      ("x = sizeof(struct s);", "5: error: the size of a 'struct s' is not known"),
      ("x ? 1 : one;", "9: error: 'struct s' has no value of its own"),
    ])
  func `a mistake in a body has a column and a sentence`(body: String, message: String) {
    #expect(Self.messages(body) == message)
  }

  @Test(
    arguments: [
      ("", "f:1:1: error: the file has no thread"),
      ("int x;", "f:1:1: error: the file has no thread"),
      ("thread a(int x) { }", "f:2:1: error: 'a' takes no arguments: write (void)"),
      ("thread a(void) { }\nthread a(void) { }", "f:3:1: error: 'a' is declared twice"),
      (
        "static int f(int n) { return f(n - 1); }\nthread a(void) { f(1); }",
        "f:2:30: error: 'f' calls itself: functions are inlined"
      ),
      (
        "static int g(int n);\nstatic int f(int n) { return g(n); }\n"
          + "static int g(int n) { return f(n); }\nthread a(void) { f(1); }",
        "f:3:30: error: 'g' calls itself: functions are inlined"
      ),
      (
        "int x; long y;\nthread a(void) { y = (long)(void *)&x | 1; }",
        "f:3:36: error: a number that is made of a pointer is compared or made a pointer again, "
          + "and no more: addresses are not counted in bytes"
      ),
      (
        "int x; long y;\nthread a(void) { y = (long)&x == 3; y = -(unsigned long)&x; }",
        "f:3:57: error: a number that is made of a pointer is compared or made a pointer again, "
          + "and no more: addresses are not counted in bytes"
      ),
      (
        "irq h(void)\n{\n}\nthread a(void) { }",
        "f:2:1: error: 'irq' says whom it interrupts: 'irq h(void) on THREAD'"
      ),
      (
        "softirq h(void) times 0..2 on b { }\nthread a(void) { }",
        "f:2:31: error: there is no thread 'b'"
      ),
      (
        "irq h(void) on a { }\nirq i(void) on h { }\nthread a(void) { }",
        "f:3:16: error: 'h' is no thread: a handler interrupts threads only"
      ),
      (
        "irq h(void) on a times 0 { }\nthread a(void) { }",
        "f:2:24: error: 'times' takes a number from 1 on, or the least and the most: 'times 0..2'"
      ),
      (
        "irq h(void) on a times 3..2 { }\nthread a(void) { }",
        "f:2:24: error: 'times' takes a number from 1 on, or the least and the most: 'times 0..2'"
      ),
      (
        "irq h(void) on a times 4097 { }\nthread a(void) { }",
        "f:2:24: error: 'times' is at most 4096"
      ),
      (
        "irq h(void) on a raised times 1 { }\nthread a(void) { }",
        "f:2:31: error: 'raised' comes as often as it is raised: it has no 'times'"
      ),
      (
        "irq h(int n) on a { }\nthread a(void) { }",
        "f:2:1: error: 'h' takes no arguments: write (void)"
      ),
      (
        "irq h(void) on a { }\nthread a(void) { h(); }",
        "f:3:18: error: 'h' is not called: it runs by itself"
      ),
      (
        "work w(void) { }\nthread a(void) { }",
        "f:2:1: error: 'work' is not supported yet; write a thread or 'daemon' of its own, "
          + "which begins with an 'await'"
      ),
      ("int x;\nthread a(void) { }\nalways p: x = 1", "f:4:13: error: a property changes nothing"),
      (
        "int x;\nthread a(void) { }\nalways p: xchg(&x, 1)",
        "f:4:11: error: a property calls nothing"
      ),
      ("thread a(void) { }\nfinally p: b:x", "f:3:12: error: there is no thread 'b'"),
      ("thread a(void) { }\nfinally p: a:x", "f:3:12: error: 'a' has no local 'x'"),
      (
        "int *p;\nthread a(void) { int i = 1; p = &i; }\nfinally q: a:i",
        "f:3:22: error: 'i' is asked about at the end, and its address is taken"
      ),
      ("thread a(void) { }\nexists (y=1)", "f:3:10: error: unknown location 'y'"),
      (
        "thread a(void) { }\nalways p: 1\nalways p: 1", "f:4:1: error: there are two properties 'p'"
      ),
      (
        "int a[1 << 20];\nthread t(void) { }",
        "f:2:9: error: an array has 1 to 4096 elements, not 1048576"
      ),
      (
        "int a[4096][4096];\nthread t(void) { }",
        "f:2:5: error: the variables have more than 60000 parts"
      ),
      ("int x = y;\nthread t(void) { }", "f:2:9: error: unknown name 'y'"),
      (
        "int y, x = y;\nthread t(void) { }",
        "f:2:12: error: a global starts as a constant or an address"
      ),
      (
        "struct s;\nstruct s x;\nthread t(void) { }",
        "f:3:10: error: 'struct s' has no members yet"
      ),
      (
        "extern int x;\nthread t(void) { }",
        "f:2:12: error: 'x' is 'extern', and the file does not define it"
      ),
    ])
  func `a mistake outside of bodies has a place and a sentence`(text: String, message: String) {
    do throws(RaceFileError) {
      _ = try RaceProgram(try read("C t\n\(text)\n"))
      Issue.record("the file was read")
    } catch {
      #expect(error.diagnostics.map(\.description).joined(separator: "\n") == message)
    }
  }

  @Test(arguments: Finding.names.filter { !$0.contains("-") }.sorted())
  func `a property has another name than what is found`(name: String) {
    let file =
      "C t\nint x;\nprogress\nthread a(void) { x = 1; }\nalways NAME: x < 2\nexists (x=1)\n"
    #expect(
      answer(file.replacing("NAME", with: name))
        == "f:5:1: error: a property is not called '\(name)', as a finding is")
    #expect(answer(file.replacing("NAME", with: "\(name)_")) == "condition@0")
  }

  @Test func `inlined calls have limits`() {
    var text = "C t\nint x;\nstatic void f0(void) { x = 1; }\n"
    for level in 1...40 {
      text += "static void f\(level)(void) { f\(level - 1)(); f\(level - 1)(); }\n"
    }
    text += "thread a(void) { f40(); }\n"
    var deep = "C t\nint x;\nstatic void f0(void) { x = 1; }\n"
    for level in 1...400 { deep += "static void f\(level)(void) { f\(level - 1)(); }\n" }
    deep += "thread a(void) { f400(); }\n"
    for (text, message) in [
      (text, "the thread has more than 100000 instructions and calls"),
      (deep, "functions call each other more than 200 deep"),
    ] {
      do throws(RaceFileError) {
        _ = try RaceProgram(try read(text))
        Issue.record("the file was read")
      } catch {
        #expect(error.diagnostics.first?.message == message)
      }
    }
  }
}
