@testable import Litmus

/// Spoils the bytes of a text a little.
struct Mutator {
  /// Words and lines to put in.
  let words: [[UInt8]]
  let lines: [[UInt8]]

  private static let marks = Array("(){}[];,*&#\"'/\\<>=+-.:?~!|^%@$\n01xP \t".utf8)

  func mutate(_ text: [UInt8], by random: inout Random) -> [UInt8] {
    var bytes = text
    // Half of the texts change in one place only.
    for _ in 0...(random.oneIn(2) ? 0 : random.below(4)) {
      if bytes.isEmpty { return bytes }
      switch random.below(6) {
      case 0: changeBytes(&bytes, by: &random)
      case 1: changeLines(&bytes, by: &random)
      case 2, 3: changeWord(&bytes, by: &random)
      // With another digit or operator a text still has a meaning more often than not.
      default: changeMark(&bytes, by: &random)
      }
    }
    return bytes
  }

  private func changeBytes(_ bytes: inout [UInt8], by random: inout Random) {
    let place = random.below(bytes.count)
    switch random.below(6) {
    case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 1: bytes.insert(random.pick(Self.marks), at: place)
    case 2: bytes.remove(at: place)
    case 3:
      let end = min(bytes.count, place + random.below(20))
      bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + random.below(30)))
    default: if random.oneIn(4) { bytes = Array(bytes[..<place]) }
    }
  }

  private func changeLines(_ bytes: inout [UInt8], by random: inout Random) {
    var text = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let place = random.below(text.count)
    switch random.below(4) {
    case 0: text.insert(text[random.below(text.count)], at: place)
    case 1: text.remove(at: place)
    case 2: text.swapAt(place, random.below(text.count))
    default: text.insert(random.pick(lines)[...], at: place)
    }
    bytes = Array(text.joined(separator: [UInt8(ascii: "\n")]))
  }

  /// Puts a digit in the place of another, or an operator.
  private func changeMark(_ bytes: inout [UInt8], by random: inout Random) {
    let start = random.below(bytes.count)
    for kind in [Array("0123456789".utf8), Array("+-*/%&|^<>".utf8)].shuffled(using: &random) {
      if let place = bytes[start...].firstIndex(where: kind.contains) {
        bytes[place] = random.pick(kind)
        return
      }
    }
  }

  /// Puts a word in the place of another.
  private func changeWord(_ bytes: inout [UInt8], by random: inout Random) {
    func isPart(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || byte >= 0x80
        || Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
    }
    func word(at place: Int) -> Range<Int>? {
      guard let start = bytes[place...].firstIndex(where: isPart) else { return nil }
      let first = bytes[..<start].lastIndex { !isPart($0) }.map { $0 + 1 } ?? 0
      return first..<(bytes[start...].firstIndex { !isPart($0) } ?? bytes.count)
    }
    func isNumber(_ word: some Collection<UInt8>) -> Bool {
      word.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }
    guard let old = word(at: random.below(bytes.count)) else { return }
    let isMeant = isNumber(bytes[old])
    // A number for a number and a name for a name: what it means changes, not what it is.
    for _ in 0..<8 {
      let other: [UInt8]
      if random.oneIn(3) {
        other = random.pick(words)
      } else if let place = word(at: random.below(bytes.count)) {
        other = Array(bytes[place])
      } else {
        return
      }
      if isNumber(other) == isMeant || random.oneIn(16) {
        return bytes.replaceSubrange(old, with: other)
      }
    }
  }
}
