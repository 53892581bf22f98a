import Testing

@testable import Litmus

/// What would have half a meaning, or none, each in a line.
@Suite struct SmallRefusalTests {
  @Test(
    arguments: [
      (
        "goto in; atomic { in: x = 1; }",
        "27: error: a label has no place in 'atomic': nothing jumps into it"
      ),
      (
        "switch (x) { atomic { case 0: x = 1; } }",
        "31: error: a case of a 'switch' around 'atomic' has no place in it: nothing jumps into it"
      ),
      (
        "switch (x) { atomic { while (x) { default: x = 1; } } }",
        "43: error: a case of a 'switch' around 'atomic' has no place in it: nothing jumps into it"
      ),
      ("atomic { switch (x) { case 0: x = 1; } }", ""),
      (
        "if (f()) x = 1;",
        "13: error: 'f' is only declared: its value is not known, and is looked at here"
      ),
      (
        "x = (0, f());",
        "17: error: 'f' is only declared: its value is not known, and is looked at here"
      ),
      (
        "x = x ? f() : 1;",
        "17: error: 'f' is only declared: its value is not known, and is looked at here"
      ),
      ("f(); (void)f(); x ? f() : f();", ""),
      (
        "set_bit(0, &x);",
        "20: error: 'set_bit' works on bits of an 'unsigned long', not of a 'int'"
      ),
      (
        "__clear_bit(0, &x);",
        "24: error: '__clear_bit' works on bits of an 'unsigned long', not of a 'int'"
      ),
      (
        "bit_spin_lock(0, &c);",
        "26: error: 'bit_spin_lock' works on bits of an 'unsigned long', not of a 'u8'"
      ),
      ("fallthrough;", "9: error: 'fallthrough' stands outside of 'switch'"),
      ("EBUSY = 1;", "9: error: the constant 'EBUSY' cannot be written"),
      (
        "x = min(x, 1UL + x);",
        "13: error: 'min' does not mix signed and unsigned numbers: write 'min_t(TYPE, ...)'"
      ),
    ])
  func `a mistake in a body is refused by its place`(body: String, message: String) {
    let text = "int x;\nu8 c;\nint f(void);\nthread a(void)\n{       \(body) }"
    let answer = SmallRunTests.answer(text)
    #expect(message.isEmpty ? !answer.contains("error") : answer == "f:6:\(message)")
  }

  @Test(arguments: ["assert", "deadlock", "progress", "condition", "null", "rcu", "assume"])
  func `a property has no name that something else has`(name: String) {
    #expect(
      SmallRunTests.answer("int x;\nthread a(void) { x = 1; }\nalways \(name): x == 0").hasPrefix(
        "f:4:1: error: a property is not called '\(name)'"))
  }
}
