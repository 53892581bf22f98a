// The printable form of a schedule: `v1:HASH:RUNS:CHECKSUM`.
//
// HASH is eight hex digits of `System.stableHash`. RUNS names threads by letter, `a` for thread 0,
// each with the number of steps it takes in a row: `a12bc3` is twelve steps of `a`, one of `b`,
// three of `c`. A step that took another result than its first stands alone with its choice:
// `a.2`. CHECKSUM is four hex digits over what precedes it, so a cut or mistyped token is refused.
extension Schedule {
  /// Why a token was refused; its description is a sentence for the person who gave the token.
  public enum TokenError: Error, Hashable, Sendable {
    /// It does not look like a token; the text says how.
    case wrongForm(String)
    /// It has a version that is not read here.
    case wrongVersion(String)
    /// Its checksum does not match: it was cut or mistyped.
    case wrongChecksum
    /// It names a thread by a letter that a system of so many threads does not have.
    case unknownThread(Character, threads: Int)
    /// It stands for more steps than ``Schedule/longest``.
    case tooLong(limit: Int)
    /// It was made for another system; both are named by eight digits of their hashes.
    case otherSystem(token: String, system: String)
  }

  /// The most steps that a token may stand for.
  public static let longest = 1_000_000

  /// The printable token of this schedule for `system`, which must have at most 26 threads.
  ///
  /// A schedule of more than ``longest`` steps gets a token that ``init(token:for:)`` refuses.
  public func token(for system: System) -> String {
    var runs = ""
    var index = steps.startIndex
    while index < steps.endIndex {
      let step = steps[index]
      runs.append(Self.letter(of: step.thread))
      if step.choice != 0 {
        runs += ".\(step.choice)"
        index += 1
        continue
      }
      let end = steps[index...].firstIndex { $0 != step } ?? steps.endIndex
      if end - index > 1 { runs += "\(end - index)" }
      index = end
    }
    let body = "v1:\(Self.hashText(of: system)):\(runs)"
    return "\(body):\(Self.checksum(body))"
  }

  /// The schedule that `token` stands for.
  ///
  /// - Throws: ``TokenError``, also when the token belongs to another system.
  public init(token: String, for system: System) throws(TokenError) {
    let (hash, steps) = try Self.parts(of: token)
    let own = Self.hashText(of: system)
    guard hash == own else { throw .otherSystem(token: hash, system: own) }
    if let stranger = steps.first(where: { $0.thread.index >= system.threads.count }) {
      throw .unknownThread(Self.letter(of: stranger.thread), threads: system.threads.count)
    }
    self.init(steps)
  }

  /// Whether a well-formed `token` belongs to `system`.
  ///
  /// - Throws: ``TokenError`` when the token is not well-formed.
  public static func token(_ token: String, belongsTo system: System) throws(TokenError) -> Bool {
    try parts(of: token).hash == hashText(of: system)
  }

  private static func parts(of token: String) throws(TokenError) -> (hash: String, [Step]) {
    guard token.utf8.count <= 16 * longest else { throw .tooLong(limit: longest) }
    let fields = token.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let version = fields.first, version.first == "v", Int(version.dropFirst()) != nil else {
      throw .wrongForm(
        "a schedule token looks like v1:0f3a9c21:a12b7a3:5d07")
    }
    guard version == "v1" else { throw .wrongVersion(version) }
    guard fields.count == 4, fields[1].utf8.count == 8, fields[3].utf8.count == 4 else {
      throw .wrongForm("a schedule token has four parts, as in v1:0f3a9c21:a12b7a3:5d07")
    }
    guard checksum(fields[0..<3].joined(separator: ":")) == fields[3] else { throw .wrongChecksum }
    return (fields[1], try steps(in: fields[2]))
  }

  private static func steps(in runs: String) throws(TokenError) -> [Step] {
    var steps: [Step] = []
    var rest = Substring(runs)
    while let letter = rest.popFirst() {
      guard let ascii = letter.asciiValue, (97...122).contains(ascii) else {
        throw .wrongForm("'\(letter)' in the runs '\(runs)' is no thread: threads are a...z")
      }
      let thread = ThreadID(Int(ascii) - 97)
      if rest.first == "." {
        rest.removeFirst()
        guard let choice = number(from: &rest), choice > 0, choice < 256 else {
          throw .wrongForm("a choice, 1...255, must follow '\(letter).'")
        }
        steps.append(Step(thread, choice: choice))
      } else {
        let hasCount = rest.first.map { ("0"..."9").contains($0) } ?? false
        guard let length = hasCount ? number(from: &rest) : 1, length > 0 else {
          throw .wrongForm("the steps in a row of '\(letter)' must be 1...\(longest)")
        }
        guard steps.count + length <= longest else { throw .tooLong(limit: longest) }
        steps += repeatElement(Step(thread), count: length)
      }
    }
    return steps
  }

  private static func number(from text: inout Substring) -> Int? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    text = text[digits.endIndex...]
    guard digits.utf8.count <= 7 else { return nil }
    return Int(digits)
  }

  private static func letter(of thread: ThreadID) -> Character {
    precondition(thread.index < 26, "tokens name at most 26 threads")
    return Character(Unicode.Scalar(UInt8(97 + thread.index)))
  }

  private static func hashText(of system: System) -> String {
    hex(system.stableHash, digits: 8)
  }

  private static func checksum(_ text: String) -> String {
    var hash = StableHash()
    hash.add(text)
    return hex(hash.value, digits: 4)
  }

  private static func hex(_ value: UInt64, digits: Int) -> String {
    // Fold first: the low bits of FNV-1a alone are its weakest.
    let mask: UInt64 = (1 << UInt64(4 * digits)) - 1
    let text = String((value >> 32 ^ value) & mask, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

extension Schedule.TokenError: CustomStringConvertible {
  /// One sentence that says what is wrong with the token.
  public var description: String {
    switch self {
    case .wrongForm(let how): how
    case .wrongVersion(let version):
      "the schedule token has version '\(version)'; this program reads v1"
    case .wrongChecksum:
      "the schedule token is damaged: its checksum does not match; copy it again, whole"
    case .unknownThread(let letter, let threads):
      "the schedule token names thread '\(letter)', but there are only \(threads) threads"
    case .tooLong(let limit): "the schedule token stands for more than \(limit) steps"
    case .otherSystem(let token, let system):
      "the schedule token belongs to another scenario or kernel (\(token), this is \(system))"
    }
  }
}
