import RaceModel
import Scheduler
import Testing

struct NameTests {
  @Test(
    arguments: [
      ("thraeds", "threads"), ("Threads", "threads"), ("thread", "threads"), ("rwos", "rows"),
      ("flush-lpdi", "flush-lpid"), ("flush_lpid", "flush-lpid"), ("nmae", "name"), ("x", nil),
      ("", nil), ("linearizable", nil), ("m", nil), ("names", "name"), ("row", "rows"),
      (String(repeating: "x", count: 100_000), nil),
    ] as [(String, String?)])
  func `the nearest name is suggested when it is near`(name: String, nearest: String?) {
    let names = ["name", "threads", "rows", "flush-lpid", "n"]
    #expect(nearestName(to: name, among: names) == nearest)
  }

  @Test func `the first of equally near names is suggested`() {
    #expect(nearestName(to: "cat", among: ["bat", "hat"]) == "bat")
    #expect(nearestName(to: "hat", among: ["bat", "hat"]) == "hat")
    #expect(nearestName(to: "hat", among: []) == nil)
  }

  @Test(
    arguments: [
      (.scenario, "n01-fault-vs-clear", true), (.scenario, "a--b", false), (.scenario, "a-", false),
      (.scenario, "-a", false), (.scenario, String(repeating: "a", count: 64), true),
      (.scenario, String(repeating: "a", count: 65), false), (.scenario, "", false),
      (.thread, "vcpu0", true), (.thread, "0vcpu", false), (.thread, "a-very-long-name", true),
      (.thread, "a-very-long-name-", false), (.thread, "", false), (.thread, "caf\u{E9}", false),
      (.row, "6.1+bump", true), (.row, ".x", false), (.row, "a b", false), (.row, "", false),
      (.tag, "slow", true), (.tag, "6-1", true), (.tag, "Slow", false), (.tag, "a_b", false),
      (.tag, String(repeating: "a", count: 32), true),
      (.tag, String(repeating: "a", count: 33), false),
    ] as [(NameForm, String, Bool)])
  func `names have the form of what they name`(form: NameForm, name: String, accepted: Bool) {
    #expect(form.accepts(name) == accepted)
  }

  @Test(arguments: NameForm.allCases)
  func `the form and its pattern accept the same names`(form: NameForm) throws {
    let pattern = try Regex(form.pattern)
    var names = [""]
    for length in 0..<4 {
      for name in names where name.count == length {
        names += "a0-.+A ".map { name + String($0) }
      }
    }
    let lengths = [15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65]
    names += lengths.map { String(repeating: "z", count: $0) }
    for name in names {
      let isRight = name.count <= form.limit && name.wholeMatch(of: pattern) != nil
      #expect(form.accepts(name) == isRight, "\(name)")
    }
  }
}
