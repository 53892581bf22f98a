import Testing

@testable import Scheduler

/// The printable form of a schedule, which people copy, cut and mistype.
@Suite struct ScheduleTokenTests {
  private let system = Toy("U x; U x; U x / CHOOSE r 3; U x / U x").system()

  private func schedule(_ steps: [(Int, Int)]) -> Schedule {
    Schedule(steps.map { Schedule.Step(ThreadID($0.0), choice: $0.1) })
  }

  @Test func `a token reads back as its schedule`() throws {
    let schedules = [
      schedule([]), schedule([(0, 0)]), schedule([(1, 2)]), schedule([(2, 0), (1, 1), (1, 0)]),
      schedule([(0, 0), (0, 0), (0, 0), (1, 2), (1, 0), (2, 0)]),
      schedule(Array(repeating: (0, 0), count: Schedule.longest)),
    ]
    for schedule in schedules {
      let token = schedule.token(for: system)
      #expect(try Schedule(token: token, for: system) == schedule, "\(token)")
    }
  }

  @Test func `a token has four parts and names runs of steps by letter`() {
    let token = schedule([(0, 0), (0, 0), (1, 2), (1, 0), (2, 0)]).token(for: system)
    let parts = token.split(separator: ":").map(String.init)
    #expect(parts.count == 4)
    #expect(parts[0] == "v1")
    #expect(parts[2] == "a2b.2bc")
    let digits = Set("0123456789abcdef")
    #expect(parts[1].count == 8 && digits.isSuperset(of: parts[1]))
    #expect(parts[3].count == 4 && digits.isSuperset(of: parts[3]))
  }

  /// A hash that loses its entropy on the way to text would accept any system's token.
  @Test func `tokens of many systems differ in hash and checksum`() {
    let tokens = (0..<100).map { seed -> String in
      var builder = Toy("U x / U x").builder
      builder.identity = "\(seed)"
      return schedule([(0, 0), (1, 0)]).token(for: builder.build())
    }
    let parts = tokens.map { $0.split(separator: ":") }
    #expect(Set(parts.map { $0[1] }).count == 100)
    #expect(Set(parts.map { $0[3] }).count > 95, "checksums have 16 bits, so few are equal")
  }

  @Test func `a damaged token is refused or stands for the same schedule`() {
    let original = schedule([(0, 0), (0, 0), (1, 2), (1, 0), (2, 0), (0, 0)])
    let token = original.token(for: system)
    var refused = 0
    for seed in 0..<500 {
      var random = SplitMix64(seed: UInt64(seed))
      let damaged = mutate(token, &random)
      do {
        #expect(try Schedule(token: damaged, for: system) == original, "seed \(seed): \(damaged)")
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 450, "most mutations change the token")
  }

  private func mutate(_ token: String, _ random: inout SplitMix64) -> String {
    var characters = Array(token)
    let strangers = Array("abcdvz0189.: é5\u{301}V-")
    for _ in 0...random.pick(below: 3) {
      guard !characters.isEmpty else { break }
      let place = random.pick(below: characters.count)
      switch random.pick(below: 5) {
      case 0: characters[place] = random.pick(from: strangers)
      case 1: characters.insert(random.pick(from: strangers), at: place)
      case 2: characters.remove(at: place)
      case 3: characters.swapAt(place, random.pick(below: characters.count))
      default: characters.removeSubrange(place...)
      }
    }
    return String(characters)
  }

  /// A token with a checksum that fits, whatever its first parts are.
  private func sealed(_ body: String) -> String {
    var hash = StableHash()
    hash.add(body)
    let text = String((hash.value >> 32 ^ hash.value) & 0xffff, radix: 16)
    return "\(body):" + String(repeating: "0", count: 4 - text.count) + text
  }

  /// The first two parts of the tokens of `system`.
  private var head: String {
    schedule([]).token(for: system).split(separator: ":").prefix(2).joined(separator: ":")
  }

  private func refusal(_ token: String) -> Schedule.TokenError? {
    do {
      _ = try Schedule(token: token, for: system)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ["", "a", "1:0f3a9c21:a:0000", "v", "vx:0f3a9c21:a:0000", "v1", "v1:a:b", "é"])
  func `what does not look like a token is told how one looks`(_ token: String) {
    guard case .wrongForm(let how)? = refusal(token) else {
      Issue.record("\(token)")
      return
    }
    #expect(how.contains("v1:0f3a9c21:"))
  }

  @Test(arguments: [
    ("A", "no thread"), ("a2é", "no thread"), ("a.", "1...255"), ("a.0", "1...255"),
    ("a.256", "1...255"), ("a0", "1...1000000"), ("a99999999", "1...1000000"), ("2a", "no thread"),
  ])
  func `runs that make no sense are refused with the reason`(_ runs: String, _ reason: String) {
    guard case .wrongForm(let how)? = refusal(sealed("\(head):\(runs)")) else {
      Issue.record("\(runs): \(String(describing: refusal(sealed("\(head):\(runs)"))))")
      return
    }
    #expect(how.contains(reason))
  }

  @Test func `other refusals say what is wrong`() {
    let token = schedule([(0, 0)]).token(for: system)
    #expect(refusal("v2" + token.dropFirst(2)) == .wrongVersion("v2"))
    #expect(refusal(String(token.dropLast()) + "x") == .wrongChecksum)
    #expect(refusal(sealed("\(head):ad")) == .unknownThread("d", threads: 3))
    #expect(refusal(sealed("\(head):a1000001")) == .tooLong(limit: Schedule.longest))
    #expect(refusal(sealed("\(head):a1000000b")) == .tooLong(limit: Schedule.longest))
    #expect(refusal(String(repeating: "a", count: 20_000_000)) == .tooLong(limit: 1_000_000))
    let texts: [(Schedule.TokenError, String)] = [
      (.wrongVersion("v2"), "v2"), (.wrongChecksum, "damaged"),
      (.unknownThread("d", threads: 3), "'d'"), (.tooLong(limit: 7), "7 steps"),
      (.otherSystem(token: "1", system: "2"), "another scenario"),
    ]
    for (error, text) in texts { #expect(error.description.contains(text)) }
  }

  @Test func `a token of another system is refused by name`() throws {
    let other = Toy("U x; U x; U x / CHOOSE r 3; U x / U y").system()
    let token = schedule([(0, 0)]).token(for: other)
    guard case .otherSystem(let theirs, let ours)? = refusal(token) else {
      Issue.record("accepted")
      return
    }
    #expect(theirs != ours && token.contains(theirs))
    #expect(try Schedule.token(token, belongsTo: other))
    #expect(try !Schedule.token(token, belongsTo: system))
  }

  @Test func `the hash of a system does not depend on the process`() {
    var hash = StableHash()
    hash.add(UInt8(97))
    #expect(hash.value == 0xaf63_dc4c_8601_ec8c, "FNV-1a of the letter a")
    #expect(petersonLock(.turnThenFlag).stableHash == petersonLock(.turnThenFlag).stableHash)
    #expect(petersonLock(.turnThenFlag).stableHash != petersonLock(.flagThenTurn).stableHash)
  }
}
