import Testing

@testable import Scheduler

/// Labels as tokens have them.
@Suite struct StepNameTests {
  @Test(arguments: ["lock-mmu", "x", "read_2", "A-9", String(repeating: "l", count: 32)])
  func `a plain label is its own name`(_ label: String) {
    #expect(StepName(of: label).text == label)
    #expect(StepName(of: label).shown == label)
  }

  @Test(arguments: [
    ("if (READ_ONCE(request))", "if-READ_ONCE-request"), ("WRITE_ONCE(x, 1);", "WRITE_ONCE-x-1"),
    ("  spaces  ", "spaces"), ("über", "ber"), ("a.b", "a-b"), ("--;", "--"), ("", ""), ("+=", ""),
    (String(repeating: "long", count: 9), "longlonglonglonglong"),
    ("nineteen-and-a-bit (more)", "nineteen-and-a-bit-m"),
  ])
  func `another label has its letters and a hash`(_ label: String, _ start: String) {
    let text = StepName(of: label).text
    // Dashes at the end go.
    let begins = start == "--" ? "" : start
    #expect(text.hasPrefix(begins + ".") && text.utf8.count == begins.utf8.count + 4, "\(text)")
  }

  @Test func `labels that differ in signs only have different names`() {
    let labels = ["a < b", "a > b", "a = b", "a b", "a  b", "b < a", "a < b;", "a<b"]
    #expect(Set(labels.map(StepName.init(of:))).count == labels.count)
    let many = (0..<200).map { StepName(of: "if (x[\($0)] != y)") }
    #expect(Set(many).count > 190, "twelve bits of hash beside the letters")
  }

  @Test func `every name is short, plain and read back`() throws {
    let signs = Array("aZ09_-;(){}<>=&|!*+,./:@%$'\"\\ \t\n\u{1B}é\u{301}\u{202E}\u{1F980}")
    for seed in 0..<2_000 {
      var random = SplitMix64(seed: UInt64(seed))
      let label = String((0..<random.pick(below: 45)).map { _ in random.pick(from: signs) })
      let name = StepName(of: label)
      #expect((1...32).contains(name.text.utf8.count), "\(label)")
      let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
      #expect(name.text.allSatisfy(plain.contains), "\(name.text)")
      var rest = Substring(name.text + "/@2")
      #expect(StepName(from: &rest) == name && rest == "/@2", "\(name.text)")
    }
  }
}
