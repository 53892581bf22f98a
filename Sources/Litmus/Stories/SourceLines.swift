internal import Scheduler

// Lines of the file as traces and stories show them.
extension SourceText {
  /// What a trace shows of the line with the byte at an offset: its statement, if there are
  /// several in the line, otherwise the line; without comments, control characters and blanks at
  /// its ends, and not too long.
  func statement(at offset: Int) -> String {
    let whole = lineRange(of: offset)
    let line = whole.clamped(to: max(0, offset - Self.mostBytes)..<offset + Self.mostBytes)
    let code = withoutComments(line)
    var text = code[...]
    if let piece = Self.statements(in: code).last(where: {
      $0.lowerBound <= offset - line.lowerBound
    }) {
      text = code[piece]
    }
    let shown = Self.shown(text)
    return shown.isEmpty ? Self.shown(bytes[line]) : shown
  }

  /// How much of a line is looked at before and behind an offset.
  private static let mostBytes = 2_000

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes
    while let last = bytes.last, last.isBlankOrLineEnd { bytes.removeLast() }
    while let first = bytes.first, first.isBlankOrLineEnd { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self).withoutTabs.shown(limit: 160)
  }

  /// The bytes of a piece of the text, with tabs in place of its comments.
  private func withoutComments(_ line: Range<Int>) -> [UInt8] {
    var code = Array(bytes[line])
    var index = 0
    while index + 1 < code.count {
      let pair = (code[index], code[index + 1])
      guard pair.0 == UInt8(ascii: "/"), pair.1 == UInt8(ascii: "*") || pair.1 == UInt8(ascii: "/")
      else {
        index += 1
        continue
      }
      var end = code.count
      if pair.1 == UInt8(ascii: "*") {
        let close = code.indices.dropFirst(index + 2).first {
          code[$0] == UInt8(ascii: "/") && code[$0 - 1] == UInt8(ascii: "*") && $0 > index + 2
        }
        end = close.map { $0 + 1 } ?? code.count
      }
      for place in index..<end { code[place] = UInt8(ascii: "\t") }
      index = end
    }
    return code
  }

  /// The statements of a line, by their bytes: what semicolons and the braces of blocks divide.
  private static func statements(in code: [UInt8]) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    // Braces of initialisers and of `atomic` are parts of their statements.
    var (start, depth, inner, isAtomic) = (0, 0, 0, false)
    var last: UInt8 = 0
    func cut(at index: Int) {
      if code[start..<index].contains(where: { !$0.isBlankOrLineEnd }) {
        pieces.append(start..<index)
      }
      start = index
    }
    for (index, byte) in code.enumerated() {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      case UInt8(ascii: "{") where inner > 0 || last == UInt8(ascii: "="): inner += 1
      case UInt8(ascii: "{") where depth == 0 && shown(code[start..<index]) == "atomic":
        (inner, isAtomic) = (1, true)
      case UInt8(ascii: "}") where inner > 0:
        inner -= 1
        if inner == 0, isAtomic {
          cut(at: index + 1)
          isAtomic = false
        }
      case UInt8(ascii: "{") where depth == 0:
        cut(at: index)
        start = index + 1
      case UInt8(ascii: "}") where depth == 0:
        cut(at: index)
        pieces.append(index..<index + 1)
        start = index + 1
      case UInt8(ascii: ";") where depth == 0 && inner == 0: cut(at: index + 1)
      default: break
      }
      if !byte.isBlankOrLineEnd { last = byte }
    }
    cut(at: code.count)
    return pieces
  }

  /// Where an instruction of a thread stands.
  func location(of instruction: Instruction, in thread: LoweredThread) -> Location {
    var calls: [Location.Call] = []
    var frame = instruction.frame
    while frame > 0 {
      let call = thread.frames[Int(frame)]
      calls.append(Location.Call(call.function, line: line(of: call.offset)))
      frame = call.caller
    }
    let offset = Int(instruction.offset)
    // Where work starts stands nowhere: its line is the head of its function.
    let start =
      instruction.operation == .handler(.enter) && instruction.address >= 0
      ? "\(thread.name) starts" : nil
    return Location(
      source: start ?? statement(at: offset), line: line(of: offset), calls: calls.reversed())
  }

  /// The call that begins at an offset, up to its closing parenthesis, on one line; the line
  /// itself where no call begins.
  func callText(at offset: Int) -> (text: String, range: Range<Int>) {
    var end = offset
    while end < bytes.count, bytes[end].continuesName { end += 1 }
    var (depth, index) = (0, end)
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "(") {
        depth += 1
      } else if byte == UInt8(ascii: ")") {
        depth -= 1
        if depth == 0 { break }
      } else if depth == 0, !byte.isBlank {
        break
      }
      index += 1
    }
    guard end > offset, index < bytes.count, bytes[index] == UInt8(ascii: ")") else {
      return (statement(at: offset), offset..<offset + 1)
    }
    let range = offset..<index + 1
    return (Self.shown(withoutComments(range)[...]), range)
  }
}

extension String {
  /// Blanks in a row that are not all spaces, as one space.
  fileprivate var withoutTabs: String {
    var text = ""
    var blanks = ""
    for scalar in unicodeScalars {
      if scalar.isASCII, UInt8(scalar.value).isBlankOrLineEnd {
        blanks.unicodeScalars.append(scalar)
        continue
      }
      text += blanks.allSatisfy { $0 == " " } ? blanks : " "
      blanks = ""
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
