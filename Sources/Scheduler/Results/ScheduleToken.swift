/// A schedule as one printable word, which people mail to each other:
/// `v2:VERSION:HASH:SEGMENTS:CHECK`.
///
/// VERSION is ``System/version``, empty if the system has none. HASH is eight hex digits of
/// ``System/stableHash``. SEGMENTS are divided by commas; each is steps of one thread in a row:
/// `a12.alloc-node` is twelve steps of thread 0, whose letter is `a`, the last of them labelled
/// `alloc-node`. Then may come `/` if the thread has finished, `@2` if the label came for the
/// second time in the segment, and `+3` if the last step took choice 3; all others take choice 0.
/// CHECK is a checksum of four hex digits over what precedes it. None of this needs quotes in a
/// POSIX shell.
///
/// On the system that it was made for a token stands for exactly its steps. On another its labels
/// say how far each segment goes: ``reading(on:)``.
///
/// Tokens of the first version, `v1:HASH:SEGMENTS:CHECK`, are still read. They have no labels.
public struct ScheduleToken: Hashable, Sendable {
  /// The token.
  public let text: String
  /// The version of the model that it was made with; nil if it names none.
  public let modelVersion: String?
  /// Eight hex digits of the hash of the system that it was made for.
  public let systemHash: String
  /// Whether it names labels, so that it can be taken on a system that it was not made for.
  public let hasLabels: Bool
  let segments: [Segment]

  /// Steps of one thread in a row, of which only the last may take another choice than 0.
  struct Segment: Hashable, Sendable {
    var thread: ThreadID
    var count = 1
    /// Which choice the last step takes.
    var choice = 0
    /// How the last step is found where it has another number; nil in tokens of version 1.
    var goal: Goal?

    /// What the last step of a segment is known by.
    struct Goal: Hashable, Sendable {
      var name: StepName
      /// How often the name has come in the segment, with the last step.
      var occurrence = 1
      /// Whether the thread finishes with the last step.
      var finishes = false
    }

    var steps: [Schedule.Step] {
      repeatElement(Schedule.Step(thread), count: count - 1)
        + [Schedule.Step(thread, choice: choice)]
    }
  }

  /// The token of `schedule` for `system`, which must have at most 26 threads.
  ///
  /// A schedule of more than ``Schedule/longest`` steps gets a token that is not read again.
  /// - Throws: ``ReplayError`` at the first step that cannot be taken.
  /// - Complexity: O(steps).
  public init(of schedule: Schedule, for system: System) throws(ReplayError) {
    (modelVersion, systemHash, hasLabels) = (system.version, system.hashText, true)
    segments = try Self.segments(of: schedule, on: system)
    let body = "v2:\(modelVersion ?? ""):\(systemHash):" + Self.text(of: segments)
    text = "\(body):\(Self.checksum(of: body))"
  }

  /// Reads a token of any version.
  ///
  /// - Throws: ``Schedule/TokenError``, when it is damaged or no token.
  public init(_ text: String) throws(Schedule.TokenError) {
    guard text.utf8.count <= 64 * Schedule.longest else { throw .tooLong(limit: Schedule.longest) }
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let format = fields.first, format.first == "v", Int(format.dropFirst()) != nil else {
      throw .wrongForm("a schedule token looks like \(Self.example)")
    }
    self.text = text
    switch format {
    case "v1":
      let body = try TokenOfVersion1(fields, whole: text)
      (modelVersion, systemHash, hasLabels, segments) = (nil, body.systemHash, false, body.segments)
    case "v2":
      guard fields.count == 5, fields[2].utf8.count == 8, fields[4].utf8.count == 4 else {
        throw .wrongForm("a schedule token has five parts, as in \(Self.example)")
      }
      let body = text[..<fields[3].endIndex]
      guard Self.checksum(of: body) == fields[4] else { throw .wrongChecksum }
      guard fields[1].isEmpty || Self.isVersion(String(fields[1])) else {
        throw .wrongForm("\(String(fields[1]).shown(limit: 40)) is no version of a model")
      }
      modelVersion = fields[1].isEmpty ? nil : String(fields[1])
      (systemHash, hasLabels) = (String(fields[2]), true)
      segments = try Self.segments(in: fields[3])
    default: throw .wrongVersion(String(format).shown(limit: 20))
    }
  }

  /// What a token looks like, for messages.
  static let example = "v2:0.1.0:0f3a9c21:a12.lock-mmu,b7.unlock-mmu,a3.store-entry:5d07"

  /// Whether tokens can name a version.
  static func isVersion(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"),
          UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// The letter of a thread.
  static func letter(of thread: ThreadID) -> Character {
    precondition(thread.index < 26, "tokens name at most 26 threads")
    return Character(Unicode.Scalar(UInt8(97 + thread.index)))
  }

  private static func checksum(of body: some StringProtocol) -> String {
    let digits = String(CRC16.checksum(of: body.utf8), radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// The segments of a token, written and read.
extension ScheduleToken {
  private static func text(of segments: [Segment]) -> String {
    segments.map { segment -> String in
      var text = String(letter(of: segment.thread))
      if segment.count > 1 { text += "\(segment.count)" }
      if let goal = segment.goal {
        text += ".\(goal.name.text)"
        if goal.finishes { text += "/" }
        if goal.occurrence > 1 { text += "@\(goal.occurrence)" }
      }
      if segment.choice > 0 { text += "+\(segment.choice)" }
      return text
    }.joined(separator: ",")
  }

  private static func segments(in text: Substring) throws(Schedule.TokenError) -> [Segment] {
    if text.isEmpty { return [] }
    var segments: [Segment] = []
    var steps = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let segment = try segment(in: part)
      steps += segment.count
      guard steps <= Schedule.longest else { throw .tooLong(limit: Schedule.longest) }
      segments.append(segment)
    }
    // So that no two tokens stand for the same, as one would with 'a01' beside 'a'.
    guard Self.text(of: segments) == text else {
      throw .wrongForm("no token has the segments '\(String(text).shown(limit: 120))'")
    }
    return segments
  }

  private static func segment(in part: Substring) throws(Schedule.TokenError) -> Segment {
    var rest = part
    func complaint(_ what: String) -> Schedule.TokenError {
      .wrongForm("\(what) in '\(String(part).shown(limit: 80))', a part of the schedule token")
    }
    guard let letter = rest.popFirst(), let thread = ThreadID(letter: letter) else {
      throw complaint("a thread, a...z, must come first")
    }
    var segment = Segment(thread: thread)
    if rest.first?.isASCIIDigit ?? false {
      guard let count = number(from: &rest), count > 0 else {
        throw complaint("the number of steps must be 1...\(Schedule.longest)")
      }
      segment.count = count
    }
    guard rest.popFirst() == ".", let name = StepName(from: &rest) else {
      throw complaint("the label of the last step is missing")
    }
    var goal = Segment.Goal(name: name)
    if rest.first == "/" {
      rest.removeFirst()
      goal.finishes = true
    }
    if rest.first == "@" {
      rest.removeFirst()
      guard let occurrence = number(from: &rest), (1...segment.count).contains(occurrence) else {
        throw complaint("how often the label came must follow '@'")
      }
      goal.occurrence = occurrence
    }
    segment.goal = goal
    if rest.first == "+" {
      rest.removeFirst()
      guard let choice = number(from: &rest), (1...255).contains(choice) else {
        throw complaint("a choice, 1...255, must follow '+'")
      }
      segment.choice = choice
    }
    guard rest.isEmpty else { throw complaint("'\(String(rest).shown(limit: 40))' has no meaning") }
    return segment
  }

  /// Takes a number of up to seven digits from the start of a text; nil if none is there.
  static func number(from text: inout Substring) -> Int? {
    let digits = text.prefix(while: \.isASCIIDigit)
    text = text[digits.endIndex...]
    guard digits.utf8.count <= 7 else { return nil }
    return Int(digits)
  }
}

extension ThreadID {
  /// The thread that tokens know by a letter, `a` to `z`.
  init?(letter: Character) {
    guard let ascii = letter.asciiValue, (97...122).contains(ascii) else { return nil }
    self.init(Int(ascii) - 97)
  }
}

extension Character {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
