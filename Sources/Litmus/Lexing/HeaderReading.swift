internal import Scheduler

// What stands before the first item: `C NAME`, comments, a string, lines `KEY=...`.
extension Lexer {
  mutating func readHeader() {
    skipBlanksAndComments()
    let start = offset
    while let byte = current, !byte.isBlankOrLineEnd { offset += 1 }
    let architecture = source.text(start..<offset)
    let nameStart = offset
    skipLine()
    text.header.name = source.text(nameStart..<offset).trimmed
    if architecture != "C" {
      let isKnown = [
        "LISA", "PPC", "X86", "X86_64", "AArch64", "ARM", "RISCV", "MIPS", "BPF", "ASL",
      ]
      .contains(architecture)
      diagnostics.report(
        isKnown ? .refused : .syntax, at: start,
        isKnown
          ? "tests in '\(architecture)' are not read, only those in C"
          : "a race file begins with a line 'C NAME'")
      if !isKnown { offset = start }
    } else if text.header.name.isEmpty {
      diagnostics.report(.syntax, at: start, "the line 'C NAME' lacks the name")
    }
    while true {
      skipBlanksAndComments()
      if current == UInt8(ascii: "\"") {
        skipString()
      } else if !skipKeyLine() {
        return
      }
    }
  }

  private mutating func skipBlanksAndComments() {
    while let byte = current {
      if byte.isBlankOrLineEnd {
        offset += 1
      } else if starts(with: "(*") {
        skipNestedComment()
      } else if !skipComment() {
        return
      }
    }
  }

  /// A string of the header may have several lines.
  private mutating func skipString() {
    let start = offset
    offset += 1
    while let byte = current, byte != UInt8(ascii: "\"") { offset += 1 }
    if current == nil {
      diagnostics.report(.syntax, at: start, "the string that begins here has no end")
    } else {
      offset += 1
    }
  }

  /// Skips a line such as `Com=Rf Fr`, if one stands here.
  ///
  /// As for herd7, any line before the initial state of a `.litmus` file belongs to the header.
  /// Keys mean nothing, but for `Tags`.
  private mutating func skipKeyLine() -> Bool {
    guard let first = current, first != UInt8(ascii: "{") else { return false }
    var end = offset
    while let byte = byte(at: end), byte.continuesName { end += 1 }
    let isProcess = first == UInt8(ascii: "P") && byte(at: end) == UInt8(ascii: "(")
    let isKey = end > offset && byte(at: end) == UInt8(ascii: "=")
    guard isKey || language == .litmus && !isProcess else { return false }
    let (start, key) = (offset, source.text(offset..<end))
    skipLine()
    if isKey { readTags(of: key, from: start, valuesFrom: end + 1) }
    return true
  }

  /// Reads the line that has just been skipped if it is `Tags=WORD...`.
  private mutating func readTags(of key: String, from start: Int, valuesFrom first: Int) {
    guard ["tag", "tags"].contains(key.lowercased()) else { return }
    guard key == "Tags" else {
      diagnostics.report(.unknownName, at: start, "unknown key '\(key)'; write 'Tags=WORD...'")
      return
    }
    for word in source.words(in: first..<offset) {
      do throws(Abandoned) {
        try text.header.tags.addTag(word.text, at: word.offset, diagnostics: diagnostics)
      } catch {
        if diagnostics.isFull { return }
      }
    }
  }

  /// Looks for `Result: WORD...` in a comment.
  mutating func readResult(in comment: Range<Int>) {
    guard text.header.result == nil else { return }
    let key = Array("Result:".utf8)
    var index = comment.lowerBound
    while index + key.count <= comment.upperBound {
      if source.bytes[index] == key[0],
        source.bytes[index..<index + key.count].elementsEqual(key)
      {
        var end = index + key.count
        while end < comment.upperBound - 2, !source.bytes[end].isLineEnd { end += 1 }
        let words = source.text(index + key.count..<end).words
        if !words.isEmpty { text.header.result = (words, index) }
        return
      }
      index += 1
    }
  }
}

extension [String] {
  /// Adds a tag of a file or a row.
  ///
  /// - Throws: when it has been said why it cannot be one.
  mutating func addTag(
    _ tag: String, at offset: Int, diagnostics: Diagnostics
  ) throws(Abandoned) {
    guard Tags.accepts(tag) else {
      throw diagnostics.fail(.syntax, at: offset, "'\(tag)' cannot be a tag; \(Tags.rule)")
    }
    guard !contains(tag) else {
      throw diagnostics.fail(.duplicate, at: offset, "the tag '\(tag)' stands here already")
    }
    guard count < Tags.most else {
      throw diagnostics.fail(.limit, at: offset, "there are at most \(Tags.most) tags here")
    }
    append(tag)
  }
}

extension String {
  /// The parts between blanks.
  var words: [String] {
    utf8.split { $0.isBlankOrLineEnd }.map { String(Substring($0)) }
  }

  /// The text without blanks at both ends.
  var trimmed: String {
    let first = utf8.firstIndex { !$0.isBlankOrLineEnd } ?? endIndex
    let last = utf8.lastIndex { !$0.isBlankOrLineEnd }
    return last.map { String(self[first...$0]) } ?? ""
  }
}
