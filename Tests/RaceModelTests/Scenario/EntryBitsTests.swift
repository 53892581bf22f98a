import RaceModel
import Testing

struct EntryBitsTests {
  typealias Bits = Scenario.EntryBits

  @Test(arguments: [
    ("rwx RC", "rwx RC"), ("rw --", "rw- --"), ("r-x R-", "r-x R-"), ("x C", "--x -C"),
    ("-w- R", "-w- R-"), ("r -C", "r-- -C"), ("rx -", "r-x --"),
  ])
  func `an entry is read and printed in its canonical form`(text: String, canonical: String) {
    #expect(Bits(text)?.description == canonical)
  }

  @Test func `every canonical form reads back as itself`() throws {
    for bits in 0..<32 {
      func has(_ bit: Int) -> Bool { bits & bit != 0 }
      let entry = Bits(
        read: has(1), write: has(2), execute: has(4), referenced: has(8), changed: has(16))
      #expect(Bits(entry.description) == (bits & 7 == 0 ? nil : entry))
    }
  }

  @Test(arguments: [
    "", " ", "rwx", "rwx ", " RC", "rwx  RC", "rwx RC ", "xwr RC", "--- RC", "- RC", "rwx CR",
    "RWX rc", "rrr RC", "rwx RCC", "rwx\tRC", "absent", "r-x-- R", "rwx R\u{301}", "rwx ---",
  ])
  func `other text is no entry`(text: String) {
    #expect(Bits(text) == nil)
  }

  @Test func `the reader and the pattern accept the same text`() throws {
    let pattern = try Regex("^\(Bits.pattern)$")
    let halves = texts(over: "rwx-", upTo: 4)
    for half in halves {
      let text = half + " R"
      #expect((Bits(text) != nil) == (text.firstMatch(of: pattern) != nil), "\(text)")
    }
    for half in texts(over: "RC- ", upTo: 3) {
      let text = "r " + half
      #expect((Bits(text) != nil) == (text.firstMatch(of: pattern) != nil), "\(text)")
    }
  }

  private func texts(over alphabet: String, upTo length: Int) -> [String] {
    var (all, last) = ([""], [""])
    for _ in 0..<length {
      last = last.flatMap { text in alphabet.map { text + String($0) } }
      all += last
    }
    return all
  }
}
