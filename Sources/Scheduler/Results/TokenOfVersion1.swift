/// A token as `v1:HASH:SEGMENTS:CHECK`, which names steps by thread and number only.
///
/// `a12bc3` is twelve steps of `a`, one of `b`, three of `c`. A step that took another choice than
/// 0 stands alone with it: `a.2`. CHECK is of FNV-1a. Nothing writes such tokens any more.
struct TokenOfVersion1 {
  let systemHash: String
  let segments: [ScheduleToken.Segment]

  private static let example = "v1:0f3a9c21:a12b7a3:5d07"

  init(_ fields: [Substring], whole text: String) throws(Schedule.TokenError) {
    guard fields.count == 4, fields[1].utf8.count == 8, fields[3].utf8.count == 4 else {
      throw .wrongForm("a schedule token of version 1 has four parts, as in \(Self.example)")
    }
    var hash = StableHash()
    hash.add(String(text[..<fields[2].endIndex]))
    guard hash.folded(digits: 4) == fields[3] else { throw .wrongChecksum }
    systemHash = String(fields[1])
    segments = try Self.segments(in: fields[2])
  }

  private static func segments(
    in text: Substring
  ) throws(Schedule.TokenError) -> [ScheduleToken.Segment] {
    var segments: [ScheduleToken.Segment] = []
    var steps = 0
    var rest = text
    while let letter = rest.popFirst() {
      guard let thread = ThreadID(letter: letter) else {
        throw .wrongForm(
          "'\(String(letter).shown(limit: 8))' in the segments '\(String(text).shown(limit: 80))' "
            + "is no thread: threads are a...z")
      }
      var segment = ScheduleToken.Segment(thread: thread)
      if rest.first == "." {
        rest.removeFirst()
        guard let choice = ScheduleToken.number(from: &rest), (1...255).contains(choice) else {
          throw .wrongForm("a choice, 1...255, must follow '\(letter).'")
        }
        segment.choice = choice
      } else if rest.first?.isASCIIDigit ?? false {
        guard let count = ScheduleToken.number(from: &rest), count > 0 else {
          throw .wrongForm("the steps in a row of '\(letter)' must be 1...\(Schedule.longest)")
        }
        segment.count = count
      }
      steps += segment.count
      guard steps <= Schedule.longest else { throw .tooLong(limit: Schedule.longest) }
      segments.append(segment)
    }
    return segments
  }
}
