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
    ]
    for schedule in schedules {
      let token = try schedule.token(for: system)
      #expect(try Schedule(token: token, for: system) == schedule, "\(token)")
      #expect(try ScheduleToken(token) == ScheduleToken(of: schedule, for: system))
    }
  }

  @Test func `random runs of every toy read back, by number and by label`() throws {
    var segments = 0
    for (number, toy) in Toys.all.enumerated() {
      for turn in 0..<3 {
        let schedule = randomRun(of: toy.system, seed: UInt64(10 * number + turn))
        let token = try schedule.token(for: toy.system)
        #expect(try Schedule(token: token, for: toy.system) == schedule, "\(toy.name): \(token)")
        // What was made for nothing known is taken by its labels, which are those of this system.
        let strange = try ScheduleToken(SealedTokens.strange(token))
        let reading = try strange.reading(on: toy.system)
        #expect(reading.isByLabels && reading.schedule == schedule, "\(toy.name): \(token)")
        segments += strange.segments.count
      }
    }
    #expect(segments > 1_000, "runs have several segments: \(segments)")
  }

  /// A run of at most 40 steps.
  private func randomRun(of system: System, seed: UInt64) -> Schedule {
    var random = SplitMix64(seed: seed)
    let simulator = Simulator(system)
    simulator.start()
    let length = random.pick(below: 40)
    while !simulator.isOver && simulator.steps.count < length {
      simulator.take(random.pick(below: simulator.possible.count))
    }
    return Schedule(simulator.steps)
  }

  @Test func `a long run reads back`() throws {
    let spin = Toy("R x; GOTO 0 x=0 / R x; GOTO 0 x=0").system()
    let steps = (0..<20_000).map { ($0 / 2_500 % 2, 0) }
    let token = try schedule(steps).token(for: spin)
    #expect(token.utf8.count < 400, "\(token)")
    #expect(try Schedule(token: token, for: spin) == schedule(steps))
  }

  @Test func `every letter names a thread`() throws {
    let many = Toy(Array(repeating: "U x", count: 26).joined(separator: " / ")).system()
    let steps = schedule((0..<26).reversed().map { ($0, 0) })
    let token = try steps.token(for: many)
    #expect(token.contains("z.") && token.contains(",a."))
    #expect(try Schedule(token: token, for: many) == steps)
  }

  @Test func `a token has five parts and names segments by letter, length and last label`() throws {
    var builder = Toy("U x; U x; U x / CHOOSE r 3; U x / U x").builder
    builder.version = "1.2.3-rc+4"
    let system = builder.build()
    let token = try schedule([(0, 0), (0, 0), (1, 2), (1, 0), (2, 0)]).token(for: system)
    let parts = token.split(separator: ":").map(String.init)
    #expect(parts.count == 5)
    #expect(parts[0] == "v2" && parts[1] == "1.2.3-rc+4")
    let (increment, choose) = (StepName(of: "U x").text, StepName(of: "CHOOSE r 3").text)
    #expect(parts[3] == "a2.\(increment)@2,b.\(choose)+2,b.\(increment)/,c.\(increment)/")
    let digits = Set("0123456789abcdef")
    #expect(parts[2].count == 8 && digits.isSuperset(of: parts[2]))
    #expect(parts[4].count == 4 && digits.isSuperset(of: parts[4]))
    #expect(try ScheduleToken(token).modelVersion == "1.2.3-rc+4")
    let nameless = try schedule([]).token(for: self.system)
    #expect(nameless.hasPrefix("v2::") && nameless.contains("::"))
    #expect(try ScheduleToken(nameless).modelVersion == nil)
  }

  @Test func `a schedule that cannot be taken gets no token`() {
    #expect(throws: ReplayError.self) { try schedule([(1, 3)]).token(for: system) }
    #expect(throws: ReplayError.self) { try schedule([(2, 0), (2, 0)]).token(for: system) }
  }

  /// A hash that loses its entropy on the way to text would accept any system's token.
  @Test func `tokens of many systems differ in hash and checksum`() throws {
    let tokens = try (0..<100).map { seed -> String in
      var builder = Toy("U x / U x").builder
      builder.identity = "\(seed)"
      return try schedule([(0, 0), (1, 0)]).token(for: builder.build())
    }
    let parts = tokens.map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    #expect(Set(parts.map { $0[2] }).count == 100)
    #expect(Set(parts.map { $0[4] }).count > 95, "checksums have 16 bits, so few are equal")
  }

  @Test func `the hash of a system does not depend on the process`() {
    var hash = StableHash()
    hash.add(UInt8(97))
    #expect(hash.value == 0xaf63_dc4c_8601_ec8c, "FNV-1a of the letter a")
    #expect(petersonLock(.turnThenFlag).stableHash == petersonLock(.turnThenFlag).stableHash)
    #expect(petersonLock(.turnThenFlag).stableHash != petersonLock(.flagThenTurn).stableHash)
  }

  @Test func `the checksum is the known one`() {
    #expect(CRC16.checksum(of: "123456789".utf8) == 0x29b1)
    #expect(CRC16.checksum(of: "".utf8) == 0xffff)
  }
}

/// Tokens that are damaged, or none.
@Suite struct DamagedTokenTests {
  private let system = Toy("U x; U x; U x / CHOOSE r 3; U x / U x").system()

  private func original() throws -> Schedule {
    Schedule(
      [(0, 0), (0, 0), (1, 2), (1, 0), (2, 0), (0, 0)].map {
        Schedule.Step(ThreadID($0.0), choice: $0.1)
      })
  }

  private func refusal(_ token: String) -> Schedule.TokenError? {
    do {
      _ = try Schedule(token: token, for: system)
      return nil
    } catch {
      return error
    }
  }

  @Test func `every change of one character is refused, and of two that change places`() throws {
    let token = Array(try original().token(for: system))
    for index in token.indices {
      for code in UInt8(32)...126 where Character(Unicode.Scalar(code)) != token[index] {
        var damaged = token
        damaged[index] = Character(Unicode.Scalar(code))
        #expect(refusal(String(damaged)) != nil, "\(String(damaged))")
      }
      for stranger in ["é", "\u{301}", "\n", "\u{0}", "\u{1F980}"] as [Character] {
        #expect(refusal(String(token[..<index] + [stranger] + token[(index + 1)...])) != nil)
      }
      var swapped = token
      swapped.swapAt(index, min(index + 1, token.count - 1))
      if swapped != token { #expect(refusal(String(swapped)) != nil, "\(String(swapped))") }
    }
  }

  @Test func `every part of a token is refused`() throws {
    let token = try original().token(for: system)
    for length in 0..<token.count {
      #expect(refusal(String(token.prefix(length))) != nil)
      #expect(refusal(String(token.suffix(length))) != nil)
    }
  }

  @Test func `a damaged token is refused or stands for the same schedule`() throws {
    let original = try original()
    let token = try original.token(for: system)
    var refused = 0
    for seed in 0..<1_000 {
      var random = SplitMix64(seed: UInt64(seed))
      let damaged = mutate(token, &random)
      do {
        #expect(try Schedule(token: damaged, for: system) == original, "seed \(seed): \(damaged)")
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 900, "most mutations change the token")
  }

  /// Whatever stands in a sealed token, reading it ends, and what is read can be written.
  @Test func `segments of any text are read or refused`() throws {
    var read = 0
    for seed in 0..<3_000 {
      var random = SplitMix64(seed: UInt64(seed))
      let name = StepName(of: "U x").text
      let segments = mutate("a2.\(name)@2,b.CHOOSE-r-3.000+2,c.\(name)/", &random)
      let token = SealedTokens.v2("v2::00000000:\(segments)")
      guard let made = try? ScheduleToken(token) else { continue }
      read += 1
      #expect(made.text == token)
      if let reading = try? made.reading(on: system) {
        #expect(throws: Never.self) { try system.replay(reading.schedule) }
      }
    }
    #expect(read > 300, "\(read)")
  }

  private func mutate(_ token: String, _ random: inout SplitMix64) -> String {
    var characters = Array(token)
    let strangers = Array("abcdvz0189.,:@+/-_ é5\u{301}V")
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

  @Test(arguments: [
    "", "a", "1:0f3a9c21:a:0000", "v", "vx:0f3a9c21:a:0000", "v1", "v1:a:b", "v2", "v2:::", "é",
    "v2:0.1.0:0f3a9c21:a:00000",
  ])
  func `what does not look like a token is told how one looks`(_ token: String) {
    guard case .wrongForm(let how)? = refusal(token) else {
      Issue.record("\(token)")
      return
    }
    #expect(how.contains(token.hasPrefix("v1") ? "v1:0f3a9c21:" : "v2:0.1.0:0f3a9c21:"))
  }

  @Test(arguments: [
    ("A.x", "a thread, a...z"), (",", "a thread, a...z"), ("a.x,", "a thread, a...z"),
    ("a", "label of the last step"), ("a2", "label of the last step"),
    ("a.", "label of the last step"), ("a.é", "label of the last step"),
    ("a.x.12", "label of the last step"), ("a.x.12g", "label of the last step"),
    ("a.\(String(repeating: "x", count: 33))", "label of the last step"),
    ("a0.x", "1...1000000"), ("a99999999.x", "1...1000000"), ("a.x+0", "1...255"),
    ("a.x+256", "1...255"), ("a.x+", "1...255"), ("a.x@", "follow '@'"), ("a.x@0", "follow '@'"),
    ("a2.x@3", "follow '@'"), ("a.x+1@1", "no meaning"), ("a.x//", "no meaning"),
    ("a1.x", "no token"), ("a02.x", "no token"), ("a2.x@1", "no token"), ("a2.x@02", "no token"),
  ])
  func `segments that make no sense are refused with the reason`(
    _ segments: String, _ reason: String
  ) {
    let refusal = refusal(SealedTokens.v2("v2::00000000:\(segments)"))
    guard case .wrongForm(let how)? = refusal else {
      Issue.record("\(segments): \(String(describing: refusal))")
      return
    }
    #expect(how.contains(reason), "\(how)")
  }

  @Test(arguments: ["v 1", String(repeating: "1", count: 33), "1,2", "\u{1B}[31m", "é"])
  func `what is no version is refused`(_ version: String) {
    guard case .wrongForm(let how)? = refusal(SealedTokens.v2("v2:\(version):00000000:a.x")) else {
      Issue.record("accepted")
      return
    }
    #expect(how.contains("no version") && !how.contains("\u{1B}"))
  }

  @Test func `other refusals say what is wrong`() throws {
    let token = try original().token(for: system)
    let hash = String(token.split(separator: ":")[1])
    func sealed(_ segments: String) -> String { SealedTokens.v2("v2::\(hash):\(segments)") }
    #expect(refusal("v3" + token.dropFirst(2)) == .wrongVersion("v3"))
    #expect(refusal(String(token.dropLast()) + "x") == .wrongChecksum)
    #expect(refusal(sealed("a.x,d.x")) == .unknownThread("d", threads: 3))
    #expect(refusal(sealed("a1000001.x")) == .tooLong(limit: Schedule.longest))
    #expect(refusal(sealed("a1000000.x,b.x")) == .tooLong(limit: Schedule.longest))
    #expect(refusal(String(repeating: "a", count: 65_000_000)) == .tooLong(limit: 1_000_000))
    let texts: [(Schedule.TokenError, String)] = [
      (.wrongVersion("v3"), "v3"), (.wrongChecksum, "damaged"),
      (.unknownThread("d", threads: 3), "'d'"), (.tooLong(limit: 7), "7 steps"),
    ]
    for (error, text) in texts { #expect(error.description.contains(text)) }
  }
}

/// Tokens of the first version, which old mails have.
@Suite struct OldTokenTests {
  private let system = Toy("U x; U x; U x / CHOOSE r 3; U x / U x").system()

  private func token(_ runs: String, for system: System? = nil) -> String {
    SealedTokens.v1("v1:\((system ?? self.system).hashText):\(runs)")
  }

  private func refusal(_ token: String) -> Schedule.TokenError? {
    do {
      _ = try Schedule(token: token, for: system)
      return nil
    } catch {
      return error
    }
  }

  @Test func `one that was printed years ago is read`() throws {
    // As the page on own models had it while tokens were of version 1.
    let peterson = petersonLock(.turnThenFlag)
    let schedule = try Schedule(token: "v1:ce17e307:a2b4a2:35f8", for: peterson)
    #expect(schedule.steps.map(\.thread.index) == [0, 0, 1, 1, 1, 1, 0, 0])
    #expect(try peterson.replay(schedule).broken == ["mutual-exclusion"])
    #expect(try ScheduleToken("v1:ce17e307:a2b4a2:35f8").reading(on: peterson).note == nil)
  }

  @Test func `letters, counts and choices are read`() throws {
    let steps = try Schedule(token: token("a2b.2bc"), for: system).steps
    #expect(steps.map(\.thread.index) == [0, 0, 1, 1, 2])
    #expect(steps.map(\.choice) == [0, 0, 2, 0, 0])
    #expect(try Schedule(token: token("a1000000"), for: system).steps.count == Schedule.longest)
    #expect(try Schedule(token: token(""), for: system).steps.isEmpty)
  }

  @Test(arguments: [
    ("A", "no thread"), ("a2é", "no thread"), ("a.", "1...255"), ("a.0", "1...255"),
    ("a.256", "1...255"), ("a0", "1...1000000"), ("a99999999", "1...1000000"), ("2a", "no thread"),
  ])
  func `runs that make no sense are refused with the reason`(_ runs: String, _ reason: String) {
    guard case .wrongForm(let how)? = refusal(token(runs)) else {
      Issue.record("\(runs): \(String(describing: refusal(token(runs))))")
      return
    }
    #expect(how.contains(reason))
  }

  @Test func `others are refused as well`() {
    let good = token("ab")
    #expect(refusal(String(good.dropLast()) + "x") == .wrongChecksum)
    #expect(refusal(token("ad")) == .unknownThread("d", threads: 3))
    #expect(refusal(token("a1000001")) == .tooLong(limit: Schedule.longest))
    #expect(refusal(token("a1000000b")) == .tooLong(limit: Schedule.longest))
  }

  @Test func `on another system it has no labels to go by`() throws {
    let other = Toy("U x; U x; U x / CHOOSE r 3; U x / U y").system()
    let old = try ScheduleToken(token("a", for: other))
    #expect(!old.hasLabels && old.belongs(to: other) && !old.belongs(to: system))
    do {
      _ = try old.reading(on: system)
      Issue.record("accepted")
    } catch {
      guard case .otherSystem(let origin) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(origin.tokenHash == other.hashText && origin.systemHash == system.hashText)
      #expect(error.description.contains("\(other.hashText), this is \(system.hashText)"))
      #expect(error.description.contains("version 1 names no labels"))
    }
  }
}
